"""Learn: the concepts behind this case, prerequisites first; why each matters here, how to see it, what to read."""

from __future__ import annotations

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.message import Message

from kbtui.diagnosis.learning import Lesson, lessons, path_of
from kbtui.engine import Engine, Result
from kbtui.errors import InputError, KbtuiError
from kbtui.tui import clip, learned, reported
from kbtui.tui.glyphs import glyphs
from kbtui.tui.inert import block, line
from kbtui.tui.keys import key
from kbtui.tui.screens.base import Page
from kbtui.tui.widgets.lines import Line
from kbtui.tui.widgets.pane import Pane, Part
from kbtui.tui.widgets.rows import Row, Rows
from kbtui.tui.widgets.stack import StackLine


class _Lessons(Rows):
    BINDINGS = [key("enter", "choose", "k.mark_read")]


class _Commands(Rows):
    BINDINGS = [key("enter", "choose", "k.copy")]


class LearnScreen(Page):
    """Left the concepts in the order to read them, right the one under the cursor, below its commands."""

    AUTO_FOCUS = "#lessons"
    BINDINGS = [
        key("space,m", "mark", "k.mark_read", "space"),
        key("c", "copy", "k.copy", "c"),
        key("x", "report", "k.report", "x"),
        key("tab", "app.focus_next", "k.next_region", "tab"),
        key("left,h,backspace", "back", "k.back"),
    ]

    class Reported(Message):
        """The report was written, or why not."""

        def __init__(self, said: str, style: str) -> None:
            super().__init__()
            self.said, self.style = said, style

    def body(self) -> ComposeResult:
        """The regions."""
        yield StackLine(self.kbtui.say)
        with Horizontal(id="work"):
            yield _Lessons(id="lessons", help_word="h.learn")
            yield Pane(id="lesson", help_word="h.learn")
        yield Line(id="see-title")
        yield _Commands(id="see", help_word="h.see")
        yield Line(id="verdict")

    def on_mount(self) -> None:
        """What was read before."""
        self._lessons: list[Lesson] = []
        self._read = learned.load()
        titles = [self.title_of(p) for p in self.session.stack]
        self.query_one(StackLine).follow(self.session.state.text, titles, self.kbtui.say("learn.title"))

    def draw(self, result: Result) -> None:
        """The concepts of the open path."""
        path = path_of(self.session.stack, result.diagnosis)
        self._lessons = lessons(self.session.engine.knowledge, path)
        self._show()

    def _show(self) -> None:
        signs, rows = glyphs(), []
        for number, lesson in enumerate(self._lessons, 1):
            read = lesson.concept in self._read
            mark = (f"{signs.sure} ", "good") if read else ("  ", "")
            rows.append(
                Row(lesson.concept, (mark, (f"{number}. ", "dim"), (self.title_of(lesson.concept), "")), faded=read)
            )
        self.query_one("#lessons", Rows).show(rows)
        self._show_lesson()

    @property
    def _at(self) -> Lesson | None:
        at = self.query_one("#lessons", Rows).current
        return next((one for one in self._lessons if one.concept == at), None)

    @on(Rows.Moved, "#lessons")
    def _show_lesson(self) -> None:
        lesson, see = self._at, self.query_one("#see", Rows)
        commands = list(self.session.engine.knowledge.concept(lesson.concept).see) if lesson else []
        self.query_one("#lesson", Pane).show(
            lesson.concept if lesson else "", self._parts(lesson) if lesson else [(self.kbtui.say("learn.none"), "dim")]
        )
        self.query_one("#see-title", Line).show((self.kbtui.say("learn.see") if commands else "", "bold"))
        see.display = bool(commands)
        see.show([Row(command, (("$ ", "accent"), (line(command, 300), ""))) for command in commands])

    def _parts(self, lesson: Lesson) -> list[Part]:
        say, node = self.kbtui.say, self.session.engine.knowledge.concept(lesson.concept)
        zh = node.zh if say.zh else None
        parts: list[Part] = [(f"{self.title_of(lesson.concept)}\n", "bold $primary")]
        if lesson.concept in self._read:
            parts.append((f"{say('learn.read')}\n", "$success"))
        parts += [(f"{say('learn.behind', title=self.title_of(p))}\n", "$accent") for p in lesson.behind]
        parts += [(f"{say('learn.before', title=self.title_of(c))}\n", "dim") for c in lesson.before]
        parts.append(("\n" + block((zh and zh.summary) or node.summary).strip() + "\n", ""))
        if node.references:
            parts.append((f"\n{say('detail.read')}\n", "bold"))
        for reference in node.references:
            parts += [(f"  {line(reference.title, 200)}\n", ""), (f"  {line(reference.url, 300)}\n", "dim")]
        return parts

    @on(Rows.Chosen, "#lessons")
    def action_mark(self) -> None:
        """Read, or not yet after all; then on to the next one."""
        lesson = self._at
        if lesson is None:
            return
        self._read ^= {lesson.concept}
        try:
            learned.save(self._read)
        except InputError as error:
            self.query_one("#verdict", Line).show((line(str(error), 300), "$error"))
        self._show()

    @on(Rows.Chosen, "#see")
    def action_copy(self) -> None:
        """The command under the cursor."""
        command = self.query_one("#see", Rows).current
        if command:
            self.query_one("#verdict", Line).show(clip.copy(self.kbtui, command))

    def action_report(self) -> None:
        """The whole case as a report, in two files that may be handed on."""
        self.query_one("#verdict", Line).show((self.kbtui.say("learn.writing"), "dim"))
        self._report(self.session.engine, self.session.state.id)

    @work(thread=True, exclusive=True, group="report")
    def _report(self, engine: Engine, name: str) -> None:
        say = self.kbtui.say
        try:
            path = reported.write(engine, name, zh=say.zh)
        except KbtuiError as error:
            self.post_message(self.Reported(line(str(error), 300), "$error"))
        else:
            self.post_message(self.Reported(say("learn.written", path=line(str(path), 300)), "$success"))

    def on_learn_screen_reported(self, message: Reported) -> None:
        """Where it is."""
        self.query_one("#verdict", Line).show((message.said, message.style))
