"""Settings: language, theme, whether this machine is looked at, how often the screen changes."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult

from kbtui.errors import InputError
from kbtui.tui import settings as kept
from kbtui.tui import theme
from kbtui.tui.inert import line
from kbtui.tui.screens.base import Page
from kbtui.tui.widgets.lines import Line
from kbtui.tui.widgets.rows import Row, Rows

_LANGUAGES = {"": "", "en": "English", "zh": "中文"}


class SettingsScreen(Page):
    """Each row is one setting; enter goes on to its next value."""

    AUTO_FOCUS = "#settings"

    def body(self) -> ComposeResult:
        """The list and what went wrong."""
        yield Line(id="title")
        yield Rows(id="settings", help_word="h.settings")
        yield Line(id="note")

    def on_mount(self) -> None:
        """The values now."""
        self.query_one("#title", Line).show((self.kbtui.say("settings.title"), "bold $primary"))
        self._show()

    def _show(self) -> None:
        say, now = self.kbtui.say, self.kbtui.settings
        values = {
            "lang": _LANGUAGES.get(now.lang) or say("settings.locale"),
            "theme": now.theme,
            "look": say("on" if now.look else "off"),
            "calm": say("on" if now.calm else "off"),
        }
        rows = [Row(k, ((say(f"settings.{k}"), ""),), end=v) for k, v in values.items()]
        self.query_one("#settings", Rows).show(rows)

    @on(Rows.Chosen, "#settings")
    def _change(self, event: Rows.Chosen) -> None:
        now, say, note = self.kbtui.settings, self.kbtui.say, ""
        if event.key == "lang":
            now = now._replace(lang=_after(list(_LANGUAGES), now.lang))
            note = say("settings.restart")
        elif event.key == "theme":
            now = now._replace(theme=_after(list(theme.CHOICES), now.theme))
            self.app.theme = now.theme
        elif event.key == "look":
            now = now._replace(look=not now.look)
        else:
            now = now._replace(calm=not now.calm)
            self.app.set_class(now.calm, "-calm")
        self.kbtui.settings = now
        try:
            kept.save(kept.load()._replace(**{event.key: getattr(now, event.key)}))  # not what this start was told
        except InputError as error:
            note = say("settings.unsaved", why=line(str(error), 200))
        self.query_one("#note", Line).show((note, "dim"))
        self._show()


def _after(values: list[str], value: str) -> str:
    return values[(values.index(value) + 1) % len(values)] if value in values else values[0]
