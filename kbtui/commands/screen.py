"""Plain text for a terminal or a pipe: no colour codes in a pipe, nothing wider than the terminal."""

from __future__ import annotations

import os
import shutil
import sys
import textwrap
import unicodedata

_CODES = {"bold": "1", "dim": "2", "red": "1;31"}


def style(text: str, name: str) -> str:
    """`text` in a style, where standard output is a terminal and NO_COLOR is not set."""
    if not sys.stdout.isatty() or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return text
    return f"\x1b[{_CODES[name]}m{text}\x1b[0m"


def clean(text: str) -> str:
    """Without control and escape characters: what was pasted must not drive this terminal."""
    return "".join(c if c in "\n\t" or unicodedata.category(c) != "Cc" else "?" for c in text)


def wrap(text: str, indent: str = "") -> str:
    """Folded to the terminal, each line indented."""
    width = max(40, min(shutil.get_terminal_size((100, 24)).columns, 100))
    lines = []
    for paragraph in clean(text).strip().split("\n"):
        if unicodedata.east_asian_width(paragraph[:1] or " ") in "WF":
            lines += _fold_wide(paragraph, width - len(indent))
        else:
            lines += textwrap.wrap(paragraph, width - len(indent), break_on_hyphens=False) or [""]
    return "\n".join(indent + line for line in lines)


def _fold_wide(text: str, width: int) -> list[str]:
    """Chinese has no spaces to break at: fold by columns, a wide character counting two."""
    lines, line, used = [], "", 0
    for char in text:
        size = 2 if unicodedata.east_asian_width(char) in "WF" else 1
        if used + size > width:
            lines.append(line)
            line, used = "", 0
        line, used = line + char, used + size
    return [*lines, line]
