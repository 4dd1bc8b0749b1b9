"""Help: what has the focus and the keys that work there. It reads the live bindings, so it cannot drift from them."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen, Screen
from textual.widget import Widget

from kbtui.tui.app import app_of
from kbtui.tui.keys import key
from kbtui.tui.widgets.pane import Pane, Part

_NAMES = {
    "question_mark": "?",
    "colon": ":",
    "escape": "esc",
    "backspace": "bksp",
    "pagedown": "pgdn",
    "pageup": "pgup",
}


class HelpScreen(ModalScreen[None]):
    """Over the screen that it explains."""

    AUTO_FOCUS = "#help"
    BINDINGS = [key("escape,q,question_mark,f1", "app.pop_screen", "k.back", "esc")]

    def __init__(self, focused: Widget | None, screen: Screen[object]) -> None:
        super().__init__()
        self._word = getattr(focused, "help_word", "")
        self._active = dict(screen.active_bindings)

    def compose(self) -> ComposeResult:
        """One text."""
        with Vertical(classes="box tall"):
            yield Pane(id="help")

    def on_mount(self) -> None:
        """The help word, then the keys."""
        say = app_of(self).say
        parts: list[Part] = [(f"{say('help.title')}\n", "bold $primary")]
        if self._word:
            parts.append((f"{say(self._word)}\n", ""))
        parts.append((f"\n{say('help.keys')}\n", "bold"))
        by_word: dict[str, list[str]] = {}
        for pressed, (_, binding, enabled, _) in sorted(
            self._active.items(), key=lambda item: not item[1].binding.show
        ):
            if enabled and binding.description.startswith("k."):
                by_word.setdefault(binding.description, []).append(_NAMES.get(pressed, pressed))
        for word, pressed_ones in by_word.items():
            parts += [(f"  {' '.join(pressed_ones):<22}", "$accent"), (f"{say(word)}\n", "")]
        parts.append((f"\n{say('help.close')}", "dim"))
        self.query_one("#help", Pane).show("help", parts)
