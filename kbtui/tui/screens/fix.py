"""Fix: the steps for this machine, each copied or run after a plain yes; then verify, then how it ended."""

from __future__ import annotations

from typing import cast

from textual import on
from textual.app import ComposeResult, SuspendNotSupported

from kbtui.diagnosis.case import Outcome
from kbtui.diagnosis.result import FixOut, StepOut
from kbtui.engine import Result
from kbtui.kb.learned import fix_id
from kbtui.tui import clip, closing, fixing, rebooting
from kbtui.tui.detail import fixes
from kbtui.tui.glyphs import glyphs
from kbtui.tui.inert import block, line
from kbtui.tui.keys import key
from kbtui.tui.plain import check_said
from kbtui.tui.screens.base import Page
from kbtui.tui.watch import Seen
from kbtui.tui.widgets.lines import Line
from kbtui.tui.widgets.pane import Pane, Part
from kbtui.tui.widgets.rows import Row, Rows
from kbtui.tui.widgets.stack import StackLine


class _Steps(Rows):
    BINDINGS = [key("enter", "choose", "k.run")]


class FixScreen(Page):
    """One problem's fixes, one shown at a time."""

    AUTO_FOCUS = "#steps"
    BINDINGS = [
        key("c", "copy", "k.copy", "c"),
        key("x", "run", "k.run", "x"),
        key("v", "verify", "k.verify", "v"),
        key("tab", "next_fix", "k.next_fix", "tab"),
        key("1", "tried('helped')", "k.helped"),
        key("2", "tried('did-not-help')", "k.did_not_help"),
        key("3", "tried('made-worse')", "k.made_worse"),
        key("left,h,backspace", "back", "k.back"),
    ]

    def __init__(self, problem: str, rebooted: bool = False) -> None:
        super().__init__()
        self._problem, self._rebooted = problem, rebooted
        self._number = 0
        self._wanted = ""
        self._ended: dict[tuple[int, int], int] = {}
        self._all: list[FixOut] = []
        self._checking = False
        self._answered: Seen | None = None
        self._said: Part = ("", "")

    def body(self) -> ComposeResult:
        """The regions."""
        yield StackLine(self.kbtui.say)
        yield Pane(id="about", help_word="h.steps")
        yield _Steps(id="steps", help_word="h.steps")
        yield Pane(id="step-text", help_word="h.steps")
        yield Line(id="verdict")
        yield Line(id="outcome")

    def on_mount(self) -> None:
        """Which steps may be run, and the sweep for the check."""
        self._untrusted = fixing.untrusted_pack(self.session.engine, self._problem)
        self.kbtui.saw.subscribe(self, self._saw)
        if self._rebooted:
            self._checking, self._wanted = True, self.session.state.pending_fix
            self._said = (self.kbtui.say("fix.rebooted", title=self.title_of(self._problem)), "")
            if not self.kbtui.looks:
                self.call_after_refresh(self.action_verify)
        titles = [self.title_of(p) for p in self.session.stack]
        self.query_one(StackLine).follow(self.session.state.text, titles, self.kbtui.say("fix.title"))

    def draw(self, result: Result) -> None:
        """The fix as it reads with what is known now."""
        self._all = fixes(self.session.engine, self._problem, result.facts)
        if self._all:
            if self._wanted:
                self._begin_there()
            self._number %= len(self._all)
            self.query_one("#about", Pane).show(self._problem, self._about(self._fix))
            self.query_one("#steps", Rows).show([self._row(n, s) for n, s in enumerate(self._fix.steps)])
            self._show_step()
        self._show_ends()
        self._check(result)

    @property
    def _fix(self) -> FixOut:
        return self._all[self._number]

    @property
    def _step(self) -> StepOut | None:
        steps = self._fix.steps if self._all else []
        at = self.query_one("#steps", Rows).cursor
        return steps[at] if at < len(steps) else None

    def _begun(self) -> None:
        """Of a fix that reboots the check comes after the reboot: the next start opens here."""
        if self._fix.risk == "reboot":
            self.session.begin_reboot(self._problem, self._fix.title)

    def _begin_there(self) -> None:
        """After a reboot the fix that was begun is the one to check."""
        found = [n for n, fix in enumerate(self._all) if fix_id(fix.title) == self._wanted]
        self._number, self._wanted = (*found, 0)[0], ""
        if self._checking:
            title = (self.kbtui.say.zh and self._fix.title_zh) or self._fix.title
            self._said = (self.kbtui.say("fix.rebooted", title=line(title, 200)), "")

    def _words(self, step: StepOut) -> str:
        return (self.kbtui.say.zh and step.text_zh) or step.rendered

    def _about(self, fix: FixOut) -> list[Part]:
        say = self.kbtui.say
        parts: list[Part] = [(f"{line((say.zh and fix.title_zh) or fix.title, 200)}\n", "bold $primary")]
        facts = say("fix.facts", risk=say(f"risk.{fix.risk}"), minutes=fix.minutes)
        needs = ", ".join(say(f"need.{need}") for need in fix.needs)
        hurts = say(f"hurts.{fix.hurts}") if fix.hurts != "nothing" else ""
        for word, values in (("needs", needs), ("hurts", hurts)):
            facts += f" {glyphs().dot} {say(f'fix.{word}', **{word: values})}" if values else ""
        parts.append((f"{facts}\n", ""))
        if len(self._all) > 1:
            parts.append((f"{say('fix.number', n=self._number + 1, all=len(self._all))}\n", "dim"))
        if not fix.can_do_here:
            parts.append((f"{say('fix.cannot')}\n", "$error bold"))
        if self._untrusted:
            parts.append((f"{say('fix.untrusted', pack=line(self._untrusted, 60))}\n", "$error bold"))
        if fix.destroys:
            parts.append((f"{say('fix.destroys', what=line(', '.join(fix.destroys), 300))}\n", "$error bold"))
        check = line(fix.check(zh=say.zh), 300) if fix.asks else check_said(fix.verify, say)
        parts.append((f"{say('fix.verify')}: {check}\n", ""))
        if fix.undo:
            parts.append((f"{say('fix.undo')}: {block(fix.way_back(zh=say.zh)).strip()}\n", ""))
        return parts

    def _row(self, number: int, step: StepOut) -> Row:
        say, code = self.kbtui.say, self._ended.get((self._number, number))
        end = "" if code is None else say("fix.ran_ok") if code == 0 else say("fix.ran", code=code)
        mark = ("$ ", "accent") if step.kind == "run" else (f"{glyphs().dot} ", "dim")
        return Row(
            f"{self._number}.{number}", ((f"{number + 1}. ", "dim"), mark, (line(self._words(step), 300), "")), end
        )

    @on(Rows.Moved, "#steps")
    def _show_step(self) -> None:
        step = self._step
        if step:
            at = self.query_one("#steps", Rows).cursor
            parts: list[Part] = [(f"{block(self._words(step))}\n", "bold" if step.kind == "run" else "")]
            if rebooting.at_reboot(self._fix, at):
                parts.append(("\n", ""))
                parts += rebooting.before(self._fix, at, self.kbtui.say, opens_here=not self.kbtui.where)
            self.query_one("#step-text", Pane).show(str(at), parts)

    def _show_ends(self) -> None:
        self.query_one("#verdict", Line).show(self._said)
        self.query_one("#outcome", Line).show((self.kbtui.say("fix.outcome"), "bold"))

    def _tell(self, key: str, style: str = "", **values: object) -> None:
        self._said = (self.kbtui.say(key, **values), style)
        self._show_ends()

    def action_copy(self) -> None:
        """The step's command to the clipboard, or into a script."""
        step = self._step
        if step is None:
            return
        self._begun()
        self._said = clip.copy(self.kbtui, step.rendered)
        self._show_ends()

    @on(Rows.Chosen, "#steps")
    def action_run(self) -> None:
        """Run the step, after a plain yes."""
        from kbtui.tui.places import make

        step, say = self._step, self.kbtui.say
        if step is None:
            return
        if self._untrusted:
            self._tell("fix.untrusted", "$error", pack=line(self._untrusted, 60))
        elif self.kbtui.where:
            self._tell("fix.elsewhere", "$warning", where=line(self.kbtui.where, 100))
        elif self.kbtui.settings.copy_only:
            self._tell("fix.copy_only")
        elif step.kind != "run":
            self._tell("fix.by_hand", text=line(self._words(step), 300))
        elif open_ones := fixing.blanks(step):
            self._tell("fix.blank", "$warning", what=line(", ".join(open_ones), 200))
        else:
            more = say("fix.ask_root") if step.needs_root else ""
            screen = make("confirm", say("fix.ask_run"), step.rendered, more)
            self.app.push_screen(screen, lambda yes: self._run(step.rendered) if yes else None)

    def _run(self, command: str) -> None:
        self._begun()
        try:
            with self.app.suspend():
                code = fixing.run(command, self.kbtui.say)
        except SuspendNotSupported:
            self._tell("fix.no_suspend", "$warning")
            return
        self._ended[self._number, self.query_one("#steps", Rows).cursor] = code
        if self.session.result:
            self.draw(self.session.result)

    def action_verify(self) -> None:
        """Look again at what the check reads."""
        facts = fixing.needed(self._fix) if self._all else frozenset()
        another = self.kbtui.carried_out(self._problem)
        if (facts or another) and self.kbtui.lookout:
            self._checking = True
            self._tell("fix.checking", facts=line(", ".join(sorted(facts)), 200))
            self.kbtui.look_again(frozenset() if another else facts)
        elif self.session.result and self._all:
            self._judge(self.session.result)

    def _saw(self, seen: Seen) -> None:
        if seen.over and self._checking:
            self._answered = seen
            if self.session.result:
                self._check(self.session.result)

    def _check(self, result: Result) -> None:
        """The verdict, once the machine has answered and the fix is on the screen."""
        if self._answered and self._all:
            facts = result.facts.copy()
            for fact in self._answered.look.facts:
                facts.add(fact)
            self._checking, self._answered = False, None
            self._judge(result._replace(facts=facts))

    def _judge(self, result: Result) -> None:
        found = fixing.verdict(self._fix, result.facts, self.session.engine, zh=self.kbtui.say.zh)
        style = {"true": "$success bold", "false": "$error bold"}.get(found.state, "$warning")
        self._tell("fix.told" if self._fix.asks else f"fix.{found.state}", style, what=line(found.what, 300))
        old = rebooting.old_kernel(self._fix, result.facts, self.kbtui.say) if found.state == "false" else ""
        if old:
            self._said = (f"{self._said[0]} {old}", style)
            self._show_ends()

    def action_next_fix(self) -> None:
        """Another way to remove the same cause."""
        self._number += 1
        self._said = ("", "")
        if self.session.result:
            self.draw(self.session.result)
        self.query_one("#steps", Rows).action_first()

    def action_tried(self, outcome: str) -> None:
        """How it ended: the case goes on from there."""
        say, title = self.kbtui.say, self.title_of(self._problem)
        undo = line(self._fix.way_back(zh=say.zh), 200) if self._all else ""
        if outcome == "helped":
            self.kbtui.carried_out(self._problem)
        self.session.tried(self._problem, cast(Outcome, outcome), self._fix.title if self._all else "")
        if outcome == "helped":
            closing.count(self.kbtui)
        said = say(f"fix.{outcome}", title=title, undo=undo)
        opened = [self.title_of(p) for p in dict.fromkeys(self.session.opened_by(self._problem))]
        leads = say("fix.leads", what=", ".join(opened)) if outcome == "helped" and opened else ""
        said = f"{said}\n{leads}".strip()
        if not self.kbtui.has_news:
            self.notify(said, timeout=15, markup=False)
        self.kbtui.look_again()
        self.action_back()
        self.kbtui.think()
        self.kbtui.go_on(leads)
