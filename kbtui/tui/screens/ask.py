"""Ask: one field, "What do you see?". Results narrow as you type; recent cases below; the machine as it is seen."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from textual import events, on, work
from textual.app import ComposeResult
from textual.message import Message
from textual.widgets import Input
from textual.worker import get_current_worker

from kbtui.tui.inert import line
from kbtui.tui.keys import key
from kbtui.tui.plain import reason
from kbtui.tui.screens.base import Page
from kbtui.tui.widgets.field import Field
from kbtui.tui.widgets.lines import Line
from kbtui.tui.widgets.machine import MachineStrip
from kbtui.tui.widgets.rows import Row, Rows
from kbtui.tui.widgets.stack import cut

if TYPE_CHECKING:
    from kbtui.diagnosis.case import State
    from kbtui.kb.search import Match
    from kbtui.tui.session import Session
    from kbtui.tui.watch import Seen


class Found(Message):
    """What the search found for a text, and the text with its typos repaired."""

    def __init__(self, typed: str, matches: list[Match], meant: str | None) -> None:
        super().__init__()
        self.typed, self.matches, self.meant = typed, matches, meant


class Recent(Message):
    """The newest cases."""

    def __init__(self, states: list[State]) -> None:
        super().__init__()
        self.states = states


class AskScreen(Page):
    """The first screen; what is typed before the engine is open is searched as soon as it is."""

    AUTO_FOCUS = "#field"
    _first_run = False
    BINDINGS = [
        key("escape", "field", "k.field"),
        key("enter", "open", "k.open", "enter"),
        key("down", "down", "k.down"),
        key("ctrl+p", "app.command_palette", "k.palette", "ctrl+p"),
        key("f1", "app.help", "k.help", "f1"),
        key("f2", "app.settings", "k.settings", "f2"),
        key("f3", "plan", "k.plan", "f3"),
        key("ctrl+q", "app.quit", "k.quit", "ctrl+q"),
    ]

    def body(self) -> ComposeResult:
        """The field, the lists, the strip."""
        say = self.kbtui.say
        yield Line((say("ask.title"), "bold $primary"), id="title")
        yield Field(placeholder=say("ask.hint"), id="field")
        empty = f"\n{say('ask.empty')}" if self.kbtui.looks else ""
        yield Line((say("ask.first"), ""), (empty, "dim"), id="hint")
        yield Rows(id="results", help_word="h.results")
        yield Line((say("ask.recent"), "bold"), id="recent-title")
        yield Rows(id="recent", help_word="h.recent")
        yield Line(*([(self.kbtui.greeting, "dim")] if self.kbtui.greeting else []), id="offer")
        yield MachineStrip(say, looks=self.kbtui.looks)

    def on_mount(self) -> None:
        """Follow what is published."""
        self.kbtui.ready.subscribe(self, self._ready)
        self.kbtui.saw.subscribe(self, self._saw)
        self.query_one(MachineStrip).follow(self.kbtui.seen, looks=self.kbtui.looks)

    def on_screen_resume(self) -> None:
        """Back from a case: it is closed, and stands among the recent ones."""
        if self.kbtui.session and self.app.screen is self:  # not while one case is put in another's place
            self.kbtui.session.leave()
            self.kbtui.home()
            if self.query_one(Field).attached:
                self.query_one(Field).clear_all()
            self.query_one(MachineStrip).follow(self.kbtui.seen, looks=self.kbtui.looks)
            self.query_one("#danger", Line).show()  # it was that case's
            self._read_recent()

    def _ready(self, _session: Session) -> None:
        self._read_recent()
        self._search_now()

    def _saw(self, seen: Seen) -> None:
        self.query_one(MachineStrip).follow(seen, looks=True)
        self._offer()

    def _offer(self) -> None:
        """A story to walk through, on the first run and where there is no card to look at."""
        from kbtui.tui.strip import no_gpu

        seen = self.kbtui.seen
        lacking = seen is not None and seen.over and no_gpu(seen.look.facts)
        offered = not self.kbtui.where and (self._first_run or lacking)
        said = [self.kbtui.greeting, self.kbtui.say("ask.demo") if offered else ""]
        notices = "".join(f"{n}\n" for n in self.kbtui.reloading.notices) if self.kbtui.reloading else ""
        self.query_one("#offer", Line).show((notices, "$warning"), ("\n".join(s for s in said if s), "dim"))

    @work(thread=True, group="recent", exclusive=True)
    def _read_recent(self) -> None:
        from kbtui.tui import session

        self.post_message(Recent(session.recent()))

    def on_recent(self, message: Recent) -> None:
        """Rows of recent cases."""
        say = self.kbtui.say
        rows, room = [], max(24, (self.app.size.width - 20) * 3 // 5)
        for state in message.states:
            began = time.strftime("%m-%d %H:%M", time.localtime(state.began))
            at = state.solved_by or (state.found[0] if state.found else "")
            title = self.title_of(at) if at in self.session.engine.knowledge.problems else ""
            mark = (f"{say('ask.solved')}: ", "good") if state.solved_by else ("", "")
            rows.append(
                Row(
                    state.id,
                    (
                        (f"{began}  ", "dim"),
                        (cut(line(state.text, 200) or say("case.checked"), room), ""),
                        ("  ", ""),
                        mark,
                        (title, "dim"),
                    ),
                )
            )
        self._first_run = not rows
        self._offer()
        if not rows:
            rows = [Row("", ((say("ask.no_recent"), "dim"),))]
        self.query_one("#recent", Rows).show(rows)

    @on(Input.Changed, "#field")
    def _search_now(self) -> None:
        field = self.query_one(Field)
        if self.kbtui.session:
            self._search(self.kbtui.session, field.whole)
        elif field.value:
            self._hint((self.kbtui.say("ask.loading"), ""))

    @work(thread=True, group="search", exclusive=True)
    def _search(self, session: Session, typed: str) -> None:
        worker = get_current_worker()
        matches = session.find(typed)
        meant = session.engine.did_you_mean(typed) if typed.strip() and len(typed) < 200 and not matches else None
        if not worker.is_cancelled:  # a newer keystroke is being searched already
            self.post_message(Found(typed, matches, meant))

    def on_found(self, message: Found) -> None:
        """Show the results, if they are still for what stands in the field."""
        field = self.query_one(Field)
        if message.typed != field.whole:
            return
        zh = self.kbtui.say.zh
        titles = {m.id: line(self.session.engine.title(m.id, zh=zh), 100) for m in message.matches}
        rows = [
            Row(m.id, ((titles[m.id], ""), (f"  {reason(m.because, titles[m.id], self.kbtui.say)}", "dim")))
            for m in message.matches
        ]
        results = self.query_one("#results", Rows)
        results.show(rows)
        if not results.has_focus:
            results.cursor = 0
        self._say_hint(bool(rows), message.meant)

    def _say_hint(self, found: bool, meant: str | None) -> None:
        say, field = self.kbtui.say, self.query_one(Field)
        if beside := field.beside(say):
            self._hint((beside, "$accent"))
        elif not field.value.strip():
            self._hint_first()
        elif meant:
            self._hint((say("ask.meant", words=line(meant, 100)), "$accent"))
        else:
            self._hint((say("ask.results" if found else "ask.none"), "bold" if found else ""))

    def _hint_first(self) -> None:
        say = self.kbtui.say
        empty = f"\n{say('ask.empty')}" if self.kbtui.looks else ""
        self.query_one("#hint", Line).show((say("ask.first"), ""), (empty, "dim"))

    def _hint(self, part: tuple[str, str]) -> None:
        self.query_one("#hint", Line).show(part)

    @on(Field.Pasted)
    def _pasted(self) -> None:
        self._say_hint(False, None)
        self._search_now()

    @on(Rows.Chosen, "#results")
    def _problem(self, event: Rows.Chosen) -> None:
        title = self.session.engine.title(event.key, zh=False)  # who picks a problem says that it fits
        self.kbtui.open_case(f"{self.query_one(Field).whole}\n{title}", [event.key])

    @on(Rows.Chosen, "#recent")
    def _resume(self, event: Rows.Chosen) -> None:
        if event.key:
            self.kbtui.resume(event.key)

    @on(Input.Submitted, "#field")
    def action_open(self) -> None:
        """The whole text as a case, with the file beside it."""
        field = self.query_one(Field)
        if self.kbtui.stop_piped():
            return
        if field.attached:
            self.kbtui.open_file(field.whole, field.attached)
            field.opening()
        else:  # with nothing said, the machine itself is the question
            self.kbtui.open_case(field.whole)
            if self.kbtui.session is None:
                self._hint((self.kbtui.say("ask.loading"), ""))

    def action_plan(self) -> None:
        """Before buying or installing."""
        from kbtui.tui.places import make

        self.app.push_screen(make("plan"))

    def action_down(self) -> None:
        """From the field into the list below."""
        filled = next((r for r in self.query(Rows) if r.rows), None)
        if filled:
            filled.focus()

    def action_field(self) -> None:
        """Back to the field; there, drop what was pasted, then what was typed."""
        field = self.query_one(Field)
        if field.has_focus:
            field.drop()
        field.focus()

    def on_key(self, event: events.Key) -> None:
        """Between the two lists, down goes on to the next one."""
        rows = self.focused
        if event.key in ("down", "j") and isinstance(rows, Rows) and rows.cursor == len(rows.rows) - 1:
            below = self.query_one("#recent", Rows)
            if rows.id == "results" and below.rows:
                below.focus()
                event.stop()
