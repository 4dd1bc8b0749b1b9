"""`kbtui check [GOAL]`: is this machine what a goal requires; if not, the root cause first."""

from __future__ import annotations

from argparse import Namespace

import msgspec

from kbtui.commands import answer, inputs, looking
from kbtui.engine import Engine, Request
from kbtui.errors import InputError
from kbtui.kb.mistakes import did_you_mean
from kbtui.machine.facts import Facts


def run(args: Namespace) -> int:
    """0 healthy, 1 not, 3 where a look that failed could still change the answer."""
    engine = Engine.open()
    goals = engine.knowledge.ids("goal")
    if args.goal and args.goal not in goals:
        raise InputError(f"there is no goal {args.goal!r} ({did_you_mean(args.goal, goals)})")
    zh = inputs.chinese(args.lang)
    worked, said = None, list[str]()
    if args.load:
        from kbtui.commands import loading

        worked = loading.take(args, zh=zh)
        said = loading.notes(worked, zh=zh) if worked else []
    looked = looking.take(args)  # after the load: what it left in the kernel's log counts
    if worked and looked.look:
        for fact in worked.facts:
            looked.look.facts.add(fact)
    request = Request(
        look=looked.look,
        machine=looked.machine,
        facts=inputs.parse_sets(args.sets),
        goals=[args.goal] if args.goal else [],
        notes=said,
    )
    found = engine.diagnose(request)
    if said and found.healthy:
        found.healthy = None
    if found.healthy and looked.machine == "live" and looked.look:
        from kbtui.machine.changes.baseline import save_baseline

        save_baseline(looked.look.facts)
    if args.json:
        print(msgspec.json.encode(found).decode())
    else:
        answer.check(found, zh=zh)
    if args.page:
        from kbtui.commands.report import write
        from kbtui.report import check_page

        facts = looked.look.facts if looked.look else Facts(request.facts)
        made = check_page.build(engine, found, facts, loaded=worked is not None and worked.enough, lacks=said, zh=zh)
        write(
            check_page.html_page(made) if args.page.endswith((".html", ".htm")) else check_page.markdown(made),
            args.page,
        )
    if found.healthy is None:
        return 3
    return 0 if found.healthy else 1
