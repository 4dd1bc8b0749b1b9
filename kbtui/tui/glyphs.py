"""The few signs that are drawn, and their twins for the Linux console, whose font has hardly more than CP437."""

from __future__ import annotations

import os
from typing import NamedTuple


class Glyphs(NamedTuple):
    """Each sign is one cell wide."""

    full: str
    half: str
    rest: str
    open: str
    shut: str
    leaf: str
    cursor: str
    out: str
    sure: str
    again: str
    cycle: str
    deeper: str
    dot: str


RICH = Glyphs("█", "▌", "░", "▾", "▸", "·", "▌", "✗", "✓", "↑", "↻", "›", "·")
CONSOLE = Glyphs("█", "▌", "░", "-", "+", ".", ">", "x", "√", "^", "@", ">", "·")


def on_console() -> bool:
    """Whether this is a terminal with a small font: the Linux console and older ones."""
    return os.environ.get("TERM", "") in ("linux", "vt100", "vt220", "ansi", "dumb")


def glyphs() -> Glyphs:
    """Those that this terminal's font has."""
    return CONSOLE if on_console() else RICH


def bar(share: float, cells: int, signs: Glyphs) -> str:
    """A share of 1 as a bar in half cells; what is above nothing shows at least half a cell."""
    halves = min(2 * cells, max(1 if share > 0 else 0, round(share * 2 * cells)))
    drawn = signs.full * (halves // 2) + signs.half * (halves % 2)
    return drawn + signs.rest * (cells - len(drawn))


def percent(share: float) -> str:
    """Four cells: ` 43%`, ` <1%`, `>99%`: what is not sure does not look so."""
    if 0 < share < 0.01:
        return " <1%"
    return ">99%" if 0.995 <= share < 1 else f"{share:4.0%}"
