"""The stages, in order: text and facts in, ranked and explained causes out.

    text ──► reading (facts) ─┐
    text ──► signs, search ───┼─► observations ─► entries ─► belief ─► next step ─► Diagnosis
    set, source ──► facts ────┘

`Engine.stages` yields what each stage made, so that a screen can show it as it arrives; `Engine.diagnose` runs them
through. Nothing here prints.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from msgspec import Struct, field

from kbtui import conditions
from kbtui.diagnosis import advice, belief, entries, evidence, explain, goals, health, local, logs, saying, steps, voice
from kbtui.diagnosis.evidence import Observation
from kbtui.diagnosis.result import Diagnosis, LogsOut
from kbtui.kb import cache, signs
from kbtui.kb.knowledge import Knowledge, ProblemIndex
from kbtui.kb.nodes import Answer
from kbtui.kb.search import Index, Match
from kbtui.kb.signs import Hits
from kbtui.machine import derive, text, which
from kbtui.machine.facts import Fact, Facts, scope_of

if TYPE_CHECKING:
    from kbtui.diagnosis.case import State
    from kbtui.machine.looked import Look

LONG_TEXT = 64_000
"""Characters from which a text is a log: words are then read from its head and its tail only."""
MATCHES = 30
"""Search results that may make an entry."""
FAINT = 1e-5
"""Problems less likely than this are left out where a look is only tried out: no look lifts them to what matters."""


class Request(Struct, kw_only=True):
    """What a diagnosis starts from."""

    text: str = ""
    facts: list[Fact] = field(default_factory=list)
    """From `--set` and from the source."""
    answers: dict[str, Answer] = field(default_factory=dict)
    closed: frozenset[str] = frozenset()
    """Root causes whose fix was tried and did not help."""
    withdrawn: frozenset[str] = frozenset()
    """Facts that the person does not believe: they count as unknown."""
    look: Look | None = None
    """What a sweep saw of the machine (`kbtui.machine.sweep.gather`); None where no machine was looked at."""
    here: bool = False
    """The text is about the machine looked at, whatever it says."""
    goals: list[str] | None = None
    """Goals to hold the machine against: their false conditions are entries. None: a diagnosis of a text."""
    hits: list[signs.Hit] | None = None
    """Signs already found by a scan of a large log; None scans `text`."""
    machine: str = "none"
    """live, none, or the name of a source."""
    case: str | None = None
    notes: list[str] = field(default_factory=list)
    logs: LogsOut | None = None
    """What several logs tell together (`kbtui.diagnosis.ranks.read_logs`)."""


def to_request(state: State) -> Request:
    """What a diagnosis of a kept case starts from."""
    return Request(
        text=state.text,
        facts=state.facts,
        answers=state.answers,
        closed=frozenset(state.closed),
        withdrawn=frozenset(state.withdrawn),
        hits=state.hits,
        machine=state.machine,
        case=state.id,
        notes=state.notes,
        logs=state.logs,
    )


class Event(NamedTuple):
    """What one stage made."""

    stage: str
    """facts, observations, entries, belief, next, done"""
    value: object


class Result(NamedTuple):
    """Everything that a diagnosis made on its way."""

    diagnosis: Diagnosis
    belief: belief.Belief
    entries: list[entries.Entry]
    observations: list[Observation]
    facts: Facts


class Engine:
    """Knowledge, search and tables, opened once."""

    def __init__(self, knowledge: Knowledge, search_file: Path | None) -> None:
        self.knowledge = knowledge
        self.index = Index.open(search_file) if search_file else None
        self.tables = conditions.Tables(knowledge.table, knowledge.ids("table"))
        self._signs: list[signs.Sign] = []
        self._logs: logs.Reader | None = None

    @classmethod
    def open(cls) -> Engine:
        """The engine over the packs in force."""
        return cls(*cache.open_knowledge())

    def signs(self) -> list[signs.Sign]:
        """Every sign of the graph, for a scan."""
        self._signs = self._signs or [
            _sign(p, i) for p in self.knowledge.problems.values() for i, e in enumerate(p.evidence) if e.kind == "sign"
        ]
        return self._signs

    def _reader(self) -> logs.Reader:
        self._logs = self._logs or logs.Reader(self.knowledge, self.signs())
        return self._logs

    def signs_in(self, text: str) -> Hits:
        """The signs in what was said or pasted, up to some MB."""
        folded = signs.folded(text)
        narrowed = [_sign(p, i) for p, i in self.knowledge.signs_about(folded)] if folded else self.signs()
        return signs.match_text(narrowed, text)

    def search(self, words: str, limit: int = 10) -> list[Match]:
        """Nodes that match words, best first."""
        return self.index.rank(words, limit) if self.index else []

    def did_you_mean(self, words: str) -> str | None:
        """The words with their typos repaired, where that would find something."""
        return self.index.suggest(words) if self.index else None

    def title(self, node_id: str, *, zh: bool) -> str:
        """A node's title; the English one where it has no Chinese twin. For a table, its title."""
        problem = self.knowledge.problems.get(node_id)
        if problem:
            return (zh and problem.title_zh) or problem.title
        node = getattr(self.knowledge, self.knowledge.kind_of(node_id))(node_id)
        twin = getattr(node, "zh", None)
        return str((zh and twin and twin.title) or node.title)

    def leads_to(self, node_id: str) -> list[str]:
        """Problems one of whose fixes is known to open this one: how journeys chain."""
        return sorted(
            name
            for name, p in self.knowledge.problems.items()
            if p.has_fix and any(node_id in fix.leads_to for fix in self.knowledge.problem(name).fixes)
        )

    def diagnose(self, request: Request) -> Diagnosis:
        """All stages, the last value."""
        return self.think(request).diagnosis

    def think(self, request: Request) -> Result:
        """All stages, every value."""
        made = dict[str, Any](self.stages(request))
        return Result(made["done"], made["belief"], made["entries"], made["observations"], made["facts"])

    def believe(self, request: Request) -> belief.Belief:
        """The stages as far as the belief."""
        return cast(belief.Belief, next(e.value for e in self.stages(request) if e.stage == "belief"))

    def stages(self, request: Request) -> Iterator[Event]:
        """One event a stage; the last is the Diagnosis."""
        reading = text.read(request.text) if request.text.strip() else None
        look, notes = self._machine(request, reading)
        facts = self._facts(request, reading, look)
        yield Event("facts", facts)

        said = voice.listen(request.text)
        hits = request.hits if request.hits is not None else self.signs_in(request.text)
        by_text = evidence.from_signs(self.knowledge, hits, said.doubted_lines)
        logged = self._reader().observe(look.texts) if look else []
        by_condition, lacks = evidence.from_conditions(self.knowledge, facts, self.tables)
        by_answer = evidence.from_answers(self.knowledge, request.answers, facts)
        noticed = local.observe(self.knowledge, local.holding(self.knowledge, facts))
        seen = [*by_text, *logged, *by_condition, *by_answer, *noticed]
        yield Event("observations", seen)

        required = self._required(request, facts, look)
        unmet = [(r.problem, r.text) for r in required if r.state == "false" and r.problem]
        with_text = bool(request.text.strip())
        words = self._words(said) if with_text else []
        chosen = entries.choose(
            self.knowledge,
            [*by_text, *by_condition, *by_answer, *noticed],
            words,
            with_text=with_text,
            logged=[o for o in logged if o.now],
            unmet=unmet if request.goals is not None else (),
        )
        yield Event("entries", chosen)

        think = _Thinking(self.knowledge, chosen, seen, request, with_text)
        believed = think()
        if with_text and len(believed.ends) < entries.ENOUGH:
            chosen = entries.widen(self.knowledge, chosen, words)
            think = _Thinking(self.knowledge, chosen, seen, request, with_text)
            believed = think()
        yield Event("belief", believed)

        danger = explain.dangers(self.knowledge, believed, seen)
        costs = steps.fix_costs(self.knowledge, believed, steps.refused_needs(facts))
        answered = {*request.answers, *evidence.answers_from_facts(self.knowledge, facts, request.answers)}
        possible = steps.looks(self.knowledge, believed, facts, answered, self.tables, danger=bool(danger))
        step = advice.next_step(believed, think, costs, possible)
        yield Event("next", step)

        fault = False
        if look:
            alone = self._machine_alone(request, logged, by_condition) if with_text else believed
            fault = health.at_fault(alone, believed, [*logged, *by_condition])
        context = saying.Context(self.knowledge, facts, self.tables, believed, seen, chosen, lacks, required, fault)
        machine = request.machine if look or not request.look else "none"
        done = explain.diagnosis(context, step, danger, machine, request.case, notes)
        done.logs = request.logs
        yield Event("done", done)

    def weigh(self, request: Request, name: str) -> float:
        """What the evidence of a request does to a problem: 1 is nothing, above speaks for it, below against it.

        The problem alone is suspected, against one weight of *unknown*, so rivals do not blur what is measured.
        """
        seen = next(e.value for e in self.stages(request) if e.stage == "observations")
        weights = [o.weight for o in cast(list[Observation], seen)]
        below = belief.reach(self.knowledge.problems, [name])
        believed = belief.infer(below, {name: 1.0}, weights, unknown=1.0, with_paths=False)
        return believed.through.get(name, 0.0) / believed.unknown

    def _machine(self, request: Request, reading: text.Reading | None) -> tuple[Look | None, list[str]]:
        """The look, unless the text is about another machine; what to say of it first."""
        look = request.look
        if look is None:
            return None, request.notes
        if reading is not None and not request.here:
            against = which.contradictions(reading, derive.derive(look.facts, self.tables))
            if against:
                why = "; ".join(against)
                return None, [
                    f"This is about another machine ({why}): what this one shows was left out.",
                    *request.notes,
                ]
        return look, [*request.notes, *look.notes]

    def _required(self, request: Request, facts: Facts, look: Look | None) -> list[goals.Required]:
        if look is None and request.goals is None:
            return []
        names = request.goals or goals.suitable(self.knowledge, facts)
        return goals.hold(self.knowledge, names, facts, self.tables)

    def _machine_alone(
        self, request: Request, logged: list[Observation], by_condition: list[Observation]
    ) -> belief.Belief:
        """What the machine shows by itself, whatever was said of it."""
        now = [o for o in logged if o.now]
        chosen = entries.choose(self.knowledge, by_condition, (), with_text=False, logged=now)
        return _Thinking(self.knowledge, chosen, [*logged, *by_condition], request, False)()

    def _facts(self, request: Request, reading: text.Reading | None, look: Look | None) -> Facts:
        if look:
            facts = which.together(reading, look.facts) if reading else look.facts.copy()
        else:
            facts = reading.store() if reading else Facts()
        for fact in request.facts:
            facts.add(fact)
        for scope in {scope_of(f.name) for f in request.facts if f.kind == "set" and f.entity}:
            facts.list_scope(scope, (), complete=True)  # who states their cards states all of them
        for name in request.withdrawn:
            facts.withdraw(name)
        return derive.derive(facts, self.tables)

    def _words(self, said: voice.Said) -> list[entries.Matched]:
        """Search results: what is seen counts whole, what is only denied or supposed counts little."""
        if self.index is None:
            return []
        found: dict[str, entries.Matched] = {}
        for part, power in ((said.seen, 1.0), (said.doubted, evidence.DOUBTED_POWER)):
            part = part if len(part) <= LONG_TEXT else part[: LONG_TEXT // 2] + "\n" + part[-LONG_TEXT // 2 :]
            if not part.strip():
                continue
            for match in self.index.rank(part, MATCHES):
                old = found.get(match.id)
                if old is None or old.score < match.score * power:
                    found[match.id] = entries.Matched(match.id, match.score * power, match.because)
        return sorted(found.values(), key=lambda m: -m.score)


def _sign(problem: ProblemIndex, number: int) -> signs.Sign:
    evidence = problem.evidence[number]
    return signs.Sign(f"{problem.id}#{number}", evidence.about, evidence.literal)


class _Thinking:
    """Belief with more weights laid on: what the advice tries out."""

    def __init__(
        self,
        knowledge: Knowledge,
        chosen: list[entries.Entry],
        seen: list[Observation],
        request: Request,
        with_text: bool,
    ) -> None:
        self._entries: Mapping[str, float] = entries.weights(chosen)
        self._problems = belief.reach(knowledge.problems, self._entries)
        self._weights = [o.weight for o in seen]
        self._closed = request.closed
        self._unknown = entries.UNKNOWN_WITH_TEXT if with_text else 0.0
        self._no_fault = 0.0 if with_text else entries.NO_FAULT_WITHOUT_TEXT
        self._reached: list[ProblemIndex] | None = None
        self._splits: dict[str, belief.Split] = {}

    def __call__(self, more: tuple[belief.Weight, ...] = ()) -> belief.Belief:
        found = belief.infer(
            self._reached or self._problems,
            self._entries,
            [*self._weights, *more],
            unknown=self._unknown,
            no_fault=self._no_fault,
            closed=self._closed,
            only_ends=bool(more),
            splits=self._splits,
        )
        if self._reached is None:
            self._reached = [p for p in self._problems if found.through.get(p.id, 0.0) >= FAINT]
        return found
