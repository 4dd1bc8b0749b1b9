"""A price file: one card a line, `NAME, PRICE` or `NAME: PRICE`; # begins a comment."""

from __future__ import annotations

import re

from kbtui.errors import InputError

_LINE = re.compile(r"\s*(.+?)\s*[,:;\t]\s*([0-9]+(?:\.[0-9]+)?)\s*")


def read(text: str) -> dict[str, float]:
    """Name to price. InputError with the line that is neither."""
    out = {}
    for number, line in enumerate(text.splitlines(), 1):
        bare = line.partition("#")[0].strip()
        if not bare:
            continue
        match = _LINE.fullmatch(bare)
        if not match:
            raise InputError(f"prices, line {number}: expected NAME, PRICE, got {bare!r}")
        out[match[1].strip("\"'")] = float(match[2])
    return out
