"""The screens as `kbtui serve` starts them, once for each page: in a browser's terminal, steps only copied."""

from __future__ import annotations

import os
import sys

from kbtui.errors import KbtuiError


def main(words: list[str]) -> int:
    """`--lang=en|zh`, then what the person sees."""
    os.environ["TERM"] = "xterm-256color"  # the browser's terminal, whatever the command was started in
    os.environ.pop("NO_COLOR", None)
    from kbtui.tui import start

    lang = next((w.removeprefix("--lang=") for w in words if w.startswith("--lang=")), None)
    try:
        return start.run(" ".join(w for w in words if not w.startswith("--")), lang, copy_only=True)
    except KbtuiError as error:
        print(f"kbtui: {error}", file=sys.stderr)  # noqa: T201 - before any screen
        return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
