"""RE2's syntax as a small tree, as far as it is sure: for what can be said of a pattern without running it."""

from __future__ import annotations

import re

_DEEPEST = 40
_REPEAT = re.compile(r"(?:([*+?])|\{(\d{1,4})(?:(,)(\d{0,4}))?\})\??")
_GROUP = re.compile(r"\(\?(?:P?<\w+>|[imsU]*(?:-[imsU]+)?(:|\)))|\((?!\?)")
_HEX = re.compile(r"\\x(?:\{([0-9A-Fa-f]{1,6})\}|([0-9A-Fa-f]{2}))")
_KIND = re.compile(r"\\(?:[dDsSwWC]|[pP](?:\{\^?\w+\}|\w))")
_RANGE = re.compile(r"([0-9a-zA-Z])-([0-9a-zA-Z])")
_FEW = 8
"""Most characters of a bracket expression that are listed."""


class Unsure(Exception):
    """Syntax that this module does not follow."""


class Char:
    """One character: one of `texts`, folded; None where they are too many to list."""

    def __init__(self, texts: frozenset[str] | None) -> None:
        self.texts = texts


class Anchor:
    """A place between characters, or flags, which match there too."""


class Repeat:
    """`least` to `most` times the node; most None: without end."""

    def __init__(self, node: Node, least: int, most: int | None) -> None:
        self.node, self.least, self.most = node, least, most


class Sequence:
    """One after the other."""

    def __init__(self, items: list[Node]) -> None:
        self.items = items


class Either:
    """One of the branches."""

    def __init__(self, branches: list[Node]) -> None:
        self.branches = branches


Node = Char | Anchor | Repeat | Sequence | Either


def parse(pattern: str) -> Node:
    """The tree of a pattern. Unsure where this module does not follow, or RE2 would refuse it."""
    try:
        node, end = _either(pattern, 0, 0)
    except (IndexError, ValueError, OverflowError):
        raise Unsure from None
    if end != len(pattern):
        raise Unsure
    return node


def _either(pattern: str, at: int, depth: int) -> tuple[Node, int]:
    """Branches parted by | up to a closing parenthesis or the end."""
    if depth > _DEEPEST:
        raise Unsure
    branches: list[Node] = []
    while True:
        items: list[Node] = []
        while at < len(pattern) and pattern[at] not in "|)":
            item, at = _atom(pattern, at, depth)
            item, at = _repeated(pattern, at, item)
            items.append(item)
        branches.append(items[0] if len(items) == 1 else Sequence(items))
        if at >= len(pattern) or pattern[at] != "|":
            return (branches[0] if len(branches) == 1 else Either(branches)), at
        at += 1


def _repeated(pattern: str, at: int, item: Node) -> tuple[Node, int]:
    found = _REPEAT.match(pattern, at)
    if not found:
        return item, at
    sign, least, comma, most = found.groups()
    if isinstance(item, Anchor) or _REPEAT.match(pattern, found.end()):
        raise Unsure
    if sign:
        return Repeat(item, int(sign == "+"), 1 if sign == "?" else None), found.end()
    return Repeat(item, int(least), (int(most) if most else None) if comma else int(least)), found.end()


def _atom(pattern: str, at: int, depth: int) -> tuple[Node, int]:
    char = pattern[at]
    if char == "(":
        return _group(pattern, at, depth)
    if char == "[":
        return _class(pattern, at)
    if char == "\\":
        return _escape(pattern, at)
    if char == ".":
        return Char(None), at + 1
    if char in "^$":
        return Anchor(), at + 1
    if char in "*+?":
        raise Unsure
    return Char(_folded(char)), at + 1


def _folded(char: str) -> frozenset[str] | None:
    """One literal character. Letters whose cases RE2 and Python might pair differently are not listed."""
    if " " <= char < "\x7f":
        return frozenset([char.lower()])
    return frozenset([char]) if "\u3000" <= char <= "\u9fff" else None


def _group(pattern: str, at: int, depth: int) -> tuple[Node, int]:
    found = _GROUP.match(pattern, at)
    if not found:
        raise Unsure
    if found.group(1) == ")":  # flags for what follows; none of them makes a pattern match more than without
        return Anchor(), found.end()
    node, at = _either(pattern, found.end(), depth + 1)
    if pattern[at] != ")":
        raise Unsure
    return node, at + 1


def _escape(pattern: str, at: int) -> tuple[Node, int]:
    char = pattern[at + 1]
    kind = _KIND.match(pattern, at) or _HEX.match(pattern, at)
    if kind:
        texts = _folded(chr(int(kind.group(1) or kind.group(2), 16))) if char == "x" else None
        return Char(texts), kind.end()
    if char in "bBAz":
        return Anchor(), at + 2
    if char in "aftnrv":
        return Char(None), at + 2
    if char.isascii() and not char.isalnum() and char != "_":
        return Char(_folded(char)), at + 2
    raise Unsure


def _class(pattern: str, at: int) -> tuple[Node, int]:
    """A bracket expression: listed when it is a few plain characters ([Ee], [:=], [5-9])."""
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
    if inside[0] == "^" or "\\" in inside or "[:" in inside:
        return Char(None), at + 1
    inside = _RANGE.sub(lambda found: _range(*found.groups()), inside)
    lists = [_folded(c) for c in inside]
    if len(inside) > _FEW or "-" in inside[1:-1] or not all(lists):
        return Char(None), at + 1
    return Char(frozenset().union(*(one for one in lists if one))), at + 1


def _range(low: str, high: str) -> str:
    """The characters of a short range; a long one as it is written."""
    return "".join(map(chr, range(ord(low), ord(high) + 1))) if ord(high) - ord(low) < _FEW else f"{low}-{high}"
