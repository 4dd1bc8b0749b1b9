"""What is refused before Python's own parser sees a condition: too long, too deep, or written in a way that
the parser would answer with a warning or a recursion error.

Strings are blanked first, so whatever stands inside quotes is free, backslashes excepted.
"""

from __future__ import annotations

import re

from kbtui.errors import ConditionError

MAX_LENGTH = 500
MAX_DEPTH = 32
_STRING = re.compile(r"\"[^\"]*\"|'[^']*'")
_SPACE = str.maketrans("\n\r\t\f\v", "     ")
_PREFIXES = re.compile(r"(?:(?:\bnot\b|[-+~])\s*){8,}")
_NUMBER = re.compile(r"(?<![\w.])\d[\d.]*[A-Za-z_]")
_SAY = {
    "comment": "a condition has no comments",
    "backslash": "a condition has no backslashes",
    "quote": "a string that does not end; expected a closing quote",
    "joined": "two strings side by side; expected a comma or an operator between them",
    "number": "a number with letters behind it; quote it if it is a version or a text",
}
_BLANK = "\0"


def check_source(source: str) -> str:
    """The condition on one line, characters in their places; ConditionError where it is refused."""
    if len(source) > MAX_LENGTH:
        said = f"a condition has at most {MAX_LENGTH} characters, this one has {len(source)}"
        raise ConditionError(said, MAX_LENGTH)
    source = source.translate(_SPACE)
    if not source.strip():
        raise ConditionError("an empty condition; expected one such as `driver.installed`")
    if _BLANK in source:
        raise ConditionError("a condition has no NUL characters", source.index(_BLANK))
    bare = _STRING.sub(lambda m: _BLANK * len(m[0]), source)
    _refuse_odd(source, bare)
    _refuse_depth(bare)
    return source


def _refuse_odd(source: str, bare: str) -> None:
    for char, word in (("#", "comment"), ("\\", "backslash"), ('"', "quote"), ("'", "quote")):
        at = (source if char == "\\" else bare).find(char)
        if at >= 0:
            raise ConditionError(_SAY[word], at)
    ends = [m.end() for m in _STRING.finditer(source)]
    for end in ends:
        rest = bare[end:].lstrip()
        if rest.startswith(_BLANK):
            raise ConditionError(_SAY["joined"], len(bare) - len(rest))
    number = _NUMBER.search(bare)
    if number:
        raise ConditionError(_SAY["number"], number.start())


def _refuse_depth(bare: str) -> None:
    if sum(map(bare.count, ("(", "[", "{", "not", "-", "+", "~"))) <= MAX_DEPTH:
        return  # each level needs one of these
    deep = 0
    run = max((len(re.findall(r"not|[-+~]", m[0])) for m in _PREFIXES.finditer(bare)), default=0)
    for at, char in enumerate(bare):
        if char in "([{":
            deep += 1
            if deep + run > MAX_DEPTH:
                raise ConditionError(f"nested deeper than {MAX_DEPTH}", at)
        elif char in ")]}":
            deep -= 1
    if run > MAX_DEPTH:
        raise ConditionError(f"nested deeper than {MAX_DEPTH}")
