"""What commands share when they look at a machine: which one, which probes, and a line that shows it while it runs."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from kbtui.engine import Engine, Request

if TYPE_CHECKING:
    from kbtui.machine.facts import Facts
    from kbtui.machine.host import Host, Once
    from kbtui.machine.looked import Look
    from kbtui.machine.sweep import Event

REACHED = 0.002
"""Problems less likely than this by the text alone are not looked after."""


class Looked(NamedTuple):
    """What was seen, and of which machine."""

    look: Look | None
    machine: str
    """live, none, or the name of the source: as in the diagnosis."""


def host_of(args: Namespace) -> Host | None:
    """The machine that `--from`, `--pid` and `--no-live` name; None for the empty machine. InputError where it cannot be opened."""
    source = args.source
    if getattr(args, "no_live", False) and source == "live":
        source = "none"
    if source == "none":
        return None
    if source != "live":
        from kbtui.machine.sources import open_source

        return open_source(source)
    from kbtui.machine.live import Live

    return Live(pid=getattr(args, "pid", None), python=getattr(args, "python", None))


def take(args: Namespace, facts: set[str] | None = None, words: str = "") -> Looked:
    """Look at the machine that the arguments name, for these facts only; left out: for everything. `words`: what the
    person says, which may tell since when ("worked until yesterday")."""
    host = host_of(args)
    if host is None:
        return Looked(None, "none")
    try:
        look = at(host, facts, words)
    finally:
        close = getattr(host, "close", None)
        if close:
            close()
    return Looked(look, "live" if host.kind == "live" else host.name)


def at(host: Host, facts: set[str] | None = None, words: str = "") -> Look:
    """Sweep a host, with a line on the terminal while it runs."""
    from kbtui.machine import probes, sweep
    from kbtui.machine.host import Once
    from kbtui.machine.sources.pasted import TextSource

    if isinstance(host, TextSource):
        return _said(host.text)
    chosen = probes.probes_for(host)
    if facts is not None and host.kind == "live":
        chosen = probes.useful(chosen, facts)
    once = Once(host)
    look = sweep.gather(host, shown(sweep.sweep(once, chosen)), chosen)
    if words and any(probe.name == "history" for probe in chosen):
        _since(once, words, look)
    return look


def _since(once: Once, words: str, look: Look) -> None:
    """What changed, held against the time that the person names rather than the first error or now."""
    import time

    from kbtui.machine import sweep
    from kbtui.machine.changes import onset, timeline
    from kbtui.machine.probes import history
    from kbtui.machine.probes.spec import Out

    answers = {name: once.answers[ask] for name, ask in timeline.ASKS.items() if ask in once.answers}
    if len(answers) < len(timeline.ASKS):  # the sweep was over before all histories were read
        return
    line = timeline.build(answers, time.time())
    said = onset.parse_onset(words, line.clock, line.changes)
    if said:
        out = Out(once.kind)
        history.lay(line, said, out)
        sweep.lay(look.facts, out)


def reached(engine: Engine, request: Request) -> list[str]:
    """The problems that a text points at, however faintly."""
    return [name for name, p in engine.believe(request).through.items() if p >= REACHED]


def wanted(engine: Engine, request: Request) -> set[str]:
    """The facts that can change what a text alone says, and those of a usable GPU."""
    from kbtui.diagnosis import goals, need

    known = [goals.GPU_USABLE] if goals.GPU_USABLE in engine.knowledge.ids("goal") else []
    return need.facts_for(engine.knowledge, reached(engine, request), known)


def _said(text: str) -> Look:
    """Pasted output as a machine."""
    from kbtui.machine import text as reader
    from kbtui.machine.looked import Look

    facts: Facts = reader.read(text).store().relabelled("bundle")
    return Look(facts, [], [], complete=True)


def shown(events: Iterable[Event]) -> Iterator[Event]:
    """The events, each also drawn on one line of the terminal, which is gone at the end. In a pipe nothing is drawn."""
    from kbtui.commands.screen import clean

    draw = sys.stderr.isatty()
    running: dict[str, float] = {}
    done = 0
    for event in events:
        name = event.probe.name
        if event.what == "started":
            running[name] = 0.0
        elif event.what in ("done", "timed_out"):
            running.pop(name, None)
            done += 1
        else:
            running[name] = event.seconds
        if draw:
            waiting = ", ".join(f"{n} {s:.0f} s" if s >= 1 else n for n, s in list(running.items())[:4])
            print(f"\r\x1b[K{clean(f'looking: {done} done; {waiting}')[:78]}", end="", file=sys.stderr, flush=True)
        yield event
    if draw:
        print("\r\x1b[K", end="", file=sys.stderr, flush=True)
