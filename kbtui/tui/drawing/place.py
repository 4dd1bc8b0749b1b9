"""Where the boxes of a small graph stand: causes to the right of what they explain, in layers.

A long edge passes the layers between as a lane. An edge that would lead back ends in a mark that names its target, so
everything that is drawn runs from left to right. Sizes are in cells. Boxes and lanes begin on even rows; what comes in
stands on odd rows and what goes out on even ones, so a line in and a line out never lie on each other.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Literal, NamedTuple

from kbtui.kb.near import Edge, Near

BOX_HEIGHT = 4
"""Border, two lines of title, border."""
FLAT_HEIGHT = 2
"""A lane or a mark."""
_SWEEPS = 6

Shape = Literal["box", "lane", "mark"]


class Item(NamedTuple):
    """A box, a lane of an edge that passes by, or a mark at the end of an edge that leads back."""

    key: str
    shape: Shape
    problem: str
    """The problem itself; of a lane, the one that it comes from; of a mark, the one that it names."""
    layer: int

    @property
    def height(self) -> int:
        """Rows that it takes."""
        return BOX_HEIGHT if self.shape == "box" else FLAT_HEIGHT


class Link(NamedTuple):
    """A line from an item to one of the next layer. `edges`: what runs through it."""

    start: str
    end: str
    trunk: tuple[str, str]
    """Source and kind: lines of one trunk may join."""
    edges: frozenset[Edge]


class Placed(NamedTuple):
    """The whole drawing."""

    layers: list[list[Item]]
    """From the left; each from the top."""
    top: dict[str, int]
    """Item to its first row."""
    links: list[Link]
    height: int

    def row_in(self, item: Item) -> int:
        """Where lines come in."""
        return self.top[item.key] + 1

    def row_out(self, item: Item) -> int:
        """Where they go out."""
        return self.top[item.key] + (2 if item.shape == "box" else 0)


def place(part: Near) -> Placed:
    """Lay out a part of the graph."""
    forward, back = _split(part)
    depth = _layers(part.nodes, forward)
    items, links = _items(part.nodes, forward, back, depth)
    layers = _ordered(items, links)
    top = _rows(layers, links)
    height = max((top[i.key] + i.height for layer in layers for i in layer), default=0)
    return Placed(layers, top, links, height)


def _split(part: Near) -> tuple[list[Edge], list[Edge]]:
    """Edges that can run to the right, and those that would close a circle. Causes come first: they never do."""
    out: dict[str, set[str]] = defaultdict(set)
    forward: list[Edge] = []
    back: list[Edge] = []
    for edge in sorted(part.edges, key=lambda e: e.kind):
        if edge.kind == "leads_to" and (edge.end in out[edge.start] or _reaches(edge.end, edge.start, out)):
            back.append(edge)
        else:
            forward.append(edge)
            out[edge.start].add(edge.end)
    return forward, back


def _reaches(start: str, end: str, out: dict[str, set[str]]) -> bool:
    seen, ring = {start}, [start]
    while ring:
        ring = [n for name in ring for n in out[name] if n not in seen and not seen.add(n)]  # type: ignore[func-returns-value]
    return end in seen


def _layers(nodes: list[str], forward: list[Edge]) -> dict[str, int]:
    """The longest way from the left; what nothing leads to moves up to what it leads to."""
    before: dict[str, list[str]] = defaultdict(list)
    after: dict[str, list[str]] = defaultdict(list)
    for edge in forward:
        before[edge.end].append(edge.start)
        after[edge.start].append(edge.end)
    depth: dict[str, int] = {}

    def layer(name: str) -> int:
        if name not in depth:
            depth[name] = max((layer(b) + 1 for b in before[name]), default=0)
        return depth[name]

    for name in nodes:
        layer(name)
    for name in nodes:
        if not before[name] and after[name]:
            depth[name] = min(depth[a] for a in after[name]) - 1
    least = min(depth.values(), default=0)
    return {name: d - least for name, d in depth.items()}


def _items(
    nodes: list[str], forward: list[Edge], back: list[Edge], depth: dict[str, int]
) -> tuple[list[Item], list[Link]]:
    items = {name: Item(name, "box", name, depth[name]) for name in nodes}
    links: dict[tuple[str, str], Link] = {}

    def link(start: str, end: str, edge: Edge) -> None:
        old = links.get((start, end))
        edges = (old.edges if old else frozenset()) | {edge}
        links[start, end] = Link(start, end, (edge.start, edge.kind), edges)

    for edge in forward:
        at = edge.start
        for layer in range(depth[edge.start] + 1, depth[edge.end]):
            lane = f"{edge.start}>{edge.kind}>{layer}"
            items.setdefault(lane, Item(lane, "lane", edge.start, layer))
            link(at, lane, edge)
            at = lane
        link(at, edge.end, edge)
    for edge in back:
        mark = f"{edge.start}>back>{edge.end}"
        items[mark] = Item(mark, "mark", edge.end, depth[edge.start] + 1)
        link(edge.start, mark, edge)
    return list(items.values()), list(links.values())


def _ordered(items: list[Item], links: list[Link]) -> list[list[Item]]:
    """Each layer in an order with few crossings: every item near the middle of what it is linked with."""
    layers: list[list[Item]] = [[] for _ in range(max((i.layer for i in items), default=-1) + 1)]
    for item in items:
        layers[item.layer].append(item)
    left, right = _sides(links)
    for sweep in range(_SWEEPS):
        side, walk = (left, layers[1:]) if sweep % 2 == 0 else (right, layers[-2::-1])
        for layer in walk:
            place_of = {i.key: n / max(1, len(other)) for other in layers for n, i in enumerate(other)}
            layer.sort(key=lambda i: _middle([place_of[k] for k in side[i.key]], place_of[i.key]))
    return layers


def _sides(links: list[Link]) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    left: dict[str, list[str]] = defaultdict(list)
    right: dict[str, list[str]] = defaultdict(list)
    for link in links:
        left[link.end].append(link.start)
        right[link.start].append(link.end)
    return left, right


def _middle(values: list[float], default: float) -> float:
    return sum(values) / len(values) if values else default


def _rows(layers: list[list[Item]], links: list[Link]) -> dict[str, int]:
    """First rows, all even: beside what an item is linked with, as far as its layer leaves room."""
    top: dict[str, int] = {}
    for layer in layers:
        at = 0
        for item in layer:
            top[item.key] = at
            at += item.height
    left, right = _sides(links)
    for sweep in range(_SWEEPS):
        side, walk = (left, layers[1:]) if sweep % 2 == 0 else (right, layers[-2::-1])
        for layer in walk:
            _settle(layer, top, {i.key: _middle([float(top[k]) for k in side[i.key]], top[i.key]) for i in layer})
    least = min(top.values(), default=0)
    return {key: row - least for key, row in top.items()}


def _settle(layer: list[Item], top: dict[str, int], wanted: dict[str, float]) -> None:
    """Move a layer's items towards where they would be, keeping their order. Blocks that touch move as one."""
    blocks: list[tuple[list[Item], float]] = []
    for item in layer:
        blocks.append(([item], wanted[item.key]))
        while len(blocks) > 1:
            (above, first), (below, second) = blocks[-2:]
            size = sum(i.height for i in above)
            if first + size <= second:
                break
            n, m = len(above), len(below)
            blocks[-2:] = [(above + below, (first * n + (second - size) * m) / (n + m))]
    floor = None
    for members, first in blocks:
        at = round(first / 2) * 2
        at = at if floor is None else max(at, floor)
        for item in members:
            top[item.key] = at
            at += item.height
        floor = at
