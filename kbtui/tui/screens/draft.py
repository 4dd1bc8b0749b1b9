"""New node: from this case to a YAML file of a pack, look-alikes first, checked while it is typed."""

from __future__ import annotations

import contextlib
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from textual import on, work
from textual.app import ComposeResult, SuspendNotSupported
from textual.message import Message
from textual.widgets.text_area import Selection
from textual.worker import get_current_worker

from kbtui.authoring import draft, submit
from kbtui.diagnosis.elsewhere import redactor_for
from kbtui.errors import InputError, KbtuiError
from kbtui.kb.mistakes import Mistake
from kbtui.tui.inert import line
from kbtui.tui.keys import key
from kbtui.tui.screens.base import Page
from kbtui.tui.widgets.lines import Line
from kbtui.tui.widgets.rows import Row, Rows
from kbtui.tui.widgets.sheet import Sheet
from kbtui.tui.widgets.stack import StackLine

if TYPE_CHECKING:
    from kbtui.team.inbox import Place

NEW = "\x1fnew"
"""The row that stands for: none of these."""
_MISTAKES = 6
_TITLE = "title: "


class DraftScreen(Page):
    """The text is the draft: its first line names the file. It is kept as it is typed, so leaving loses nothing."""

    AUTO_FOCUS = "#alike"
    BINDINGS = [
        key("ctrl+s", "write", "k.write_node", "^s", priority=True),
        key("ctrl+o", "share", "k.share", "^o", priority=True),
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

    class Shared(Message):
        """A worker has shared it, or says why not."""

        def __init__(self, said: str, trouble: str = "") -> None:
            super().__init__()
            self.said, self.trouble = said, trouble

    class Tested(Message):
        """A worker has run its tests."""

        def __init__(self, text: str, passed: int, failed: list[str]) -> None:
            super().__init__()
            self.text, self.passed, self.failed = text, passed, failed

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
        self._clean: list[tuple[str, str]] | None = None
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
        if not get_current_worker().is_cancelled:
            self._run_tests(text)

    def _run_tests(self, text: str) -> None:
        """The draft's own tests, over the whole pack with it."""
        from kbtui.team.effect import passing

        target, node, worker = submit.target_of(text), submit.node_of(text), get_current_worker()
        if target and node and node.tests:
            outcomes = passing(self.session.engine, target.id, target.area, node)
            if not worker.is_cancelled:
                failed = [f"{o.number}: {o.expect}, {o.got}" for o in outcomes if not o.passed]
                self.post_message(self.Tested(text, len(outcomes) - len(failed), failed))

    def on_draft_screen_tested(self, message: Tested) -> None:
        """Below the mistakes, unless more was typed since."""
        say, known = self.kbtui.say, self._clean
        if message.text != self.query_one(Sheet).text or known is None:
            return
        style = "$error" if message.failed else "$success"
        told = say("draft.tests", passed=message.passed, failed=len(message.failed))
        lines = [told, *(line(f, 200) for f in message.failed[:_MISTAKES])]
        self.query_one("#mistakes", Line).show(*known, ("\n" + "\n".join(lines), style))

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
        self._clean = parts or [(say("draft.clean"), "$success")]
        self.query_one("#mistakes", Line).show(*self._clean)
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
            sheet = self.query_one(Sheet)
            sheet.focus()
            self._select_title(sheet)
        else:
            self.kbtui.open_problem(event.key)

    def _select_title(self, sheet: Sheet) -> None:
        """What is typed next is the title."""
        for row, text in enumerate(sheet.text.split("\n")):
            if text.startswith(_TITLE) and len(text) > len(_TITLE):
                quoted = len(text) > len(_TITLE) + 1 and text[len(_TITLE)] == text[-1] and text[-1] in "'\""
                sheet.selection = Selection((row, len(_TITLE) + quoted), (row, len(text) - quoted))
                return

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

    def action_share(self) -> None:
        """Into the site's inbox, redacted, after a plain yes."""
        from kbtui.kb.packs import discover
        from kbtui.team import inbox
        from kbtui.tui.places import make

        say = self.kbtui.say
        try:
            place = inbox.find(discover())
        except KbtuiError as error:
            self.notify(line(str(error), 300), severity="warning", markup=False)
            return
        screen = make("confirm", say("draft.ask_share"), str(place), say("draft.redacted"), "draft.yes_no")
        text = self.query_one(Sheet).text

        def answered(yes: object) -> None:
            if yes:
                self._share(place, text)

        self.app.push_screen(screen, answered)

    @work(thread=True, exclusive=True, group="share")
    def _share(self, place: Place, text: str) -> None:
        from kbtui.team import inbox

        state = self.session.state
        try:
            plain, draft = inbox.made(self.session.engine, state, text=text)
            with inbox.opened(place, f"Shared {state.id}") as folder:
                fresh = inbox.share(folder, plain, draft, "", "")
            inbox.remember(state.id)
        except KbtuiError as error:
            self.post_message(self.Shared("", str(error)))
            return
        self.post_message(self.Shared("draft.shared" if fresh else "draft.shared_before"))

    def on_draft_screen_shared(self, message: Shared) -> None:
        """Say so."""
        if message.trouble:
            self.notify(line(message.trouble, 300), severity="error", markup=False)
        else:
            self.query_one("#folder", Line).show((self.kbtui.say(message.said), "$success bold"))

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
