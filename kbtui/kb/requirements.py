"""How clauses (`kbtui.kb.literals`) follow from a pattern's tree.

A run of neighbouring characters is multiplied out into the texts that it can be. Where that gives too many, or a part is
wild, the run ends and becomes a clause. Where a pattern's syntax is not understood nothing is known to be required,
which costs time and never a match.
"""

from __future__ import annotations

import math
import re
from functools import lru_cache
from typing import NamedTuple

from kbtui.kb.syntax import Anchor, Char, Either, Node, Repeat, Sequence, Unsure, parse

_WAYS = 16
"""Most spellings that one run of characters is expanded into."""
_TEXTS = 64
"""Most texts of a clause."""
_CLAUSES = 3
_LONGEST = 60
_WORD = re.compile(r"[a-z]+|[0-9]+|[^\x00-\x7f]")
_COMMON = frozenset(
    """
after all at bus but card cards cpu cuda data debug device devices driver each end epoch err error errors failed false
file files for from gb gpu gpus in inf info init is it iter job just kernel linux load loading log loss low me mem memory
mib mode model module more nccl no node not nv nvidia of off on only or out pc pci per pid process python rank run running
seq start step system the time to torch train training true usr version warn warning with worker
""".split()
)
"""Words, and beginnings of words, that many lines hold."""
_Texts = frozenset[str]
_NO_TEXT: _Texts = frozenset()
_EMPTY: _Texts = frozenset([""])


class _Known(NamedTuple):
    exact: _Texts | None
    """All texts that a node can match, folded; None: too many to list."""
    need: tuple[_Texts, ...]
    """Clauses that hold for every match, the rarest first."""


_WILD = _Known(None, ())


def of(pattern: str) -> list[str]:
    """Clauses, the rarest first, each as texts on lines."""
    try:
        tree = parse(pattern)
    except Unsure:
        return []
    found = dict.fromkeys("\n".join(sorted(_shortest(texts))) for texts in _rarest(_needs(_known(tree))))
    return list(found)[:_CLAUSES]


def _shortest(texts: _Texts) -> list[str]:
    """Without those that hold another one."""
    return [t for t in texts if not any(o != t and o in t for o in texts)]


@lru_cache(maxsize=8192)
def _bits(text: str, common: _Texts) -> float:
    """How rare a text is in logs, roughly: minus log2 of its share of places, less for the words in `common`."""
    words = _WORD.findall(text)
    bits = sum(len(w) if w in common else 9 if w > "\x7f" else (3 if w.isdigit() else 3.5) * len(w) for w in words)
    return bits + 1.5 * (len(text) - sum(map(len, words)))


@lru_cache(maxsize=8192)
def _rarity(texts: _Texts, common: _Texts = _COMMON) -> float:
    """The same for a clause; below zero for one that is of no use: one ASCII character rules nothing out."""
    if not texts or any(len(t) < 2 and t < "\x80" for t in texts):
        return -1.0
    return -math.log2(sum(2 ** -_bits(t, common) for t in texts))


def _rarest(needs: list[_Texts]) -> list[_Texts]:
    useful = {n: _rarity(n) for n in needs if len(n) <= _TEXTS}
    return sorted((n for n, rarity in useful.items() if rarity > 0), key=lambda n: -useful[n])[: _CLAUSES + 1]


def _needs(known: _Known) -> list[_Texts]:
    return [*known.need, known.exact or _NO_TEXT]


def _known(node: Node) -> _Known:
    if isinstance(node, Char):
        return _Known(node.texts, ())
    if isinstance(node, Anchor):
        return _Known(_EMPTY, ())
    if isinstance(node, Either):
        return _known_of_branches([_known(b) for b in node.branches])
    return _known_of_sequence(node.items if isinstance(node, Sequence) else [node])


def _known_of_branches(branches: list[_Known]) -> _Known:
    lists = [b.exact for b in branches if b.exact is not None]
    exact = frozenset().union(*lists) if len(lists) == len(branches) else None
    needs = [_rarest(_needs(b)) for b in branches]
    joint: list[_Texts] = []
    if all(needs):  # the first clauses of all branches together are one, and so are the second ones
        for turn in range(_CLAUSES):
            joint.append(frozenset().union(*(n[min(turn, len(n) - 1)] for n in needs)))
    return _Known(exact if exact and len(exact) <= _TEXTS else None, tuple(_rarest(joint)))


def _known_of_sequence(items: list[Node]) -> _Known:
    """Neighbouring characters grow one run; a wild part ends it."""
    run, best, whole = _EMPTY, _NO_TEXT, True
    needs: list[_Texts] = []
    for item in items:
        for part in _repeats(item) if isinstance(item, Repeat) else [_known(item)]:
            grown = _joined(run, part.exact)
            if grown is None:
                whole = False
                needs += [best, *part.need]
                best, grown = _NO_TEXT, part.exact if part.exact is not None else _EMPTY
            run = grown
            if _rarity(run, _NO_TEXT) > _rarity(best, _NO_TEXT):  # "cuda" is rarer than "cud", common as it is
                best = run
    return _Known(run if whole else None, tuple(_rarest([*needs, best])))


def _repeats(item: Repeat) -> list[_Known]:
    """What must be there at least once stays required."""
    known = _known(item.node)
    if item.least == 0:
        return [_Known(known.exact | _EMPTY, ()) if item.most == 1 and known.exact is not None else _WILD]
    if item.least == item.most and item.least <= 8:
        return [known] * item.least
    return [known, _WILD, known]


def _joined(run: _Texts, more: _Texts | None) -> _Texts | None:
    if more is None or len(run) * len(more) > _WAYS:
        return None
    out = frozenset(a + b for a in run for b in more)
    return out if max(map(len, out)) <= _LONGEST else None
