"""The tree drawn as a line with stations, as inline SVG: narrow enough for a phone, coloured by the page's own styles.

●  The driver does not answer
├─● The kernel module is not loaded
│ └─◉ Secure Boot refuses the module          root cause
└─○ The driver is not installed               ruled out
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from html import escape
from types import MappingProxyType
from typing import NamedTuple

from kbtui.report.model import Node

WIDTH = 400
"""Units; the page scales them to the column."""
_INDENT, _DEEPEST = 20, 130
_LINE, _NOTE, _GAP = 18, 15, 12
_LATIN, _BOLD, _WIDE = 8.0, 9.2, 14.0
"""Widths of a letter at 14 units, generous so that no font runs over."""
_LINES = 3
_CLOSING = "，。：；、）”！？"


class _Station(NamedTuple):
    node: Node
    x: float
    y: float
    lines: list[str]


def draw(nodes: list[Node], label: str, links: Mapping[str, str] = MappingProxyType({})) -> str:
    """The whole picture; "" where there is nothing to draw. `links`: a node's key to the address that its station opens."""
    if not nodes:
        return ""
    stations, height = _place(nodes)
    parts = [
        f'<svg class="picture" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:g}" role="img"'
        f' aria-label="{escape(label)}"><title>{escape(label)}</title>'
    ]
    by_key = {s.node.key: s for s in stations}
    quiet_first = sorted(stations, key=lambda s: s.node.state in ("walked", "root"))
    parts += [_line(by_key[s.node.parent], s) for s in quiet_first if s.node.parent in by_key]
    for station in stations:
        address = links.get(station.node.key)
        parts += [f'<a href="{escape(address)}">', *_station(station), "</a>"] if address else _station(station)
    return "\n".join([*parts, "</svg>"])


def _place(nodes: list[Node]) -> tuple[list[_Station], float]:
    indent = min(_INDENT, _DEEPEST / max(1, *(n.depth for n in nodes)))
    out, y = [], 16.0
    for node in nodes:
        x = 12 + node.depth * indent
        room = (WIDTH - x - 16) * (_LATIN / _BOLD if node.state == "root" else 1)
        lines = folded(node.problem.title, room)
        out.append(_Station(node, x, y, lines))
        y += _LINE * len(lines) + (_NOTE if node.note else 0) + _GAP
    return out, y - _GAP + 4


def _line(parent: _Station, child: _Station) -> str:
    way = "way" if child.node.state in ("walked", "root") else "side"
    bend = min(8.0, child.x - parent.x)
    return (
        f'<path class="{way}" d="M{parent.x:g} {parent.y + 6:g} V{child.y - bend:g}'
        f' q0 {bend:g} {bend:g} {bend:g} H{child.x - 6:g}"/>'
    )


def _station(s: _Station) -> list[str]:
    state = escape(s.node.state)
    out = [f'<circle class="{state}" cx="{s.x:g}" cy="{s.y:g}" r="{8 if state == "root" else 5}"/>']
    if s.node.number:
        out.append(f'<text class="number" x="{s.x:g}" y="{s.y + 4:g}" text-anchor="middle">{s.node.number}</text>')
    if state in ("ruled_out", "in_vain"):
        out.append(f'<path class="cross" d="M{s.x - 2.5:g} {s.y - 2.5:g} l5 5 m0 -5 l-5 5"/>')
    y = s.y + 5
    for line in s.lines:
        out.append(f'<text class="{state}" x="{s.x + 14:g}" y="{y:g}">{escape(line)}</text>')
        y += _LINE
    if s.node.note:
        out.append(f'<text class="note {state}" x="{s.x + 14:g}" y="{y - 2:g}">{escape(s.node.note)}</text>')
    return out


def width(text: str) -> float:
    """Units that a text takes at most, nearly."""
    return sum(_WIDE if _is_wide(c) else _LATIN for c in text)


def folded(text: str, room: float) -> list[str]:
    """Lines that fit, at most three; Latin words are kept whole, Chinese breaks anywhere."""
    lines, line = [], ""
    for word in _words(text):
        if line and width(line + word.rstrip()) > room:
            lines.append(line.rstrip())
            line = ""
        while width(word) > room:
            cut = max(1, int(room / _WIDE))
            lines.append(word[:cut])
            word = word[cut:]
        line += word
    lines += [line.rstrip()] if line.strip() else []
    if len(lines) > _LINES:
        lines = [*lines[: _LINES - 1], lines[_LINES - 1].rstrip()[:-1] + "…"]
    return lines or [""]


def _words(text: str) -> list[str]:
    """Where a line may break: after a space, and around every wide character that is no closing sign."""
    out = [""]
    for char in text:
        wide, after_wide = _is_wide(char), _is_wide(out[-1][-1:])
        breaks = out[-1].endswith(" ") or (wide and char not in _CLOSING) or (after_wide and not wide and char != " ")
        if breaks:
            out.append(char)
        else:
            out[-1] += char
    return [w for w in out if w]


def _is_wide(char: str) -> bool:
    return bool(char) and unicodedata.east_asian_width(char) in "WF"
