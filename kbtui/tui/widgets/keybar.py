"""The last line: the keys that work here and now, each of them a button for the mouse."""

from __future__ import annotations

from typing import NamedTuple

from rich.cells import cell_len
from rich.text import Text
from textual import events
from textual.app import RenderResult
from textual.binding import ActiveBinding, Binding
from textual.screen import Screen
from textual.widget import Widget

from kbtui.tui.keys import PAGE
from kbtui.tui.words import Words


class Button(NamedTuple):
    """One key on the bar."""

    key: str
    shown: str
    word: str


def buttons(active: dict[str, ActiveBinding], say: Words) -> list[Button]:
    """The shown bindings in order, each action once, those of every screen last."""
    out: dict[str, Button] = {}
    for pressed, (_, binding, enabled, _) in active.items():
        if binding.show and enabled and binding.description.startswith("k."):
            out.setdefault(binding.action, Button(pressed, binding.key_display or pressed, say(binding.description)))
    return sorted(out.values(), key=lambda b: b.word in _everywhere(say))


def _everywhere(say: Words) -> set[str]:
    return {say(b.description) for b in PAGE if isinstance(b, Binding)}


def _size(button: Button) -> int:
    return cell_len(button.shown) + cell_len(button.word) + 3


def _fitting(every: list[Button], width: int) -> list[Button]:
    """Those that fit, in order; help always has its place behind them."""
    out: list[Button] = []
    for button in every:
        width -= _size(button)
        if width < 0:
            break
        out.append(button)
    return out


class KeyBar(Widget):
    """Asks the screen what its bindings are, and draws them as far as the width goes."""

    COMPONENT_CLASSES = {"keybar--key", "keybar--word"}

    def __init__(self, say: Words) -> None:
        super().__init__(id="keybar")
        self._say = say
        self._ends: list[tuple[int, str]] = []

    def on_mount(self) -> None:
        """Follow the bindings."""
        self.screen.bindings_updated_signal.subscribe(self, self._changed)

    def _changed(self, _screen: Screen[object]) -> None:
        self.refresh()

    def render(self) -> RenderResult:
        """One line."""
        key_style = self.get_component_rich_style("keybar--key", partial=True)
        word_style = self.get_component_rich_style("keybar--word", partial=True)
        text, used = Text(no_wrap=True, end=""), 0
        self._ends = []
        every = buttons(self.screen.active_bindings, self._say)
        last = [b for b in every if b.word == self._say("k.help")]
        kept = sum(_size(b) for b in last)
        for button in [*_fitting([b for b in every if b not in last], self.size.width - kept), *last]:
            text.append(f" {button.shown} ", key_style)
            text.append(f"{button.word} ", word_style)
            used += _size(button)
            self._ends.append((used, button.key))
        return text

    def on_click(self, event: events.Click) -> None:
        """A click presses the key."""
        pressed = next((name for end, name in self._ends if event.x < end), "")
        if pressed:
            self.app.simulate_key(pressed)
