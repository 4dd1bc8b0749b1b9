"""Lines with as few escape codes as they need: a slow line carries every byte of them."""

from __future__ import annotations

from functools import lru_cache

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip


def plain(strip: Strip) -> Strip:
    """The same cells; neighbours that look alike become one segment."""
    segments = [Segment(text, _look(style)) if style else Segment(text) for text, style, _ in strip]
    return Strip(segments, strip.cell_length).simplify()


@lru_cache(maxsize=512)
def _look(style: Style) -> Style:
    """Only what is seen of a style: no links, no meta, no attribute that is set to off."""
    return Style(
        color=style.color,
        bgcolor=style.bgcolor,
        bold=style.bold or None,
        dim=style.dim or None,
        italic=style.italic or None,
        underline=style.underline or None,
        reverse=style.reverse or None,
    )
