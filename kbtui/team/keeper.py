"""What the keeper of an inbox looks at and decides: look-alikes together, a draft's effect on past cases, where it goes."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import msgspec

from kbtui.authoring import submit
from kbtui.engine import Engine, to_request
from kbtui.errors import InputError, PackError
from kbtui.kb import trust
from kbtui.kb.knowledge import Knowledge
from kbtui.kb.mistakes import Mistake
from kbtui.kb.packs import Pack
from kbtui.kb.powers import powers
from kbtui.team import effect
from kbtui.team.effect import Replayed
from kbtui.team.inbox import Item

ALIKE = 80
"""Percent of words alike from which two drafts stand together."""
NEAR = 0.35
"""Score from which a known problem is named as what a draft may be about."""


class Group(NamedTuple):
    """Items that look alike."""

    near: list[str]
    """Known problems that they may be about, the nearest first."""
    items: list[Item]


def groups(engine: Engine, found: list[Item]) -> list[Group]:
    """Items grouped: those whose titles say nearly the same, or whose nearest known problem is the same."""
    from rapidfuzz import fuzz

    out: list[Group] = []
    for item in found:
        node = submit.node_of(item.draft)
        title = node.title if node else item.id
        near = [m.id for m in submit.alike(engine, item.draft) if m.score >= NEAR][:3]
        for group in out:
            other = submit.node_of(group.items[0].draft)
            same = other is not None and fuzz.token_set_ratio(title.lower(), other.title.lower()) >= ALIKE
            if same or (near[:1] and near[:1] == group.near[:1]):
                group.items.append(item)
                break
        else:
            out.append(Group(near, [item]))
    return sorted(out, key=lambda g: -len(g.items))


def mistakes(engine: Engine, item: Item) -> list[Mistake]:
    """What lint says of a draft."""
    return submit.check(item.draft, submit.world_of(engine))


def past(engine: Engine, item: Item, others: list[Item], pack: Path | None) -> list[Replayed]:
    """Past cases, its own included, whose answer the draft changes: those of the pack and of the inbox."""
    target, node = submit.target_of(item.draft), submit.node_of(item.draft)
    if target is None or node is None or target.id in engine.knowledge.problems:
        return []
    replayed = {i.name: i for i in effect.cases(pack)} if pack else {}
    replayed |= {
        f"case {other.id}": effect.Item(f"case {other.id}", to_request(other.case)) for other in others if other.case
    }
    with_it = effect.with_problem(engine, target.id, target.area, node)
    out = []
    for name, one in sorted(replayed.items()):
        before, after = effect.answer(engine, one)[0], effect.answer(with_it, one)[0]
        if before[:1] != after[:1]:
            out.append(Replayed(name, before, after))
    return out


def accept(item: Item, folder: Path) -> Path:
    """Write the draft into a pack as a node, and its case among the pack's cases. InputError where it cannot be."""
    text = item.draft
    node = submit.node_of(text)
    if node is None:
        raise InputError(f"the draft of {item.id} is no problem that can be read (`kbtui inbox show {item.id}`)")
    if item.note.author and not node.author:
        text = text.rstrip() + f"\nauthor: {_quoted(item.note.author)}\n"
    return _write(item, text, folder)


def merge(knowledge: Knowledge, item: Item, into: str, folder: Path) -> Path:
    """Add what the draft says to a node that is known already: one `extends` file. InputError where it cannot be."""
    return _write(item, submit.addition(knowledge, item.draft, into), folder)


def _write(item: Item, text: str, folder: Path) -> Path:
    """A pack that its keeper had reviewed stays so, unless what came in is a command: that is read by itself."""
    pack = Pack(folder.name, folder)
    before = {p.text for p in powers(pack) if p.is_command} if trust.is_trusted(pack) else None
    path = submit.write(text, folder)
    _keep_case(item, folder)
    if before is not None and all(p.text in before for p in powers(pack) if p.is_command):
        trust.trust(pack)
    return path


def _keep_case(item: Item, folder: Path) -> None:
    if item.case is None:
        return
    file = folder / "cases" / f"{item.id}.json"
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        body = {"schema": "kbtui.case/1", **msgspec.to_builtins(item.case)}
        file.write_bytes(msgspec.json.format(msgspec.json.encode(body), indent=1))
    except OSError as error:
        raise PackError(f"{file} cannot be written: {error.strerror}") from error


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
