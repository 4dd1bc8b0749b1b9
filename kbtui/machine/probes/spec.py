"""A probe: where raw output comes from, as data, and what it means, as a pure parser from answers to facts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from msgspec.structs import replace

from kbtui.machine.asks import Ask, Raw, shown
from kbtui.machine.catalogue import SPECS
from kbtui.machine.facts import Fact, Kind, State, Value, scope_of
from kbtui.machine.secrets import masked

_LONGEST_RAW = 600
NOT_IN_OUTPUT = "it was not in the output"
"""The reason of a fact that the parser left out where every look succeeded."""


class Out:
    """What a parser says. A fact that it leaves out becomes unknown, with the reason of the ask that failed."""

    def __init__(self, kind: Kind = "live") -> None:
        self.kind = kind
        self.facts: list[Fact] = []
        self.scopes: list[tuple[str, tuple[str, ...], bool]] = []
        self.lost: dict[str, str] = {}
        """Facts of a card, a process ... that were given for none of them because a look failed, and its reason."""

    def add(self, name: str, value: Value, seen: Raw, raw: str = "", *, entity: str = "") -> None:
        """A known fact; `raw` is the line that says so (left out: the answer's first lines). None is `absent`."""
        state: State = "absent" if value is None else "known"
        self.facts.append(
            Fact(
                name=name,
                value=value,
                state=state,
                entity=entity,
                kind=self.kind,
                origin=shown(seen.origin),
                raw=(raw or seen.output)[:_LONGEST_RAW],
            )
        )

    def absent(self, name: str, seen: Raw, raw: str = "", *, entity: str = "") -> None:
        """The thing is certainly not there."""
        self.add(name, None, seen, raw, entity=entity)

    def unknown(self, name: str, reason: str, seen: Raw | None = None, *, entity: str = "") -> None:
        """It could not be told, and why."""
        self._state(name, "unknown", reason, seen, entity)

    def not_applicable(self, name: str, reason: str, seen: Raw | None = None, *, entity: str = "") -> None:
        """There is no such thing here: fan speed of a card without a fan."""
        self._state(name, "not_applicable", reason, seen, entity)

    def scope(self, scope: str, keys: Iterable[str], *, complete: bool) -> None:
        """The entities of a scope; `complete` where nothing else can be there."""
        self.scopes.append((scope, tuple(keys), complete))

    def read(
        self, seen: Raw, text: str | None = None, *, only: Iterable[str] = (), without: Iterable[str] = ()
    ) -> None:
        """Everything that the readers of pasted output find in an answer (`kbtui.machine.text`), prose apart."""
        from kbtui.machine import text as reader

        wanted, refused = frozenset(only), frozenset(without)
        reading = reader.read(seen.output if text is None else text)
        for fact in reading.facts:
            if (not wanted or fact.name in wanted) and fact.name not in refused:
                self.facts.append(replace(fact, kind=self.kind, origin=shown(seen.origin), line=0))
        for scope, keys, complete in reading.listings:
            self.scope(scope, keys, complete=complete)

    def _state(self, name: str, state: State, reason: str, seen: Raw | None, entity: str) -> None:
        self.facts.append(
            Fact(
                name=name,
                state=state,
                reason=reason,
                entity=entity,
                kind=self.kind,
                origin=shown(seen.origin) if seen else "",
                raw=seen.output[:_LONGEST_RAW] if seen else "",
            )
        )


Parser = Callable[[Mapping[str, Raw], Out], None]


class Probe(NamedTuple):
    """One look. `asks` has a short name for each thing asked; the parser gets the answers under the same names."""

    name: str
    asks: Mapping[str, Ask]
    parse: Parser
    facts: tuple[str, ...]
    """Every fact that the parser may give."""
    seconds: float = 0.1
    """What it usually takes; the dearest run last."""
    streams: Mapping[str, str] = {}
    """Ask name to the stream in which its text is matched by signs: kernel_log, journal,
    xorg_log, dkms_log, installer_log, package_log, job_log (`kbtui.kb.nodes.Place`)."""
    always: bool = False
    """Run even where nothing in sight needs its facts: what tells one machine from another."""


def run_probe(probe: Probe, answers: Mapping[str, Raw], kind: Kind) -> Out:
    """Parse, and make what the parser left out unknown with a reason. A parser that fails is itself a reason."""
    out = Out(kind)
    failed = ""
    try:
        probe.parse(answers, out)
    except Exception as error:  # a parser's mistake costs its own facts, never the diagnosis
        failed = f"what {probe.name} printed could not be read ({type(error).__name__}: {error})"
    out.facts = [_safe(fact) for fact in out.facts]
    known = {f.name for f in out.facts}
    reason = failed or next((a.reason for a in answers.values() if not a.ok and a.reason), NOT_IN_OUTPUT)
    out.facts += [
        Fact(name=name, state="unknown", reason=reason, kind=kind, origin=probe.name)
        for name in probe.facts
        if name not in known and not scope_of(name)
    ]
    if reason != NOT_IN_OUTPUT:
        empty = {scope for scope, keys, _ in out.scopes if not keys}  # nothing of that kind is there: nothing is lost
        out.lost = {n: reason for n in probe.facts if n not in known and scope_of(n) and scope_of(n) not in empty}
    return out


def _safe(fact: Fact) -> Fact:
    """Without a secret that its raw text or its value holds: a command line may name a token."""
    raw = masked(fact.raw)
    value = masked(fact.value) if isinstance(fact.value, str) else fact.value
    return fact if raw == fact.raw and value == fact.value else replace(fact, raw=raw, value=value)


def check(probes: Iterable[Probe]) -> list[str]:
    """What is wrong with the declarations, as sentences: an unknown fact, a name used twice."""
    wrong, seen = [], set()
    for probe in probes:
        if probe.name in seen:
            wrong.append(f"two probes are called {probe.name}")
        seen.add(probe.name)
        wrong += [
            f"{probe.name} gives {name}, which the catalogue does not have" for name in probe.facts if name not in SPECS
        ]
        wrong += [
            f"{probe.name} has a stream for {name}, which it does not ask"
            for name in probe.streams
            if name not in probe.asks
        ]
    return wrong
