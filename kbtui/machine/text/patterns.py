"""A regular expression that is compiled when it is first used.

Compiling costs more than reading a sentence does: the readers hold about two hundred patterns, and a text meets
few of them. Only the methods that the readers use are there.

`Prose` compiles with RE2, twenty times faster for long alternations, and searches slower: for sentences. It knows no
look-around, and for it a Chinese character is no part of a word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, cast

ANY_CASE = re.IGNORECASE


class Pattern:
    """`Pattern(source)` is `re.compile(source)`, later."""

    __slots__ = ("_compiled", "flags", "source")

    def __init__(self, source: str, flags: int = 0) -> None:
        self.source = source
        self.flags = flags
        self._compiled: re.Pattern[str] | None = None

    @property
    def compiled(self) -> re.Pattern[str]:
        """The compiled expression."""
        if self._compiled is None:
            self._compiled = re.compile(self.source, self.flags)
        return self._compiled

    def search(self, text: str, pos: int = 0) -> re.Match[str] | None:
        """The first match from `pos` on."""
        return self.compiled.search(text, pos)

    def match(self, text: str) -> re.Match[str] | None:
        """A match at the start."""
        return self.compiled.match(text)

    def fullmatch(self, text: str) -> re.Match[str] | None:
        """A match of the whole text."""
        return self.compiled.fullmatch(text)

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        """All matches in order."""
        return self.compiled.finditer(text)

    def sub(self, by: str, text: str) -> str:
        """The text with every match replaced."""
        return self.compiled.sub(by, text)


class Prose:
    """`Prose(source)` is a pattern that takes upper and lower case alike, for what a person wrote."""

    __slots__ = ("_compiled", "source")

    def __init__(self, source: str) -> None:
        self.source = source
        self._compiled: Any = None

    @property
    def compiled(self) -> Any:
        """The compiled expression; its matches are like those of `re`."""
        if self._compiled is None:
            import re2

            options = re2.Options()
            options.log_errors, options.case_sensitive = False, False
            self._compiled = re2.compile(self.source, options)
        return self._compiled

    def search(self, text: str) -> re.Match[str] | None:
        """The first match."""
        return cast("re.Match[str] | None", self.compiled.search(text))

    def match(self, text: str) -> re.Match[str] | None:
        """A match at the start."""
        return cast("re.Match[str] | None", self.compiled.match(text))
