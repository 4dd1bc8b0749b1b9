"""`kbtui handoff CASE --to admin|forum|vendor`: half a page for whoever can go on."""

from __future__ import annotations

from argparse import Namespace

from kbtui.commands import inputs
from kbtui.commands.report import write
from kbtui.diagnosis import case
from kbtui.engine import Engine
from kbtui.report import handoff, walk


def run(args: Namespace) -> int:
    """0."""
    walked = walk.read(Engine.open(), case.path_of(args.case))
    write(handoff.write(walked, args.to, zh=inputs.chinese(args.lang)), args.output)
    return 0
