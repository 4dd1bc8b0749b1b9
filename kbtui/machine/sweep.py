"""The sweep: many probes side by side against one host, streaming what each found, over before a deadline.

A thread a probe, a few at a time. A probe that does not come back is reported as timed out and its thread left behind;
it asks nothing more and its late answer is dropped, so it can change nothing. Cheap probes start first.
"""

from __future__ import annotations

import queue
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple

from msgspec.structs import replace

from kbtui.machine.asks import Raw, unknown
from kbtui.machine.clock import Deadline
from kbtui.machine.facts import Fact, Facts, scope_of
from kbtui.machine.host import Host, Once
from kbtui.machine.looked import Look
from kbtui.machine.probes.spec import NOT_IN_OUTPUT, Out, Probe, run_probe

DEADLINE = 13.0
"""Seconds for the whole sweep; an answer is due within 15."""
WORKERS = 12
STUCK = 2.0
"""Seconds after which a probe gives up its place among the workers, so that those that hang starve nobody."""
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


class _Done(NamedTuple):
    number: int
    out: Out
    texts: tuple[tuple[str, Raw], ...] = ()


def sweep(host: Host, probes: Iterable[Probe], deadline: float = DEADLINE, workers: int = WORKERS) -> Iterator[Event]:
    """Run the probes; events as they come, at most one `done` or `timed_out` each. Never raises, never outlasts `deadline`."""
    once = host if isinstance(host, Once) else Once(host)
    waiting = deque(sorted(enumerate(probes), key=lambda item: item[1].seconds))
    inbox: queue.SimpleQueue[_Done] = queue.SimpleQueue()
    running: dict[int, tuple[Probe, float]] = {}
    over = threading.Event()
    began, clock = time.monotonic(), Deadline(deadline)
    try:
        while (waiting or running) and clock.left() > 0:
            while waiting and _busy(running) < workers and clock.left() > 0:
                number, probe = waiting.popleft()
                running[number] = (probe, time.monotonic())
                _start(once, number, probe, inbox, over)
                yield Event("started", probe, 0.0)
                clock.resume()  # what the caller did with an event counts
            event = _arrived(inbox, running, min(_SLICE, max(0.0, clock.left())))
            clock.left()  # a stop of ours while we waited does not
            if event:
                yield event
            clock.resume()
        while event := _arrived(inbox, running, 0.0):  # those that had answered by then
            yield event
        for probe, since in [*running.values(), *((p, began) for _, p in waiting)]:
            yield Event("timed_out", probe, time.monotonic() - since, _too_late(probe, once.kind, deadline))
    finally:
        over.set()


def gather(host: Host, events: Iterable[Event], order: Iterable[Probe] = ()) -> Look:
    """The facts of all events in one store. Where two probes tell one thing, the later one of `order` is on top, however
    quick each was."""
    facts = Facts()
    texts: list[tuple[str, Raw]] = []
    failed: list[str] = []
    lost: dict[str, str] = {}
    place = {probe.name: i for i, probe in enumerate(order)}
    for event in sorted((e for e in events if e.out), key=lambda e: place.get(e.probe.name, -1)):
        assert event.out is not None
        lay(facts, event.out)
        lost.update(event.out.lost)
        texts += event.texts
        if event.what == "timed_out":
            failed.append(f"{event.probe.name} gave no answer in time")
    notes = [*host.notes, *failed, *said_of(facts, lost)]
    return Look(facts, texts, notes, complete=not failed and not _mendable(facts, lost))


def look_at(host: Host, probes: Iterable[Probe]) -> Look:
    """One probe after the other, in this thread: for evidence, which cannot hang, of many machines."""
    once, chosen = host if isinstance(host, Once) else Once(host), list(probes)
    found = [(probe, *_ask(once, probe)) for probe in chosen]
    return gather(host, (Event("done", probe, 0.0, out, texts) for probe, out, texts in found), chosen)


def lay(facts: Facts, out: Out) -> None:
    """Put what a probe found into a store."""
    for scope, keys, complete in out.scopes:
        facts.list_scope(scope, keys, complete=complete)
    for fact in out.facts:
        facts.add(fact)


def said_of(facts: Facts, lost: dict[str, str] | None = None) -> list[str]:
    """One sentence for each reason why facts are unknown, with what it cost.

    `lost`: facts of a card, a process ... that no look gave for any of them, and why. What a look simply did not
    mention is no lack.
    """
    seen = {fact.name for fact in facts if fact.state != "unknown"}
    by_reason: dict[str, dict[str, None]] = {}
    for fact in facts:
        if fact.state == "unknown" and fact.reason and fact.reason != NOT_IN_OUTPUT:
            by_reason.setdefault(fact.reason, {})[fact.name] = None
    for name, reason in (lost or {}).items():
        if name not in seen:
            by_reason.setdefault(reason, {})[name] = None
    out = []
    for reason, named in by_reason.items():
        names = list(named)
        shown = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
        out.append(f"{reason}: so {shown} could not be told")
    return out


def _busy(running: dict[int, tuple[Probe, float]]) -> int:
    now = time.monotonic()
    return sum(now - since < STUCK for _, since in running.values())


def _arrived(inbox: queue.SimpleQueue[_Done], running: dict[int, tuple[Probe, float]], wait: float) -> Event | None:
    """The next answer, where one comes in time."""
    try:
        done = inbox.get(timeout=wait)
    except queue.Empty:
        return None
    probe, since = running.pop(done.number)
    return Event("done", probe, time.monotonic() - since, done.out, done.texts)


def _mendable(facts: Facts, lost: dict[str, str]) -> bool:
    reasons = [*(f.reason for f in facts if f.state == "unknown"), *lost.values()]
    return any("may not be" in reason or "no answer within" in reason for reason in reasons)


def _start(host: Once, number: int, probe: Probe, inbox: queue.SimpleQueue[_Done], over: threading.Event) -> None:
    work = threading.Thread(
        target=_work, args=(host, number, probe, inbox, over), name=f"probe {probe.name}", daemon=True
    )
    try:
        work.start()
    except RuntimeError as error:  # this user may have no more threads: the probe's facts are unknown, and why
        inbox.put(_Done(number, _unknown(probe, host.kind, f"{probe.name} could not be started ({error})")))


def _work(host: Once, number: int, probe: Probe, inbox: queue.SimpleQueue[_Done], over: threading.Event) -> None:
    out, texts = _ask(host, probe, over)
    if not over.is_set():
        inbox.put(_Done(number, out, texts))


def _ask(host: Once, probe: Probe, over: threading.Event | None = None) -> tuple[Out, tuple[tuple[str, Raw], ...]]:
    """What one probe finds, and the texts in which signs are to be matched; nothing once it is over."""
    answers: dict[str, Raw] = {}
    for name, ask in probe.asks.items():
        if over and over.is_set():
            return Out(host.kind), ()
        try:
            answers[name] = host.answer(ask)
        except Exception as error:  # a source's mistake costs this answer, never the sweep
            answers[name] = unknown(f"{ask.key} could not be asked ({type(error).__name__}: {error})")
    out = run_probe(probe, answers, host.kind)
    return out, tuple((stream, part) for name, stream in probe.streams.items() for part in _texts(answers[name]))


def _texts(raw: Raw) -> list[Raw]:
    """The texts of an answer: of a pattern each file for itself."""
    if not raw.ok:
        return []
    files = [replace(raw, text=text, files={}, origin=path) for path, text in raw.files.items()]
    return files or [raw]


def _too_late(probe: Probe, kind: Literal["live", "bundle"], deadline: float) -> Out:
    return _unknown(probe, kind, f"no answer within {deadline:g} s")


def _unknown(probe: Probe, kind: Literal["live", "bundle"], reason: str) -> Out:
    out = Out(kind)
    for name in probe.facts:
        if scope_of(name):
            out.lost[name] = reason
        else:
            out.facts.append(Fact(name=name, state="unknown", reason=reason, kind=kind, origin=probe.name))
    return out
