"""The command line: arguments in, one command module called, an exit code out.

Only the module of the command that is run is imported. Exit codes (design 7): 0 answered or good, 1 nothing matched
or bad, 2 bad usage or input, 3 when a look that failed could still change the answer.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import stat
import sys
from collections.abc import Sequence
from typing import Any

from kbtui.errors import KbtuiError


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    gc.set_threshold(100_000)  # a command lives for a moment: what it makes is hardly ever garbage in circles
    words = list(sys.argv[1:] if argv is None else argv)
    if _wants_screens(words):
        return _screens(words)
    _import_msgspec()
    from kbtui.commands import arguments

    if words[:1] == ["--calm"]:  # it is said of the screens alone
        words = words[1:]
    if words and words[0].startswith("--lang"):  # `kbtui --lang zh "..."` in a pipe
        said, lang = _without_language(words)
        words = [*said, f"--lang={lang}"] if said and lang else said
    if words and not words[0].startswith("-") and words[0] not in arguments.COMMANDS:
        words.insert(0, "diagnose")  # `kbtui "no X after the driver install"`: stuck people type what they see
    parser = arguments.parser(words[0] if words and words[0] in arguments.COMMANDS else "")
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


def entry() -> None:
    """What the `kbtui` script calls: `main`, and out. Taking thousands of small structs apart one by one at the end takes
    the interpreter a tenth of a whole diagnosis; where nothing was started that has to be ended, it is not done."""
    code = main()
    started = ("kbtui.machine.live", "kbtui.tui", "subprocess", "threading")
    if any(name in sys.modules for name in started):
        sys.exit(code)
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            stream.flush()
    os._exit(code)


def _import_msgspec() -> None:
    """msgspec without typing_extensions, which it asks for `get_type_hints` where it is installed.

    That import brings inspect, tokenize and dis along, a thirtieth of a diagnosis; from Python 3.11 on `typing` has the same.
    """
    if "msgspec" in sys.modules or "typing_extensions" in sys.modules:
        return
    modules: dict[str, Any] = sys.modules
    modules["typing_extensions"] = None  # so its import fails, and msgspec takes `typing`
    try:
        importlib.import_module("msgspec")
    finally:
        del modules["typing_extensions"]


def _wants_screens(words: list[str]) -> bool:
    """A person at a terminal, who says what they see, pipes it in, or says nothing; --lang and --calm may stand anywhere."""
    if not sys.stdout.isatty() or os.environ.get("TERM", "dumb") == "dumb":
        return False
    said = _without_language([w for w in words if w != "--calm"])[0]
    if not sys.stdin.isatty():
        return not said and _is_piped()
    if not said:
        return True
    from kbtui.commands import arguments

    return all(not w.startswith("-") for w in said) and said[0] not in arguments.COMMANDS


def _is_piped() -> bool:
    """Whether something is handed in at standard input (`dmesg | kbtui`); /dev/null is not."""
    try:
        kind = os.fstat(0).st_mode
    except OSError:
        return False
    return stat.S_ISFIFO(kind) or stat.S_ISREG(kind) or stat.S_ISSOCK(kind)


def _without_language(words: list[str]) -> tuple[list[str], str | None]:
    for at, word in enumerate(words):
        if word in ("--lang=en", "--lang=zh"):
            return [*words[:at], *words[at + 1 :]], word[-2:]
        if word == "--lang" and words[at + 1 : at + 2] in (["en"], ["zh"]):
            return [*words[:at], *words[at + 2 :]], words[at + 1]
    return words, None


def _screens(words: list[str]) -> int:
    """The screens; only here is the toolkit imported."""
    calm = "--calm" in words
    said, lang = _without_language([w for w in words if w != "--calm"])
    try:
        start = importlib.import_module("kbtui.tui.start")
        piped = not sys.stdin.isatty()
        code: int = start.run_piped(lang, calm=calm) if piped else start.run(" ".join(said), lang, calm=calm)
        return code
    except KbtuiError as error:
        print(f"kbtui: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    entry()
