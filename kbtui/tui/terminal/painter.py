"""What the terminal shows, cell by cell, so that only cells that change are sent, with the shortest codes.

The toolkit draws a widget anew where one word of it changed, and says the colours of every piece in full; on a slow line
that is most of what is sent. The painter reads what the toolkit writes, keeps the wanted cells and the cells shown, and
hands on the difference. What it does not know (modes, titles, questions to the terminal) goes through in its place.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Literal

from rich.cells import cell_len

from kbtui.tui.terminal.looks import PLAIN, Look, after, blank, way, way_for_blank

_TOKEN = re.compile(
    r"\x1b\[([\d;]*)m"
    r"|\x1b\[(\d*)(?:;(\d*))?H"
    r"|(\r\n|\n|\r)"
    r"|([^\x1b\r\n]+)"
    r"|(\x1b\[[?>=<]?[\d;:]*[ $!\"']?[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b.?)",
    re.DOTALL,
)
SYNC_BEGIN, SYNC_END = "\x1b[?2026h", "\x1b[?2026l"
_LINK = "\x1b]8;"
_ALL_GONE = ("\x1b[?1049h", "\x1b[?1049l", "\x1b[2J", "\x1bc")
_GAP = 5
"""So many unchanged cells between two changed ones are sent again: a jump costs as much."""

Cell = tuple[str, Look]
"""What stands in it and how; "" is the right half of a wide character."""
_NOTHING: Cell = (" ", PLAIN)


class Painter:
    """`feed` takes what was to be written and returns what has to be."""

    def __init__(self, fit: Callable[[str], str] | None = None) -> None:
        """`fit`: puts a text into glyphs that the terminal has."""
        self._fit = fit
        self._wanted: list[list[Cell]] = []
        self._shown: list[list[Cell | None]] = []
        self._changed: set[int] = set()
        self._x = self._y = 0
        self._look = PLAIN
        self._at: tuple[int, int] | None = None
        self._now: Look | None = None
        self._sync: Literal["", "asked", "begun"] = ""
        """An update that is to be shown at one blow begins only when something changes."""

    def forget(self) -> None:
        """The terminal shows who knows what: all is sent again with the next feed."""
        self._shown = [[None] * len(row) for row in self._wanted]
        self._changed = set(range(len(self._wanted)))
        self._at = self._now = None

    def resize(self) -> None:
        """The terminal has another size: what was wanted is history too."""
        self._wanted, self._shown, self._changed = [], [], set()
        self._at = self._now = None

    def feed(self, data: str) -> str:
        """Take a piece that the toolkit writes; what the terminal has to be sent for it."""
        out: list[str] = []
        for found in _TOKEN.finditer(data):
            kind = found.lastindex or 0
            if kind == 5:
                self._put(found[5])
            elif kind == 1 or found[0] == "\x1b[m":
                self._look = after(self._look, found[1] or "0")
            elif kind in (2, 3) or found[0] == "\x1b[H":
                self._y, self._x = max(1, int(found[2] or 1)) - 1, max(1, int(found[3] or 1)) - 1
            elif kind == 4:
                self._x, self._y = 0, self._y + ("\n" in found[4])
            else:
                self._other(found[0], out)
        out.append(self._difference())
        return "".join(out)

    def _other(self, code: str, out: list[str]) -> None:
        if code == SYNC_BEGIN:
            self._sync = "asked"
        elif code == SYNC_END:
            out.append(self._difference())
            if self._sync == "begun":
                out.append(SYNC_END)
            self._sync = ""
        elif not code.startswith(_LINK):
            out += [self._difference(), code]
            if code in _ALL_GONE:
                self.resize()

    def _put(self, text: str) -> None:
        """Text at the cursor, cell by cell."""
        while len(self._wanted) <= self._y:
            self._wanted.append([])
            self._shown.append([])
        text = self._fit(text) if self._fit else text
        row, look, x = self._wanted[self._y], self._look, self._x
        gap = " " in text
        bare = blank(look) if gap else look
        cells: list[Cell] = []
        if text.isascii():
            cells = [(c, bare if c == " " else look) for c in text]
        else:
            for char in text:
                size = _size(char)
                if size == 0 and cells:
                    at = -2 if cells[-1][0] == "" and len(cells) > 1 else -1
                    cells[at] = (cells[at][0] + char, look)
                elif size:
                    cells.append((char, bare if char == " " else look))
                    if size == 2:
                        cells.append(("", look))
        if len(row) < x:
            row += [_NOTHING] * (x - len(row))
        if 0 < x < len(row) and row[x][0] == "" and x and cell_len(row[x - 1][0]) == 2:
            row[x - 1] = (" ", blank(row[x - 1][1]))
        row[x : x + len(cells)] = cells
        end = x + len(cells)
        if end < len(row) and row[end][0] == "":
            row[end] = (" ", blank(row[end][1]))
        self._x = end
        self._changed.add(self._y)

    def _difference(self) -> str:
        """What makes the terminal show what is wanted; the cursor goes where the toolkit left it."""
        out: list[str] = []
        for y in sorted(self._changed):
            self._row(y, out)
        self._changed.clear()
        if self._at != (self._x, self._y) and (out or self._at is not None):
            out.append(self._move(self._x, self._y))
        if out and self._sync == "asked":
            out.insert(0, SYNC_BEGIN)
            self._sync = "begun"
        return "".join(out)

    def _row(self, y: int, out: list[str]) -> None:
        wanted, shown = self._wanted[y], self._shown[y]
        shown += [None] * (len(wanted) - len(shown))
        differ = [x for x, cell in enumerate(wanted) if shown[x] != cell]
        at = 0
        while at < len(differ):
            start = last = differ[at]
            while at + 1 < len(differ) and differ[at + 1] - last <= _GAP:
                at += 1
                last = differ[at]
            while start and wanted[start][0] == "":
                start -= 1
            while last + 1 < len(wanted) and wanted[last + 1][0] == "":
                last += 1
            self._run(start, last + 1, y, out)
            at += 1
        shown[: len(wanted)] = wanted

    def _run(self, start: int, end: int, y: int, out: list[str]) -> None:
        if self._at != (start, y):
            out.append(self._move(start, y))
        if self._now is None:
            out.append("\x1b[m")
            self._now = PLAIN
        sure = True
        for text, look in self._wanted[y][start:end]:
            if text == " ":
                code, self._now = way_for_blank(self._now, look)
            else:
                code, self._now = way(self._now, look), look
                sure = sure and text.isascii()
            out.append(code + text)
        # Behind a character whose width terminals may see otherwise, the next jump says where it goes in full.
        self._at = (end, y) if sure else None

    def _move(self, x: int, y: int) -> str:
        now, self._at = self._at, (x, y)
        if now and now[1] == y and x > now[0]:
            return f"\x1b[{x - now[0] if x - now[0] > 1 else ''}C"
        return f"\x1b[{y + 1 if y else ''}{f';{x + 1}' if x else ''}H"


@lru_cache(maxsize=8192)
def _size(char: str) -> int:
    return cell_len(char)
