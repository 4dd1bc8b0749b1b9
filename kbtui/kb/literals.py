r"""What every match of a pattern must hold, so that most patterns are ruled out without being tried.

Any match of `(gpu|card).{0,40}idle\b` holds two *clauses*: one of the texts "gpu" and "card", and the text "idle". Plain
text search rules most patterns out by them.

`required` gives them in one string, to be kept with the pattern: the texts of a clause on a line each, clauses parted by
an empty line, the rarest first. `clauses` takes it apart. A line end never occurs inside a line, so it cannot be part of
a text.
"""

from __future__ import annotations

from functools import lru_cache


def required(pattern: str) -> str:
    """What every match of `pattern` holds; "" when nothing is known. Never raises, whatever the pattern is."""
    from kbtui.kb import requirements  # only where knowledge is built

    return "\n\n".join(requirements.of(pattern))


@lru_cache(maxsize=8192)
def clauses(literal: str) -> tuple[tuple[str, ...], ...]:
    """The clauses of an answer of `required`."""
    return tuple(tuple(texts.split("\n")) for texts in literal.split("\n\n")) if literal else ()


def may_match(literal: str, folded: str) -> bool:
    """Whether a match is possible in `folded` text, by the answer of `required` for its pattern."""
    # Clause by clause without taking the whole apart: of thousands of signs nearly all fall at the first one.
    start, end = 0, len(literal)
    while start < end:
        stop = literal.find("\n\n", start, end)
        stop = end if stop < 0 else stop
        if not any(text in folded for text in literal[start:stop].split("\n")):
            return False
        start = stop + 2
    return True


def fold(text: str) -> str:
    """`text` in the case in which the texts of clauses are compared."""
    # The long s is the one letter that RE2 takes for an ASCII letter and `lower` does not.
    return text.lower() if text.isascii() else text.lower().replace("ſ", "s")
