"""A placed graph as lines of cells: boxes, titles and the lines between, with signs that the Linux console has too.

    ┌─────────────────────┐      ┌─────────────────────┐
    │No picture after the │  ┌──>│The NVIDIA kernel    │
    │driver was installed ├──┤   │module is not loaded │
    └ 80% ────────────────┘  │   └ 64% ──────────── fix┘

Causes run in single lines, what a fix opens in double ones. Where lines cross without meeting, the level one is broken.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import NamedTuple

from rich.cells import cell_len

from kbtui.kb.near import Edge
from kbtui.tui.drawing.place import BOX_HEIGHT, Item, Link, Placed

WIDTH = 28
"""Cells of a box, borders included."""
_UP, _DOWN, _LEFT, _RIGHT = 1, 2, 4, 8
_ALL = (
    (_DOWN | _RIGHT, "┌╒╓╔"), (_DOWN | _LEFT, "┐╕╖╗"), (_UP | _RIGHT, "└╘╙╚"), (_UP | _LEFT, "┘╛╜╝"),
    (_UP | _DOWN | _RIGHT, "├╞╟╠"), (_UP | _DOWN | _LEFT, "┤╡╢╣"), (_LEFT | _RIGHT | _DOWN, "┬╤╥╦"),
    (_LEFT | _RIGHT | _UP, "┴╧╨╩"), (_UP | _DOWN | _LEFT | _RIGHT, "┼╪╫╬"),
)  # fmt: skip
_CORNERS = dict(_ALL)
"""Directions to signs: both single, level double, upright double, both double."""


class Face(NamedTuple):
    """What stands in a box or beside a mark, inert."""

    title: str
    foot: str = ""
    """In the lower border at the left: how likely."""
    end: str = ""
    """In the lower border at the right: that it has a fix."""


class Cell(NamedTuple):
    """One sign; "" is the second cell of a wide one. `key`: the item it belongs to, `edges`: those that it draws."""

    text: str
    key: str = ""
    edges: frozenset[Edge] = frozenset()


class Drawing(NamedTuple):
    """The drawing, and where its items are: column, row, width, height."""

    rows: list[list[Cell]]
    width: int
    places: dict[str, tuple[int, int, int, int]]


class _Line:
    """What lines do in one cell."""

    __slots__ = ("double", "edges", "level", "sides", "upright")

    def __init__(self) -> None:
        self.sides = 0
        self.level: set[tuple[str, str]] = set()
        self.upright: set[tuple[str, str]] = set()
        self.double = 0
        self.edges: frozenset[Edge] = frozenset()

    def sign(self) -> str:
        sides = self.sides
        if self.level and self.upright and not self.level & self.upright:
            sides = _UP | _DOWN  # they cross and do not meet
        double = (1 if self.double & (_LEFT | _RIGHT) else 0) | (2 if self.double & (_UP | _DOWN) else 0)
        if not sides & (_UP | _DOWN):
            return "═" if double & 1 else "─"
        if not sides & (_LEFT | _RIGHT):
            return "║" if double & 2 else "│"
        return _CORNERS[sides][double]


class Lines:
    """Lines collected before they are drawn."""

    def __init__(self) -> None:
        self._cells: dict[tuple[int, int], _Line] = defaultdict(_Line)

    def level(self, y: int, first: int, last: int, link: Link) -> None:
        """From column to column, both ends included."""
        for x in range(first, last + 1):
            sides = (_LEFT if x > first else 0) | (_RIGHT if x < last else 0)
            self._add(x, y, sides or _LEFT | _RIGHT, link).level.add(link.trunk)

    def upright(self, x: int, first: int, last: int, link: Link) -> None:
        """From row to row, in either order."""
        first, last = min(first, last), max(first, last)
        for y in range(first, last + 1):
            sides = (_UP if y > first else 0) | (_DOWN if y < last else 0)
            if sides:
                self._add(x, y, sides, link).upright.add(link.trunk)

    def _add(self, x: int, y: int, sides: int, link: Link) -> _Line:
        cell = self._cells[x, y]
        cell.sides |= sides
        cell.edges |= link.edges
        if link.trunk[1] == "leads_to":
            cell.double |= sides
        return cell

    def draw(self, put: Callable[[int, int, Cell], None]) -> None:
        """All of them."""
        for (x, y), cell in self._cells.items():
            put(x, y, Cell(cell.sign(), "", cell.edges))


def draw(placed: Placed, faces: Mapping[str, Face], strong: str = "", again: str = "^") -> Drawing:
    """The drawing. `strong`: the item whose box has double lines; `again`: the sign before a mark's title."""
    left, tracks = _columns(placed)
    width = left[-1] + WIDTH if left else 0
    rows = [[Cell(" ")] * width for _ in range(placed.height)]
    lines, items = Lines(), {i.key: i for layer in placed.layers for i in layer}

    def put(x: int, y: int, cell: Cell) -> None:
        rows[y][x] = cell

    for link in placed.links:
        _connect(placed, items[link.start], items[link.end], link, left, tracks, lines)
    lines.draw(put)
    places = {}
    for item in items.values():
        x, y = left[item.layer], placed.top[item.key]
        if item.shape == "box":
            _box(x, y, item, faces[item.problem], item.key == strong, put)
            places[item.key] = (x, y, WIDTH, BOX_HEIGHT)
        elif item.shape == "mark":
            _text(x, y + 1, f"{again} {faces[item.problem].title}", WIDTH, item.key, put)
            places[item.key] = (x, y + 1, WIDTH, 1)
    for link in placed.links:
        end = items[link.end]
        if end.shape != "lane":
            x, y = left[end.layer] - 1, placed.row_in(end)
            put(x, y, Cell(">", "", rows[y][x].edges))
    return Drawing(rows, width, places)


def _columns(placed: Placed) -> tuple[list[int], dict[tuple[int, tuple[str, str], str], int]]:
    """The first column of each layer, and for each trunk in a gutter its own track, so that uprights never touch."""
    layer_of = {i.key: i for layer in placed.layers for i in layer}
    spans: dict[int, dict[tuple[tuple[str, str], str], list[int]]] = defaultdict(dict)
    for link in placed.links:
        start, end = layer_of[link.start], layer_of[link.end]
        rows = spans[start.layer].setdefault((link.trunk, link.start), [placed.row_out(start)])
        rows.append(placed.row_in(end))
    left, tracks, x = [], {}, 0
    for number, _ in enumerate(placed.layers):
        left.append(x)
        used: list[list[tuple[int, int]]] = []
        for (trunk, start_key), rows in sorted(spans[number].items(), key=lambda s: (min(s[1]), max(s[1]))):
            span = (min(rows), max(rows))
            free = next((t for t, taken in enumerate(used) if all(span[0] > b or span[1] < a for a, b in taken)), None)
            if free is None:
                free = len(used)
                used.append([])
            used[free].append(span)
            tracks[number, trunk, start_key] = x + WIDTH + 1 + free
        x += WIDTH + len(used) + 4
    return left, tracks


def _connect(
    placed: Placed,
    start: Item,
    end: Item,
    link: Link,
    left: list[int],
    tracks: dict[tuple[int, tuple[str, str], str], int],
    lines: Lines,
) -> None:
    out, into = placed.row_out(start), placed.row_in(end)
    track = tracks[start.layer, link.trunk, link.start]
    lines.level(out, left[start.layer] + WIDTH, track, link)
    lines.upright(track, out, into, link)
    lines.level(into, track, left[end.layer] - 1, link)
    if end.shape == "lane":  # through the layer, then to the row of what goes out
        last = left[end.layer] + WIDTH
        lines.level(into, left[end.layer] - 1, last - 1, link)
        lines.upright(last - 1, into, placed.row_out(end), link)
        lines.level(placed.row_out(end), last - 1, last, link)


def _box(x: int, y: int, item: Item, face: Face, strong: bool, put: Callable[[int, int, Cell], None]) -> None:
    level, upright, corners = ("═", "║", "╔╗╚╝") if strong else ("─", "│", "┌┐└┘")
    inner = WIDTH - 2
    foot = f" {face.foot} " if face.foot else ""
    end = f" {face.end} " if face.end else ""
    lower = foot + level * (inner - cell_len(foot) - cell_len(end)) + end
    _text(x, y, corners[0] + level * inner + corners[1], WIDTH, item.key, put)
    for number, text in enumerate(folded(face.title, inner, 2), 1):
        _text(x, y + number, upright, 1, item.key, put)
        _text(x + 1, y + number, text, inner, item.key, put)
        _text(x + WIDTH - 1, y + number, upright, 1, item.key, put)
    _text(x, y + 3, corners[2] + lower + corners[3], WIDTH, item.key, put)


def _text(x: int, y: int, text: str, cells: int, key: str, put: Callable[[int, int, Cell], None]) -> None:
    used = 0
    for char in text:
        size = cell_len(char)
        if size == 0 or used + size > cells:
            continue
        put(x + used, y, Cell(char, key))
        for more in range(1, size):
            put(x + used + more, y, Cell("", key))
        used += size
    for rest in range(used, cells):
        put(x + rest, y, Cell(" ", key))


def folded(text: str, cells: int, lines: int) -> list[str]:
    """A text in so many lines of so many cells, broken at spaces, in long words and between Chinese characters."""
    out: list[str] = []
    rest = text.strip()
    while rest and len(out) < lines:
        taken = _fitting(rest, cells)
        if len(taken) < len(rest) and len(out) == lines - 1:
            taken = _fitting(rest, cells - 2) + ".."
            rest = ""
        else:
            space = taken.rfind(" ")
            if len(taken) < len(rest) and rest[len(taken)] != " " and space > 0 and taken[space:].isascii():
                taken = taken[:space]
            rest = rest[len(taken) :].lstrip()
        out.append(taken.rstrip())
    return out + [""] * (lines - len(out))


def _fitting(text: str, cells: int) -> str:
    used = 0
    for number, char in enumerate(text):
        used += cell_len(char)
        if used > cells:
            return text[:number]
    return text
