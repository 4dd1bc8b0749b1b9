"""Case: left the recursive tree, right the open problem, below the next best step, on top where you are."""

from __future__ import annotations

import time

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical

from kbtui.engine import Result
from kbtui.kb.nodes import Answer
from kbtui.tui import curves
from kbtui.tui.branches import SEPARATOR, row
from kbtui.tui.detail import problem_parts
from kbtui.tui.glyphs import glyphs
from kbtui.tui.inert import block, line
from kbtui.tui.keys import key
from kbtui.tui.screens.base import Page
from kbtui.tui.step import note_of, question_of, solves, step_parts
from kbtui.tui.tree import Branch, CauseTree
from kbtui.tui.watch import Seen
from kbtui.tui.widgets.lines import Line
from kbtui.tui.widgets.live import LivePanel
from kbtui.tui.widgets.machine import MachineStrip
from kbtui.tui.widgets.pane import Pane
from kbtui.tui.widgets.rows import Rows
from kbtui.tui.widgets.stack import StackLine

PATIENCE = 1.5
"""Seconds that the first tree waits for the machine's answers."""


class _Tree(Rows):
    BINDINGS = [key("enter", "choose", "k.dive", "enter")]


class CaseScreen(Page):
    """Draws the newest result; every key is a change of the session, then a new thought."""

    AUTO_FOCUS = "#tree"
    BINDINGS = [
        key("y", "answer('yes')", "k.yes"),
        key("n", "answer('no')", "k.no"),
        key("d", "answer('unknown')", "k.unknown"),
        key("h", "how", "k.how"),
        key("right,l", "dive", "k.dive"),
        key("left,h,backspace", "pop", "k.pop", "bksp"),
        key("f", "fix", "k.fix", "f"),
        key("e", "place('evidence')", "k.evidence", "e"),
        key("o", "do_next", "k.do_next", "o"),
        key("t", "tell", "k.tell", "t"),
        key("space", "fold", "k.fold", "space"),
        key("s", "resort", "k.resort", "s"),
        key("r", "rerun", "k.rerun", "r"),
        key("c", "cancel_look", "k.cancel_look"),
        key("m", "graph", "k.graph", "m"),
        key("L", "place('learn')", "k.learn", "L"),
        key("w", "place('web')", "k.web", "w"),
        key("N", "place('draft')", "k.draft", "N"),
        key("p", "place('text')", "k.text", "p"),
        key("v", "live", "k.live", "v"),
        key("V", "next_card", "k.next_card"),
    ]

    def body(self) -> ComposeResult:
        """The regions."""
        say = self.kbtui.say
        yield StackLine(say)
        yield MachineStrip(say, looks=self.kbtui.looks)
        with Horizontal(id="work"):
            yield _Tree(id="tree", help_word="h.tree")
            with Vertical(id="beside"):
                yield Pane(id="detail", help_word="h.detail")
                yield LivePanel()
        yield Line(id="note")
        yield Line(id="step")
        yield Line(id="answer")

    def on_mount(self) -> None:
        """Follow the sweep too."""
        self._tree = CauseTree(self.session.engine.knowledge)
        self._branches: dict[str, Branch] = {}
        self._how = False
        self._live: bool | None = None
        self._began = time.monotonic()
        self.kbtui.saw.subscribe(self, self._saw)
        self._saw(self.kbtui.seen)
        self._show_stack()
        if self.session.result is None:
            self.query_one("#step", Line).show((self.kbtui.say("case.thinking"), "dim"))

    def draw(self, result: Result) -> None:
        """The whole screen from one result. The first one waits a moment for the machine, so that rows begin in order."""
        say, session = self.kbtui.say, self.session
        waited, looking = time.monotonic() - self._began, self.kbtui.is_looking
        if looking and not self._branches and waited < PATIENCE and not result.diagnosis.at_once:
            self.query_one("#step", Line).show((say("case.looking"), "dim"))
            self.set_timer(PATIENCE - waited, self._redraw)
            return
        signs, cells = glyphs(), 5 if self.app.size.width >= 100 else 4
        self._tree.knowledge = session.engine.knowledge
        branches = self._tree.rows(result, session.stack, session.state.closed)
        rows = [row(b, self.title_of, say, signs, cells) for b in branches]
        self._branches = {r.key: b for r, b in zip(rows, branches, strict=True)}
        self.query_one("#tree", Rows).show(rows)
        self._show_detail()
        self._show_stack()
        solved = self.title_of(session.state.solved_by) if solves(session.state.solved_by, result.diagnosis) else ""
        self.query_one("#step", Line).show(*step_parts(result.diagnosis, say, looking=looking, solved=solved))
        self._show_note(result)
        self._show_answer()

    def _show_note(self, result: Result) -> None:
        found, told = result.diagnosis, bool(self.session.state.text)
        known = sum(f.state == "known" for f in result.facts)
        note = note_of(found, self.kbtui.say, told=told, known=known, stale=self._tree.is_stale(result))
        notes = [note, *(line(n, 300) for n in [*found.contradictions[:1], *self.session.state.notes[:1]])]
        first = next(filter(None, notes), "")
        self.query_one("#note", Line).show((f" {first}" if first else "", "dim"))

    def _saw(self, seen: Seen | None) -> None:
        self.query_one(MachineStrip).follow(seen, looks=self.kbtui.looks)

    def _show_stack(self) -> None:
        titles = [self.title_of(p) for p in self.session.stack]
        self.query_one(StackLine).follow(self.session.state.text, titles)

    def on_resize(self) -> None:
        """What is cut to the width is cut anew."""
        if self.session.result:
            self.call_after_refresh(self.draw, self.session.result)

    @property
    def at(self) -> str:
        """The problem under the cursor, "" on a row that is none."""
        branch = self._branches.get(self.query_one("#tree", Rows).current)
        return branch.id if branch else ""

    @on(Rows.Moved, "#tree")
    def _show_detail(self) -> None:
        result = self.session.result
        if result and self.at:
            parts = problem_parts(self.session.engine, self.at, result, self.kbtui.say)
            self.query_one("#detail", Pane).show(self.at, parts)
            self._show_live(result)

    def _show_live(self, result: Result) -> None:
        """Curves where the open problem is about load, unless the line is slow; a key decides otherwise."""
        slow = self.kbtui.settings.calm or curves.over_ssh()
        on = self._live if self._live is not None else not slow
        about = curves.about_load(self.session.engine.knowledge, self.at) and curves.any_card(result.facts)
        self.query_one(LivePanel).follow(result.facts, on=on and (self._live or about))

    def action_live(self) -> None:
        """The curves, and away again."""
        result = self.session.result
        if result and self.at:
            self._live = not self.query_one(LivePanel).display
            self._show_live(result)

    def action_next_card(self) -> None:
        """The curves of another card."""
        self.query_one(LivePanel).next_card()

    @property
    def question(self) -> str:
        """The question that is asked now."""
        result = self.session.result
        return question_of(result.diagnosis) if result else ""

    def _show_answer(self) -> None:
        say, parts = self.kbtui.say, list[tuple[str, str]]()
        if self.question:
            parts.append((say("answer.keys"), "bold"))
            if self._how:
                node = self.session.engine.knowledge.question(self.question)
                told = (say.zh and node.zh and node.zh.how) or node.how
                parts.append((f"\n{say('answer.how')}: {block(told).strip()}", ""))
        self.query_one("#answer", Line).show(*parts)
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Answer keys only while a question is asked."""
        if action in ("answer", "how"):
            return bool(self.question)
        return True

    def action_answer(self, said: Answer) -> None:
        """One key answers."""
        self._how = False
        self.session.answer(self.question, said)
        self.kbtui.think()

    def action_how(self) -> None:
        """How to find out, and away again."""
        self._how = not self._how
        self._show_answer()

    @on(Rows.Chosen, "#tree")
    def action_dive(self) -> None:
        """Into the branch under the cursor; a `more` row shows what it stands for."""
        branch = self._branches.get(self.query_one("#tree", Rows).current)
        if branch is None:
            return
        if not branch.id:
            self.action_fold()
        elif self.session.stack[-1:] == [branch.id]:
            self.action_fix()
        else:
            self.session.push(branch.id)
            self._redraw()
            self.query_one("#tree", Rows).action_first()

    def action_pop(self) -> None:
        """Out of it, the cursor where it was; at the top, back to Ask."""
        left = self.session.pop()
        if not left:
            self.action_back()
            return
        self._redraw()
        rows = self.query_one("#tree", Rows)
        rows.go_to(next((r.key for r in rows.rows if r.key.split(SEPARATOR)[-1] == left), ""))

    def action_fold(self) -> None:
        """Fold or unfold."""
        branch = self._branches.get(self.query_one("#tree", Rows).current)
        if branch:
            self._tree.toggle(branch.path)
            self._redraw()

    def action_resort(self) -> None:
        """Most likely first."""
        self._tree.resort()
        self._redraw()

    def _redraw(self) -> None:
        if self.session.result:
            self.draw(self.session.result)

    def action_fix(self) -> None:
        """The fix of the problem under the cursor; of the next step where that has none."""
        from kbtui.tui.places import make

        result, problems = self.session.result, self.session.engine.knowledge.problems
        if result is None:
            return
        step = result.diagnosis.next
        chosen = self.at if self.at and problems[self.at].has_fix else step.id if step.kind == "fix" else ""
        if chosen and problems[chosen].has_fix:
            self.app.push_screen(make("fix", chosen))
        else:
            self.notify(self.kbtui.say("fix.none"), markup=False)

    def action_do_next(self) -> None:
        """What the line below says."""
        from kbtui.tui.places import make

        result = self.session.result
        step = result.diagnosis.next if result else None
        if result and result.diagnosis.at_once:
            self.kbtui.open_problem(result.diagnosis.at_once[0].problem)
        elif step and step.kind == "fix" and self.session.engine.knowledge.problems[step.id].has_fix:
            self.app.push_screen(make("fix", step.id))
        elif step and step.kind != "question":
            self.action_tell(f"{step.id}=" if step.kind == "probe" else "")

    def action_place(self, name: str) -> None:
        """A screen beside this one: what was seen, what to learn, searches, a new node."""
        from kbtui.tui.places import make

        self.app.push_screen(make(name))

    def action_graph(self) -> None:
        """The neighbourhood of the problem under the cursor."""
        from kbtui.tui.places import make

        at = self.at or next(iter(self.session.stack[-1:]), "")
        if at:
            self.app.push_screen(make("graph", at))

    def action_tell(self, begun: str = "") -> None:
        """Say more."""
        from kbtui.tui.places import make

        self.app.push_screen(make("tell", begun))

    def action_rerun(self) -> None:
        """Look at the machine again."""
        self.kbtui.look_again()

    def action_cancel_look(self) -> None:
        """Stop looking."""
        if self.kbtui.lookout:
            self.kbtui.lookout.cancel()
