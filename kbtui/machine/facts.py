"""What is known of a machine: typed facts, each with its state, reason, origin and raw text.

Unknown is a value with a reason; it is never false and never "fine". This module owns the values and the
store that layers them (set > live > bundle > text). The names and types stand in `kbtui.machine.catalogue`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

import msgspec

State = Literal["known", "absent", "not_applicable", "unknown"]
Kind = Literal["set", "answer", "live", "bundle", "text", "derived"]
Value = bool | int | float | str | Sequence[int | str] | None
"""A list fact holds whole numbers or texts."""

RANK: dict[str, int] = {"set": 5, "answer": 4, "live": 3, "bundle": 2, "text": 1, "derived": 0}
"""Which origin wins where two disagree: what a person sets lies over what a probe saw, and so on (design 5)."""


class Fact(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One typed thing about a machine."""

    name: str
    state: State = "known"
    value: Value = None
    """A version is text ("550.120"); sizes and watts are in the unit that the catalogue names."""
    entity: str = ""
    """"" for the machine; else the key in the fact's scope: a bus id, a boot number, a PID, an interface."""
    reason: str = ""
    """Why it is unknown: "no permission", "tool missing", "timed out", "before the fix", "not in this bundle"."""
    kind: Kind = "text"
    origin: str = ""
    """Where it was read, for a person: "nvidia-smi", "line 12 of the text", "--set"."""
    raw: str = ""
    """The line or lines that it was read from."""
    line: int = 0
    """1-based line of the text it was read from; 0 where there is none. One line counts once on a path."""
    at: float = 0.0
    """When it was seen, in seconds of the epoch; 0 where that is not known."""


NOT_LOOKED_AT = "not looked at"


def _weight(fact: Fact) -> int:
    """How far up it stands among what is said of one thing."""
    failed = fact.state == "unknown" and fact.kind not in ("set", "answer")
    return RANK[fact.kind] - (len(RANK) if failed else 0)


class Facts:
    """The facts of one machine, the strongest origin on top and every contradiction kept.

    Scopes (gpu, boot, env, process, net) hold entities. A scope's list is *complete* only where something
    listed it whole; an incomplete list never makes `any(...)` false or `all(...)` true.
    """

    def __init__(self, facts: Iterable[Fact] = ()) -> None:
        self._facts: dict[tuple[str, str], list[Fact]] = {}
        self._entities: dict[str, dict[str, None]] = {}
        self._complete: set[str] = set()
        for fact in facts:
            self.add(fact)

    def add(self, fact: Fact) -> None:
        """Lay a fact down. Within one rank the later one stands on top (a newer look at the same thing); a look that
        failed never hides what another saw, unless a person says that it is unknown."""
        stack = self._facts.setdefault((fact.name, fact.entity), [])
        if fact in stack:
            return
        weight = _weight(fact)
        at = next((i for i, old in enumerate(stack) if _weight(old) <= weight and not _cut(fact, old)), len(stack))
        stack.insert(at, fact)
        if fact.entity:
            self._entities.setdefault(scope_of(fact.name), {})[fact.entity] = None

    def list_scope(self, scope: str, keys: Iterable[str], *, complete: bool) -> None:
        """Say which entities a scope has; `complete` when nothing else can be there."""
        self._entities.setdefault(scope, {}).update(dict.fromkeys(keys))
        if complete:
            self._complete.add(scope)

    def withdraw(self, name: str) -> None:
        """Forget a fact that the person does not believe: it is unknown from now on, whoever says it."""
        for key in [k for k in self._facts if k[0] == name]:
            self._facts[key] = [Fact(name=name, entity=key[1], state="unknown", reason="withdrawn", kind="set")]

    def get(self, name: str, entity: str = "") -> Fact:
        """The fact on top, or an unknown one that says it was not looked at."""
        stack = self._facts.get((name, entity))
        return stack[0] if stack else Fact(name=name, entity=entity, state="unknown", reason=NOT_LOOKED_AT)

    def entities(self, scope: str) -> list[str]:
        """The entities seen in a scope, in the order they were seen."""
        return list(self._entities.get(scope, {}))

    def is_complete(self, scope: str) -> bool:
        """True when the scope was listed whole."""
        return scope in self._complete

    def relabelled(self, kind: Kind) -> Facts:
        """A copy in which every fact comes from another kind of origin: a file of pasted output is a bundle."""
        twin = self.copy()
        twin._facts = {
            key: [msgspec.structs.replace(fact, kind=kind, line=0) for fact in stack]
            for key, stack in self._facts.items()
        }
        return twin

    def contradictions(self) -> list[list[Fact]]:
        """Facts on which two origins disagree, the one in force first. "3.11" is no contradiction of "3.11.2", nor is what
        two programs say of one failure."""
        out = []
        for (name, _), stack in self._facts.items():
            if name.endswith("_error"):
                continue
            seen = [f for f in stack if f.state == "known"]
            if len({f.kind for f in seen}) > 1 and any(_differ(seen[0].value, f.value) for f in seen[1:]):
                out.append(seen)
        return out

    def __iter__(self) -> Iterator[Fact]:
        """The facts in force, one a name and entity."""
        return (stack[0] for stack in self._facts.values())

    def __len__(self) -> int:
        return len(self._facts)

    def copy(self) -> Facts:
        """An independent copy; facts themselves are immutable."""
        twin = Facts()
        twin._facts = {key: list(stack) for key, stack in self._facts.items()}
        twin._entities = {scope: dict(keys) for scope, keys in self._entities.items()}
        twin._complete = set(self._complete)
        return twin


def _cut(new: Fact, old: Fact) -> bool:
    """Whether the new one says the same with fewer digits: "550.163" does not replace "550.163.01"."""
    return (
        isinstance(new.value, str)
        and isinstance(old.value, str)
        and _weight(new) == _weight(old)
        and old.value.startswith(new.value + ".")
    )


def _differ(a: Value, b: Value) -> bool:
    if isinstance(a, str) and isinstance(b, str):
        long, short = (a, b) if len(a) >= len(b) else (b, a)
        return long != short and not long.startswith((short + ".", short + "+", short + "-", short + " "))
    return repr(a) != repr(b)


SCOPES = ("gpu", "boot", "env", "process", "net")
"""The scopes other than the machine's own. A scoped fact's name begins with its scope."""


def scope_of(name: str) -> str:
    """The scope of a fact by its name: "gpu" for gpu.model, "" (the machine) for driver.version."""
    head = name.partition(".")[0]
    return head if head in SCOPES else ""
