r"""What every match of a pattern must contain, so that most patterns are ruled out without being compiled.

`required(r"NVRM: Xid \(PCI:.*\): 79")` is `"nvrm: xid (pci:"`. An alternation has no single such text, so the answer
may be several texts, one a line: `required("(no|bad) key|rejected")` is `"bad key\nno key\nrejected"`, and every match
contains at least one of them. A line end never occurs inside a line, so it cannot be part of a text.

This reads RE2's syntax only as far as it is sure. Where it is not, it answers "" (nothing is known to be required),
which costs time and never a match.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_WAYS = 16
"""Most spellings that one run of characters is expanded into."""
_BRANCHES = 64
"""Most texts in an answer."""
_LONGEST = 60
_SHORTEST = 2
"""A text of one character rules nothing out."""
_DEEPEST = 40
_REPEAT = re.compile(r"[*+?]|\{(\d{1,4})(,(\d{0,4}))?\}")
_GROUP = re.compile(r"\(\?(?:P?<\w+>|[imsU]*(?:-[imsU]+)?(:|\)))|\((?!\?)")
_HEX = re.compile(r"\\x(?:\{([0-9A-Fa-f]{1,6})\}|([0-9A-Fa-f]{2}))")
_KIND = re.compile(r"\\(?:[dDsSwWC]|[pP](?:\{\^?\w+\}|\w))")


class _Unsure(Exception):
    """Syntax that this module does not follow."""


class _Part(NamedTuple):
    exact: frozenset[str] | None
    """All texts that the part can match, folded; None: too many to list."""
    need: frozenset[str]
    """Every match contains one of these; empty: nothing is known."""


_NOTHING: frozenset[str] = frozenset()
_EMPTY = _Part(frozenset([""]), _NOTHING)
_WILD = _Part(None, _NOTHING)


def required(pattern: str) -> str:
    """Lower-case texts, one a line, of which every match of `pattern` contains one; "" when none is known.

    Compare with `fold` of the text. Never raises, whatever the pattern is.
    """
    try:
        part, end = _either(pattern, 0, 0)
        if end != len(pattern):
            return ""
    except (_Unsure, IndexError, ValueError, OverflowError):
        return ""
    best = _better(part.need, part.exact or _NOTHING)
    return "\n".join(sorted(t for t in best if not any(o != t and o in t for o in best)))


def fold(text: str) -> str:
    """`text` in the case in which texts of `required` are compared."""
    # The long s is the one letter that RE2 takes for an ASCII letter and `lower` does not.
    return text.lower() if text.isascii() else text.lower().replace("ſ", "s")


def _fold_one(char: str) -> _Part:
    """One literal character. Letters whose cases RE2 and Python might pair differently are wild."""
    if " " <= char < "\x7f":
        return _Part(frozenset([char.lower()]), _NOTHING)
    return _Part(frozenset([char]), _NOTHING) if "\u3000" <= char <= "\u9fff" else _WILD


def _score(texts: frozenset[str]) -> int:
    return min(map(len, texts)) * 4 - len(texts)


def _better(one: frozenset[str], other: frozenset[str]) -> frozenset[str]:
    """Whichever rules more out; the first on a tie."""
    usable = [t for t in (one, other) if t and min(map(len, t)) >= _SHORTEST]
    return max(usable, key=_score, default=_NOTHING)


def _either(pattern: str, at: int, depth: int) -> tuple[_Part, int]:
    """Branches parted by | up to a closing parenthesis or the end."""
    if depth > _DEEPEST:
        raise _Unsure
    branches = []
    while True:
        part, at = _sequence(pattern, at, depth)
        branches.append(part)
        if at >= len(pattern) or pattern[at] != "|":
            break
        at += 1
    if len(branches) == 1:
        return branches[0], at
    lists = [b.exact for b in branches if b.exact is not None]
    exact = frozenset().union(*lists) if len(lists) == len(branches) else None
    needs = [_better(b.need, b.exact or _NOTHING) for b in branches]
    need = frozenset().union(*needs) if all(needs) else _NOTHING
    return _Part(exact if exact and len(exact) <= _BRANCHES else None, need if len(need) <= _BRANCHES else _NOTHING), at


def _sequence(pattern: str, at: int, depth: int) -> tuple[_Part, int]:
    """Atoms one after the other. Neighbouring characters grow one run; a wild atom ends it."""
    run: frozenset[str] | None = _EMPTY.exact
    need, whole = _NOTHING, True
    while at < len(pattern) and pattern[at] not in "|)":
        atom, at = _atom(pattern, at, depth)
        parts, at = _repeated(pattern, at, atom)
        for part in parts:
            grown = _joined(run, part.exact)
            if grown is None:
                whole = False
                need = _better(need, part.need)
                grown = part.exact if part.exact is not None else _EMPTY.exact
            run = grown
            need = _better(need, run or _NOTHING)
    return _Part(run if whole else None, need), at


def _joined(run: frozenset[str] | None, more: frozenset[str] | None) -> frozenset[str] | None:
    if run is None or more is None or len(run) * len(more) > _WAYS:
        return None
    out = frozenset(a + b for a in run for b in more)
    return out if max(map(len, out)) <= _LONGEST else None


def _repeated(pattern: str, at: int, atom: _Part) -> tuple[list[_Part], int]:
    """The atom as its repetition operator makes it: what must be there at least once stays a requirement."""
    found = _REPEAT.match(pattern, at)
    if not found:
        return [atom], at
    at = found.end()
    if pattern[at : at + 1] == "?":
        at += 1
    if _REPEAT.match(pattern, at):
        raise _Unsure
    sign = found.group(0)
    least = int(found.group(1) or (1 if sign == "+" else 0))
    if sign == "?" and atom.exact is not None:
        return [_Part(atom.exact | {""}, _NOTHING)], at
    if least == 0:
        return [_WILD], at
    if found.group(1) and not found.group(2) and least <= 8:
        return [atom] * least, at
    return [atom, _WILD, atom], at


def _atom(pattern: str, at: int, depth: int) -> tuple[_Part, int]:
    char = pattern[at]
    if char == "(":
        return _group(pattern, at, depth)
    if char == "[":
        return _class(pattern, at)
    if char == "\\":
        return _escape(pattern, at)
    if char == ".":
        return _WILD, at + 1
    if char in "^$":
        return _EMPTY, at + 1
    if char in "*+?":
        raise _Unsure
    return _fold_one(char), at + 1


def _group(pattern: str, at: int, depth: int) -> tuple[_Part, int]:
    found = _GROUP.match(pattern, at)
    if not found:
        raise _Unsure
    if found.group(1) == ")":  # flags for what follows, no group; none of them changes what is required
        return _EMPTY, found.end()
    part, at = _either(pattern, found.end(), depth + 1)
    if pattern[at] != ")":
        raise _Unsure
    return part, at + 1


def _escape(pattern: str, at: int) -> tuple[_Part, int]:
    char = pattern[at + 1]
    kind = _KIND.match(pattern, at) or _HEX.match(pattern, at)
    if kind:
        code = char == "x" and int(kind.group(1) or kind.group(2), 16)
        return (_fold_one(chr(code)) if code else _WILD), kind.end()
    if char in "bBAz":
        return _EMPTY, at + 2
    if char in "aftnrv":
        return _WILD, at + 2
    if char.isascii() and not char.isalnum() and char != "_":
        return _fold_one(char), at + 2
    raise _Unsure


def _class(pattern: str, at: int) -> tuple[_Part, int]:
    """A bracket expression: listed when it is a few plain characters ([Ee], [:=]), else wild."""
    start = at + 1
    at = start + (pattern[start] == "^")
    if pattern[at] == "]":
        at += 1
    while pattern[at] != "]":
        if pattern[at] == "\\":
            at += 2
        elif pattern.startswith("[:", at) and ":]" in pattern[at:]:
            at = pattern.index(":]", at) + 2
        else:
            at += 1
    inside = pattern[start:at]
    if inside[0] == "^" or "\\" in inside or "[:" in inside or "-" in inside[1:-1] or len(inside) > 8:
        return _WILD, at + 1
    lists = [_fold_one(c).exact for c in inside]
    if any(one is None for one in lists):
        return _WILD, at + 1
    return _Part(frozenset().union(*(one for one in lists if one)), _NOTHING), at + 1
