"""The recursive tree of a case as rows: entries, their causes, theirs. Rows never reorder by themselves.

A branch is drawn once: where it is reached again it carries a mark, and a way back to one of its own ancestors is
shown and not followed. What was shown stays: a branch that was ruled out is kept, with the reason.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from kbtui.diagnosis.evidence import Observation
from kbtui.engine import Result
from kbtui.kb.knowledge import Knowledge

SHOWN = 0.01
"""Branches less likely than this stand behind "more"."""
OPENED = 0.15
"""Branches from this probability on are open at first."""
OPENED_TOP = 0.1
"""The same for entries."""
OPENED_DEPTH = 2

STALE = 0.1
"""By how much a lower branch is likelier before a new order is offered."""

Path = tuple[str, ...]
Status = Literal["open", "sure", "out", "closed", "again", "cycle", "more"]


class Branch(NamedTuple):
    """One row."""

    path: Path
    """From the entry down; the last one is the branch itself."""
    depth: int
    share: float
    """The probability that the truth lies on a path through it."""
    status: Status
    reason: str = ""
    """Why it is out: what was seen."""
    fold: Literal["", "open", "shut"] = ""
    hidden: int = 0
    """Of a `more` row: how many branches stand behind it."""

    @property
    def id(self) -> str:
        """The problem."""
        return self.path[-1]


class CauseTree:
    """What is shown and what is folded; the odds come with each result."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        """May be set anew where packs changed."""
        self._order: dict[Path, list[str]] = {}
        self._open: dict[Path, bool] = {}
        self._all: set[Path] = set()
        self._by_hand: set[Path] = set()

    def resort(self) -> None:
        """Most likely first, once; what the person folded stays folded."""
        self._order.clear()
        self._open = {path: is_open for path, is_open in self._open.items() if path in self._by_hand}

    def is_stale(self, result: Result) -> bool:
        """Whether a shown branch has become clearly likelier than one that stands above it."""
        share = result.belief.through
        for names in self._order.values():
            shares = [share.get(n, 0.0) for n in names]
            if any(later > first + STALE for at, first in enumerate(shares) for later in shares[at + 1 :]):
                return True
        return False

    def toggle(self, path: Path) -> None:
        """Fold or unfold a branch; on a `more` row, show what stands behind it."""
        if path[-1:] == ("",):
            self._all.add(path[:-1])
        else:
            self._open[path] = not self._open.get(path, False)
            self._by_hand.add(path)

    def rows(self, result: Result, stack: list[str], closed: list[str]) -> list[Branch]:
        """The visible rows. With a stack, only the branch dived into."""
        draw = _Draw(self, result, self.knowledge, frozenset(closed))
        if stack:
            draw.dived(stack[-1])
            return draw.rows
        entries = [e.id for e in result.entries]
        dangers = [d.problem for d in result.diagnosis.at_once if d.problem not in entries]
        draw.children((), [*entries, *dangers], 0)
        return draw.rows


class _Draw:
    """One pass over the tree."""

    def __init__(self, tree: CauseTree, result: Result, knowledge: Knowledge, closed: frozenset[str]) -> None:
        self.rows: list[Branch] = []
        self._tree, self._knowledge, self._closed = tree, knowledge, closed
        self._share = result.belief.through
        self._out = _ruled_out(result.observations)
        self._sure = {c.id for c in result.diagnosis.causes if c.status == "confirmed"}
        self._danger = {d.problem for d in result.diagnosis.at_once}
        self._drawn: set[str] = set()

    def dived(self, name: str) -> None:
        """The branch dived into, unfolded."""
        self._tree._open.setdefault((name,), True)
        self.branch((), name, 0)

    def children(self, path: Path, names: list[str], depth: int) -> None:
        """The rows below a path, those shown before in their places, new ones behind them."""
        tree = self._tree
        likely = sorted(names, key=lambda n: (n not in self._danger, -self._share.get(n, 0.0), n))
        order = tree._order.setdefault(path, [])
        everything = path in tree._all
        covered = set[str]() if path else self._below(order)
        for name in likely:
            if name not in order and name not in covered and (everything or not order or self._worth(name)):
                order.append(name)
                covered |= set() if path else self._below([name])
        hidden = [n for n in likely if n not in order and n not in covered]
        for name in order:
            if name in names:
                self.branch(path, name, depth)
        if hidden:
            below = sum(self._share.get(n, 0.0) for n in hidden)
            self.rows.append(Branch((*path, ""), depth, below, "more", hidden=len(hidden)))

    def branch(self, above: Path, name: str, depth: int) -> None:
        """One row and, where it is unfolded, what is below it."""
        path = (*above, name)
        share = self._share.get(name, 0.0)
        if name in above:
            self.rows.append(Branch(path, depth, share, "cycle"))
            return
        if name in self._drawn:
            self.rows.append(Branch(path, depth, share, "again"))
            return
        self._drawn.add(name)
        causes = [child for child, _ in self._knowledge.problems[name].causes]
        tree = self._tree
        if path not in tree._open:
            tree._open[path] = share >= (OPENED if above else OPENED_TOP) and depth < OPENED_DEPTH
        fold: Literal["", "open", "shut"] = "" if not causes else "open" if tree._open[path] else "shut"
        self.rows.append(Branch(path, depth, share, self._status(name, share), self._out.get(name, ""), fold))
        if fold == "open":
            self.children(path, causes, depth + 1)

    def _below(self, names: list[str]) -> set[str]:
        """Everything that these problems lead down to: an entry among it stands there, not beside it."""
        seen: set[str] = set()
        todo = list(names)
        while todo:
            for child, _ in self._knowledge.problems[todo.pop()].causes:
                if child not in seen:
                    seen.add(child)
                    todo.append(child)
        return seen

    def _worth(self, name: str) -> bool:
        return self._share.get(name, 0.0) >= SHOWN or name in self._out or name in self._danger

    def _status(self, name: str, share: float) -> Status:
        if name in self._out:
            return "out"
        if name in self._closed:
            return "closed"
        return "sure" if name in self._sure else "open"


def _ruled_out(observations: list[Observation]) -> dict[str, str]:
    return {o.problem: o.text for o in observations if o.ratio == 0}
