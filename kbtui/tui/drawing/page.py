"""A placed graph as one self-contained SVG, and as an HTML page around it: nothing is loaded from anywhere.

The page follows the reader's light or dark setting, scrolls, and lists every problem with its summary below the drawing.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import NamedTuple

from kbtui.tui.drawing.grid import WIDTH, Face, folded
from kbtui.tui.drawing.place import Item, Placed

_CELL, _ROW = 8, 18
"""Pixels of one cell and one row."""
_GUTTER = 12
"""Cells between two layers."""
_STYLE = """
svg, body { background: #fafaf7; color: #1d2026; font: 13px/1.4 ui-monospace, Menlo, Consolas, monospace; }
svg text { fill: #1d2026; } svg .dim { fill: #5a6478; }
rect { fill: #f1f1ec; stroke: #5a6478; } rect.fix { stroke: #2e6b2a; } rect.center { stroke: #2f6090; stroke-width: 3; }
path { fill: none; stroke: #5a6478; stroke-width: 1.4; } path.leads_to { stroke: #8a5a00; stroke-dasharray: 5 3; }
@media (prefers-color-scheme: dark) {
  svg, body { background: #15181d; color: #d6d9de; } svg text { fill: #d6d9de; } svg .dim { fill: #8f9bb3; }
  rect { fill: #1b1f26; stroke: #8f9bb3; } rect.fix { stroke: #86b97f; } rect.center { stroke: #7aa2c9; }
  path { stroke: #8f9bb3; } path.leads_to { stroke: #e0b060; }
}
"""


class Entry(NamedTuple):
    """What the page says of one problem."""

    title: str
    summary: str


def svg(placed: Placed, faces: Mapping[str, Face], center: str, title: str) -> str:
    """The drawing alone. All words are escaped."""
    width = max(1, len(placed.layers)) * (WIDTH + _GUTTER) * _CELL
    height = (placed.height + 1) * _ROW
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="-8 -8 {width} {height}"'
        f' role="img" aria-label="{escape(title)}"><title>{escape(title)}</title><style>{_STYLE}</style>'
    ]
    items = {i.key: i for layer in placed.layers for i in layer}
    for link in placed.links:
        start, end = items[link.start], items[link.end]
        x1, y1 = _left(start) + WIDTH * _CELL, placed.row_out(start) * _ROW + _ROW // 2
        x2, y2 = _left(end), placed.row_in(end) * _ROW + _ROW // 2
        bend = _GUTTER * _CELL // 2
        lane = f" h{WIDTH * _CELL} l0 {placed.row_out(end) * _ROW + _ROW // 2 - y2}" if end.shape == "lane" else ""
        kind = escape(link.trunk[1])
        parts.append(f'<path class="{kind}" d="M{x1} {y1} C{x1 + bend} {y1} {x2 - bend} {y2} {x2} {y2}{lane}"/>')
    for item in items.values():
        if item.shape != "lane":
            parts += _shape(placed, item, faces[item.problem], center)
    return "\n".join([*parts, "</svg>"]) + "\n"


def _left(item: Item) -> int:
    return item.layer * (WIDTH + _GUTTER) * _CELL


def _shape(placed: Placed, item: Item, face: Face, center: str) -> list[str]:
    x, y = _left(item), placed.top[item.key] * _ROW
    if item.shape == "mark":
        return [f'<text class="dim" x="{x + 4}" y="{y + _ROW * 1.5 + 4:.0f}">&#8593; {escape(face.title)}</text>']
    look = " ".join(name for name, yes in (("center", item.key == center), ("fix", bool(face.end))) if yes)
    out = [f'<rect class="{look}" x="{x}" y="{y}" width="{WIDTH * _CELL}" height="{_ROW * 4 - 8}" rx="4"/>']
    for number, text in enumerate(folded(face.title, WIDTH - 2, 2), 1):
        out.append(f'<text x="{x + 8}" y="{y + number * _ROW}">{escape(text)}</text>')
    foot = " ".join(t for t in (face.foot, face.end) if t)
    out.append(f'<text class="dim" x="{x + 8}" y="{y + 3 * _ROW}">{escape(foot)}</text>')
    return out


def html(drawing: str, title: str, entries: list[Entry], language: str) -> str:
    """A page around an SVG of `svg`."""
    listed = "\n".join(f"<dt>{escape(e.title)}</dt><dd>{escape(e.summary)}</dd>" for e in entries)
    return f"""<!doctype html>
<html lang="{escape(language)}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{escape(title)}</title>
<style>{_STYLE}
body {{ margin: 1.5em; }} .drawing {{ overflow: auto; }} dt {{ font-weight: bold; margin-top: 1em; }}
dd {{ margin-left: 0; max-width: 76ch; }}</style></head>
<body><h1>{escape(title)}</h1><div class="drawing">
{drawing}</div><dl>
{listed}
</dl></body></html>
"""
