"""The one seam to the world: a host answers asks. Everything read-only that kbtui can do to a machine is here.

`kbtui.machine.live` asks this machine; each module of `kbtui.machine.sources` answers the same asks from evidence taken
elsewhere. A host never raises for what it cannot answer: that is a `Raw` with a reason.
"""

from __future__ import annotations

import threading
from typing import Literal, Protocol

from kbtui.machine.asks import Ask, Raw


class Host(Protocol):
    """A machine that can be asked."""

    @property
    def kind(self) -> Literal["live", "bundle"]:
        """How strongly its facts count: live over bundle."""

    @property
    def name(self) -> str:
        """What it is, for a person: "this machine", "bundle gpu01.tar.gz", "nvidia-bug-report of 2025-07-18"."""

    @property
    def notes(self) -> list[str]:
        """What it could not see at all, as sentences: "the report is cut off: no logs, no lspci"."""

    def answer(self, ask: Ask) -> Raw:
        """Look. Safe to call from several threads at once."""


class Once:
    """A host that asks each thing once, however many probes want it, and keeps the answers for a bundle."""

    def __init__(self, host: Host) -> None:
        self.host = host
        self.answers: dict[Ask, Raw] = {}
        self._locks: dict[Ask, threading.Lock] = {}
        self._lock = threading.Lock()

    @property
    def kind(self) -> Literal["live", "bundle"]:
        """As the host's."""
        return self.host.kind

    @property
    def name(self) -> str:
        """As the host's."""
        return self.host.name

    @property
    def notes(self) -> list[str]:
        """As the host's."""
        return self.host.notes

    def answer(self, ask: Ask) -> Raw:
        """The first answer, kept."""
        with self._lock:
            lock = self._locks.setdefault(ask, threading.Lock())
        with lock:
            if ask not in self.answers:
                self.answers[ask] = self.host.answer(ask)
            return self.answers[ask]
