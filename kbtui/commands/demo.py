"""`kbtui demo [STAGE]`: the story on recorded machines; on a terminal in the screens, in a pipe as text.

Only what opens a stage is here: the diagnosis, the steps and the words are those of every machine.
"""

from __future__ import annotations

import importlib
import os
import sys
from argparse import Namespace

import msgspec

from kbtui import demo
from kbtui.commands import answer, inputs, looking, screen
from kbtui.demo.source import Journey
from kbtui.diagnosis.result import Diagnosis
from kbtui.engine import Engine, Request


def run(args: Namespace) -> int:
    """0; 2 for a stage that does not exist."""
    zh = inputs.chinese(args.lang)
    if args.list:
        _list(zh)
        return 0
    number = demo.number_of(args.stage or "")
    if not args.json and _on_terminal():
        start = importlib.import_module("kbtui.tui.start")  # the screens stand to the right of the commands
        code: int = start.run("", args.lang, lambda chinese: Journey(number, zh=chinese), calm=args.calm)
        return code
    journey = Journey(number, zh=zh)
    found = _diagnose(journey)
    if args.json:
        print(msgspec.json.encode(found).decode())
    else:
        _print(journey, found, zh)
    return 0


def _on_terminal() -> bool:
    return sys.stdin.isatty() and sys.stdout.isatty() and os.environ.get("TERM", "dumb") != "dumb"


def _list(zh: bool) -> None:
    for number, stage in enumerate(demo.stages(), 1):
        print(f"{number:>3}  {stage.id:<12} {stage.said(zh).title}")
    print()
    print("kbtui demo 阶段的编号或名字" if zh else "kbtui demo NUMBER, or its name")


def _diagnose(journey: Journey) -> Diagnosis:
    """What the ordinary engine says of the words and the machine; with nothing said, whether the machine is healthy."""
    host, text = journey.host(), journey.text()
    request = Request(text=text, look=looking.at(host, words=text), machine=host.name)
    if not text:
        request.goals = []
    return Engine.open().diagnose(request)


def _print(journey: Journey, found: Diagnosis, zh: bool) -> None:
    said = journey.stage.said(zh)
    print(screen.style(found.machine, "bold"))
    print(screen.wrap(said.sees))
    print()
    if said.types:
        for line in said.types.strip().splitlines():
            print(screen.wrap(line, "> "))
        print()
        answer.diagnosis(found, zh=zh)
        print()
        print(screen.wrap(said.then))
        number = journey.number + 1
        print(f"下一阶段: kbtui demo {number}" if zh else f"next stage: kbtui demo {number}")
    else:
        answer.check(found, zh=zh)
