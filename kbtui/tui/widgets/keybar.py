"""The last line or two: the keys that work here and now, each of them a button for the mouse."""

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

MORE = "full_stop"
"""The key that turns the page of the key bar."""
HIGH = 30
"""Lines of a window from which the key bar may take two."""


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


def _pages(every: list[Button], last: list[Button], width: int, lines: int) -> list[list[list[Button]]]:
    """The keys in order, as pages of at most so many lines of this width. Each page ends with `last`."""
    out: list[list[list[Button]]] = [[[]]]
    for button in every:
        page = out[-1]
        kept = sum(map(_size, last)) if len(page) == lines else 0
        if page[-1] and sum(map(_size, page[-1])) + kept + _size(button) > width:
            if len(page) < lines:
                page.append([])
            else:
                out.append([[]])
        out[-1][-1].append(button)
    if len(out[-1]) < lines and sum(map(_size, [*out[-1][-1], *last])) > width:
        out[-1].append([])
    for page in out:
        page[-1] += last
    return out


class KeyBar(Widget):
    """Asks the screen what its bindings are. A high window has two lines for them; what does not fit stands behind a key
    that turns the page. Every key works at any time."""

    COMPONENT_CLASSES = {"keybar--key", "keybar--word"}

    def __init__(self, say: Words) -> None:
        super().__init__(id="keybar")
        self._say = say
        self._page = 0
        self._ends: list[list[tuple[int, str]]] = []

    def on_mount(self) -> None:
        """Follow the bindings."""
        self.screen.bindings_updated_signal.subscribe(self, self._changed)
        self._fit()

    def _changed(self, _screen: Screen[object]) -> None:
        self._fit()
        self.refresh()

    def on_resize(self) -> None:
        """Another width."""
        self._page = 0
        self._fit()

    def turn(self) -> None:
        """The next page of keys."""
        self._page += 1
        self.refresh()

    def _all(self, width: int) -> list[list[list[Button]]]:
        every = [b for b in buttons(self.screen.active_bindings, self._say) if b.key != MORE]
        last = [b for b in every if b.word == self._say("k.help")]
        rest = [b for b in every if b not in last]
        lines = 2 if self.app.size.height >= HIGH else 1
        whole = _pages(rest, last, width, lines)
        if len(whole) == 1:
            return whole
        return _pages(rest, [Button(MORE, ".", self._say("k.more")), *last], width, lines)

    def _fit(self) -> None:
        lines = len(self._all(self.app.size.width)[0])
        if self.styles.height is None or self.styles.height.value != lines:
            self.styles.height = lines

    def render(self) -> RenderResult:
        """One line, or two."""
        key_style = self.get_component_rich_style("keybar--key", partial=True)
        word_style = self.get_component_rich_style("keybar--word", partial=True)
        pages, text = self._all(self.size.width), Text(no_wrap=True, end="")
        self._ends = []
        for number, shown in enumerate(pages[self._page % len(pages)]):
            text.append("\n" if number else "")
            self._ends.append([])
            used = 0
            for button in shown:
                text.append(f" {button.shown} ", key_style)
                text.append(f"{button.word} ", word_style)
                used += _size(button)
                self._ends[-1].append((used, button.key))
        return text

    def on_click(self, event: events.Click) -> None:
        """A click presses the key."""
        ends = self._ends[event.y] if event.y < len(self._ends) else []
        pressed = next((name for end, name in ends if event.x < end), "")
        if pressed:
            self.app.simulate_key(pressed)
