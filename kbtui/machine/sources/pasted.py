"""Pasted output as a source: its text is read whole for facts and signs (`kbtui.machine.text`), it answers no asks."""

from __future__ import annotations

from typing import Literal

from kbtui.machine.asks import Ask, Raw, unknown


class TextSource:
    """A text that a person pasted, or a log file."""

    kind: Literal["bundle"] = "bundle"

    def __init__(self, text: str, name: str, notes: list[str] | None = None) -> None:
        self.text = text
        self.name = name
        self.notes = list(notes or [])

    def answer(self, ask: Ask) -> Raw:
        """Nothing can be asked of a text."""
        return unknown(f"{ask.key.splitlines()[0][:80]}: not in this text", origin=self.name)
