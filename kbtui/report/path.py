"""What a walk came to: every branch and what became of it, the root causes, their fixes and the proof."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

from kbtui import conditions
from kbtui.diagnosis import render
from kbtui.diagnosis.evidence import say_fact
from kbtui.diagnosis.result import CauseOut, EvidenceOut, FixOut
from kbtui.errors import ConditionError
from kbtui.kb.learned import fix_id
from kbtui.kb.nodes import Problem
from kbtui.report.model import Action, Branch, Named, Piece, Proof, Remedy, Root
from kbtui.report.walk import Walk
from kbtui.report.words import Words

MOST = {"ruled_out": 4, "open": 5, "unlikely": 3}
"""Branches listed at most, by what became of them; those that were tried are all listed."""
PLAUSIBLE = 0.02
"""A cause that was never likelier than this was no branch of the walk, unless it shared the way and was ruled out."""
_WEIGHT = {"weakly": 1, "clearly": 2, "strongly": 3, "certainly": 4}
PIECES = 5
_LINE = re.compile(r"\bline (\d+)(?: of the text)?")


class Path:
    """Reads a walk. `steps` maps turns to the numbers of their steps."""

    def __init__(self, walk: Walk, words: Words, steps: dict[int, int]) -> None:
        self.walk = walk
        self.words = words
        self.steps = steps
        self.tried = [
            (n, t.event["cause"], t.event["outcome"])
            for n, t in enumerate(walk.turns)
            if t.kind == "tried" and t.event["cause"] in walk.engine.knowledge.problems
        ]

    def named(self, name: str) -> Named:
        """A node with its title; one that the knowledge has lost keeps its id."""
        engine = self.walk.engine
        title = engine.title(name, zh=self.words.zh) if engine.knowledge.kind_of(name) else name
        return Named(name, title)

    def fix_named(self, cause: str, fix: str) -> list[str]:
        """The title of the fix that was taken, where the journal says which and the knowledge still has it."""
        knowledge = self.walk.engine.knowledge
        known = knowledge.problem(cause).fixes if cause in knowledge.problems else []
        taken = next((f for f in known if fix and fix_id(f.title) == fix), None)
        return [(self.words.zh and taken.zh and taken.zh.title) or taken.title] if taken else []

    def helped(self) -> list[tuple[int, str]]:
        """Turn and cause of every fix that helped and held, in the order of the walk."""
        last = {cause: (n, outcome) for n, cause, outcome in self.tried}
        return sorted((n, cause) for cause, (n, outcome) in last.items() if outcome == "helped")

    def solved(self) -> bool:
        """Whether the last fix that was tried helped, and nothing more was seen after it."""
        later = self.walk.turns[self.tried[-1][0] + 1 :] if self.tried else []
        return bool(self.tried) and self.tried[-1][2] == "helped" and all(t.kind != "text" for t in later)

    def roots(self) -> list[Root]:
        """The root causes whose fixes helped."""
        return [self._root(turn, cause) for turn, cause in self.helped()]

    def _root(self, turn: int, name: str) -> Root:
        engine = self.walk.engine
        problem = engine.knowledge.problem(name)
        known = self.walk.before(turn, name)
        cause = known[0] if known else None
        fixes = cause.fixes if cause else render.fixes(problem, self.walk.facts_at(turn - 1), engine.tables)
        advised = known[1].next.text if known and known[1].next.id == name else ""
        taken = str(self.walk.turns[turn].event.get("fix", ""))
        fixes = sorted(fixes, key=lambda f: (fix_id(f.title) != taken, f.title != advised, not f.can_do_here))
        proofs = [self._proof(fix, turn) for fix in fixes]
        said = bool(fixes) and fix_id(fixes[0].title) == taken
        at = next((n for n, p in enumerate(proofs) if p.by == "machine" and not said), 0)
        tries = [f"{clock(self.walk.turns[n].at)}: {self.words(o)}" for n, c, o in self.tried if c == name]
        return Root(
            problem=self.named(name),
            summary=self.summary(problem),
            path=[self.named(p) for p in self.way(turn, name)],
            share=cause.probability if cause else 0.0,
            evidence=self.pieces(cause.evidence) if cause else [],
            fix=self._remedy(name, fixes[at], [self._title(f) for f in fixes if f is not fixes[at]]) if fixes else None,
            proof=proofs[at] if proofs else Proof("person", ""),
            tries=tries,
            step=self.steps.get(turn, 0),
        )

    def way(self, turn: int, name: str) -> list[str]:
        """From the entry to a cause: as it was dived, else the heaviest path."""
        known = self.walk.before(turn, name)
        paths = [known[0].path, *known[0].other_paths] if known else []
        stack = self.walk.turns[turn].state.stack
        dived = next((p for p in paths if stack and stack[0] in p), None)
        if dived:
            return dived[dived.index(stack[0]) :] if stack[0] != dived[0] else dived
        return paths[0] if paths else [*(s for s in stack if s != name), name]

    def summary(self, problem: Problem) -> str:
        """In the report's language."""
        twin = problem.zh.summary if self.words.zh and problem.zh else None
        return " ".join((twin or problem.summary).split())

    def pieces(self, evidence: list[EvidenceOut], effect: str = "supports") -> list[Piece]:
        """The strongest observations, each text once."""
        chosen: dict[str, EvidenceOut] = {}
        for item in sorted(evidence, key=lambda e: -_WEIGHT[e.strength]):
            if item.effect == effect:  # one line of a log is one piece, in its strongest use
                chosen.setdefault(item.raw if item.kind == "sign" and item.raw else item.text, item)
        return [self._piece(e) for e in list(chosen.values())[:PIECES]]

    def _piece(self, item: EvidenceOut) -> Piece:
        raw = item.raw if item.kind == "sign" else ""
        origin = item.origin
        if self.words.zh:
            origin = _LINE.sub(lambda m: self.words("line", n=m[1]), origin)
        return Piece(
            item.text, item.effect, item.strength, self.named(item.about), origin, raw[:600], self._caveat(item)
        )

    def _caveat(self, item: EvidenceOut) -> str:
        if not (self.words.zh and item.caveat):
            return item.caveat
        evidence = self.walk.engine.knowledge.problem(item.about).evidence
        return next((e.zh for e in evidence if e.caveat == item.caveat and e.zh), item.caveat)

    def _title(self, fix: FixOut) -> str:
        return (self.words.zh and fix.title_zh) or fix.title

    def _remedy(self, name: str, fix: FixOut, others: list[str]) -> Remedy:
        return Remedy(
            title=self._title(fix),
            risk=fix.risk,
            minutes=fix.minutes,
            needs=[self.words(f"need.{n}") for n in fix.needs],
            hurts=fix.hurts,
            destroys=fix.destroys,
            actions=[Action(s.kind, (self.words.zh and s.text_zh) or s.rendered, s.needs_root) for s in fix.steps],
            verify=fix.check(zh=self.words.zh),
            undo=fix.way_back(zh=self.words.zh),
            others=others,
        )

    def _proof(self, fix: FixOut, turn: int) -> Proof:
        """Whether its check came true, looked at just before it was said to have helped or after, up to the next fix."""
        if fix.asks:
            return Proof("person", fix.check(zh=self.words.zh))
        end = next((n for n, _, _ in self.tried if n > turn), len(self.walk.turns))
        for n in range(turn - 1, end):
            facts = self.walk.turns[n].facts
            if facts is None:
                continue
            try:
                outcome = conditions.parse(fix.verify).evaluate(facts, self.walk.engine.tables)
            except ConditionError:
                break
            if outcome.is_true:
                return Proof("machine", fix.verify, self.words.join([say_fact(f) for f in outcome.used]))
        return Proof("person", fix.verify)

    def branches(self) -> list[Branch]:
        """Every way that was open once, what was right first, then in the order in which it was decided."""
        out = {b.problem.id: b for b in self._decided()}
        left = dict(MOST)
        for turn, cause in self._candidates():
            if cause.id not in out:
                branch = self._branch(turn, cause)
                if left[branch.state] > 0:
                    left[branch.state] -= 1
                    out[cause.id] = branch
        order = {"root": 0, "reopened": 1, "in_vain": 2, "worse": 2, "ruled_out": 3, "open": 4, "unlikely": 5}
        return sorted(out.values(), key=lambda b: (order[b.state], b.step))

    def _decided(self) -> Iterator[Branch]:
        held = {cause for _, cause in self.helped()}
        last = {cause: (n, outcome) for n, cause, outcome in self.tried}
        for cause, (turn, outcome) in last.items():
            before = [o for n, c, o in self.tried if c == cause and n < turn]
            state = "in_vain" if outcome == "did-not-help" else "worse"
            if cause in held:
                state = "root"
            elif "helped" in before:
                state = "reopened"
            path = [self.named(p) for p in self.way(turn, cause)]
            yield Branch(self.named(cause), path, state, self.words(f"because.{state}"), self.steps.get(turn, 0))

    def _candidates(self) -> Iterator[tuple[int, CauseOut]]:
        """Causes that were plausible once; then those that shared the way and were ruled out at first sight."""
        peak: dict[str, tuple[float, int, CauseOut]] = {}
        entries: set[str] = set()
        for turn, found in self.walk.weighed:
            for cause in found.causes:
                entries.update(cause.path[:1] if cause.probability > PLAUSIBLE else [])
                if cause.probability > peak.get(cause.id, (PLAUSIBLE,))[0]:
                    peak[cause.id] = (cause.probability, turn, cause)
        yield from ((t, c) for _, t, c in sorted(peak.values(), key=lambda p: -p[0]))
        for turn, found in self.walk.weighed:
            shared = [c for c in found.causes if c.status == "pruned" and len(c.path) > 1 and c.path[0] in entries]
            yield from ((turn, c) for c in shared if c.id not in peak)

    def _branch(self, turn: int, cause: CauseOut) -> Branch:
        path = [self.named(p) for p in cause.path]
        for n, found in self.walk.weighed:
            now = next((c for c in found.causes if c.id == cause.id and c.status == "pruned"), None)
            if now:
                step = max((s for t, s in self.steps.items() if t <= n), default=0)
                return Branch(self.named(cause.id), path, "ruled_out", self.why_not(now), step)
        share = next((c.probability for c in self.walk.weighed[-1][1].causes if c.id == cause.id), 0.0)
        state = "open" if share > PLAUSIBLE and not self.solved() else "unlikely"
        return Branch(self.named(cause.id), path, state, self.words(f"because.{state}"), 0, share)

    def why_not(self, cause: CauseOut) -> str:
        """What ruled it out: the observation, and where it was read."""
        against = self.pieces([e for e in cause.evidence if e.strength == "certainly"] or cause.evidence, "refutes")
        if not against:
            return ""
        piece = against[0]
        about = "" if piece.about.id == cause.id else f" → {piece.about.title}"
        origin = f" ({piece.origin})" if piece.origin else ""
        return f"{piece.text}{origin}{about}"


def clock(at: float) -> str:
    """A time as a person reads it."""
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(at))
