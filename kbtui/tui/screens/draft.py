"""New node: from this case to a YAML file of a pack, look-alikes first, checked while it is typed."""

from __future__ import annotations

import contextlib
import subprocess
from pathlib import Path

from textual import on, work
from textual.app import ComposeResult, SuspendNotSupported
from textual.message import Message

from kbtui.authoring import draft, submit
from kbtui.diagnosis.elsewhere import redactor_for
from kbtui.errors import InputError
from kbtui.kb.mistakes import Mistake
from kbtui.tui.inert import line
from kbtui.tui.keys import key
from kbtui.tui.screens.base import Page
from kbtui.tui.widgets.lines import Line
from kbtui.tui.widgets.rows import Row, Rows
from kbtui.tui.widgets.sheet import Sheet
from kbtui.tui.widgets.stack import StackLine

NEW = "\x1fnew"
"""The row that stands for: none of these."""
_MISTAKES = 6


class DraftScreen(Page):
    """The text is the draft: its first line names the file. It is kept as it is typed, so leaving loses nothing."""

    AUTO_FOCUS = "#alike"
    BINDINGS = [
        key("ctrl+s", "write", "k.write_node", "^s", priority=True),
        key("ctrl+t", "folder", "k.folder", "^t", priority=True),
        key("ctrl+e", "edit", "k.editor", "^e", priority=True),
        key("ctrl+r", "again", "k.draft_again", "^r", priority=True),
        key("tab", "app.focus_next", "k.next_region", "tab"),
    ]

    class Begun(Message):
        """A worker has made or found the draft."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class Checked(Message):
        """A worker has checked it."""

        def __init__(self, text: str, mistakes: list[Mistake], alike: list[str]) -> None:
            super().__init__()
            self.text, self.mistakes, self.alike = text, mistakes, alike

    def body(self) -> ComposeResult:
        """Look-alikes, the draft, its mistakes, where it goes."""
        yield StackLine(self.kbtui.say)
        yield Line(id="alike-title")
        yield Rows(id="alike", help_word="h.alike")
        yield Sheet(id="sheet")
        yield Line(id="mistakes")
        yield Line(id="folder")

    def on_mount(self) -> None:
        """Begin in a worker: a case's diagnosis is read anew."""
        self._world = submit.world_of(self.session.engine)
        self._folders, self._folder = submit.folders(), 0
        self._written: Path | None = None
        titles = [self.title_of(p) for p in self.session.stack]
        self.query_one(StackLine).follow(self.session.state.text, titles, self.kbtui.say("draft.title"))
        self._show_folder()
        self._begin(again=False)

    @work(thread=True, exclusive=True, group="draft")
    def _begin(self, again: bool) -> None:
        session = self.session
        desk = submit.desk(session.state.id)
        if desk and not again:
            with contextlib.suppress(OSError, UnicodeDecodeError):
                self.post_message(self.Begun(desk.read_text(encoding="utf-8")))
                return
        seen = draft.look_at(session.engine, session.state, session.request())
        self.post_message(
            self.Begun(draft.from_case(session.engine, seen, redactor_for(session.state.text, seen.facts)))
        )

    def on_draft_screen_begun(self, message: Begun) -> None:
        """Into the sheet; from there it is checked."""
        self.query_one(Sheet).load_text(message.text)

    @on(Sheet.Changed)
    def _changed(self) -> None:
        self._check(self.query_one(Sheet).text)

    @work(thread=True, exclusive=True, group="check")
    def _check(self, text: str) -> None:
        desk = submit.desk(self.session.state.id)
        if desk:
            with contextlib.suppress(OSError):
                desk.parent.mkdir(parents=True, exist_ok=True)
                desk.write_text(text, encoding="utf-8")
        mistakes = submit.check(text, self._world)
        self.post_message(self.Checked(text, mistakes, [m.id for m in submit.alike(self.session.engine, text)]))

    def on_draft_screen_checked(self, message: Checked) -> None:
        """Show mistakes and look-alikes, unless more was typed since."""
        say = self.kbtui.say
        if message.text != self.query_one(Sheet).text:
            return
        parts: list[tuple[str, str]] = []
        for mistake in message.mistakes[:_MISTAKES]:
            hint = f" ({mistake.hint})" if mistake.hint else ""
            style = "$error" if mistake.level == "error" else "dim"
            parts.append(("\n" if parts else "", ""))
            parts.append((f"{mistake.line}:{mistake.column} {line(mistake.message + hint, 200)}", style))
        if len(message.mistakes) > _MISTAKES:
            parts.append((f"\n+ {len(message.mistakes) - _MISTAKES}", "dim"))
        self.query_one("#mistakes", Line).show(*(parts or [(say("draft.clean"), "$success")]))
        known = self.session.engine.knowledge.problems
        rows = [
            Row(name, ((self.title_of(name), ""),), end=known[name].area) for name in message.alike if name in known
        ]
        if rows:
            self.query_one("#alike-title", Line).show((say("draft.alike"), "bold"))
        self.query_one("#alike", Rows).show([*rows, Row(NEW, ((say("draft.none"), "strong" if rows else ""),))])

    @on(Rows.Chosen, "#alike")
    def _chosen(self, event: Rows.Chosen) -> None:
        if event.key == NEW:
            self.query_one(Sheet).focus()
        else:
            self.kbtui.open_problem(event.key)

    def _show_folder(self) -> None:
        say = self.kbtui.say
        if self._written:
            self.query_one("#folder", Line).show(
                (say("draft.written", path=line(str(self._written), 300), id=self._written.stem), "$success bold")
            )
        else:
            self.query_one("#folder", Line).show(
                (say("draft.folder", path=line(str(self._folders[self._folder]), 300)), "")
            )

    def action_folder(self) -> None:
        """The other pack folder."""
        self._folder = (self._folder + 1) % len(self._folders)
        self._written = None
        self._show_folder()

    def action_again(self) -> None:
        """Drop what was typed and begin with the case again."""
        self._begin(again=True)

    def action_write(self) -> None:
        """One file, if nothing is wrong with it."""
        text, say = self.query_one(Sheet).text, self.kbtui.say
        errors = [m for m in submit.check(text, self._world) if m.level == "error"]
        if errors:
            self.notify(say("draft.errors", count=len(errors)), severity="warning", markup=False)
            return
        try:
            self._written = submit.write(text, self._folders[self._folder])
        except InputError as error:
            self.notify(line(str(error), 300), severity="error", markup=False)
            return
        self._show_folder()

    def action_edit(self) -> None:
        """In the person's own editor, in a suspended terminal."""
        say, words, desk = self.kbtui.say, submit.editor(), submit.desk(self.session.state.id)
        if not words or desk is None:
            self.notify(say("draft.no_editor"), markup=False)
            return
        try:
            desk.parent.mkdir(parents=True, exist_ok=True)
            desk.write_text(self.query_one(Sheet).text, encoding="utf-8")
            with self.app.suspend():
                subprocess.run([*words, str(desk)], check=False)
            self.query_one(Sheet).load_text(desk.read_text(encoding="utf-8", errors="replace"))
        except SuspendNotSupported:
            self.notify(say("fix.no_suspend"), markup=False)
        except OSError as error:
            self.notify(line(str(error), 300), severity="error", markup=False)
