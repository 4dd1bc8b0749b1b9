"""The stages of a fleet check, in order: ask, judge, ask more, group.

    nodes ─► first asks ─► judged ─┬─► healthy ──────────────────────┐
    one ───► all asks ───► judged ─┤                                 ├─► groups, differences
                                   └─► more asks ─► judged again ────┘
                        no answer ─► why ────────────────────────────┘

`check` and `recorded` yield what happened as it happens; the last event holds the answer. Nothing here prints.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping
from typing import Literal, NamedTuple, Protocol

from kbtui.engine import Engine
from kbtui.fleet import needs
from kbtui.fleet.analysts import Analysts, Done, Work, packed
from kbtui.fleet.came import Came
from kbtui.fleet.collector import collector
from kbtui.fleet.group import grouped
from kbtui.fleet.judge import Judged, Order
from kbtui.fleet.limits import Limits
from kbtui.fleet.parts import last_ask
from kbtui.fleet.result import Asked, FleetOut
from kbtui.machine.asks import Ask

STOPPED = "stopped before its answer"
_SLICE = 0.1
_LEAST = 1.0
"""Seconds of a node's deadline that must be left for more asks."""


class Told(NamedTuple):
    """Something happened."""

    what: Literal["came", "judged", "silent", "done"]
    node: str
    value: Came | Judged | FleetOut
    left: int
    """Nodes that are not finished."""


class Asker(Protocol):
    """Who asks the nodes: `kbtui.fleet.fan.Fan`."""

    sent: int

    def ask(self, names: list[str], script: str, seconds: float = 0.0) -> None:
        """Send a script to these nodes; each of them comes back exactly once."""

    def next(self, timeout: float) -> Came | None:
        """What came next."""

    def stop(self) -> None:
        """End everything."""


class _Node:
    """What is known of a node while it is asked."""

    def __init__(self, asks: list[Ask], *, whole: bool) -> None:
        self.asked = len(asks)
        self.came: Came | None = None
        self.texts: list[bytes] = []
        self.busy = ""
        self.used = 0.0
        self.whole = whole
        self.reached: tuple[str, ...] = ()
        self.again = 0


def check(
    engine: Engine,
    order: Order,
    names: list[str],
    asker: Asker,
    limits: Limits,
    reached: tuple[str, ...] = (),
    stop: threading.Event | None = None,
    kept: dict[str, Work] | None = None,
) -> Iterator[Told]:
    """Ask these nodes. `reached`: the problems that the text points at. `stop`, once set, ends it with what came. `kept` gets
    what each node answered, for who wants to open one."""
    run = _Check(engine, order, names, asker, limits, reached, kept)
    try:
        with Analysts(engine, order, reached, len(names)) as analysts:
            yield from run.go(analysts, stop or threading.Event())
    finally:
        asker.stop()


def recorded(
    engine: Engine,
    order: Order,
    paths: Mapping[str, str],
    stop: threading.Event | None = None,
    kept: dict[str, Work] | None = None,
) -> Iterator[Told]:
    """Judge recordings, node -> path."""
    began, stop = time.monotonic(), stop or threading.Event()
    if kept is not None:
        kept |= {name: Work(name, path=path) for name, path in paths.items()}
    judged: dict[str, Judged] = {}
    silent: dict[str, Came] = {}
    with Analysts(engine, order, (), len(paths)) as analysts:
        waiting = [Work(name, path=path) for name, path in paths.items()]
        while (waiting or len(analysts)) and not stop.is_set():
            while waiting and len(analysts) < 32:
                analysts.submit(waiting.pop(0))
            for done in analysts.done(_SLICE):
                left = len(paths) - len(judged) - len(silent) - 1
                if done.judged:
                    judged[done.node] = done.judged
                    yield Told("judged", done.node, done.judged, left)
                else:
                    silent[done.node] = Came(node=done.node, state="failed", reason=done.error)
                    yield Told("silent", done.node, silent[done.node], left)
    for name in paths:
        if name not in judged and name not in silent:
            silent[name] = Came(node=name, state="stopped", reason="it was not read any more")
    asked = Asked(seconds=round(time.monotonic() - began, 3))
    yield Told("done", "", grouped(engine, list(order.goals), judged, silent, asked), 0)


class _Check:
    def __init__(
        self,
        engine: Engine,
        order: Order,
        names: list[str],
        asker: Asker,
        limits: Limits,
        reached: tuple[str, ...],
        kept: dict[str, Work] | None,
    ) -> None:
        self.kept = kept
        self.engine, self.order, self.asker, self.limits = engine, order, asker, limits
        self.every = needs.asks_of(needs.every())
        self.first = needs.asks_of(needs.first(engine, order.goals, reached))
        self.names = names
        self.nodes: dict[str, _Node] = {}
        self.judged: dict[str, Judged] = {}
        self.silent: dict[str, Came] = {}
        self.scout: str | None = None
        self.widened: tuple[str, ...] = ()
        """Problems of the node that was probed fully that the first asks do not tell."""
        self.told = False
        """Whether the node that was probed fully is judged; until then what healthy nodes answered is kept."""
        self.received = 0
        self._scripts: dict[tuple[Ask, ...], str] = {}

    def go(self, analysts: Analysts, stop: threading.Event) -> Iterator[Told]:
        began, self.stop = time.monotonic(), stop
        self._begin()
        while len(self.judged) + len(self.silent) < len(self.names) and not stop.is_set():
            came = self.asker.next(0.0 if len(analysts) else _SLICE)
            while came is not None:
                yield from self._came(came, analysts)
                came = self.asker.next(0.0)
            for done in analysts.done(_SLICE / 2):
                yield from self._done(done)
        self.asker.stop()
        for name in self.names:
            if name not in self.judged and name not in self.silent:
                self.silent[name] = Came(node=name, state="stopped", reason=STOPPED)
        asked = Asked(
            seconds=round(time.monotonic() - began, 3),
            sent=self.asker.sent,
            received=self.received,
            commands=sum(node.asked for node in self.nodes.values()),
            all_commands=len(self.every) * len(self.names),
        )
        yield Told("done", "", grouped(self.engine, list(self.order.goals), self.judged, self.silent, asked), 0)

    def _begin(self) -> None:
        self.scout = self.names[0]
        for name in self.names:
            whole = name == self.scout
            self.nodes[name] = _Node(self.every if whole else self.first, whole=whole)
        self.asker.ask([self.scout], collector(self.every, whole=True))
        if self.names[1:]:
            self.asker.ask(self.names[1:], collector(self.first))

    def _came(self, came: Came, analysts: Analysts) -> Iterator[Told]:
        node = self.nodes[came.node]
        if self.stop.is_set() and came.state != "answered":  # Ctrl-C reaches the children, too
            came.state, came.reason = "stopped", STOPPED
        node.came, node.used = came, node.used + came.seconds
        self.received += came.size
        yield Told("came", came.node, came, self._left())
        if came.text.strip():
            node.texts.append(packed(came.text))
            node.busy = last_ask(came.text) if came.state == "timed_out" else ""
        came.text = ""
        if node.texts:
            work = Work(came.node, tuple(node.texts), reached=None if node.whole else node.reached)
            if self.kept is not None:
                self.kept[came.node] = work
            analysts.submit(work)
            return
        if came.state == "answered":
            came.state, came.reason = "failed", "it printed nothing"
        self.silent[came.node] = came
        if came.node == self.scout:
            self.scout = None
        yield Told("silent", came.node, came, self._left())

    def _done(self, done: Done) -> Iterator[Told]:
        name, node = done.node, self.nodes[done.node]
        came = node.came
        assert came is not None
        if done.judged is None:
            self.silent[name] = Came(node=name, state="failed", reason=done.error)
        elif came.state != "answered" and done.judged.verdict.health != "fault":
            came.reason += f"; it was busy with {node.busy}" if node.busy else ""
            self.silent[name] = came
        elif self._ask_more(name, node, done.judged):
            return
        else:
            self.judged[name] = done.judged
        if name in self.silent:
            if name == self.scout:
                self.scout = None
            node.texts.clear()
            yield Told("silent", name, self.silent[name], self._left())
            return
        yield Told("judged", name, self.judged[name], self._left())
        if name == self.scout:
            self._scouted(self.judged[name])
        if self.told or node.again:
            node.texts.clear()

    def _ask_more(self, name: str, node: _Node, judged: Judged) -> bool:
        """Whether this node is asked more before it is judged."""
        if self.scout is None:
            self.scout = name
        first = frozenset(self.first)
        if node.whole or node.again or self.limits.deadline - node.used < _LEAST:
            return False
        if name == self.scout:
            asks = [ask for ask in self.every if ask not in first]
            node.whole = True
        elif judged.verdict.health != "healthy" or self.widened:
            node.reached = (*judged.reached, *self.widened)
            asks = needs.more(self.engine, self.order.goals, node.reached, first)
        else:
            return False
        if not asks:
            return False
        node.again += 1
        node.asked += len(asks)
        self.asker.ask([name], self._script(asks), self.limits.deadline - node.used)
        return True

    def _scouted(self, scout: Judged) -> None:
        """The node that was probed fully is judged. A fault that shows only to who looks everywhere: the other nodes are
        asked after it, too, those that came out healthy by then again."""
        self.told = True
        v = scout.verdict
        if v.health == "fault" and not v.unmet:
            self.widened = v.path
        for name, judged in list(self.judged.items()):
            if self.widened and name != self.scout and self._ask_more(name, self.nodes[name], judged):
                del self.judged[name]
            else:
                self.nodes[name].texts.clear()

    def _script(self, asks: list[Ask]) -> str:
        key = tuple(asks)
        if key not in self._scripts:
            self._scripts[key] = collector(asks)
        return self._scripts[key]

    def _left(self) -> int:
        return len(self.names) - len(self.judged) - len(self.silent)
