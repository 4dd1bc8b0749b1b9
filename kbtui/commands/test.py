"""`kbtui test`: the nodes' own tests."""

from __future__ import annotations

from argparse import Namespace

import msgspec

from kbtui.authoring.nodetest import run_tests
from kbtui.commands import inputs
from kbtui.engine import Engine


def run(args: Namespace) -> int:
    """0 all passed, 1 some failed."""
    engine = _of_pack(args) if args.pack else Engine.open()
    inputs.check_ids(args.ids, engine.knowledge)
    nothing = bool(args.pack) and not args.ids  # a pack that begins, or holds no problem
    if args.mutate and not nothing:
        return _mutate(engine, args)
    outcomes = [] if nothing else list(run_tests(engine, args.ids or None))
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


def _of_pack(args: Namespace) -> Engine:
    """The engine over one pack and the shipped one; where no node is named, the pack's own are meant."""
    from pathlib import Path

    from kbtui.errors import InputError
    from kbtui.kb.packs import Pack, shipped
    from kbtui.team.effect import opened

    folder = Path(args.pack)
    if not folder.is_dir():
        raise InputError(f"{args.pack} is not a folder")
    engine = opened([shipped(), Pack(folder.resolve().name, folder.resolve(), reviewed=True)])
    if not args.ids:
        args.ids = own_ids(engine, folder.resolve().name)
    return engine


def own_ids(engine: Engine, pack: str) -> list[str]:
    """The problems that a pack brings or adds to."""
    built = engine.knowledge.built
    mine = {name for name, origin in built.origins.items() if origin[0] == pack}
    return sorted(mine | {name for name, over in built.over.items() if any(o[1] == pack for o in over)})


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
