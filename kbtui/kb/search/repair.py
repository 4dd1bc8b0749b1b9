"""A mistyped word to the word of the knowledge base that was meant.

Only words that the vocabulary does not hold are repaired, and only where one or two slips (a letter wrong, missing,
added, or two swapped) lead to a word that it does hold.
"""

from __future__ import annotations

from bisect import bisect_left
from functools import cached_property

SHORTEST = 3
_SWAP_ONLY = 4
"""Up to so many letters a word has too many neighbours: only two swapped letters are repaired."""

_TWO_SLIPS = 8
"""From so many letters on, a second slip is forgiven."""


class Vocabulary:
    """The words that names and bodies hold, the commonest first."""

    def __init__(self, words: list[str]) -> None:
        self.words = words
        self._prefixes: dict[int, list[str]] = {}

    @cached_property
    def known(self) -> frozenset[str]:
        """Every word."""
        return frozenset(self.words)

    @cached_property
    def _sorted(self) -> list[str]:
        return sorted(self.words)

    def begins(self, prefix: str) -> bool:
        """Whether some word begins so."""
        at = bisect_left(self._sorted, prefix)
        return at < len(self._sorted) and self._sorted[at].startswith(prefix)

    def repair(self, word: str) -> str | None:
        """The nearest word, the commonest of the nearest; None where none is near enough."""
        return None if word in self.known else self._nearest(word, self.words)

    def repair_prefix(self, typed: str) -> str | None:
        """The same for a word that is still being typed: the nearest beginning of a word, of the same length."""
        if len(typed) not in self._prefixes:
            whole = (word[: len(typed)] for word in self.words if len(word) >= len(typed))
            self._prefixes[len(typed)] = list(dict.fromkeys(whole))
        return self._nearest(typed, self._prefixes[len(typed)])

    @staticmethod
    def _nearest(word: str, words: list[str]) -> str | None:
        if len(word) < SHORTEST or not word.isalpha():
            return None
        from rapidfuzz import process
        from rapidfuzz.distance import OSA

        if len(word) <= _SWAP_ONLY:
            letters = sorted(word)
            words = [near for near in words if len(near) == len(word) and sorted(near) == letters]
        slips = 1 if len(word) < _TWO_SLIPS else 2
        near = process.extractOne(word, words, scorer=OSA.distance, score_cutoff=slips)
        return str(near[0]) if near else None
