"""What the tools do: arguments in, the objects of docs/json.md out. No MCP in here; nothing here prints.

A request that was cancelled stops at the next stage. Nothing runs a fix; this machine is looked at only through the probes
(docs/safety.md), and not at all where the person said so.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

from kbtui.agent import arguments as args
from kbtui.agent import trim
from kbtui.agent.private import Border
from kbtui.diagnosis.explain import facts_out
from kbtui.diagnosis.result import Diagnosis
from kbtui.engine import Engine, Request
from kbtui.errors import InputError
from kbtui.kb.mistakes import did_you_mean
from kbtui.machine.derive import derive
from kbtui.machine.given import fact_from
from kbtui.machine.looked import Look

KINDS = ("problem", "concept", "question", "goal")
"""Kinds of nodes that are resources."""
FRESH = 60.0
"""Seconds for which a look at the machine counts."""
_T = TypeVar("_T")


class Stopped(Exception):
    """The request was cancelled."""


class Session:
    """One client's server. Requests are worked off one after the other."""

    def __init__(self, engine: Engine, *, live: bool = True, files: bool = False, keep_names: bool = False) -> None:
        self.engine = engine
        self.tools = args.tools(files=files)
        self._live, self._files = live, files
        self._border = Border(keep_names=keep_names)
        self._look: tuple[float, Look] | None = None

    def call(self, tool: str, given: object, stop: threading.Event | None = None) -> dict[str, Any]:
        """A tool's answer. InputError for arguments that cannot be used; Stopped once `stop` is set."""
        asked = args.read(self.tools[tool], given)
        out: dict[str, Any] = getattr(self, f"_{tool}")(asked, stop or threading.Event())
        return out

    def node(self, name: str, kind: str = "") -> dict[str, Any]:
        """A node, of this kind where one is named. InputError where there is none."""
        found = self.engine.knowledge.kind_of(name)
        if not found or (kind and found != kind):
            known = [i for k in ((kind,) if kind else KINDS) for i in self.engine.knowledge.ids(k)]
            raise InputError(f"there is no {kind or 'node'} of this id{_near(name, known)}")
        made: dict[str, Any] = self._border.public(trim.node(self.engine, name, found))
        return made

    def ids(self) -> Iterator[tuple[str, str, str]]:
        """Every resource: kind, id, title; always in the same order."""
        for kind in KINDS:
            for name in sorted(self.engine.knowledge.ids(kind)):
                yield kind, name, self.engine.title(name, zh=False)

    def _search(self, asked: args.Search, stop: threading.Event) -> dict[str, Any]:
        engine = self.engine
        rows = [
            {
                "id": m.id,
                "kind": engine.knowledge.kind_of(m.id),
                "title": engine.title(m.id, zh=False),
                "score": round(m.score, 4),
            }
            for m in engine.search(asked.query, asked.limit)
        ]
        meant = None if rows else engine.did_you_mean(asked.query)
        return {"schema": "kbtui.search/1", "results": rows, "did_you_mean": self._border.all(meant)}

    def _show(self, asked: args.Show, stop: threading.Event) -> dict[str, Any]:
        return self.node(asked.id)

    def _diagnose(self, asked: args.Diagnose, stop: threading.Event) -> dict[str, Any]:
        made: dict[str, Any] = self._border.answer(trim.diagnosis(self._found(asked, stop)))
        return made

    def _next_step(self, asked: args.NextStep, stop: threading.Event) -> dict[str, Any]:
        made: dict[str, Any] = self._border.answer(trim.next_step(self._found(asked, stop), self.engine))
        return made

    def _facts(self, asked: args.FactsOf, stop: threading.Event) -> dict[str, Any]:
        look = self._seen(stop, fresh=asked.fresh)
        shown = facts_out(derive(look.facts, self.engine.tables))
        kept = {k: v for k, v in shown.items() if not asked.names or k.startswith(tuple(asked.names))}
        return {
            "schema": "kbtui.facts/1",
            "facts": self._border.all(kept),
            "notes": self._border.all(look.notes[: trim.NOTES]),
        }

    def _check(self, asked: args.Check, stop: threading.Event) -> dict[str, Any]:
        goals = self.engine.knowledge.ids("goal")
        if asked.goal and asked.goal not in goals:
            raise InputError(f"there is no goal of this id{_near(asked.goal, goals)}")
        look = self._seen(stop, fresh=asked.fresh)
        request = Request(look=look, machine="live", goals=[asked.goal] if asked.goal else [])
        made: dict[str, Any] = self._border.answer(trim.diagnosis(self._run(request, stop)))
        return made

    def _plan(self, asked: args.Plan, stop: threading.Event) -> dict[str, Any]:
        from kbtui.machine.facts import Facts
        from kbtui.planner.make import Ask, make

        facts = Facts(fact_from(name, value, "stated") for name, value in asked.facts.items())
        ask = Ask(
            goal=asked.goal, facts=facts, gpus=asked.gpus or None, model=asked.model or None, method=asked.method or None,
            precision=asked.precision or None, batch=asked.batch, seq=asked.seq, as_of=asked.as_of or None,
            today=time.strftime("%Y-%m"),
        )  # fmt: skip
        made: dict[str, Any] = self._border.answer(trim.plan(make(ask, self.engine.knowledge, self.engine.tables)))
        return made

    def _found(self, asked: args.Diagnose, stop: threading.Event) -> Diagnosis:
        known = self.engine.knowledge
        for name in asked.answers:
            if known.kind_of(name) != "question":
                raise InputError(f"answers: there is no question of this id{_near(name, known.ids('question'))}")
        for name in asked.tried:
            if name not in known.problems:
                raise InputError(f"tried: there is no problem of this id{_near(name, known.problems)}")
        request = Request(
            text=asked.text,
            facts=[fact_from(name, value, "stated") for name, value in asked.facts.items()],
            answers=dict(asked.answers),
            closed=frozenset(asked.tried),
        )
        files = getattr(asked, "files", None)
        if files:
            self._read(request, files)
        if not (request.text.strip() or request.facts or request.answers or request.hits or asked.look):
            raise InputError("text: say what the person sees")
        if asked.look:
            request.look, request.machine = self._seen(stop), "live"
            request.goals = None if request.text.strip() else []
        return self._run(request, stop)

    def _read(self, request: Request, files: list[str]) -> None:
        from kbtui.diagnosis import ranks
        from kbtui.kb import scan

        paths = ranks.expand(files)
        signs = self.engine.signs()
        if len(paths) > 1:
            read = ranks.read_logs(paths, signs)
            request.logs, request.facts, text = read.told, [*read.facts, *request.facts], read.text
            request.hits, request.notes = read.hits, [*request.notes, *read.notes]
        else:
            one = scan.read_log(paths[0], signs, 4 << 20)
            request.hits, request.notes, text = one.hits, [*request.notes, *one.notes], one.text
        request.text = "\n".join(t for t in (request.text, text) if t)

    def _run(self, request: Request, stop: threading.Event) -> Diagnosis:
        last: object = None
        for event in _until(self.engine.stages(request), stop):
            last = event.value
        assert isinstance(last, Diagnosis)
        return last

    def _seen(self, stop: threading.Event, *, fresh: bool = False) -> Look:
        """This machine, through every probe; a look of the last minute counts."""
        if not self._live:
            raise InputError("the person let this server look at no machine (--no-live)")
        if self._look and not fresh and time.monotonic() - self._look[0] < FRESH:
            return self._look[1]
        from kbtui.machine import probes, sweep
        from kbtui.machine.host import Once
        from kbtui.machine.live import Live

        once = Once(Live())
        chosen = probes.probes_for(once)
        look = sweep.gather(once, _until(sweep.sweep(once, chosen), stop), chosen)
        self._look = time.monotonic(), look
        name = look.facts.get("machine.hostname")
        people = [f.value for f in look.facts if f.name == "gpu.other_users" and isinstance(f.value, list)]
        self._border.learn(str(name.value or ""), [str(p) for some in people for p in some])
        return look


def _near(name: str, known: Iterable[str]) -> str:
    nearest = did_you_mean(name, known)
    return f" ({nearest})" if nearest else ""


def _until(events: Iterable[_T], stop: threading.Event) -> Iterator[_T]:
    """The events until the request is cancelled."""
    for event in events:
        if stop.is_set():
            raise Stopped
        yield event
