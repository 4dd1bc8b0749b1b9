"""A plain yes or no over what stands behind it; anything but y is no."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen

from kbtui.tui.app import app_of
from kbtui.tui.inert import block
from kbtui.tui.keys import key
from kbtui.tui.widgets.lines import Line


class ConfirmScreen(ModalScreen[bool]):
    """Answers True for yes."""

    BINDINGS = [key("y", "answer(True)", "k.yes", "y"), key("n,escape,q", "answer(False)", "k.no", "n")]

    def __init__(self, question: str, what: str, more: str, keys: str = "fix.yes_no") -> None:
        super().__init__()
        self._question, self._what, self._more, self._keys = question, what, more, keys

    def compose(self) -> ComposeResult:
        """The question, what it is about, the keys."""
        with Vertical(classes="box"):
            yield Line(id="confirm")

    def on_mount(self) -> None:
        """Foreign text is inert."""
        self.query_one("#confirm", Line).show(
            (f"{self._question}\n\n", "bold"),
            (f"  {block(self._what, 20)}\n\n", "$accent"),
            (f"{self._more}\n\n" if self._more else "", "$warning"),
            (app_of(self).say(self._keys), "bold"),
        )

    def action_answer(self, yes: bool) -> None:
        """Hand it on."""
        self.dismiss(yes)
