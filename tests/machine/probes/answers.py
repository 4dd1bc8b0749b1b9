"""Answers for a probe under test: what is given, and for the rest "not on this machine"."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from kbtui.machine.asks import Ask, Environ, Names, Raw, Read, Run, Which, absent
from kbtui.machine.facts import Fact, State
from kbtui.machine.probes.spec import Probe, run_probe

REFUSED = Raw(status="refused", reason="it may not be read by this user")
TIMED_OUT = Raw(status="timed_out", reason="no answer within 5 s")
INSIDE = {"inside_cgroup": "0::/system.slice/docker-4f2a9c.scope\n"}
"""Given to a probe: it runs in a Docker container."""
WHOLE = {"inside_init": "systemd\n", "inside_cgroup": "0::/init.scope\n"}


def probe(module: str, name: str) -> Probe:
    """A probe of a module by its name."""
    return next(p for p in import_module(f"kbtui.machine.probes.{module}").PROBES if p.name == name)


def fail(text: str, code: int = 1) -> Raw:
    """A command that printed this to standard error and failed."""
    return Raw(errors=text, exit_code=code, origin="command")


def look(subject: Probe, **given: str | dict[str, str] | Raw) -> dict[str, Fact]:
    """The facts that a probe gives, "name" or "name[entity]" to fact; `given` by the names of its asks."""
    unasked = set(given) - set(subject.asks)
    assert not unasked, f"{subject.name} does not ask {unasked}"
    answers = {name: _answer(ask, given.get(name)) for name, ask in subject.asks.items()}
    out = run_probe(subject, answers, "live")
    assert {f.name for f in out.facts} <= set(subject.facts)
    return {f"{f.name}[{f.entity}]" if f.entity else f.name: f for f in out.facts}


def values(facts: dict[str, Fact]) -> dict[str, Any]:
    """What is known or certainly absent (None), by name."""
    return {name: f.value for name, f in facts.items() if f.state in ("known", "absent")}


def states(facts: dict[str, Fact]) -> dict[str, State]:
    """The state of each fact."""
    return {name: f.state for name, f in facts.items()}


def all_refused(subject: Probe) -> dict[str, Fact]:
    """The facts of a probe that may look at nothing."""
    out = run_probe(subject, dict.fromkeys(subject.asks, REFUSED), "live")
    return {f.name: f for f in out.facts}


def _answer(ask: Ask, given: str | dict[str, str] | Raw | None) -> Raw:
    if isinstance(given, Raw):
        return given
    if isinstance(given, str):
        return Raw(text=given, exit_code=0 if isinstance(ask, Run) else None, origin=ask.key)
    if given is not None:
        return Raw(files=given, origin=ask.key)
    if isinstance(ask, (Environ, Which)):
        return Raw(origin=ask.key)
    pattern = isinstance(ask, (Read, Names)) and any(c in ask.path for c in "*?[")
    return Raw(origin=ask.key) if pattern else absent(f"{ask.key} is not there", origin=ask.key)
