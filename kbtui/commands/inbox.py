"""`kbtui inbox`: for its keeper. Shared cases grouped by look-alike; accept, merge into a node, or ask back.

`review` goes through them with one key each (`kbtui.commands.inbox_review`).
"""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

import msgspec

from kbtui.authoring import submit
from kbtui.commands import inputs, screen
from kbtui.engine import Engine
from kbtui.errors import InputError
from kbtui.kb.packs import discover
from kbtui.team import effect, inbox, keeper
from kbtui.team.inbox import Item, Place

WORDS = 70
"""Characters shown of what was said."""


def run(args: Namespace) -> int:
    """0; an item that is not there is bad input."""
    place = inbox.find(discover(), args.inbox)
    engine = Engine.open()
    if args.action == "list":
        with inbox.opened(place) as folder:
            return _list(engine, inbox.items(folder), args, place)
    if args.action == "review":
        from kbtui.commands import inbox_review

        with inbox.opened(place, "Went through the inbox") as folder:
            return inbox_review.run(engine, folder, _pack(args, place))
    if not args.id:
        raise InputError(f"say which: kbtui inbox {args.action} ID (`kbtui inbox` lists them)")
    message = "" if args.action == "show" else f"{args.action} {args.id}"
    with inbox.opened(place, message) as folder:
        item = inbox.one(folder, args.id)
        if args.action == "show":
            return show(engine, item, inbox.items(folder), _known(args, place))
        return _decide(engine, folder, item, args, place)


def _decide(engine: Engine, folder: Path, item: Item, args: Namespace, place: Place) -> int:
    what = " ".join(args.what)
    if args.action == "ask":
        if not what:
            raise InputError('say what: kbtui inbox ask ID "Which kernel was it?"')
        inbox.ask(folder, item, what)
        print(f"asked; the member sees it with `kbtui share --mine`, the answer stands in `kbtui inbox show {item.id}`")
        return 0
    if item.note.state in ("accepted", "merged"):
        raise InputError(f"{item.id} is in {item.note.became} already")
    pack = _pack(args, place)
    if args.action == "accept":
        path = keeper.accept(item, pack)
        inbox.settle(folder, item, "accepted", path.stem)
    else:
        if not what:
            raise InputError("say into which: kbtui inbox merge ID NODE")
        inputs.check_ids([what], engine.knowledge)
        path = keeper.merge(engine.knowledge, item, what, pack)
        inbox.settle(folder, item, "merged", what)
    print(screen.clean(f"wrote {path}"))
    print(screen.clean(f"next: `kbtui lint {pack}`, `kbtui test --pack {pack}`, then commit"))
    return 0


def _pack(args: Namespace, place: Place) -> Path:
    """The pack that the keeper writes into: the one named, else the one that names the inbox. InputError for none."""
    if args.to:
        path = Path(args.to).expanduser()
        if not path.is_dir():
            raise InputError(f"{args.to} is not a folder (`kbtui pack init {args.to}` makes a pack)")
        return path
    if place.pack and place.pack.kind != "added":
        return place.pack.path
    raise InputError("say into which pack: --to FOLDER (a clone of yours; added packs are only updated)")


def _known(args: Namespace, place: Place) -> Path | None:
    """The pack whose past cases are replayed; None where nothing says which."""
    try:
        return _pack(args, place)
    except InputError:
        return place.pack.path if place.pack else None


def _list(engine: Engine, found: list[Item], args: Namespace, place: Place) -> int:
    waiting = [i for i in found if i.note.state in ("open", "asked")]
    groups = keeper.groups(engine, waiting)
    if args.json:
        rows = [
            {"near": g.near, "items": [{"id": i.id, "note": i.note, "draft": i.draft} for i in g.items]} for g in groups
        ]
        print(msgspec.json.encode({"schema": "kbtui.inbox/1", "inbox": str(place), "groups": rows}).decode())
        return 0
    for number, group in enumerate(groups, 1):
        near = f"; like {', '.join(group.near)}" if group.near else ""
        print(
            screen.style(screen.clean(f"{number}. {len(group.items)} case{'s' * (len(group.items) > 1)}{near}"), "bold")
        )
        for item in group.items:
            _row(engine, item, found, _known(args, place))
    settled = len(found) - len(waiting)
    print(screen.clean(f"{place}: {len(waiting)} waiting, {settled} settled"))
    return 0


def _row(engine: Engine, item: Item, found: list[Item], pack: Path | None) -> None:
    node = submit.node_of(item.draft)
    title = node.title if node else "a draft that cannot be read"
    mark = " (asked back)" if item.note.state == "asked" else ""
    print(screen.clean(f"   {item.id}  {title[:WORDS]}{mark}"))
    errors = sum(m.level == "error" for m in keeper.mistakes(engine, item))
    pieces = len(node.evidence) if node else 0
    changed = len(keeper.past(engine, item, found, pack))
    print(f"      {pieces} pieces of evidence, {errors} mistakes, changes {changed} past cases")


def show(engine: Engine, item: Item, found: list[Item], pack: Path | None) -> int:
    """One item whole: what was said, the draft, its mistakes, what it would change; 0."""
    by = f" by {item.note.author}" if item.note.author else ""
    print(screen.style(screen.clean(f"{item.id}, shared {item.note.shared}{by}, {item.note.state}"), "bold"))
    for said in item.note.said:
        print(screen.wrap(f"said: {said}"))
    for asked in item.note.asked:
        print(screen.wrap(f"asked: {asked}"))
    if item.case:
        print(screen.wrap(item.case.text[:2000], "  | "))
        print(screen.clean(f"answered then: {', '.join(item.case.found) or 'nothing'}"))
    print(screen.clean(item.draft))
    for mistake in keeper.mistakes(engine, item):
        print(screen.clean(str(mistake)))
    changed = keeper.past(engine, item, found, pack)
    print(f"with it, {len(changed)} past cases are answered otherwise")
    for one in changed:
        print(screen.clean(f"  {effect.said(one)}"))
    return 0
