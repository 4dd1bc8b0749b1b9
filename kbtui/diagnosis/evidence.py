"""What was observed, as observations about problems: signs in text, conditions over facts, answers of a person.

Each observation says what it did to the odds, what it was read from, and the source that it counts as: one log line,
one set of facts, one answer counts once on a path (`kbtui.diagnosis.belief`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from msgspec import Struct

from kbtui import conditions
from kbtui.diagnosis.belief import Weight
from kbtui.errors import ConditionError
from kbtui.kb.knowledge import EvidenceIndex, Knowledge
from kbtui.kb.nodes import Answer
from kbtui.kb.signs import Hit
from kbtui.machine.facts import Fact, Facts
from kbtui.machine.secrets import masked

APPLIES = -1
"""The evidence number of a problem's `applies`."""
DOUBTED_POWER = 0.25
"""A sign that matches only what a person denies or supposes keeps this power of its ratio."""


class Observation(Struct, frozen=True, kw_only=True):
    """One evidence item that came out true or false, and what that did."""

    problem: str
    number: int
    kind: str
    about: str
    truth: bool
    ratio: float
    strength: str
    source: str
    text: str
    """What was seen, for a person."""
    origin: str = ""
    raw: str = ""
    members: tuple[str, ...] = ()
    now: bool = True
    """False for a line of a log that may speak of what is over."""

    @property
    def effect(self) -> str:
        """supports or refutes."""
        return "supports" if self.ratio > 1 else "refutes"

    @property
    def weight(self) -> Weight:
        """As belief counts it."""
        return Weight(self.problem, self.ratio, self.source)


class Lack(Struct, frozen=True):
    """A condition that could not be told, and the facts that it lacked."""

    problem: str
    number: int
    facts: frozenset[str]


def from_signs(knowledge: Knowledge, hits: Iterable[Hit], doubted_lines: frozenset[int]) -> list[Observation]:
    """One observation an evidence item, from its first line that is not doubted."""
    first: dict[str, Hit] = {}
    for hit in hits:
        old = first.get(hit.key)
        if old is None or (not hit.log and old.line in doubted_lines and hit.line not in doubted_lines):
            first[hit.key] = hit
    out = []
    for key, hit in first.items():
        name, number = split_key(key)
        evidence = knowledge.problems[name].evidence[number]
        ratio = evidence.true_ratio
        if not hit.log and hit.line in doubted_lines and ratio > 1:
            ratio = ratio**DOUBTED_POWER
        out.append(
            Observation(
                problem=name,
                number=number,
                kind="sign",
                about=evidence.about,
                truth=True,
                ratio=ratio,
                strength=evidence.strength,
                source=line_source(clause(hit.text, hit.start, hit.end)),
                text=masked(hit.text[hit.start : hit.end]),
                origin=f"{hit.log}, line {hit.line}" if hit.log else f"line {hit.line}",
                raw=masked(hit.text),
            )
        )
    return out


def from_conditions(
    knowledge: Knowledge, facts: Facts, tables: conditions.Tables
) -> tuple[list[Observation], list[Lack]]:
    """The conditions that known facts decide, `applies` included, and those that lacked a fact."""
    looked = {f.name for f in facts} | {s for s in ("gpu", "boot", "env", "process", "net") if facts.is_complete(s)}
    seen: list[Observation] = []
    lacks: list[Lack] = []
    for name, number in knowledge.evidence_about(sorted(looked)):
        problem = knowledge.problems[name]
        source = problem.applies if number == APPLIES else problem.evidence[number].about
        try:
            outcome = conditions.parse(source).evaluate(facts, tables)
        except ConditionError:
            continue
        if outcome.is_unknown:
            lacks.append(Lack(name, number, frozenset(f for f, _ in outcome.lacked)))
            continue
        made = _from_outcome(problem.evidence[number] if number != APPLIES else None, name, number, source, outcome)
        if made:
            seen.append(made)
    return seen, lacks


def _from_outcome(
    evidence: EvidenceIndex | None, name: str, number: int, source: str, outcome: conditions.Outcome
) -> Observation | None:
    truth = outcome.is_true
    if evidence is None:
        ratio, strength = (1.0 if truth else 0.0), "certainly"
    else:
        ratio, strength = (evidence.true_ratio if truth else evidence.false_ratio), evidence.strength
    if ratio == 1.0:
        return None
    used = outcome.used
    return Observation(
        problem=name,
        number=number,
        kind="condition",
        about=source,
        truth=truth,
        ratio=ratio,
        strength=strength,
        source=_source(used) or f"condition:{source}",
        text=", ".join(dict.fromkeys(say_fact(f) for f in used)) or source,
        origin=", ".join(dict.fromkeys(f.origin for f in used if f.origin)),
        raw="\n".join(dict.fromkeys(f.raw for f in used if f.raw)),
        members=outcome.members,
    )


def _source(used: tuple[Fact, ...]) -> str:
    """What a condition counts as one source with: the log line that its one fact was read from, so that the line and the
    fact count once; else the facts."""
    if len(used) == 1 and used[0].raw:
        line = used[0].raw.strip().split("\n")[0]
        if _LOG.match(line):
            return line_source(line)
    return "facts:" + ",".join(sorted({f"{f.name}@{f.entity}" for f in used})) if used else ""


def from_answers(knowledge: Knowledge, answers: Mapping[str, Answer], facts: Facts) -> list[Observation]:
    """What a person answered; a question whose fact is known is answered by it."""
    known = dict(answers) | answers_from_facts(knowledge, facts, answers)
    if not known:
        return []
    out = []
    for problem in knowledge.problems.values():
        for number, evidence in enumerate(problem.evidence):
            said = known.get(evidence.about) if evidence.kind == "question" else None
            if said is None or said == "unknown":
                continue
            truth = said == "yes"
            ratio = evidence.true_ratio if truth else evidence.false_ratio
            if ratio != 1.0:
                title = knowledge.question(evidence.about).title
                out.append(
                    Observation(
                        problem=problem.id,
                        number=number,
                        kind="question",
                        about=evidence.about,
                        truth=truth,
                        ratio=ratio,
                        strength=evidence.strength,
                        source=f"answer:{evidence.about}",
                        text=f"{title} {said}",
                        origin="answer" if evidence.about in answers else knowledge.question(evidence.about).fact or "",
                    )
                )
    return out


def answers_from_facts(knowledge: Knowledge, facts: Facts, given: Mapping[str, Answer]) -> dict[str, Answer]:
    """Questions that a known fact answers."""
    out: dict[str, Answer] = {}
    known = {f.name for f in facts if f.state == "known"}
    if not known:
        return out
    for name in knowledge.ids("question"):
        fact = knowledge.question(name).fact
        if fact in known and name not in given:
            out[name] = "yes" if facts.get(fact).value else "no"
    return out


def split_key(key: str) -> tuple[str, int]:
    """A sign's key to its problem and evidence number."""
    name, _, number = key.rpartition("#")
    return name, int(number)


_VARYING = re.compile(r"0x[0-9a-f]+|\d+")


_CLAUSE = re.compile(r"[,.;:!?]\s|[，。；：！？、]| - | -- ")
_LOG = re.compile(r"\s*(?:\[|[A-Z][a-z]{2} +\d|\d{4}-\d\d-\d\d|\S+:\d+[: ])")
_SENTENCE = 40
"""Characters from which a line of prose is taken clause by clause."""


def clause(line: str, start: int, end: int) -> str:
    """What a match counts as one source with: the clause around it in a person's sentence, the whole line in a log."""
    if len(line) < _SENTENCE or _LOG.match(line):
        return line
    breaks = [0, *(m.end() for m in _CLAUSE.finditer(line)), len(line)]
    first = max((b for b in breaks if b <= start), default=0)
    last = min((b for b in breaks if b >= end), default=len(line))
    return line[first:last]


def line_source(line: str) -> str:
    """Repeats of one message (other times, PIDs, addresses) are one source."""
    return "line:" + _VARYING.sub("#", line.strip().lower())[:200]


def say_fact(fact: Fact) -> str:
    """A fact as a person reads it: `secure_boot.enabled is true`."""
    where = f" of {fact.entity}" if fact.entity else ""
    if fact.state == "known":
        value = str(fact.value).lower() if isinstance(fact.value, bool) else fact.value
        return f"{fact.name}{where} is {value}"
    return f"{fact.name}{where} is {fact.state.replace('_', ' ')}"
