"""Text: what was said or pasted, the signs in it marked; each mark opens its problem with one key."""

from __future__ import annotations

from textual import on, work
from textual.app import ComposeResult
from textual.message import Message

from kbtui.engine import Engine, Result
from kbtui.tui.keys import key
from kbtui.tui.marked import Marked, mark
from kbtui.tui.screens.base import Page
from kbtui.tui.widgets.lines import Line
from kbtui.tui.widgets.rows import Part, Row, Rows
from kbtui.tui.widgets.stack import StackLine

_NUMBER = 7
"""Cells of a line number and its gap."""


class MarkedText(Message):
    """The lines, for the text that they were made of."""

    def __init__(self, lines: list[Marked], text: str) -> None:
        super().__init__()
        self.lines, self.text = lines, text


class TextScreen(Page):
    """Lines with numbers; below, what the marks of the line under the cursor belong to."""

    AUTO_FOCUS = "#text"
    BINDINGS = [
        key("n,tab", "next(1)", "k.next_mark", "n"),
        key("N,shift+tab", "next(-1)", "k.last_mark", "N"),
        *(key(str(n), f"problem({n - 1})", "k.mark_problem") for n in range(1, 10)),
        key("left,h,backspace", "back", "k.back"),
    ]

    def body(self) -> ComposeResult:
        """The regions."""
        yield StackLine(self.kbtui.say)
        yield Line(id="counts")
        yield Rows(id="text", help_word="h.text")
        yield Line(id="marks")

    def on_mount(self) -> None:
        """The text as it is."""
        self._lines: list[Marked] = []
        self._text: str | None = None
        titles = [self.title_of(p) for p in self.session.stack]
        self.query_one(StackLine).follow(self.session.state.text, titles, self.kbtui.say("text.title"))
        self._read()

    def draw(self, result: Result) -> None:
        """More may have been said."""
        if self._text is not None and self._text != self.session.state.text:
            self._read()

    def _read(self) -> None:
        self._text = self.session.state.text
        self.query_one("#counts", Line).show((f" {self.kbtui.say('text.reading')}", "dim"))
        self._mark(self.session.engine, self._text, self.app.size.width - _NUMBER - 4)

    @work(thread=True, group="mark", exclusive=True)
    def _mark(self, engine: Engine, text: str, room: int) -> None:
        self.post_message(MarkedText(mark(engine, text, self.session.state.hits, room), text))

    def on_marked_text(self, message: MarkedText) -> None:
        """Draw them, the cursor on the first mark."""
        if message.text != self._text:
            return
        self._lines = message.lines
        rows = self.query_one("#text", Rows)
        rows.show([_row(n, said) for n, said in enumerate(self._lines)])
        count = sum(1 for said in self._lines if said.problems)
        word = "text.marks" if count else "text.no_marks" if self._text.strip() else "text.none"
        self.query_one("#counts", Line).show((f" {self.kbtui.say(word, lines=len(self._lines), count=count)}", "dim"))
        first = next((n for n, said in enumerate(self._lines) if said.problems), 0)
        rows.cursor = first
        self._moved()

    @property
    def _here(self) -> Marked | None:
        at = self.query_one("#text", Rows).cursor
        return self._lines[at] if at < len(self._lines) else None

    @on(Rows.Moved, "#text")
    def _moved(self) -> None:
        here = self._here
        named = [f"{n} {self.title_of(p)}" for n, p in enumerate(here.problems if here else (), 1)]
        self.query_one("#marks", Line).show((" " + "\n ".join(named[:9]) if named else "", ""))

    def action_next(self, by: int) -> None:
        """The next or the last line with a mark, round the end."""
        rows = self.query_one("#text", Rows)
        marked = [n for n, said in enumerate(self._lines) if said.problems]
        if marked:
            behind = [n for n in marked if (n > rows.cursor if by > 0 else n < rows.cursor)]
            rows.cursor = (behind or marked)[0 if by > 0 else -1]

    @on(Rows.Chosen, "#text")
    def _chosen(self) -> None:
        self.action_problem(0)

    def action_problem(self, number: int) -> None:
        """Dive into what a mark belongs to."""
        here = self._here
        if here and number < len(here.problems):
            self.kbtui.open_problem(here.problems[number])


def _row(at: int, said: Marked) -> Row:
    number = f"{said.number or '':>{_NUMBER - 2}}  "
    parts: list[Part] = [(number, "dim")]
    end = 0
    for start, stop in said.spans:
        parts += [(said.text[end:start], ""), (said.text[start:stop], "mark")]
        end = stop
    parts.append((said.text[end:], ""))
    return Row(str(at), tuple(p for p in parts if p[0]))
