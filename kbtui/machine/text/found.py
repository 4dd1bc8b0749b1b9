"""What the readers of one text collect: facts with their lines, segments, scopes; and how they are reconciled.

Three weights. An *output* is what a program printed about this machine; a *hint* stands in passing in some output (a
path, a package name); what is *said* is prose. For each fact only the heaviest weight counts. Hints and statements
that contradict each other cancel out, because nothing tells which of them is this machine now.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from kbtui.machine.facts import Fact, State, Value, scope_of
from kbtui.machine.secrets import masked
from kbtui.machine.text.lines import split

OUTPUT, HINT, SAID = 3, 2, 1

_LARGEST = 1 << 53
"""Whole numbers beyond this are no measure of anything, and JSON readers would round them."""
_MOST_RAW = 6
"""Lines kept as the raw text of a fact to which many lines add."""


class Segment(Struct, frozen=True):
    """A run of lines of one kind; lines are 1-based, the last one included."""

    kind: str
    """"nvidia-smi", "kernel_log", "kernel_log_earlier", "traceback", "pip", "prose", "other" ..."""
    first_line: int
    last_line: int


class _Grown:
    """A list fact in the making."""

    __slots__ = ("at", "rows", "values", "weight")

    def __init__(self, at: int, weight: int) -> None:
        self.at = at
        self.weight = weight
        self.rows: list[int] = []
        self.values: dict[str | int, None] = {}


class Found:
    """The lines of one text and what was read from them so far."""

    def __init__(self, text: str) -> None:
        self.lines = split(text)
        self.segments: list[Segment] = []
        self.taken = bytearray(len(self.lines))
        """For each line 0: nobody's, 1: claimed, 2: claimed, and yet a person may have written around it."""
        self.gpu_order: dict[int, str] = {}
        """nvidia-smi's index of a card -> its entity, once a table has shown both."""
        self.scopes: list[tuple[str, list[str], bool]] = []
        self._facts: list[tuple[int, Fact]] = []
        self._known: dict[tuple[str, str], Value] = {}
        self._grown: dict[tuple[str, str], _Grown] = {}
        self._history: bytearray | None = None

    def add(self, name: str, value: Value, at: int, *, entity: str = "", weight: int = OUTPUT) -> None:
        """A known fact read from line `at` (0-based)."""
        if entity or not scope_of(name):
            self._known.setdefault((name, entity), value)
        self._lay(name, value, at, "known", entity, "", weight)

    def absent(self, name: str, at: int, *, entity: str = "", weight: int = OUTPUT) -> None:
        """A thing that the output shows not to be there."""
        self._lay(name, None, at, "absent", entity, "", weight)

    def unclear(self, name: str, at: int, reason: str, *, entity: str = "") -> None:
        """A thing that the output names without a value: "ERR!", "[Insufficient Permissions]"."""
        self._lay(name, None, at, "unknown", entity, reason, OUTPUT)

    def not_applicable(self, name: str, at: int, *, entity: str = "") -> None:
        """A thing that this card or machine does not have: "N/A" under MIG."""
        self._lay(name, None, at, "not_applicable", entity, "", OUTPUT)

    def collect(
        self, name: str, values: Iterable[str | int], at: int, *, entity: str = "", weight: int = OUTPUT
    ) -> None:
        """Items of a list fact; a heavier weight throws lighter items out. An empty list is a value too."""
        if scope_of(name) and not entity:
            return
        grown = self._grown.get((name, entity))
        if grown is None or weight > grown.weight:
            grown = self._grown[(name, entity)] = _Grown(at, weight)
        if weight == grown.weight:
            grown.rows.append(at)
            grown.values.update(dict.fromkeys(v for v in values if isinstance(v, str) or abs(v) <= _LARGEST))

    def forget_entity(self, scope: str, key: str) -> None:
        """Take back what was read about one entity: it turned out not to be what the scope is about."""

        def about(name: str, entity: str) -> bool:
            return entity == key and scope_of(name) == scope

        self._facts = [(w, f) for w, f in self._facts if not about(f.name, f.entity)]
        self._known = {k: v for k, v in self._known.items() if not about(*k)}

    def value(self, name: str, entity: str = "") -> Value:
        """What was first read for a single-valued fact, or None."""
        return self._known.get((name, entity))

    def named(self, name: str) -> list[Value]:
        """The values read for a fact over all its entities."""
        return [value for (known, _), value in self._known.items() if known == name]

    def take(self, kind: str, first: int, last: int, *, prose: bool = False) -> None:
        """Claim lines (0-based, both included) as a segment; with `prose` they are read as prose all the same, because
        people quote a message in the middle of a sentence."""
        last = min(last, len(self.lines) - 1)
        if first < 0 or last < first:
            return
        self.segments.append(Segment(kind, first + 1, last + 1))
        self.taken[first : last + 1] = (b"\x02" if prose else b"\x01") * (last - first + 1)

    def take_each(self, kind: str, rows: Iterable[int], *, prose: bool = False) -> None:
        """Claim single lines; neighbours become one segment."""
        first = last = -2
        for row in sorted(rows):
            if row > last + 1:
                self.take(kind, first, last, prose=prose)
                first = row
            last = row
        self.take(kind, first, last, prose=prose)

    def scope(self, scope: str, keys: Iterable[str], *, complete: bool) -> None:
        """The entities of a scope that an output lists."""
        self.scopes.append((scope, list(keys), complete))

    def is_history(self, at: int) -> bool:
        """True for a kernel log line of an earlier boot, which is not now."""
        if self._history is None:
            from kbtui.machine.text.history import history

            self._history = history(self.lines)
        return bool(self._history[at])

    def facts(self) -> list[Fact]:
        """The facts, reconciled, in the order they were read."""
        everything = self._facts + [self._closed(key, grown) for key, grown in self._grown.items()]
        stacks: dict[tuple[str, str], list[tuple[int, Fact]]] = {}
        for weight, fact in everything:
            stacks.setdefault((fact.name, fact.entity), []).append((weight, fact))
        kept: list[Fact] = []
        for stack in stacks.values():
            heaviest = max(weight for weight, _ in stack)
            kept += _reconciled([fact for weight, fact in stack if weight == heaviest], heaviest)
        return kept

    def _lay(self, name: str, value: Value, at: int, state: State, entity: str, reason: str, weight: int) -> None:
        if (scope_of(name) and not entity) or (isinstance(value, int) and abs(value) > _LARGEST):
            return  # a card whose bus id could not be read, or digits that count nothing
        self._facts.append(
            (
                weight,
                Fact(
                    name=name,
                    value=value,
                    state=state,
                    entity=entity,
                    reason=reason,
                    kind="text",
                    origin=f"line {at + 1} of the text",
                    raw=masked(self.lines[at].strip()[:500]),
                    line=at + 1,
                ),
            )
        )

    def _closed(self, key: tuple[str, str], grown: _Grown) -> tuple[int, Fact]:
        rows = list(dict.fromkeys(grown.rows))[:_MOST_RAW]
        values: Value = list(grown.values)
        return grown.weight, Fact(
            name=key[0],
            value=values,
            entity=key[1],
            kind="text",
            origin=f"line {grown.at + 1} of the text",
            raw="\n".join(self.lines[row].strip()[:300] for row in rows),
            line=grown.at + 1,
        )


def _reconciled(facts: list[Fact], weight: int) -> list[Fact]:
    """One fact a value; hints and statements that disagree are all dropped, unless one merely says more digits."""
    seen: dict[tuple[str, str], Fact] = {}
    for fact in facts:
        # The order is that of the last look at each value; the line is that of the first.
        key = (fact.state, repr(fact.value))
        seen[key] = seen.pop(key, fact)
    distinct = list(seen.values())
    if weight == OUTPUT or len(distinct) < 2:
        return distinct
    longest = max(distinct, key=lambda f: len(str(f.value)))
    whole = str(longest.value)
    agree = all(
        isinstance(f.value, str) and whole.startswith(f.value) and whole[len(f.value) :][:1] in ("", ".", "+", "-")
        for f in distinct
    )
    return [longest] if agree else []
