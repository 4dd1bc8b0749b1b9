"""Conditions over facts: a small closed language, typed by the catalogue, with three outcomes.

    condition = parse('driver.installed and driver.version < version("525.60.13")')
    outcome = condition.evaluate(facts, tables)
    outcome.is_true, outcome.is_false, outcome.is_unknown
    outcome.lacked      # of an unknown one: the facts that the next probe should fetch

Meaning. A comparison with an absent or not applicable fact is false, `!=` and `not in` included; such a
fact standing alone as a condition is false. An unknown fact makes what needs it unknown, and nothing else:
`unknown or true` is true. `absent(x)` is true when x is known not to be there or not to apply, `known(x)`
when it has a value; both are unknown while x is. `any` and `all` are Kleene's or and and over a scope; over
a list known to be empty both are false (`all` is not applicable there). Learning more never turns a known
outcome round.
"""

from __future__ import annotations

import functools

from kbtui.conditions.outcome import UNKNOWN, Frame, Lack, Outcome, Run, Truth
from kbtui.conditions.parse import Compiler
from kbtui.conditions.tables import Cell, Tables
from kbtui.conditions.versions import Version, parse_version
from kbtui.machine.facts import Facts

__all__ = [
    "UNKNOWN",
    "Cell",
    "Condition",
    "Lack",
    "Outcome",
    "Tables",
    "Truth",
    "Version",
    "forget",
    "parse",
    "parse_version",
]
_NO_TABLES = Tables()


class Condition:
    """A parsed and type-checked condition."""

    __slots__ = ("_run", "facts", "scopes", "source", "tables")

    def __init__(
        self, source: str, run: Run, facts: frozenset[str], scopes: frozenset[str], tables: frozenset[str]
    ) -> None:
        self.source = source
        self.facts = facts
        """Canonical names of exactly the facts that it reads."""
        self.scopes = scopes
        """Scopes whose list of entities it reads."""
        self.tables = tables
        """Tables that it looks something up in."""
        self._run = run

    @property
    def reads(self) -> frozenset[str]:
        """Facts and scopes: what can change its outcome."""
        return self.facts | self.scopes

    def evaluate(self, facts: Facts, tables: Tables = _NO_TABLES) -> Outcome:
        """What it comes to over these facts. Never raises."""
        return self._run(Frame(facts, tables))

    def __repr__(self) -> str:
        return f"Condition({self.source!r})"


def parse(source: str, tables: Tables | None = None) -> Condition:
    """The condition that `source` spells; ConditionError with its column where it does not parse or
    type-check.

    With `tables`, the names and column types of `table(...)` are checked too. Without, they are found when it
    runs, and the parsed condition is kept for the next caller.
    """
    return _kept(source) if tables is None else _compile(source, tables)


def _compile(source: str, tables: Tables | None) -> Condition:
    compiler = Compiler(source, tables)
    run = compiler.compile()
    facts, scopes, names = (frozenset(s) for s in (compiler.facts, compiler.scopes, compiler.tables))
    return Condition(source, run, facts, scopes, names)


def forget() -> None:
    """Read every condition anew: facts that they may name have changed."""
    _kept.cache_clear()


@functools.lru_cache(maxsize=16384)
def _kept(source: str) -> Condition:
    return _compile(source, None)
