"""Evidence: every sign and fact as it arrives, with state, value, origin and age; raw text one key away; withdraw."""

from __future__ import annotations

import time

from textual import on
from textual.app import ComposeResult

from kbtui.diagnosis.evidence import Observation
from kbtui.engine import Result
from kbtui.machine.facts import Fact
from kbtui.tui.glyphs import glyphs
from kbtui.tui.inert import block, line
from kbtui.tui.keys import key
from kbtui.tui.plain import origin_of
from kbtui.tui.screens.base import Page
from kbtui.tui.widgets.lines import Line
from kbtui.tui.widgets.pane import Pane, Part
from kbtui.tui.widgets.rows import Row, Rows
from kbtui.tui.widgets.stack import StackLine, cut
from kbtui.tui.words import Words

_NAME, _VALUE = 30, 26


class _Facts(Rows):
    BINDINGS = [key("enter", "choose", "k.raw", "enter")]


class EvidenceScreen(Page):
    """Rows stay where they first stood; new ones come below."""

    AUTO_FOCUS = "#facts"
    BINDINGS = [
        key("w", "withdraw", "k.withdraw", "w"),
        key("u", "unknowns", "k.unknowns", "u"),
        key("r", "rerun", "k.rerun_one", "r"),
        key("R", "rerun_all", "k.rerun", "R"),
        key("left,h,backspace", "back", "k.back"),
    ]

    def body(self) -> ComposeResult:
        """Counts, the list, the raw text."""
        yield StackLine(self.kbtui.say)
        yield Line(id="counts")
        yield _Facts(id="facts", help_word="h.evidence")
        yield Pane(id="raw", help_word="h.evidence")

    def on_mount(self) -> None:
        """Nothing was seen yet."""
        self._order: dict[str, None] = {}
        self._facts: dict[str, Fact] = {}
        self._signs: dict[str, Observation] = {}
        self._unknowns = self._raw = False
        self.query_one("#raw").display = False
        titles = [self.title_of(p) for p in self.session.stack]
        self.query_one(StackLine).follow(self.session.state.text, titles, self.kbtui.say("evidence.title"))

    def draw(self, result: Result) -> None:
        """All rows from one result."""
        say = self.kbtui.say
        self._signs = {f"{o.origin}: {o.about}": o for o in result.observations if o.kind == "sign"}
        self._facts = {f"{f.name} {f.entity}": f for f in sorted(result.facts, key=lambda f: (f.name, f.entity))}
        withdrawn = self.session.state.withdrawn
        shown = [k for k, f in self._facts.items() if f.state != "unknown" or self._unknowns or f.name in withdrawn]
        self._order |= dict.fromkeys([*self._signs, *shown])
        rows = [
            self._sign(k) if k in self._signs else self._fact(k) for k in self._order if k in self._signs or k in shown
        ]
        self.query_one("#facts", Rows).show(rows or [Row("", ((say("evidence.empty"), "dim"),))])
        unknown = sum(f.state == "unknown" for f in self._facts.values())
        counts = say("evidence.facts", facts=len(self._facts), unknown=unknown)
        self.query_one("#counts", Line).show(
            (f" {say('evidence.signs', count=len(self._signs))} {glyphs().dot} {counts}", "dim")
        )
        self._show_raw()

    def _sign(self, key: str) -> Row:
        sign = self._signs[key]
        mark = ("+ ", "good") if sign.ratio > 1 else ("- ", "warn")
        said = f"{_cell(sign.text, _NAME)} "
        return Row(
            key,
            (mark, (said, "strong"), (self.title_of(sign.problem), "")),
            end=cut(origin_of(sign.origin, self.kbtui.say), 30),
        )

    def _fact(self, key: str) -> Row:
        fact, say = self._facts[key], self.kbtui.say
        withdrawn = fact.name in self.session.state.withdrawn
        name = f"{fact.name}[{fact.entity}]" if fact.entity else fact.name
        value = say("evidence.withdrawn") if withdrawn else value_of(fact, say)
        mark = f"{glyphs().out} " if withdrawn else "? " if fact.state == "unknown" else "  "
        kind = "" if fact.kind == "live" else say(f"kind.{fact.kind}")
        origin = " " + f" {glyphs().dot} ".join(part for part in (kind, line(fact.origin, 60)) if part)
        return Row(
            key,
            ((mark, ""), (f"{_cell(name, _NAME)} ", ""), (_cell(value, _VALUE), "strong"), (origin, "dim")),
            end=age(time.time() - self._since(fact), say),
            faded=withdrawn or fact.state == "unknown",
        )

    def _since(self, fact: Fact) -> float:
        seen = self.kbtui.seen
        at = seen.at.get(fact.name) if seen and fact.kind in ("live", "bundle") else None
        return at or self.session.state.began or time.time()

    @on(Rows.Moved, "#facts")
    def _show_raw(self) -> None:
        say, pane = self.kbtui.say, self.query_one("#raw", Pane)
        pane.display = self._raw
        at = self.query_one("#facts", Rows).current
        if not self._raw or not at:
            return
        parts: list[Part] = [(f"{line(at, 200)}\n", "bold")]
        sign, fact = self._signs.get(at), self._facts.get(at)
        raw = sign.raw if sign else fact.raw if fact else ""
        if fact:
            where = f"{say(f'state.{fact.state}')} {glyphs().dot} {say(f'kind.{fact.kind}')} {line(fact.origin, 200)}\n"
            parts.append((where, "dim"))
            parts.append((f"{value_of(fact, say)}\n", ""))
        why = line(fact.reason if fact and fact.reason else (fact.origin if fact else ""), 200)
        parts.append((block(raw), "") if raw else (say("evidence.no_raw", why=why or "-"), "dim"))
        pane.show(at, parts)

    @on(Rows.Chosen, "#facts")
    def _toggle_raw(self) -> None:
        self._raw = not self._raw
        self._show_raw()

    def action_withdraw(self) -> None:
        """Not believe the fact under the cursor, or believe it again: the belief follows."""
        fact = self._facts.get(self.query_one("#facts", Rows).current)
        if fact is None:
            return
        withdrawn = self.session.toggle_belief(fact.name)
        word = "evidence.now_withdrawn" if withdrawn else "evidence.now_believed"
        self.notify(self.kbtui.say(word, name=fact.name), markup=False)
        self.kbtui.think()

    def action_unknowns(self) -> None:
        """Unknown facts too, with the reason."""
        self._unknowns = not self._unknowns
        if self.session.result:
            self.draw(self.session.result)

    def action_rerun(self) -> None:
        """Run the probe of the fact under the cursor again."""
        fact = self._facts.get(self.query_one("#facts", Rows).current)
        if fact:
            self.kbtui.look_again(frozenset({fact.name}))

    def action_rerun_all(self) -> None:
        """Run every probe again."""
        self.kbtui.look_again()


def value_of(fact: Fact, say: Words) -> str:
    """A fact's value, or its state with the reason, inert."""
    if fact.state != "known":
        return say(f"state.{fact.state}") + (f": {line(fact.reason, 200)}" if fact.reason else "")
    if isinstance(fact.value, bool):
        return say("said.yes" if fact.value else "said.no")
    if isinstance(fact.value, list | tuple):
        return line(", ".join(str(v) for v in fact.value), 300)
    return line(str(fact.value), 300)


def age(seconds: float, say: Words) -> str:
    """How old, in one word."""
    if seconds < 2:
        return say("age.now")
    for size, word in ((3600, "hours"), (60, "minutes"), (1, "seconds")):
        if seconds >= size:
            return say(f"age.{word}", n=int(seconds // size))
    return say("age.now")


def _cell(text: str, width: int) -> str:
    """Cut or filled to a number of cells, wide characters counted as two."""
    from rich.cells import set_cell_size

    return set_cell_size(cut(line(text, 300), width), width)
