"""The font of a console without X: what it has no glyph for is drawn as its nearest twin of the same width."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from rich.cells import cell_len

FONT = frozenset(bytes(range(0x20, 0x7F)).decode("ascii") + bytes(range(0x80, 0xFF)).decode("cp437"))
"""What every console font has: ASCII and the upper half of code page 437."""
_TWINS = {
    "…": ".", "–": "-", "—": "-", "‐": "-", "‑": "-", "−": "-", "‘": "'", "’": "'", "“": '"', "”": '"', "•": "·",
    "→": ">", "←": "<", "↑": "^", "↓": "v", "›": ">", "‹": "<", "×": "x", "✓": "√", "✗": "x", "▸": "+", "▾": "-",
    "▁": "_", "▂": "_", "▃": "▄", "▅": "▄", "▆": "▄", "▇": "█", "µ": "µ", "©": "c", "®": "r", "™": "t",
}  # fmt: skip


def fit(text: str) -> str:
    """The text in glyphs that there are, cell by cell as wide as before."""
    return text if text.isascii() else "".join(_fitted(char) for char in text)


@lru_cache(maxsize=4096)
def _fitted(char: str) -> str:
    if char in FONT:
        return char
    size = cell_len(char)
    twin = _TWINS.get(char) or unicodedata.normalize("NFKD", char)[:1]
    return twin if twin in FONT and size == 1 else "?" * size
