"""Keys as data: what a key does, and the word that the key bar and the help show for it."""

from __future__ import annotations

from textual.binding import Binding, BindingType


def key(keys: str, action: str, word: str, shown: str = "", *, priority: bool = False) -> Binding:
    """A binding. `word` is a key of `kbtui.tui.words`; with `shown` the key bar shows it under that name."""
    return Binding(keys, action, word, show=bool(shown), key_display=shown or None, priority=priority, id=None)


LIST: list[BindingType] = [
    key("up,k", "up", "k.up"),
    key("down,j", "down", "k.down"),
    key("pageup,ctrl+b", "page_up", "k.page_up"),
    key("pagedown,ctrl+f", "page_down", "k.page_down"),
    key("home,g", "first", "k.first"),
    key("end,G", "last", "k.last"),
]
"""Moving in a list or a text: arrows and vi keys."""
PAGE: list[BindingType] = [
    key("escape", "back", "k.back", "esc"),
    key("question_mark,f1", "app.help", "k.help", "?"),
    key("colon,ctrl+p", "app.command_palette", "k.palette", ":"),
    key("q", "app.quit", "k.quit", "q"),
    key("full_stop", "more_keys", "k.more"),
]
"""Every screen without a text field."""
