"""Elsewhere: ready-made searches for the telling part of the error, and what was found there kept with the case."""

from __future__ import annotations

import os

from textual import on, work
from textual.app import ComposeResult

from kbtui.diagnosis.elsewhere import Search, redactor_for, searches
from kbtui.engine import Result
from kbtui.tui import clip
from kbtui.tui.inert import line
from kbtui.tui.keys import key
from kbtui.tui.places import make
from kbtui.tui.screens.base import Page
from kbtui.tui.widgets.lines import Line
from kbtui.tui.widgets.pane import Pane, Part
from kbtui.tui.widgets.rows import Row, Rows
from kbtui.tui.widgets.stack import StackLine


class _Searches(Rows):
    BINDINGS = [key("enter", "choose", "k.open_browser", "enter")]


class WebScreen(Page):
    """Nothing is sent before a key says so; the whole address is shown first."""

    AUTO_FOCUS = "#searches"
    BINDINGS = [
        key("o", "open", "k.open_browser"),
        key("c", "copy", "k.copy", "c"),
        key("a", "found", "k.found", "a"),
        key("left,h,backspace", "back", "k.back"),
    ]

    def body(self) -> ComposeResult:
        """The words, the places, the address, what was found."""
        yield StackLine(self.kbtui.say)
        yield Line(id="words")
        yield _Searches(id="searches", help_word="h.web")
        yield Pane(id="address", help_word="h.web")
        yield Line(id="verdict")

    def on_mount(self) -> None:
        """Nothing to search yet."""
        self._searches: list[Search] = []
        titles = [self.title_of(p) for p in self.session.stack]
        self.query_one(StackLine).follow(self.session.state.text, titles, self.kbtui.say("web.title"))

    def draw(self, result: Result) -> None:
        """The searches for what is known now."""
        say, text = self.kbtui.say, self.session.state.text
        self._searches = searches(text, result.facts, redactor_for(text, result.facts))
        words = self._searches[0].words if self._searches else ""
        self.query_one("#words", Line).show((f"{say('web.words')}\n", "dim"), (f"  {line(words, 300)}", "bold"))
        rows = [Row(s.id, ((say(f"web.{s.id}"), ""),), end=s.where if s.tells_where else "") for s in self._searches]
        self.query_one("#searches", Rows).show(rows or [Row("", ((say("web.none"), "dim"),))])
        self._show()

    @property
    def _at(self) -> Search | None:
        at = self.query_one("#searches", Rows).current
        return next((s for s in self._searches if s.id == at), None)

    @on(Rows.Moved, "#searches")
    def _show(self) -> None:
        say, search = self.kbtui.say, self._at
        parts: list[Part] = [(f"{line(search.url, 1000)}\n", "$accent")] if search else []
        pages = self.session.state.elsewhere
        if pages:
            parts.append((f"\n{say('web.found')}\n", "bold"))
        for found in pages:
            parts += [(f"  {line(found.title, 200)}\n", ""), (f"  {line(found.url, 300)}\n", "dim")]
            parts.append((f"  {say('web.helped', what=line(found.helped, 300))}\n" if found.helped else "", "$success"))
        self.query_one("#address", Pane).show(search.id if search else "", parts)

    @on(Rows.Chosen, "#searches")
    def action_open(self) -> None:
        """In a browser, where there is a display to show it on."""
        search = self._at
        if search is None:
            return
        if self.app.is_web:
            self.app.open_url(search.url)
        elif _has_display():
            self._open(search.url)
        else:
            self._say("web.no_display")

    @work(thread=True, group="browser")
    def _open(self, url: str) -> None:
        import webbrowser

        try:
            browser = webbrowser.get()
            opened = type(browser) is not webbrowser.GenericBrowser and browser.open(
                url
            )  # that would take the terminal
        except webbrowser.Error:
            opened = False
        self.app.call_from_thread(self._say, "web.opened" if opened else "web.no_display")

    def _say(self, word: str) -> None:
        self.query_one("#verdict", Line).show((self.kbtui.say(word), ""))

    def action_copy(self) -> None:
        """The address."""
        search = self._at
        if search and clip.has_clipboard():
            self.query_one("#verdict", Line).show(clip.copy(self.kbtui, search.url))
        elif search:
            self._say("web.type_it")

    def action_found(self) -> None:
        """Keep a page that was found; with what helped, on to the new node."""
        self.app.push_screen(make("found"), self._kept)

    def _kept(self, helped: object) -> None:
        self._show()
        if helped:
            self.app.push_screen(make("draft"))


def _has_display() -> bool:
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
