"""Pastes taken out of what the terminal sends, whole and at once: the toolkit's own parser reads them sign by sign."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from kbtui.tui.terminal.spool import Spool

BEGIN, END = "\x1b[200~", "\x1b[201~"
MOST = 1 << 20
"""Bytes of a paste that are held as text; a longer one goes to a file."""


def _begun(text: str, mark: str) -> int:
    """How many signs at the end of the text may be the beginning of the mark."""
    return next((n for n in range(len(mark) - 1, 0, -1) if text.endswith(mark[:n])), 0)


class Pasted(NamedTuple):
    """A paste that is over. With a spool the text is "" and the spool holds it."""

    text: str
    spool: Spool | None = None


class Pastes:
    """Splits what was read into keys, for the toolkit's parser, and pastes. `size`: bytes of the paste that runs now."""

    def __init__(self) -> None:
        self.size = 0
        self._inside = False
        self._held = ""
        self._pieces: list[str] = []
        self._spool: Spool | None = None

    def feed(self, data: str) -> Iterator[str | Pasted]:
        """Keys and pastes in the order in which they came."""
        data, self._held = self._held + data, ""
        while data:
            if not self._inside:
                keys, mark, data = data.partition(BEGIN)
                if not mark:
                    kept = _begun(keys, BEGIN)
                    keys, self._held = keys[: len(keys) - kept], keys[len(keys) - kept :]
                if keys:
                    yield keys
                self._inside = bool(mark)
                continue
            text, mark, rest = data.partition(END)
            if mark:
                self._take(text)
                data = rest
                yield self._over()
                continue
            kept = _begun(text, END) or int(text.endswith("\r"))  # its line feed may still come
            self._take(text[: len(text) - kept])
            self._held, data = text[len(text) - kept :], ""

    @property
    def held(self) -> bool:
        """Whether keys are held back that may be the beginning of a paste."""
        return bool(self._held) and not self._inside

    def release(self) -> Iterator[str]:
        """Nothing came after them: they were keys."""
        if self.held:
            held, self._held = self._held, ""
            yield held

    def _take(self, text: str) -> None:
        self.size += len(text) if text.isascii() else len(text.encode("utf-8", "replace"))
        if self._spool:
            self._spool.write(text)
            return
        self._pieces.append(text)
        if self.size > MOST:
            self._spool = Spool.open()
            if self._spool:
                self._spool.write("".join(self._pieces))
                self._pieces = []

    def _over(self) -> Pasted:
        text, spool = "".join(self._pieces), self._spool
        self._inside, self.size, self._pieces, self._spool = False, 0, [], None
        if spool:
            spool.close()
        return Pasted(text.replace("\r\n", "\n").replace("\r", "\n"), spool)
