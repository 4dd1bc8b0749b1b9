"""`kbtui check [GOAL]`: is this machine what a goal requires; if not, the root cause first."""

from __future__ import annotations

from argparse import Namespace

import msgspec

from kbtui.commands import answer, inputs, looking
from kbtui.engine import Engine, Request
from kbtui.errors import InputError
from kbtui.kb.mistakes import did_you_mean


def run(args: Namespace) -> int:
    """0 healthy, 1 not, 3 where a look that failed could still change the answer."""
    engine = Engine.open()
    goals = engine.knowledge.ids("goal")
    if args.goal and args.goal not in goals:
        raise InputError(f"there is no goal {args.goal!r} ({did_you_mean(args.goal, goals)})")
    looked = looking.take(args)
    request = Request(
        look=looked.look,
        machine=looked.machine,
        facts=inputs.parse_sets(args.sets),
        goals=[args.goal] if args.goal else [],
    )
    found = engine.diagnose(request)
    if found.healthy and looked.machine == "live" and looked.look:
        from kbtui.machine.changes.baseline import save_baseline

        save_baseline(looked.look.facts)
    if args.json:
        print(msgspec.json.encode(found).decode())
    else:
        answer.check(found, zh=inputs.chinese(args.lang))
    if found.healthy is None:
        return 3
    return 0 if found.healthy else 1
