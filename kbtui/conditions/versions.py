"""Versions as people and programs write them, in one order.

525.60.13  <  550.120         number by number, a missing number is zero: 12.4 == 12.4.0
2.6.0+cu124  ==  2.6.0        what stands behind + (the local part) says how it was built, not how new
6.8.0-45-generic  ==  6.8.0.45    numbers behind a dash or underscore count on; other words are left out
2.10.0.dev2025  <  2.10.0a1  <  2.10.0b1  <  2.10.0rc1  <  2.10.0  <  2.10.0.post1
"""

from __future__ import annotations

import functools
import re

_NUMBERS = re.compile(r"[A-Za-z]{0,2}(\d+(?:[.\-_]\d+)*)")
_PHASE = re.compile(
    r"[.\-_~]?(?:(dev|nightly|alpha|beta|preview|pre|rc|post)(?![A-Za-z])[.\-_]?(\d*)|([abc])(\d+))",
    re.IGNORECASE,
)
_RANK = {
    "dev": -4,
    "nightly": -4,
    "alpha": -3,
    "a": -3,
    "beta": -2,
    "b": -2,
    "preview": -1,
    "pre": -1,
    "rc": -1,
    "c": -1,
    "post": 1,
}
_WORD = re.compile(r"[A-Za-z]{0,2}\d[\w.+~:-]*")
_LONGEST = 200


class Version:
    """A version that can be ordered. `numbers` are its numeric parts as written, `text` the original."""

    __slots__ = ("_key", "numbers", "text")

    def __init__(self, text: str) -> None:
        """Raises ValueError where `text` does not begin like a version."""
        match = _NUMBERS.match(text.strip()[:_LONGEST])
        if not match:
            raise ValueError(f"not a version: {text!r}")
        self.text = text
        self.numbers: tuple[int, ...] = tuple(int(n) for n in re.split(r"[.\-_]", match[1]))
        self._key = (strip_zeros(self.numbers), _phases(text.strip()[match.end() : _LONGEST]))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Version) and self._key == other._key

    def __lt__(self, other: Version) -> bool:
        return self._key < other._key

    def __le__(self, other: Version) -> bool:
        return self._key <= other._key

    def __gt__(self, other: Version) -> bool:
        return self._key > other._key

    def __ge__(self, other: Version) -> bool:
        return self._key >= other._key

    def __hash__(self) -> int:
        return hash(self._key)

    def __repr__(self) -> str:
        return f"Version({self.text!r})"


@functools.lru_cache(maxsize=4096)
def parse_version(text: str) -> Version:
    """The version that a text spells, kept; ValueError where it spells none."""
    return Version(text)


def looks_like_version(text: str) -> bool:
    """True for one word that is a version and nothing else: "550.120", not "550 or so" and not "latest"."""
    return _WORD.fullmatch(text) is not None


def strip_zeros(numbers: tuple[int, ...]) -> tuple[int, ...]:
    """Without zeros at the end, so that 12, 12.0 and 12.0.0 are one."""
    end = len(numbers)
    while end > 1 and numbers[end - 1] == 0:
        end -= 1
    return numbers[:end]


def _phases(rest: str) -> tuple[tuple[int, int], ...]:
    """dev, a, b, rc and post behind the numbers, each with its number; (0, 0) at the end is the release."""
    rest = rest.partition("+")[0]
    out: list[tuple[int, int]] = []
    at = 0
    while match := _PHASE.match(rest, at):
        word, number = match[1] or match[3], match[2] or match[4]
        out.append((_RANK[word.lower()], int(number or 0)))
        at = match.end()
    return (*out, (0, 0))
