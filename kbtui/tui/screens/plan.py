"""Plan: the parts on the left, what becomes of them on the right; change a part and the lines change."""

from __future__ import annotations

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import Input

from kbtui.engine import Engine
from kbtui.errors import InputError, KbtuiError
from kbtui.machine.facts import Facts
from kbtui.planner import paper, show, tongue
from kbtui.planner.lines import Line as Checked
from kbtui.planner.lines import Plan, Step
from kbtui.planner.make import Ask
from kbtui.planner.words import Words as PlanWords
from kbtui.tui import planned
from kbtui.tui.inert import line
from kbtui.tui.keys import key
from kbtui.tui.planned import Draft, Drawn
from kbtui.tui.screens.base import Page
from kbtui.tui.widgets.field import Field
from kbtui.tui.widgets.lines import Line
from kbtui.tui.widgets.pane import Pane, Part
from kbtui.tui.widgets.rows import Row, Rows

_SIGNS = {"fails": ("x", "warn"), "tight": ("!", "accent"), "fine": ("+", "good"), "unknown": ("?", "strong")}
_STYLES = {"fails": "$error bold", "tight": "$warning", "fine": "$success", "unknown": "bold"}


class Planned(Message):
    """What the planner made of the parts."""

    def __init__(self, drawn: Drawn) -> None:
        super().__init__()
        self.drawn = drawn


class PlanScreen(Page):
    """Enter changes a part; on a line it answers the question, or opens the problem that the line prevents."""

    AUTO_FOCUS = "#parts"
    BINDINGS = [
        key("tab", "app.focus_next", "k.next_region", "tab"),
        key("e", "edit", "k.plan_edit", "e"),
        key("o", "problem", "k.plan_problem", "o"),
        key("w", "write", "k.plan_write", "w"),
    ]

    def __init__(self, draft: Draft | None = None) -> None:
        super().__init__()
        self._begun = draft
        self._plan: Plan | None = None
        self._part = ""

    def body(self) -> ComposeResult:
        """The regions, and the field that comes when a part is changed."""
        yield Line(id="plan-title")
        with Horizontal(id="work"):
            yield Rows(id="parts", help_word="h.plan_parts")
            with Vertical(id="plan-right"):
                yield Rows(id="plan-lines", help_word="h.plan_lines")
                yield Pane(id="plan-line", help_word="h.plan_lines")
        yield Line(id="verdict")
        yield Field(placeholder="", id="plan-field")

    def on_mount(self) -> None:
        """The plan that was being made, else a new one."""
        self._words = PlanWords(zh=self.kbtui.say.zh)
        self.query_one("#plan-field", Field).display = False
        self.kbtui.planned = self._begun or self.kbtui.planned or Draft()
        self.kbtui.ready.subscribe(self, lambda _session: self._ask(self._draft))
        self.kbtui.saw.subscribe(self, lambda _seen: self._ask(self._draft))
        self._show_parts()
        self._ask(self._draft)

    @property
    def _draft(self) -> Draft:
        assert self.kbtui.planned
        return self.kbtui.planned

    def _seen(self) -> Facts:
        seen = self.kbtui.seen
        return seen.look.facts if seen else Facts()

    def _ask(self, draft: Draft) -> None:
        """Plan anew; while the engine is not open, it comes with `ready`."""
        session = self.kbtui.session
        if session is None:
            self.query_one("#plan-title", Line).show((self.kbtui.say("ask.loading"), "dim"))
            return
        try:
            machine = session.machine if self.kbtui.seen else "none"
            asked = draft.ask(self._seen(), machine, session.engine.tables)
        except KbtuiError as error:
            self._trouble(str(error))
            return
        self._draw_plan(session.engine, asked)

    @work(thread=True, group="plan", exclusive=True)
    def _draw_plan(self, engine: Engine, asked: Ask) -> None:
        self.post_message(Planned(planned.draw(engine, asked)))

    def on_planned(self, message: Planned) -> None:
        """New lines, or what is wrong; the old lines stay beside the sentence that says so."""
        if message.drawn.plan is None:
            self._trouble(message.drawn.trouble)
            return
        self._plan = message.drawn.plan
        turned = tongue.plan(self._plan, paper.tongue(self.session.engine.knowledge, zh=self.kbtui.say.zh))
        self._shown = turned
        words = self._words
        self.query_one("#plan-title", Line).show(
            (f"{line(show.title(turned, words), 200)}\n", "bold $primary"), (show.headline(turned, words), "")
        )
        self.query_one("#verdict", Line).show()
        self._show_parts()
        self.query_one("#plan-lines", Rows).show(self._rows(turned))
        self._show_line()

    def _trouble(self, said: str) -> None:
        self.query_one("#verdict", Line).show((line(said, 300), "$error"))

    def _show_parts(self) -> None:
        say, draft, seen = self.kbtui.say, self._draft, self._seen()
        rows = []
        for part in planned.PARTS:
            fact = (
                seen.get(part)
                if part in planned.FACTS and not (draft.value(planned.MONTH) or draft.value(planned.BOX))
                else None
            )
            known = str(fact.value) if fact and fact.state == "known" else ""
            value = (line(draft.value(part), 60), "strong") if draft.value(part) else (line(known, 60) or "-", "dim")
            rows.append(Row(part, ((f"{say(f'plan.{part}')}: ", ""), value)))
        self.query_one("#parts", Rows).show(rows)

    def _rows(self, plan: Plan) -> list[Row]:
        words, rows = self._words, []
        for area in show.AREAS:
            lines = show.ordered(plan, area)
            rows += [Row(f"head {area}", ((words(area), "accent"),))] if lines else []
            for one in lines:
                sign, role = _SIGNS[one.state]
                text = f"{one.requirement}; {show.there_is(one, words)}"
                parts = ((f"{sign} ", role), (f"{one.name}: ", "strong"), (line(text, 300), ""))
                rows.append(Row(f"line {plan.lines.index(one)}", parts, one.margin, one.state == "fine"))
        for word, items in (
            ("instead", [c.title for c in plan.changes]), ("set", [f"{p.part}: {p.value}" for p in plan.picks]),
            ("steps", [f"{i}. {s.title}" for i, s in enumerate(plan.steps, 1)]), ("shopping", plan.shopping),
        ):  # fmt: skip
            rows += [Row(f"head {word}", ((words(word), "accent"),))] if items else []
            rows += [Row(f"{word} {i}", ((f"  {line(text, 300)}", ""),)) for i, text in enumerate(items)]
        return rows

    @property
    def _at(self) -> tuple[str, int]:
        kind, _, number = self.query_one("#plan-lines", Rows).current.partition(" ")
        return (kind, int(number)) if number.isdigit() else ("", 0)

    @property
    def _line(self) -> Checked | None:
        """The line under the cursor; None on anything else."""
        kind, number = self._at
        return self._shown.lines[number] if kind == "line" and self._plan else None

    @on(Rows.Moved, "#plan-lines")
    def _show_line(self) -> None:
        if self._plan is None:
            return
        kind, number = self._at
        pane = self.query_one("#plan-line", Pane)
        if self._line:
            pane.show(f"{kind} {number}", self._about(self._line))
        elif kind == "steps":
            pane.show(f"{kind} {number}", self._step(self._shown.steps[number]))
        elif kind in ("instead", "set"):
            why = self._shown.changes[number].why if kind == "instead" else self._shown.picks[number].why
            pane.show(f"{kind} {number}", [(line(why, 600), "")])
        else:
            pane.show("", [])

    def _about(self, one: Checked) -> list[Part]:
        words = self._words
        parts: list[Part] = [(f"{one.name}: ", "bold"), (f"{words(one.state)}\n", _STYLES[one.state])]
        margin = f" ({one.margin})" if one.margin else ""
        parts.append((f"{words('required')}: {line(one.requirement, 300)}\n", ""))
        parts.append((f"{words('there')}: {line(show.there_is(one, words), 300)}{margin}\n", ""))
        parts += [(f"{line(one.why, 500)}\n", "")] if one.why else []
        parts += [(f"{words('prevents')}: {self.title_of(one.prevents)}\n", "$accent")] if one.prevents else []
        return [*parts, (f"{words('source')}: {line(one.origin, 400)}", "dim")]

    def _step(self, step: Step) -> list[Part]:
        words = self._words
        parts: list[Part] = [(f"{line(step.do, 500)}\n", "")] if step.do else []
        parts += [(f"$ {line(command, 300)}\n", "bold") for command in step.run]
        parts.append((f"{words('check')}: {line(step.check, 300)}\n", ""))
        opens = self._words("and").join(self.title_of(p) for p in step.breaks)
        return [*parts, *([(f"{words('opens')}: {opens}", "dim")] if step.breaks else [])]

    @on(Rows.Chosen, "#parts")
    def action_edit(self) -> None:
        """The field for the part under the cursor."""
        self._edit(self.query_one("#parts", Rows).current)

    @on(Rows.Chosen, "#plan-lines")
    def _chosen(self) -> None:
        """A question is answered; any other line opens its problem."""
        if self._line and self._line.state == "unknown" and self._line.fact:
            self._edit({"gpu.model": planned.CARDS, "os.name": planned.SYSTEM}.get(self._line.fact, self._line.fact))
        else:
            self.action_problem()

    def action_problem(self) -> None:
        """The problem that the line under the cursor prevents."""
        if self._line and self._line.prevents:
            self.kbtui.open_problem(self._line.prevents)

    def _edit(self, part: str) -> None:
        if part not in planned.PARTS:
            self._trouble(self.kbtui.say("plan.by_set", fact=part))
            return
        self._part = part
        self.query_one("#parts", Rows).go_to(part)
        field = self.query_one("#plan-field", Field)
        field.display, field.value = True, self._draft.value(part)
        field.focus()
        self._hint()

    @on(Input.Changed, "#plan-field")
    def _hint(self) -> None:
        """The part, and the names that fit what is typed."""
        session, typed = self.kbtui.session, self.query_one("#plan-field", Field).value
        if not self._part or session is None:
            return
        listed = planned.near(planned.names(session.engine, self._part), typed)
        said = f"{self.kbtui.say(f'plan.{self._part}')}: " + " · ".join(listed)
        self.query_one("#verdict", Line).show((said, "$accent"))

    @on(Input.Submitted, "#plan-field")
    def _change(self) -> None:
        try:
            self.kbtui.planned = self._draft.with_value(self._part, self.query_one("#plan-field", Field).value)
        except KbtuiError as error:
            self._trouble(str(error))
            return
        self._close_field()
        self._show_parts()
        self._ask(self._draft)

    def _close_field(self) -> None:
        self._part = ""
        self.query_one("#plan-field", Field).display = False
        self.query_one("#verdict", Line).show()
        self.query_one("#parts", Rows).focus()

    def action_back(self) -> None:
        """Out of the field, else one screen back."""
        if self._part:
            self._close_field()
        else:
            super().action_back()

    def action_write(self) -> None:
        """As Markdown and as a page that may leave the machine."""
        if self._plan is None:
            return
        say = self.kbtui.say
        try:
            path = planned.write(self.session.engine, self._plan, self._seen(), zh=say.zh)
        except InputError as error:
            self._trouble(str(error))
            return
        self.query_one("#verdict", Line).show((say("plan.written", path=line(str(path), 300)), ""))
