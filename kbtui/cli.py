"""The command line: arguments in, one command module called, an exit code out.

Only the module of the command that is run is imported. Exit codes (design 7): 0 answered or good, 1 nothing matched
or bad, 2 bad usage or input, 3 when a look that failed could still change the answer.
"""

from __future__ import annotations

import gc
import importlib
import os
import sys
from collections.abc import Sequence

from kbtui.errors import KbtuiError


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    from kbtui.commands import arguments

    gc.set_threshold(100_000)  # a command lives for a moment: what it makes is hardly ever garbage in circles
    words = list(sys.argv[1:] if argv is None else argv)
    if words and not words[0].startswith("-") and words[0] not in arguments.COMMANDS:
        words.insert(0, "diagnose")  # `kbtui "no X after the driver install"`: stuck people type what they see
    parser = arguments.parser()
    args = parser.parse_args(words)
    if not args.command:
        parser.print_help()
        return 0
    try:
        code: int = importlib.import_module(f"kbtui.commands.{args.command}").run(args)
        sys.stdout.flush()
        return code
    except KbtuiError as error:
        print(f"kbtui: {error}", file=sys.stderr)
        return 2
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # `kbtui ... | head` is not an error
        return 0
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
