"""A plan that leaves as a file: in the reader's language, without anybody's name, and with nothing that drives a terminal."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import Any, TypeVar

import msgspec
from msgspec import Struct

from kbtui.diagnosis.elsewhere import redactor_for
from kbtui.kb.knowledge import Knowledge
from kbtui.machine.facts import Fact
from kbtui.planner.lines import Comparison, Plan
from kbtui.planner.tongue import Tongue
from kbtui.planner.tongue import comparison as turned_columns
from kbtui.planner.tongue import plan as turned
from kbtui.redaction import Redactor

_Made = TypeVar("_Made", bound=Struct)
_TABLES = frozenset(("picks", "steps"))
"""Fields that hold rows of the tables and the planner's own commands, nothing of a machine."""


def tongue(knowledge: Knowledge, *, zh: bool) -> Tongue | None:
    """What turns a plan into Chinese, with what the goals of the packs say; None for English."""
    if not zh:
        return None
    said = {}
    for name in knowledge.ids("goal"):
        for requirement in knowledge.goal(name).requires:
            if requirement.zh:
                said[requirement.because.rstrip(".")] = requirement.zh.rstrip("。")
    return Tongue(said)


def plan(made: Plan, facts: Iterable[Fact], say: Tongue | None) -> Plan:
    """The plan as it may leave the machine."""
    return _private(turned(made, say), redactor_for("", facts))


def comparison(made: Comparison, facts: Iterable[Fact], say: Tongue | None) -> Comparison:
    """A comparison as it may leave the machine."""
    return _private(turned_columns(made, say), redactor_for("", facts))


def _private(made: _Made, redactor: Redactor) -> _Made:
    return msgspec.convert(_named(_inert(msgspec.to_builtins(made)), redactor), type(made))


def _named(value: Any, redactor: Redactor) -> Any:
    """Redacted, but for what comes from the tables alone: cuDNN 9.26.0.51 is no address."""
    if isinstance(value, dict):
        return {k: v if k in _TABLES else _named(v, redactor) for k, v in value.items()}
    if isinstance(value, list):
        return [_named(v, redactor) for v in value]
    return redactor.value(value)


def _inert(value: Any) -> Any:
    """Without escape, control and direction characters."""
    if isinstance(value, str):
        if value.isascii() and value.isprintable():
            return value
        return "".join(c for c in value if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co"))
    if isinstance(value, dict):
        return {k: _inert(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_inert(v) for v in value]
    return value
