"""`kbtui test`: the nodes' own tests."""

from __future__ import annotations

from argparse import Namespace

import msgspec

from kbtui.authoring.nodetest import run_tests
from kbtui.commands import inputs
from kbtui.engine import Engine


def run(args: Namespace) -> int:
    """0 all passed, 1 some failed."""
    engine = Engine.open()
    inputs.check_ids(args.ids, engine.knowledge)
    if args.mutate:
        return _mutate(engine, args)
    outcomes = list(run_tests(engine, args.ids or None))
    failed = [o for o in outcomes if not o.passed]
    if args.json:
        print(
            msgspec.json.encode(
                {"schema": "kbtui.test/1", "passed": len(outcomes) - len(failed), "failed": failed}
            ).decode()
        )
        return 1 if failed else 0
    for outcome in failed:
        print(f"FAILED {outcome.problem} test {outcome.number}: expected {outcome.expect}, got {outcome.got}")
    print(f"{len(outcomes) - len(failed)} passed, {len(failed)} failed")
    return 1 if failed else 0


def _mutate(engine: Engine, args: Namespace) -> int:
    """1 where the loss of a piece of evidence would go unnoticed."""
    from kbtui.authoring.mutate import unnoticed

    found = []
    for lost in unnoticed(engine, args.ids or None):
        found.append(lost)
        if not args.json:
            print(f"UNNOTICED {lost.problem} evidence {lost.number + 1} ({lost.kind}): {lost.about[:90]}", flush=True)
    if args.json:
        print(msgspec.json.encode({"schema": "kbtui.mutate/1", "unnoticed": found}).decode())
    else:
        print(f"{len(found)} pieces of evidence could be lost unnoticed")
    return 1 if found else 0
