"""A mistake in a file, as a value: where it is, what was expected, and the nearest right word."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct


class Mistake(Struct, frozen=True, order=True):
    """One thing wrong in a node file. Lines and columns are 1-based, as editors count."""

    file: str
    line: int
    column: int
    message: str
    hint: str = ""
    """What to write instead: the nearest right word, the allowed values or the corrected line."""
    level: str = "error"
    """error, or warning: a warning never fails `kbtui lint`."""

    def __str__(self) -> str:
        tail = f" ({self.hint})" if self.hint else ""
        return f"{self.file}:{self.line}:{self.column}: {self.level}: {self.message}{tail}"


def nearest(word: str, allowed: Iterable[str], cutoff: float = 65) -> str:
    """The allowed word nearest to a misspelt one, or "" when none is near. `cutoff`: percent of letters alike."""
    from rapidfuzz import fuzz, process

    best = process.extractOne(word, list(allowed), scorer=fuzz.ratio, score_cutoff=cutoff)
    return best[0] if best else ""


def did_you_mean(word: str, allowed: Iterable[str]) -> str:
    """A hint sentence for a misspelt word: the nearest one, or all that are allowed where they are few."""
    words = list(allowed)
    close = nearest(word, words)
    if close:
        return f"did you mean {close}?"
    return f"expected one of: {', '.join(words)}" if 0 < len(words) <= 12 else ""
