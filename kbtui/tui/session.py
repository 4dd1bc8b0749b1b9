"""One case in progress: what was said, answered, withdrawn and tried, where the person is, and what follows from it.

No screen is known here. Every change is written to the case's journal at once, so a quit or a crash loses nothing;
thinking is a pure call of the engine and may run in any thread.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import msgspec

from kbtui.diagnosis import case
from kbtui.engine import Engine, Request, Result
from kbtui.errors import CaseError
from kbtui.kb.learned import fix_id
from kbtui.kb.nodes import Answer
from kbtui.kb.scan import LogText
from kbtui.kb.search import Match
from kbtui.machine.facts import Fact
from kbtui.machine.looked import Look


def recent(most: int = 8) -> list[case.State]:
    """The newest cases, newest first."""
    try:
        return list(islice(case.every(), most))
    except CaseError:
        return []


def boot_id() -> str:
    """This boot of the kernel, "" where it does not say."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return ""


def rebooted_into() -> tuple[str, str] | None:
    """The newest case whose fix waits for its check, and the cause, where the machine was booted since."""
    now = boot_id()
    found = next((s for s in recent() if s.pending and s.boot and now and s.boot != now), None)
    return (found.id, found.pending) if found else None


class Session:
    """The case that is open, or none yet. `machine` names the host that is looked at: live, none, or a source."""

    def __init__(self, engine: Engine, machine: str = "live") -> None:
        self.engine = engine
        self.machine = machine
        self.look: Look | None = None
        self._kept: Look | None = None
        self.result: Result | None = None
        self.state = case.State(id="")
        self.trouble = ""
        """Why the journal could not be written; "" while all is well."""

    @property
    def is_open(self) -> bool:
        """Whether there is a case."""
        return bool(self.state.id)

    @property
    def stack(self) -> list[str]:
        """The problems dived into, the first one first."""
        return self.state.stack

    def begin(self, text: str, stack: list[str] | None = None) -> None:
        """Open a new case."""
        self.state = case.State(id=case.new_id(text), text=text, machine=self.machine)
        self.result = self._kept = None
        self._record("begin", text=text, machine=self.machine, facts=[], hits=None)
        self.keep_seen()
        if stack:
            self._at(stack)

    def begin_with_log(self, found: LogText, text: str = "") -> None:
        """Open a new case over a log."""
        said = "\n".join(t for t in (text, found.text) if t)
        self.state = case.State(
            id=case.new_id(said), text=said, machine=self.machine, hits=found.hits, notes=list(found.notes)
        )
        self.result = self._kept = None
        hits = msgspec.to_builtins(found.hits) if found.hits is not None else None
        self._record("begin", text=said, machine=self.machine, facts=[], hits=hits, notes=self.state.notes)
        self.keep_seen()

    def resume(self, name: str) -> None:
        """Open an old case where it was left. CaseError where it cannot be read."""
        self.state = case.load(case.path_of(name))
        self.result = self._kept = None

    def leave(self) -> None:
        """Close the case; it stays on disk."""
        self.state, self.result = case.State(id=""), None

    def request(self) -> Request:
        """What a diagnosis starts from now. What an earlier look saw counts only while no new one has."""
        state = self.state
        here, about_here = self.machine == "live", state.machine in ("live", "none")
        look = self.look if here == about_here else None  # what is seen of one machine says nothing of another
        facts = [f for f in state.facts if f.kind not in ("live", "bundle")] if look else list(state.facts)
        return Request(
            text=state.text,
            facts=facts,
            answers=dict(state.answers),
            closed=frozenset(state.closed),
            withdrawn=frozenset(state.withdrawn),
            look=look,
            goals=None if state.text.strip() else [],
            hits=state.hits,
            machine=state.machine if look else "none",
            case=state.id,
            notes=list(state.notes),
        )

    def add_text(self, text: str) -> None:
        """More of what the person sees, pasted output included."""
        self._change("text", text=text)

    def answer(self, question: str, said: Answer) -> None:
        """The answer to a question."""
        self._change("answer", question=question, said=said)

    def state_fact(self, fact: Fact) -> None:
        """A fact that the person states."""
        self._change("fact", fact=msgspec.to_builtins(fact))

    def toggle_belief(self, fact: str) -> bool:
        """Withdraw a fact, or believe it again; True when it is withdrawn now."""
        withdrawn = fact not in self.state.withdrawn
        self._change("withdraw" if withdrawn else "believe", fact=fact)
        return withdrawn

    def tried(self, cause: str, outcome: case.Outcome, fix: str = "") -> None:
        """How a fix, by its title, ended. One that helped pops the stack down to the parent of what it removed."""
        self.keep_seen()
        named = {"fix": fix_id(fix)} if fix else {}
        self._change("tried", cause=cause, outcome=outcome, **named)
        self.look = None  # the machine has changed: what was seen of it is history
        if outcome == "helped" and self.stack:
            at = self.stack.index(cause) if cause in self.stack else len(self.stack) - 1
            self._at(self.stack[:at])

    def found_elsewhere(self, url: str, title: str, helped: str) -> None:
        """A page that the person found, and what of it helped."""
        self._change("elsewhere", page={"url": url, "title": title, "helped": helped})

    def begin_reboot(self, cause: str, fix: str) -> None:
        """A fix, by its title, that reboots was begun: the next start checks whether it worked."""
        if self.machine == "live" and (self.state.pending, self.state.pending_fix) != (cause, fix_id(fix)):
            self._change("pending", cause=cause, fix=fix_id(fix), boot=boot_id())

    def push(self, problem: str) -> None:
        """Dive into a problem; one that is already on the stack is gone back to."""
        stack = self.stack
        self._at(stack[: stack.index(problem) + 1] if problem in stack else [*stack, problem])

    def climb_to(self, stack: list[str]) -> None:
        """Back to these problems: others are known no more."""
        self._at(stack)

    def pop(self) -> str:
        """Climb one up; the problem left, "" at the top."""
        if not self.stack:
            return ""
        left = self.stack[-1]
        self._at(self.stack[:-1])
        return left

    def keep(self, result: Result) -> None:
        """The newest result; the journal notes the causes when they changed."""
        self.result = result
        causes = [c.id for c in result.diagnosis.causes[:5]]
        if causes != self.state.found:
            self._change("found", knowledge=self.engine.knowledge.built.stamp, causes=causes)

    def keep_look(self, look: Look) -> None:
        """A sweep that is over: what it saw goes into the journal, so that the case can be replayed elsewhere."""
        if self.is_open:
            self._kept = look
            seen = [f for f in look.facts if f.kind in ("live", "bundle") and f.state != "unknown"]
            self._change("look", facts=msgspec.to_builtins(seen))

    def keep_seen(self) -> None:
        """What was seen so far, before the machine changes or where the case begins after the sweep."""
        if self.look is not None and self.look is not self._kept:
            self.keep_look(self.look)

    def find(self, typed: str, most: int = 10) -> list[Match]:
        """Problems for words that are still being typed, then those that the whole text is about."""
        index = self.engine.index
        if index is None or not typed.strip():
            return []
        completed = index.complete(typed, most) if len(typed) < 200 else []
        found = {m.id: m for m in completed if m.kind == "problem"}
        if len(found) < most:
            for match in self.engine.search(typed, most):
                if match.kind == "problem":
                    found.setdefault(match.id, match)
        return list(found.values())[:most]

    def opened_by(self, problem: str) -> Iterator[str]:
        """Problems that the fixes of this one are known to open."""
        for fix in self.engine.knowledge.problem(problem).fixes:
            yield from (p for p in fix.leads_to if p in self.engine.knowledge.problems)

    def _at(self, stack: list[str]) -> None:
        self._change("at", stack=stack)

    def _change(self, kind: str, **what: object) -> None:
        """One event: onto the state as `case.load` would lay it, and into the journal."""
        case.apply(self.state, {"kind": kind, **what})
        self._record(kind, **what)

    def _record(self, kind: str, **what: object) -> None:
        try:
            case.record(self.state.id, kind, **what)
            self.trouble = ""
        except CaseError as error:
            self.trouble = str(error)
