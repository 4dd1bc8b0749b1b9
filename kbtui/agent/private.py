"""The border: what leaves for an agent names nobody, holds no secret and nothing that could drive a terminal.

Stand-ins stay the same for as long as the server runs, so that what an agent says of <host-1> later means the same host.
"""

from __future__ import annotations

import os
import socket
import unicodedata
from collections.abc import Callable
from typing import Any

from kbtui.redaction import Redactor, mask

OF_A_MACHINE = frozenset(
    "because text raw origin members rendered facts notes contradictions vantage log host because why value reason"
    " verify undo query did_you_mean message age".split()
)
"""Fields that can hold what a machine or a person said; ids, titles and numbers of the graph are public."""


class Border:
    """Everything an answer holds goes through here. `keep_names`: leave people and hosts as they are."""

    def __init__(self, *, keep_names: bool) -> None:
        self._redactor = None if keep_names else Redactor(_known_here())

    def learn(self, hostname: str, people: list[str]) -> None:
        """Names that a look at the machine gave away."""
        if self._redactor:
            for name, kind in [(hostname, "host"), *((p, "user") for p in people)]:
                if name:
                    self._redactor.learn(name, kind)

    def text(self, text: str, label: str = "") -> str:
        """One text."""
        text = inert(text)
        return self._redactor.text(text, label) if self._redactor else mask(text)

    def answer(self, value: Any) -> Any:
        """An answer: fields of a machine through the redactor, all else made inert."""
        return _each(value, "", self._field)

    def public(self, value: Any) -> Any:
        """What stands in the graph: no machine is in it."""
        return _each(value, "", lambda text, _label: inert(text))

    def all(self, value: Any) -> Any:
        """Everything in it, whatever the field."""
        return _each(value, "", self.text)

    def _field(self, text: str, label: str) -> str:
        return self.text(text) if label in OF_A_MACHINE else inert(text)


def inert(text: str) -> str:
    """Without control characters and marks that turn a line round; lines and tabs stay."""
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co"))


def _each(value: Any, label: str, change: Callable[[str, str], str]) -> Any:
    if isinstance(value, str):
        return change(value, label)
    if isinstance(value, dict):
        return {inert(str(k)): _each(v, str(k), change) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_each(v, label, change) for v in value]
    return value


def _known_here() -> dict[str, str]:
    """This host and this person, whom no output needs to give away first."""
    names = {socket.gethostname(): "host", os.uname().nodename: "host"}
    names |= {os.environ[v]: "user" for v in ("USER", "LOGNAME", "SUDO_USER") if os.environ.get(v)}
    return {name: kind for name, kind in names.items() if name}
