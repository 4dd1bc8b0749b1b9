"""`kbtui graph`: how problems hang together, for other programs to draw."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from kbtui.engine import Engine
from kbtui.errors import InputError
from kbtui.kb.mistakes import did_you_mean


def run(args: Namespace) -> int:
    """0; an unknown id is bad input."""
    from kbtui.kb import graph_export

    knowledge = Engine.open().knowledge
    if args.id and args.id not in knowledge.problems:
        raise InputError(f"there is no problem {args.id!r} ({did_you_mean(args.id, knowledge.problems)})")
    text = graph_export.export(knowledge, args.format, args.id, args.depth)
    if not args.output:
        print(text)
        return 0
    try:
        Path(args.output).write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputError(f"{args.output} cannot be written: {error.strerror}") from error
    return 0
