"""The sweep: many probes side by side against one host, streaming what each found, over before a deadline.

A thread a probe, a few at a time. A probe that does not come back is reported as timed out and its thread left behind;
its late answer is dropped, so it can change nothing. Cheap probes start first.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple

from kbtui.machine.asks import Raw
from kbtui.machine.facts import Fact, Facts
from kbtui.machine.host import Host, Once
from kbtui.machine.looked import Look
from kbtui.machine.probes.spec import Out, Probe, run_probe

DEADLINE = 13.0
"""Seconds for the whole sweep; an answer is due within 15."""
WORKERS = 12
_SLICE = 0.1


class Event(NamedTuple):
    """Something happened to a probe."""

    what: Literal["started", "done", "timed_out"]
    probe: Probe
    seconds: float
    """How long it has taken."""
    out: Out | None = None
    """What it found; None when it only started."""
    texts: tuple[tuple[str, Raw], ...] = ()
    """Stream name and the text in which signs are to be matched."""


def sweep(host: Host, probes: Iterable[Probe], deadline: float = DEADLINE, workers: int = WORKERS) -> Iterator[Event]:
    """Run the probes; events as they come, at most one `done` or `timed_out` each. Never raises, never outlasts `deadline`."""
    once = host if isinstance(host, Once) else Once(host)
    waiting = sorted(probes, key=lambda p: p.seconds, reverse=True)
    inbox: queue.SimpleQueue[tuple[Probe, Out, tuple[tuple[str, Raw], ...]]] = queue.SimpleQueue()
    running: dict[str, tuple[Probe, float]] = {}
    began = time.monotonic()
    while waiting or running:
        while waiting and len(running) < workers:
            probe = waiting.pop()
            running[probe.name] = (probe, time.monotonic())
            threading.Thread(target=_work, args=(once, probe, inbox), name=f"probe {probe.name}", daemon=True).start()
            yield Event("started", probe, 0.0)
        before = time.monotonic()
        try:
            probe, out, texts = inbox.get(timeout=_SLICE)
        except queue.Empty:
            now = time.monotonic()
            if now - before > 1.0:  # we ourselves were stopped: the time does not count
                began += now - before
            if now - began > deadline:
                break
            continue
        _, since = running.pop(probe.name)
        yield Event("done", probe, time.monotonic() - since, out, texts)
    for probe in [p for p, _ in running.values()] + waiting[::-1]:
        since = running.get(probe.name, (probe, began))[1]
        yield Event("timed_out", probe, time.monotonic() - since, _too_late(probe, once.kind, deadline))


def gather(host: Host, events: Iterable[Event]) -> Look:
    """The facts of all events in one store."""
    facts = Facts()
    texts: list[tuple[str, Raw]] = []
    failed: list[str] = []
    for event in events:
        if event.out is None:
            continue
        lay(facts, event.out)
        texts += event.texts
        if event.what == "timed_out":
            failed.append(f"{event.probe.name} gave no answer in time")
    return Look(facts, texts, [*host.notes, *failed, *said_of(facts)], complete=not failed and not _mendable(facts))


def lay(facts: Facts, out: Out) -> None:
    """Put what a probe found into a store."""
    for scope, keys, complete in out.scopes:
        facts.list_scope(scope, keys, complete=complete)
    for fact in out.facts:
        facts.add(fact)


def said_of(facts: Facts) -> list[str]:
    """One sentence for each reason why facts are unknown, with what it cost."""
    by_reason: dict[str, list[str]] = {}
    for fact in facts:
        if fact.state == "unknown" and fact.reason:
            by_reason.setdefault(fact.reason, []).append(fact.name)
    out = []
    for reason, names in by_reason.items():
        shown = ", ".join(dict.fromkeys(names[:3])) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
        out.append(f"{reason}: so {shown} could not be told")
    return out


def _mendable(facts: Facts) -> bool:
    return any(f.state == "unknown" and ("may not be" in f.reason or "no answer within" in f.reason) for f in facts)


def _work(host: Once, probe: Probe, inbox: queue.SimpleQueue[tuple[Probe, Out, tuple[tuple[str, Raw], ...]]]) -> None:
    answers = {name: host.answer(ask) for name, ask in probe.asks.items()}
    out = run_probe(probe, answers, host.kind)
    texts = tuple((stream, answers[name]) for name, stream in probe.streams.items() if answers[name].ok)
    inbox.put((probe, out, texts))


def _too_late(probe: Probe, kind: Literal["live", "bundle"], deadline: float) -> Out:
    out = Out(kind)
    out.facts = [
        Fact(name=n, state="unknown", reason=f"no answer within {deadline:g} s", kind=kind, origin=probe.name)
        for n in probe.facts
    ]
    return out
