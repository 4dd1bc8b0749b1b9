"""Several packs laid over each other: later ones add, extend, override and disable.

What a layer may not do is a Mistake value, never an exception: the rest still loads.
"""

from __future__ import annotations

from collections import Counter

import msgspec

from kbtui.kb import guard
from kbtui.kb.load import Loaded, Over
from kbtui.kb.mistakes import Mistake, did_you_mean
from kbtui.kb.nodes import Disable, Extension, MoreRows, Problem, Table
from kbtui.kb.packs import Pack
from kbtui.machine.team import TeamProbe

KIND_OF = {
    "Problem": "problem",
    "Extension": "problem",
    "Disable": "problem",
    "Question": "question",
    "Concept": "concept",
    "Goal": "goal",
    "Table": "table",
    "MoreRows": "table",
    "TeamProbe": "probe",
}
_ASK = "review it, then `kbtui trust FOLDER`"
Wrong = tuple[str, str]
"""What is wrong, and what to do."""


def merge(layers: list[tuple[Pack, bool, list[Loaded]]]) -> tuple[dict[tuple[str, str], Loaded], list[Mistake]]:
    """(kind, id) to the node in force. Each layer: the pack, whether it is trusted, its nodes."""
    merged: dict[tuple[str, str], Loaded] = {}
    mistakes: list[Mistake] = []
    for pack, trusted, nodes in layers:
        layer = _Layer(trusted or pack.shipped, frozenset(n.id for n in nodes))
        for loaded in nodes:
            guarded, wrong = layer.guard(loaded)
            wrong += layer.lay(merged, guarded)
            mistakes += [Mistake(f"{pack.name}:{loaded.file}", 1, 1, *said) for said in wrong]
    return merged, mistakes


class _Layer:
    """One pack on its way onto those before it."""

    def __init__(self, trusted: bool, own: frozenset[str]) -> None:
        self.trusted = trusted
        self.own = own
        self.used: Counter[str] = Counter()

    def guard(self, loaded: Loaded) -> tuple[Loaded, list[Wrong]]:
        """The node as this pack may say it."""
        node = loaded.node
        wrong: list[str] = []
        if isinstance(node, Problem | Extension) and not loaded.pack.shipped:
            node, wrong = guard.narrowed(node)
        if isinstance(node, Problem) and not self.trusted:
            node, more = guard.humbled(node, self.own, self.used)
            wrong += more
        if isinstance(node, TeamProbe) and not self.trusted:
            # Its facts stay declared, so that the pack's conditions can be read; they are unknown until it is trusted.
            node = msgspec.structs.replace(node, run=None, read=None)
        return (loaded if node is loaded.node else _replace(loaded, node)), [(w, "") for w in wrong]

    def lay(self, merged: dict[tuple[str, str], Loaded], loaded: Loaded) -> list[Wrong]:
        """Put the node in place, or say why not."""
        node, kind = loaded.node, KIND_OF[type(loaded.node).__name__]
        if isinstance(node, Extension | Disable):
            target = node.extends if isinstance(node, Extension) else loaded.id
            verb = "extend" if isinstance(node, Extension) else "disable"
            base = merged.get((kind, target))
            if base is None or not isinstance(base.node, Problem):
                ids = [name for k, name in merged if k == kind]
                return [(f"{verb}s {target!r}, which is no problem of an earlier pack", did_you_mean(target, ids))]
            if not self.trusted:
                return [(f"an untrusted pack may not {verb}", _ASK)]
            if isinstance(node, Extension):
                over = [*base.over, _over("extends", loaded)]
                merged[kind, target] = _replace(base, _extended(base.node, node), over)
            elif node.disable:
                del merged[kind, target]
            return []
        if isinstance(node, MoreRows):
            return _more_rows(merged, node)
        old = merged.get((kind, loaded.id))
        if old is not None:
            wrong = self._override(old, loaded)
            if wrong:
                return [wrong]
            loaded = _replace(loaded, node, [*old.over, _over("replaces", old)])
        merged[kind, loaded.id] = loaded
        return []

    def _override(self, old: Loaded, new: Loaded) -> Wrong | None:
        named = new.node.override if isinstance(new.node, Problem) else old.hash
        if not self.trusted:
            return f"an untrusted pack may not replace {old.id!r} of {old.pack.name}:{old.file}", _ASK
        if named is None:
            return (
                f"id {old.id!r} is already that of {old.pack.name}:{old.file}",
                f"to replace it write `override: {old.hash}`; to add to it write `extends: {old.id}` in another file",
            )
        return None


def _more_rows(merged: dict[tuple[str, str], Loaded], more: MoreRows) -> list[Wrong]:
    """Rows behind those of an earlier pack; what a table cannot take is told and left out."""
    base = merged.get(("table", more.adds))
    if base is None or not isinstance(base.node, Table):
        tables = [name for kind, name in merged if kind == "table"]
        return [(f"adds to {more.adds!r}, which is no table of an earlier pack", did_you_mean(more.adds, tables))]
    table, wrong, rows = base.node, [], []
    there = {(row.get(table.key) or "").casefold() for row in table.rows}
    for row in more.rows:
        key = row.get(table.key) or ""
        strange = next((column for column in row if column not in table.types), None)
        if not key or strange:
            said = f"column {strange!r} is none of {more.adds}" if strange else f"the row has no {table.key}"
            wrong.append((said, did_you_mean(strange or table.key, table.types)))
        elif key.casefold() in there:
            wrong.append((f"{key!r} stands in {more.adds} already: the earlier row stays", ""))
        else:
            there.add(key.casefold())
            rows.append(row)
    merged["table", more.adds] = _replace(base, msgspec.structs.replace(table, rows=[*table.rows, *rows]))
    return wrong


def _over(what: str, other: Loaded) -> Over:
    return Over(what, other.pack.name, other.file, other.hash)


def stale_override(old: Loaded, new: Problem) -> str:
    """A warning when the node that was replaced is no longer the one that was reviewed; "" otherwise."""
    if new.override in (None, old.hash):
        return ""
    return f"overrides {old.id!r} as it was at {new.override}; it is {old.hash} now: compare the two"


def _extended(base: Problem, more: Extension) -> Problem:
    zh = base.zh
    if zh and more.zh:
        zh = msgspec.structs.replace(zh, aka=zh.aka + more.zh.aka)
    return msgspec.structs.replace(
        base,
        aka=base.aka + more.aka,
        causes=base.causes + more.causes,
        evidence=base.evidence + more.evidence,
        fixes=base.fixes + more.fixes,
        concepts=base.concepts + more.concepts,
        references=base.references + more.references,
        tests=base.tests + more.tests,
        zh=zh or more.zh,
    )


def _replace(loaded: Loaded, node: object, over: list[Over] | None = None) -> Loaded:
    return msgspec.structs.replace(loaded, node=node, over=loaded.over if over is None else over)
