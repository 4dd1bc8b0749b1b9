"""The looks of kbtui's own: calm, one accent, danger in red; every meaning also stands in words or signs."""

from __future__ import annotations

from typing import ClassVar

from textual.scrollbar import ScrollBarRender
from textual.theme import Theme

DARK = Theme(
    name="kbtui-dark",
    primary="#7aa2c9",
    secondary="#8f9bb3",
    accent="#e0b060",
    warning="#e0b060",
    error="#ef6b6b",
    success="#86b97f",
    foreground="#d6d9de",
    background="#15181d",
    surface="#1b1f26",
    panel="#232831",
    dark=True,
)
LIGHT = Theme(
    name="kbtui-light",
    primary="#2f6090",
    secondary="#5a6478",
    accent="#8a5a00",
    warning="#8a5a00",
    error="#b3261e",
    success="#2e6b2a",
    foreground="#1d2026",
    background="#fafaf7",
    surface="#f1f1ec",
    panel="#e4e5df",
    dark=False,
)
OWN = (DARK, LIGHT)


class ConsoleBars(ScrollBarRender):
    """Scroll bars of whole cells: the console's font has no eighths."""

    VERTICAL_BARS: ClassVar[list[str]] = [" "] * 8
    HORIZONTAL_BARS: ClassVar[list[str]] = [" "] * 8


CHOICES = ("kbtui-dark", "kbtui-light", "textual-ansi", "nord", "gruvbox", "dracula", "solarized-light", "tokyo-night")
"""What the settings offer: our own, the terminal's own colours, and the common ones."""
