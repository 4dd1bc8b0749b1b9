"""Foreign text made harmless: whatever a log, a node or a host name holds, it is only shown.

Escape codes, other control characters, text that turns the reading direction, characters without width and piles of
accents are replaced or cut; the rest is handed on as plain text and never read as markup.
"""

from __future__ import annotations

import unicodedata

MARK = "?"
"""Stands for a character that would act on the terminal instead of being shown."""
LONGEST = 4000
"""Characters of one line that are shown; a longer line ends in dots."""
_ACCENTS = 2
"""Combining marks kept on one letter."""
_REFUSED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def line(text: str, most: int = LONGEST) -> str:
    """One line: line breaks and tabs become spaces."""
    return _clean(" ".join(text[: most * 2].split()), most)


def block(text: str, most_lines: int = 400, most: int = LONGEST) -> str:
    """Several lines; tabs become spaces, what is too long ends in dots."""
    lines = text[: most_lines * most].replace("\r\n", "\n").split("\n")
    shown = [_clean(one.expandtabs(4).rstrip(), most) for one in lines[:most_lines]]
    if len(lines) > most_lines:
        shown.append("...")
    return "\n".join(shown)


def is_inert(text: str) -> bool:
    """Whether one line can be shown as it is."""
    return _clean(text, len(text)) == text


def _clean(text: str, most: int) -> str:
    if len(text) > most:
        text = text[: most - 3] + "..."
    if text.isascii() and text.isprintable():
        return text
    out: list[str] = []
    accents = 0
    for char in text:
        kind = unicodedata.category(char)
        if kind in ("Mn", "Me"):
            accents += 1
            if accents <= _ACCENTS and out and out[-1] != MARK:
                out.append(char)
            continue
        accents = 0
        out.append(MARK if kind in _REFUSED else " " if kind == "Zs" else char)
    return "".join(out)
