"""The border: every text of a report or a hand-off through one redactor, and nothing in it that could drive a terminal
or turn a line round."""

from __future__ import annotations

import unicodedata
from typing import Any, TypeVar

import msgspec
from msgspec import Struct

from kbtui.diagnosis.elsewhere import redactor_for
from kbtui.redaction import Redactor
from kbtui.report.walk import Walk

_Shape = TypeVar("_Shape", bound=Struct)


def redactor(walk: Walk) -> Redactor:
    """One that has read the whole case, so that a name is replaced in the first step where only the last gives it away."""
    facts = [f for t in walk.turns for f in t.state.facts]
    out = redactor_for(walk.state.text, facts)
    for turn in walk.turns:
        out.value(turn.event)
    return out


def private(made: _Shape, walk: Walk) -> _Shape:
    """The same struct without anybody's name, and without control characters."""
    inert = _inert(msgspec.to_builtins(made))
    return msgspec.convert(redactor(walk).value(inert), type(made))


def _inert(value: Any) -> Any:
    if isinstance(value, str):
        return plain(value)
    if isinstance(value, dict):
        return {k: _inert(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_inert(v) for v in value]
    return value


def plain(text: str) -> str:
    """Without escape, control and direction characters; lone surrogates too."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if text.isascii() and text.isprintable():
        return text
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co"))
