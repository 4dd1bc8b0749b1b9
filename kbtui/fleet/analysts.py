"""Who judges the nodes: this process for a few, children for many, so that parsing a thousand answers uses every core.

A child opens the engine once and gets answers as texts or paths; what it gives back is small.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from typing import NamedTuple

from kbtui.engine import Engine
from kbtui.errors import InputError
from kbtui.fleet import needs
from kbtui.fleet.judge import Judged, Order, judge
from kbtui.fleet.parts import Parts
from kbtui.machine.host import Host
from kbtui.machine.probes.spec import Probe

FEW = 12
"""Nodes up to which no child is started: opening the engine takes as long as judging some of them."""
MOST = 8


class Work(NamedTuple):
    """One node's evidence: the parts of its answer, or the path of a recording."""

    node: str
    texts: tuple[bytes, ...] = ()
    """Each as `packed` made it."""
    path: str = ""
    reached: tuple[str, ...] | None = ()
    """What it was asked for beyond the first asks: problems, or None for everything."""


def packed(text: str) -> bytes:
    """An answer as it is kept and handed on: a seventh of its size, whatever letters are in it."""
    return zlib.compress(text.encode("utf-8", "replace"), 1)


class Done(NamedTuple):
    """What came of it."""

    node: str
    judged: Judged | None
    error: str = ""
    """Why it could not be judged."""


class Analyst:
    """Judges one node after the other."""

    def __init__(self, engine: Engine, order: Order, reached: Sequence[str]) -> None:
        """`reached`: the problems that the text points at."""
        self._engine, self._order = engine, order
        self._first = needs.first(engine, order.goals, reached)
        self._every = needs.every()

    def judge(self, work: Work) -> Done:
        """Never raises for what a node said."""
        try:
            host = host_of(work)
            try:
                return Done(work.node, judge(self._engine, self._order, host, self._probes(work, host)))
            finally:
                close = getattr(host, "close", None)
                if close:
                    close()
        except (InputError, OSError) as error:
            return Done(work.node, None, str(error))

    def _probes(self, work: Work, host: Host) -> list[Probe]:
        if work.path:
            from kbtui.machine.probes import probes_for

            return probes_for(host)
        if work.reached is None:
            return self._every
        if not work.reached:
            return self._first
        wanted = {p.name for p in needs.first(self._engine, self._order.goals, work.reached)}
        wanted |= {p.name for p in self._first}
        return [p for p in self._every if p.name in wanted]


def host_of(work: Work) -> Host:
    """The node as something that answers asks. InputError where its recording is none."""
    if not work.path:
        return Parts(work.node, (zlib.decompress(text).decode() for text in work.texts))
    from kbtui.machine.sources import open_source
    from kbtui.machine.sources.pasted import TextSource

    host = open_source(work.path)
    if isinstance(host, TextSource):
        raise InputError("it is a text and no recording of a machine")
    return host


class Analysts:
    """A queue of nodes to be judged. Use it in `with`."""

    def __init__(self, engine: Engine, order: Order, reached: Sequence[str], count: int) -> None:
        """`count`: how many nodes there will be."""
        self._own = Analyst(engine, order, reached) if count <= FEW else None
        self._finished: list[Done] = []
        self._waiting: dict[Future[Done], str] = {}
        self._pool: ProcessPoolExecutor | None = None
        if self._own is None:
            self._pool = ProcessPoolExecutor(
                min(MOST, os.cpu_count() or 1), get_context("spawn"), _open, (order, tuple(reached))
            )

    def __enter__(self) -> Analysts:
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool:
            self._pool.shutdown(wait=not self._waiting, cancel_futures=True)

    def __len__(self) -> int:
        """Nodes that are not judged yet."""
        return len(self._waiting) + len(self._finished)

    def submit(self, work: Work) -> None:
        """Have a node judged."""
        if self._own:
            self._finished.append(self._own.judge(work))
            return
        assert self._pool is not None
        self._waiting[self._pool.submit(_judge, work)] = work.node

    def done(self, timeout: float) -> list[Done]:
        """Those that are judged by now; waits at most `timeout` for one."""
        out, self._finished = self._finished, []
        if self._waiting and not out:
            finished, _ = wait(self._waiting, timeout, FIRST_COMPLETED)
            for future in finished:
                node = self._waiting.pop(future)
                try:
                    out.append(future.result())
                except BrokenProcessPool as error:
                    out.append(Done(node, None, f"a child that judged it ended ({error})"))
        return out


_ANALYST: Analyst | None = None


def _open(order: Order, reached: tuple[str, ...]) -> None:
    """In a child: the engine, once."""
    global _ANALYST
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which keeps what came
    _ANALYST = Analyst(Engine.open(), order, reached)


def _judge(work: Work) -> Done:
    assert _ANALYST is not None
    return _ANALYST.judge(work)
