"""Graph: the neighbourhood of a problem drawn, to see how problems hang together; every box opens its problem."""

from __future__ import annotations

from pathlib import Path

from textual import on, work
from textual.app import ComposeResult
from textual.message import Message

from kbtui.engine import Result
from kbtui.errors import InputError
from kbtui.tui.inert import line
from kbtui.tui.keys import key
from kbtui.tui.screens.base import Page
from kbtui.tui.sketch import FEW, MANY, Sketch, sketch, ways, write_page
from kbtui.tui.widgets.canvas import Canvas
from kbtui.tui.widgets.lines import Line
from kbtui.tui.widgets.rows import Row, Rows
from kbtui.tui.widgets.stack import StackLine


class GraphScreen(Page):
    """The drawing is made in a worker; the selected box's edges stand below, each a way to go."""

    AUTO_FOCUS = "#canvas"
    BINDINGS = [
        key("enter", "open", "k.open", "enter"),
        key("tab", "next(1)", "k.next_box", "tab"),
        key("shift+tab", "next(-1)", "k.previous_box"),
        *(key(str(n), f"follow({n})", "k.follow", "1-9" if n == 1 else "") for n in range(1, 10)),
        key("c", "center", "k.center", "c"),
        key("plus,equals_sign", "more(2)", "k.draw_more", "+"),
        key("minus", "more(0.5)", "k.draw_fewer", "-"),
        key("x", "write", "k.write_page", "x"),
        key("backspace", "back", "k.back"),
    ]

    class Drawn(Message):
        """A worker has drawn."""

        def __init__(self, made: Sketch, at: str) -> None:
            super().__init__()
            self.made, self.at = made, at

    class Written(Message):
        """A worker has written the page, or could not."""

        def __init__(self, path: Path | None, why: str) -> None:
            super().__init__()
            self.path, self.why = path, why

    def __init__(self, problem: str) -> None:
        super().__init__()
        self._center, self._most = problem, FEW
        self._made: Sketch | None = None
        self._ways: list[tuple[str, str]] = []

    def body(self) -> ComposeResult:
        """The drawing, what is selected, where its edges go."""
        yield StackLine(self.kbtui.say)
        yield Canvas(id="canvas", help_word="h.graph")
        yield Line(id="selected")
        yield Rows(id="ways", help_word="h.graph")

    def on_mount(self) -> None:
        """Draw."""
        titles = [self.title_of(p) for p in self.session.stack]
        self.query_one(StackLine).follow(self.session.state.text, titles, self.kbtui.say("graph.title"))
        self._redraw(self._center)

    def _redraw(self, at: str) -> None:
        result: Result | None = self.session.result
        self._sketch(self._center, self._most, dict(result.belief.through) if result else {}, at)

    @work(thread=True, exclusive=True, group="sketch")
    def _sketch(self, center: str, most: int, through: dict[str, float], at: str) -> None:
        made = sketch(self.session.engine, center, most, through, self.kbtui.say)
        self.post_message(self.Drawn(made, at))

    def on_graph_screen_drawn(self, message: Drawn) -> None:
        """Show it; the selection stays where it was, if that is still drawn."""
        self._made = message.made
        self._select(message.at if message.at in message.made.drawing.places else self._center)

    def _select(self, at: str) -> None:
        made, say = self._made, self.kbtui.say
        if made is None:
            return
        self.query_one(Canvas).show(made.drawing, at)
        problem = made.targets.get(at, self._center)
        self._ways = ways(self.session.engine, problem, say, self.title_of)
        drawn = say("graph.drawn", count=len(made.part.nodes))
        more = say("graph.more", count=made.part.left_out) if made.part.left_out else ""
        self.query_one("#selected", Line).show((f"{self.title_of(problem)}  ", "bold"), (f"{drawn}{more}", "dim"))
        rows = [
            Row(str(n), ((f"{n if n < 10 else ' '} ", "accent"), (words, "")))
            for n, (_, words) in enumerate(self._ways, 1)
        ]
        self.query_one("#ways", Rows).show(rows or [Row("", ((say("graph.alone"), "dim"),))])

    @property
    def at(self) -> str:
        """The selected problem."""
        return self._made.targets.get(self.query_one(Canvas).at, self._center) if self._made else self._center

    def action_next(self, by: int) -> None:
        """The next box, from the top of the leftmost layer on."""
        if self._made:
            places = self._made.drawing.places
            order = sorted(places, key=lambda k: places[k][:2])
            now = self.query_one(Canvas).at
            self._select(order[((order.index(now) if now in order else 0) + by) % len(order)])

    def action_follow(self, number: int) -> None:
        """Along an edge; what is not drawn becomes the new centre."""
        if number > len(self._ways) or self._made is None:
            return
        problem = self._ways[number - 1][0]
        if problem in self._made.drawing.places:
            self._select(problem)
        else:
            self._center = problem
            self._redraw(problem)

    @on(Rows.Chosen, "#ways")
    def _follow_row(self, event: Rows.Chosen) -> None:
        if event.key:
            self.action_follow(int(event.key))

    @on(Canvas.Picked)
    def _picked(self, event: Canvas.Picked) -> None:
        if event.again:
            self.action_open()
        else:
            self._select(event.key)

    def action_center(self) -> None:
        """Draw around the selected problem."""
        self._center = self.at
        self._redraw(self._center)

    def action_more(self, times: float) -> None:
        """More or fewer problems around it."""
        self._most = max(4, min(MANY, round(self._most * times)))
        self._redraw(self.at)

    def action_open(self) -> None:
        """Dive into the selected problem."""
        self.kbtui.open_problem(self.at)

    def action_write(self) -> None:
        """The larger view, as a page beside the case."""
        result = self.session.result
        self._write(dict(result.belief.through) if result else {})

    @work(thread=True, exclusive=True, group="page")
    def _write(self, through: dict[str, float]) -> None:
        try:
            path = write_page(self.session.engine, self._center, through, self.kbtui.say, self.session.state.id)
        except InputError as error:
            self.post_message(self.Written(None, str(error)))
        else:
            self.post_message(self.Written(path, ""))

    def on_graph_screen_written(self, message: Written) -> None:
        """Say where it is."""
        say = self.kbtui.say
        if message.path:
            self.notify(say("graph.written", path=line(str(message.path), 300)), timeout=20, markup=False)
        else:
            self.notify(say("graph.unwritten", why=line(message.why, 300)), severity="error", markup=False)
