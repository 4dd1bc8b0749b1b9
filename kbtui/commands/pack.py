"""`kbtui pack`: begin, add, list, update and remove packs."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

import msgspec

from kbtui.commands import screen
from kbtui.errors import InputError
from kbtui.kb import packs, trust
from kbtui.kb.packs import Pack
from kbtui.kb.powers import powers


def run(args: Namespace) -> int:
    """0; 1 where an update of some pack could not be fetched."""
    if args.action == "list":
        return _list(args)
    if args.action == "init":
        from kbtui.team import begin

        folder = Path(args.source or ".")
        for name in begin.init(folder, args.title or ""):
            print(screen.clean(f"wrote {folder / name}"))
        return 0
    from kbtui.team import added

    if args.action == "add":
        if not args.source:
            raise InputError("say which: kbtui pack add FOLDER, or the address of a git repository")
        pack = added.add(args.source, args.name or "", args.pin or "")
        print(f"added {pack.name} at {pack.commit[:12]} in {pack.path}")
        _say_trust(pack)
        return 0
    names = [args.source] if args.source else list(packs.read_added())
    if args.action == "remove":
        if not args.source:
            raise InputError("say which: kbtui pack remove NAME (`kbtui pack list`)")
        print(f"removed {added.remove(args.source)}")
        return 0
    return _update(names, args)


def _update(names: list[str], args: Namespace) -> int:
    from kbtui.errors import PackError
    from kbtui.team import added

    failed = 0
    for name in names:
        try:
            change = added.update(name, args.pin)
        except PackError as error:
            failed += 1
            print(screen.clean(f"{name}: kept as it is; {error}"))
            continue
        if change.before == change.after:
            print(f"{name}: up to date at {change.after[:12]}")
            continue
        print(f"{name}: {change.before[:12]} -> {change.after[:12]}")
        if not change.trusted:
            _say_trust(next(p for p in packs.added() if p.name == name))
    return 1 if failed else 0


def _say_trust(pack: Pack) -> None:
    if trust.is_trusted(pack):
        return
    found = powers(pack)
    if found:
        commands = sum(p.is_command for p in found)
        print(f"it only adds until it is trusted ({commands} commands, {len(found) - commands} other rights):")
        print(f"  kbtui trust {pack.name}")
    else:
        print("it only adds knowledge and needs no trust")


def state_of(pack: Pack) -> str:
    """How far a pack may go, in a word or two."""
    if pack.shipped:
        return "shipped"
    if trust.is_trusted(pack):
        return "trusted"
    if not powers(pack):
        return "needs no trust"
    return "changed since it was reviewed" if trust.was_trusted(pack) else "not trusted: it only adds"


def _list(args: Namespace) -> int:
    from kbtui.kb.cache import open_knowledge

    found = packs.discover()
    mistakes = open_knowledge(found)[0].mistakes
    known = packs.read_added()
    rows: list[dict[str, str | int]] = []
    for pack in found:
        one = known.get(pack.name) if pack.kind == "added" else None
        rows.append(
            {
                "name": pack.name,
                "kind": pack.kind,
                "path": str(pack.path),
                "state": state_of(pack),
                "nodes": sum(1 for _ in packs.files(pack)),
                "source": one.source if one else "",
                "commit": pack.commit,
                "pin": one.pin if one else "",
            }
        )
    if args.json:
        print(msgspec.json.encode({"schema": "kbtui.packs/1", "packs": rows, "mistakes": mistakes}).decode())
        return 0
    for row in rows:
        pinned = f" at {str(row['commit'])[:12]}" if row["commit"] else ""
        pinned += f" (pin {row['pin']})" if row["pin"] else ""
        source = f"  from {row['source']}{pinned}" if row["source"] else ""
        print(screen.clean(f"{row['name']}  [{row['kind']}]  {row['nodes']} nodes, {row['state']}{source}"))
    for mistake in mistakes:
        print(screen.clean(str(mistake)))
    print("a later pack lies over an earlier one; `kbtui show ID --why` names every file that had to do with a node")
    return 0
