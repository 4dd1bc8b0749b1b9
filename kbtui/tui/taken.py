"""A named file as what it is: the evidence of a machine, which is then looked at, or a log, which is then read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from kbtui.engine import Engine
from kbtui.kb.scan import LogText

if TYPE_CHECKING:
    from kbtui.machine.host import Host

MAX_LOG = 4 << 20
"""Bytes of a file that are read as text; all of a larger one is still scanned for signs."""


class Taken:
    """A machine elsewhere (`kbtui.tui.elsewhere`) out of a file: nothing is carried out there, so it never changes."""

    def __init__(self, path: str, first: Host) -> None:
        self.name = first.name
        self._path = path
        self._first: Host | None = first

    def host(self) -> Host:
        """The machine; opened anew for each look, because a look closes it. InputError where it is gone."""
        from kbtui.machine.sources import open_source

        first, self._first = self._first, None
        return first or open_source(self._path)

    def text(self) -> str:
        """The person says it on the Ask screen."""
        return ""

    def news(self) -> str:
        """None."""
        return ""

    def fixed(self, _problem: str) -> bool:
        """A file stays what it is."""
        return False


class Read(NamedTuple):
    """One of the two."""

    there: Taken | None
    log: LogText | None


def read(path: Path, engine: Engine) -> Read:
    """Look into it. InputError, with what was expected, where it is neither. Takes long for a long log."""
    from kbtui.kb import scan
    from kbtui.machine.sources import open_source
    from kbtui.machine.sources.pasted import TextSource

    host = open_source(str(path))
    if isinstance(host, TextSource):
        return Read(None, scan.read_log(path, engine.signs(), MAX_LOG))
    return Read(Taken(str(path), host), None)
