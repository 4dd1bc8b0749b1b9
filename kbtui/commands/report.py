"""`kbtui report`: a case, or many, as something to learn from."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

import msgspec

from kbtui.commands import inputs
from kbtui.commands.screen import clean
from kbtui.diagnosis import case
from kbtui.engine import Engine
from kbtui.errors import InputError
from kbtui.report import many, walk
from kbtui.report.model import Report


def run(args: Namespace) -> int:
    """0."""
    zh = inputs.chinese(args.lang)
    if args.case and args.since:
        raise InputError("say one case, or --since for many, not both")
    if not args.case and not args.since:
        raise InputError("say which case (`kbtui case list` shows them), or --since 2026-01-01 for all since then")
    write(_one(args, zh) if args.case else _many(args, zh), args.output)
    return 0


def _one(args: Namespace, zh: bool) -> str:
    from kbtui.report import build, exports, markdown, page

    engine = Engine.open()
    made: Report = build.report(walk.read(engine, case.path_of(args.case)), zh=zh)
    if args.format == "json":
        return as_json(made)
    if args.format == "graphml":
        return exports.graphml(made)
    if args.format == "mermaid":
        return exports.mermaid(made.graph) + "\n"
    return page.write(made) if args.format == "html" else markdown.write(made)


def _many(args: Namespace, zh: bool) -> str:
    from kbtui.report import many_page

    if args.format in ("mermaid", "graphml"):
        raise InputError(f"--format {args.format} draws one case: say which")
    made = many.gather(Engine.open(), many.day(args.since), zh=zh)
    if args.format == "json":
        return as_json(made)
    return many_page.html_page(made) if args.format == "html" else many_page.markdown(made)


def as_json(made: msgspec.Struct) -> str:
    """Indented: it is kept and read more often than it is piped."""
    return msgspec.json.format(msgspec.json.encode(made), indent=2).decode() + "\n"


def write(text: str, output: str | None) -> None:
    """To a file, or to standard output. InputError where the file cannot be written."""
    if not output or output == "-":
        print(clean(text), end="")
        return
    try:
        Path(output).expanduser().write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputError(f"{output} cannot be written: {error.strerror}") from error
