"""`kbtui share`: a redacted case with a draft of its node, into the site's inbox."""

from __future__ import annotations

from argparse import Namespace

import msgspec

from kbtui.commands import screen
from kbtui.diagnosis import case
from kbtui.diagnosis.elsewhere import redactor_for
from kbtui.engine import Engine
from kbtui.errors import InputError
from kbtui.kb.packs import discover
from kbtui.team import inbox


def run(args: Namespace) -> int:
    """0; no inbox, or no such case, is bad input."""
    if args.mine:
        return _mine(args)
    if not args.case:
        raise InputError("say which case: kbtui share CASE (`kbtui case list` shows them)")
    state = case.load(case.path_of(args.case))
    plain, draft = inbox.made(Engine.open(), state, args.title)
    if args.only_print:
        print(screen.clean(draft))
        body = msgspec.json.encode({"schema": "kbtui.case/1", **msgspec.to_builtins(plain)})
        print(screen.clean(msgspec.json.format(body, indent=2).decode()))
        return 0
    place = inbox.find(discover(), args.to)
    note = redactor_for(f"{state.text}\n{args.note}", state.facts).text(args.note)
    with inbox.opened(place, f"Shared {state.id}") as folder:
        fresh = inbox.share(folder, plain, draft, note, args.name)
    inbox.remember(state.id)
    if fresh:
        print(screen.clean(f"shared {state.id} with {place}; `kbtui share --mine` says what became of it"))
    else:
        print(f"{state.id} was shared before" + ("; your note is added" if note else ""))
    return 0


def _mine(args: Namespace) -> int:
    place = inbox.find(discover(), args.to)
    mine = set(inbox.shared_from_here())
    with inbox.opened(place) as folder:
        found = [i for i in inbox.items(folder) if i.id in mine]
    for item in found:
        became = f": {item.note.became}" if item.note.became else ""
        print(screen.clean(f"{item.id}  {item.note.state}{became}"))
        if item.note.state == "asked":
            print(screen.clean(f"  asked: {item.note.asked[-1]}"))
            print(f'  answer: kbtui share {item.id} --note "..."')
    if not found:
        print("nothing was shared from here")
    return 0
