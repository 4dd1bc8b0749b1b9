"""The sweep in the background: what was seen so far, what is running and for how long.

A thread of its own runs `kbtui.machine.sweep`; the screen is told at most four times a second. One probe or all can
be run again, and the rest can be given up. No screen is known here.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from typing import NamedTuple

from kbtui.machine.asks import Raw
from kbtui.machine.facts import Facts
from kbtui.machine.host import Host
from kbtui.machine.looked import Look
from kbtui.machine.probes.spec import Out, Probe
from kbtui.machine.sweep import Event, lay, said_of, sweep

EVERY = 0.25
"""Seconds between two tellings."""
SAMPLE_DEADLINE = 5.0
CARD_FACTS = frozenset({"gpu.temperature", "gpu.power_watts", "gpu.clock_mhz", "gpu.throttle_reasons", "gpu.link_gen"})
"""The first probe that can give all of these, and does, is the one that is sampled."""


class Seen(NamedTuple):
    """Where the sweep stands."""

    look: Look
    running: tuple[tuple[str, float], ...]
    """Probe and when it began (of `time.monotonic`), the longest-running first."""
    done: int
    total: int
    over: bool
    at: dict[str, float]
    """Fact to the time (of `time.time`) when its probe answered."""


class Watch:
    """Looks at one host. `tell` is called from the watching thread."""

    def __init__(
        self,
        open_host: Callable[[], Host],
        probes: Callable[[], list[Probe]],
        tell: Callable[[Seen], None],
        every: float = EVERY,
    ) -> None:
        self._open_host, self._probes, self._tell, self._every = open_host, probes, tell, every
        self._found: dict[str, tuple[Out, tuple[tuple[str, Raw], ...], bool]] = {}
        self._at: dict[str, float] = {}
        self._round = 0
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._last: Seen | None = None
        self._kind = ""

    def start(self, facts: Iterable[str] = ()) -> None:
        """Run every probe, or only those that can give one of these facts. What runs already is given up."""
        with self._lock:
            self._round += 1
            number = self._round
        self._thread = threading.Thread(
            target=self._run, args=(number, frozenset(facts)), name="kbtui watch", daemon=True
        )
        self._thread.start()

    def cancel(self) -> None:
        """Give up what still runs; what was seen stays."""
        with self._lock:
            self._round += 1
        if self._last and not self._last.over:
            self._last = self._last._replace(over=True, running=())
            self._tell(self._last)

    def wait(self, seconds: float) -> bool:
        """Whether the sweep was over within these seconds."""
        if self._thread:
            self._thread.join(seconds)
        return self._thread is None or not self._thread.is_alive()

    @property
    def is_live(self) -> bool:
        """Whether the host was a machine that goes on; evidence taken once always says the same."""
        return self._kind == "live"

    def sample(self) -> Facts:
        """What the driver says of its cards at this moment. Blocks: call it in a worker, beside a sweep."""
        host = self._open_host()
        facts = Facts()
        for probe in (p for p in self._probes() if CARD_FACTS.issubset(p.facts)):
            for event in sweep(host, [probe], SAMPLE_DEADLINE):
                if event.out:
                    lay(facts, event.out)
            if any(f.name in CARD_FACTS and f.state == "known" for f in facts):
                break
        close = getattr(host, "close", None)
        if close:
            close()
        return facts

    def _run(self, number: int, facts: frozenset[str]) -> None:
        host = self._open_host()
        self._kind = host.kind
        probes = [p for p in self._probes() if not facts or not facts.isdisjoint(p.facts)]
        running: dict[str, float] = {}
        done, told = 0, 0.0
        try:
            for event in sweep(host, probes):
                if number != self._round:
                    break
                done += self._take(event, running)
                if time.monotonic() - told >= self._every:
                    told = time.monotonic()
                    self._say(self._seen(host, running, done, len(probes), over=False))
        finally:
            close = getattr(host, "close", None)
            if close:
                close()
        if number == self._round:
            self._say(self._seen(host, {}, done, len(probes), over=True))

    def _say(self, seen: Seen) -> None:
        self._last = seen
        self._tell(seen)

    def _take(self, event: Event, running: dict[str, float]) -> int:
        name = event.probe.name
        if event.out is None:
            running[name] = time.monotonic()
            return 0
        running.pop(name, None)
        self._found[name] = (event.out, event.texts, event.what == "timed_out")
        self._at[name] = time.time()
        return 1

    def _seen(self, host: Host, running: dict[str, float], done: int, total: int, *, over: bool) -> Seen:
        facts = Facts()
        texts: list[tuple[str, Raw]] = []
        failed: list[str] = []
        at: dict[str, float] = {}
        for name, (out, said, late) in self._found.items():
            lay(facts, out)
            at |= dict.fromkeys((f.name for f in out.facts), self._at[name])
            texts += said
            if late:
                failed.append(f"{name} gave no answer in time")
        look = Look(facts, texts, [*host.notes, *failed, *said_of(facts)], complete=over and not failed)
        return Seen(look, tuple(sorted(running.items(), key=lambda item: item[1])), done, total, over, at)


def this_machine(tell: Callable[[Seen], None], every: float = EVERY) -> Watch:
    """A watch over the machine that kbtui runs on. The probes are imported in the watching thread."""

    def host() -> Host:
        from kbtui.machine.live import Live

        return Live()

    def probes() -> list[Probe]:
        from kbtui.machine.probes import all_probes

        return all_probes()

    return Watch(host, probes, tell, every)
