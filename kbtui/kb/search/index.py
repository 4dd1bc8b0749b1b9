"""The search index, open for reading."""

from __future__ import annotations

import re
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from kbtui.errors import PackError
from kbtui.kb.search import names
from kbtui.kb.search.build import FORMAT
from kbtui.kb.search.rank import Coverage, Match, rank
from kbtui.kb.search.repair import SHORTEST, Vocabulary
from kbtui.kb.search.stem import stem
from kbtui.kb.search.tokens import Term, clean, is_han, terms
from kbtui.kb.search.tokens import names as plain_words
from kbtui.kb.search.words import STOP

if TYPE_CHECKING:
    import sqlite3

_SHORT = 40
"""Words up to which the typos of a text are repaired; a longer one says it twice, and is full of names."""
_MOST_TYPED = 400
"""Characters of a typed line that are read."""
_LETTERS = re.compile(r"[^\W\d_]+")


def _uri(path: Path) -> str:
    name = str(path.absolute()).replace("%", "%25").replace("?", "%3f").replace("#", "%23")
    return f"file:{name}?mode=ro&immutable=1"


def _reads_fts5(db: sqlite3.Connection) -> bool:
    import sqlite3

    try:
        db.execute("SELECT rowid FROM names LIMIT 0")
    except sqlite3.OperationalError:  # written where FTS5 was there, read where it is not
        return False
    return True


class Index:
    """Reads what `build` wrote. Open it with `Index.open`; it is a context manager."""

    def __init__(self, db: sqlite3.Connection, docs: int, fts5: bool) -> None:
        self._db = db
        self._docs = docs
        self._fts5 = fts5

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open an index. PackError where it is missing, broken or of another format."""
        import sqlite3

        try:
            db = sqlite3.connect(_uri(path), uri=True, check_same_thread=False)
            meta = dict(db.execute("SELECT key, value FROM meta WHERE key != 'vocabulary'"))
        except sqlite3.Error as error:
            raise PackError(f"{path}: this is no search index ({error}); build the cache again") from error
        if meta.get("format") != FORMAT:
            db.close()
            raise PackError(f"{path}: a search index of another version of kbtui; build the cache again")
        return cls(db, meta["docs"], bool(meta["fts5"]) and _reads_fts5(db))

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def rank(self, text: str, limit: int = 50) -> list[Match]:
        """The documents that a text is about, best first: one sentence, a whole pasted page, either language."""
        said = terms(text)
        if len(text) < 20 * _SHORT:
            said += self._repaired(said)
        return rank(self._db, self._docs, said, limit)

    def complete(self, typed: str, limit: int = 20) -> list[Match]:
        """The documents whose title or aka holds what is being typed, best first."""
        words = plain_words(typed[:_MOST_TYPED])
        if not words:
            return []
        found = self._named(words)
        if not found and (mended := names.mend(words, self._vocabulary)) != words:
            words = mended
            found = self._named(words)
        return self._matches(found[:limit], words) if found else self.rank(self.suggest(typed) or typed, limit)

    def suggest(self, text: str) -> str | None:
        """The text with its mistyped words repaired ("did you mean"); None where there is nothing to repair."""
        text = clean(text[:_MOST_TYPED])
        mended = _LETTERS.sub(lambda word: self._mended(word.group()), text)
        return mended if mended != text else None

    @cached_property
    def _vocabulary(self) -> Vocabulary:
        (words,) = self._db.execute("SELECT value FROM meta WHERE key = 'vocabulary'").fetchone()
        return Vocabulary(words.split("\n") if words else [])

    def _named(self, words: list[str]) -> list[names.Name]:
        return names.by_prefix(self._db, words) if self._fts5 else names.slowly(self._db, words)

    def _mended(self, word: str) -> str:
        low = word.lower()
        if len(low) < SHORTEST or low in STOP or not low.isascii():
            return word
        return word if self._knows(stem(low)) else self._vocabulary.repair(low) or word

    def _knows(self, term: str) -> bool:
        return self._db.execute("SELECT 1 FROM terms WHERE term = ?", (term,)).fetchone() is not None

    def _repaired(self, said: list[Term]) -> list[Term]:
        """Terms for the mistyped words of a short text, where they stand."""
        plain = {term.said: term.place for term in said if term.said.isascii() and term.said.isalpha()}
        if len(plain) > _SHORT:
            return []
        return [
            Term(term.text, place, word)
            for word, place in plain.items()
            if (mended := self._mended(word)) != word
            for term in terms(mended)
        ]

    def _matches(self, found: list[names.Name], words: list[str]) -> list[Match]:
        marks = ",".join("?" * len(found))
        rows = {
            n: rest
            for n, *rest in self._db.execute(
                f"SELECT n, id, kind, title FROM docs WHERE n IN ({marks})", [name.n for name in found]
            )
        }
        held = tuple(word for word in words if not is_han(word))
        return [
            Match(rows[n][0], round(fit, 4), held, line, rows[n][1], rows[n][2], Coverage(round(fit, 4), 1.0))
            for n, fit, line in found
        ]
