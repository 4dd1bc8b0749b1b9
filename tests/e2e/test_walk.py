"""The journey that kbtui began with, walked in a real terminal by keys alone: each machine's true cause first, its fix, the
check, the next machine, and at the end the report."""

from __future__ import annotations

import os
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from kbtui import demo
from kbtui.demo.source import name_of
from kbtui.engine import Engine
from kbtui.tui.words import Words
from tests.tui.pty import Terminal

ROOT = Path(__file__).resolve().parents[2]
LAST = len(demo.stages())
PRIVATE = ("marta@example.org", "192.0.2.77")
BRANCH = re.compile(r"^.\s*(?P<fold>[▾▸·+.-]) [█▌░]+ +(?P<share>>99|<1|\d+)% (?:[✓√] )?(?P<title>.+?)[ .]*$")


class Walker:
    """A person at a terminal: every press waits for what it brings."""

    def __init__(self, terminal: Terminal, engine: Engine, say: Words) -> None:
        self.terminal, self.engine, self.say = terminal, engine, say

    @property
    def seen(self) -> str:
        """The screen in one line: what is folded reads on."""
        return re.sub(r"\s+", "" if self.say.zh else " ", self.terminal.screen.text)

    def shows(self, text: str) -> bool:
        return self.seen_as(text) in self.seen

    def wait(self, what: Callable[[], bool], named: str, seconds: float = 60) -> None:
        end = time.monotonic() + seconds
        while not what():
            assert time.monotonic() < end, f"{named} did not come; on the screen:\n{self.terminal.screen.text}"
            self.terminal.read(0.1)

    def press(self, keys: str, text: str) -> None:
        self.terminal.press(keys)
        self.wait(lambda: self.shows(text), repr(text))

    def word(self, key: str) -> str:
        """A sentence up to its first slot: what stands on the screen whatever is filled in."""
        return self.say._table[key].split("{")[0].strip()

    def begins(self, shown: str, titles: list[str]) -> bool:
        """Whether a row that may be cut shows one of these titles."""
        return len(shown) >= 6 and any(t.startswith(shown) for t in titles)

    def branches(self) -> list[tuple[str, float, str]]:
        """The tree's rows: how they are folded, the share, the title as far as it is shown."""
        found = (BRANCH.match(row) for row in self.rows())
        return [
            (m["fold"], {">99": 99.9, "<1": 0.1}.get(m["share"]) or float(m["share"]), m["title"]) for m in found if m
        ]

    def leads(self, causes: list[str]) -> bool:
        """Whether nothing that stands at the end of a branch is likelier than one of these. A folded branch may hold it."""
        titles = self.titles(causes)
        above = self.titles([p for cause in causes for p in self.above(cause)])
        own, others = [], [0.0]
        for fold, share, title in self.branches():
            if self.begins(title, titles) or (fold in "▸+" and self.begins(title, above)):
                own.append(share)
            elif fold not in "▾-":
                others.append(share)
        return bool(own) and max(own) > max(others)

    def titles(self, problems: list[str]) -> list[str]:
        return [self.engine.title(p, zh=self.say.zh) for p in problems]

    def above(self, problem: str) -> set[str]:
        """Everything that this problem can explain."""
        found, new = set[str](), {problem}
        while new:
            new = {parent for p in new for parent in self.engine.knowledge.parents[p]} - found
            found |= new
        return found

    def under_cursor(self) -> str:
        """The row that the cursor is on, its left half."""
        return next((row for row in self.rows() if re.match(" ?[▌>]", row)), "")

    def recent(self) -> list[str]:
        """The recent cases on Ask, the newest first."""
        return [row for row in self.rows() if re.match(r" ?[▌> ]? ?\d\d-\d\d \d\d:\d\d", row)]

    def rows(self) -> list[str]:
        """The left half of the screen."""
        screen = self.terminal.screen
        width = screen.columns // 2 if screen.columns >= 100 else screen.columns * 11 // 20
        return ["".join(row[:width]).rstrip(" ▁▂▃▄▅▆▇") for row in screen.cells]

    def stage(self, number: int) -> None:
        """One recorded machine, from its news to the news of the next one."""
        stage, say = demo.stages()[number - 1], self.say
        fixes = [f for cause in stage.causes for f in self.engine.knowledge.problem(cause).fixes]
        named = [(say.zh and f.zh and f.zh.title) or f.title for f in fixes]
        self.wait(lambda: self.shows(self.say("told.goes_on")) and self.shows(name_of(number, zh=say.zh)[:30]), "news")
        assert self.shows(stage.said(say.zh).sees)
        self.terminal.press("\r")
        self.wait(lambda: not self.shows(say("told.goes_on")) and self.shows(say("step.next")), "the case")
        self.wait(lambda: self.leads(stage.causes), f"{stage.causes} first")
        if number == LAST - 1:
            self.press("t", self.say("tell.title"))
            self.press(f"{PRIVATE[0]} at {PRIVATE[1]} says so", PRIVATE[1])
            self.terminal.press("\r")
            self.wait(lambda: not self.shows(PRIVATE[1]), "the case again")
        if stage.at_once:
            self.danger(self.titles(stage.causes))
        else:
            self.advice()
        self.wait(lambda: any(self.shows(f"{n}") for n in named) and self.shows(say("fix.outcome")), f"one of {named}")
        self.press("x", self.word("fix.elsewhere") if say.zh is False else name_of(number, zh=True))
        told = [self.word("fix.true"), self.word("fix.told")]
        self.terminal.press("v")
        self.wait(lambda: any(self.shows(t) for t in told), f"one of {told}")
        self.terminal.press("1")

    @property
    def question(self) -> str:
        """What is asked now."""
        return self.seen.partition(self.seen_as(self.say("step.next")))[2].partition(
            self.seen_as(self.say("answer.keys"))
        )[0]

    def seen_as(self, text: str) -> str:
        """A text as it stands in `seen`."""
        return re.sub(r"\s+", "" if self.say.zh else " ", text).strip()

    def danger(self, titles: list[str]) -> None:
        """What stands on top comes first; then what it can have been, by hand."""
        self.wait(lambda: self.shows(self.say("danger")) and self.shows(self.say("step.danger")), "the danger")
        for _ in range(12):
            row = BRANCH.match(self.under_cursor())
            if row and self.begins(row["title"], titles):
                break
            before = self.under_cursor()
            self.terminal.press("j")
            self.wait(lambda before=before: self.under_cursor() not in ("", before), "the next row")
        self.terminal.press("f")

    def advice(self) -> None:
        """The next step; what is asked is not so."""
        for _ in range(12):
            self.wait(lambda: self.shows(self.say("answer.keys")) or self.shows(self.say("step.open")), "a next step")
            if not self.shows(self.say("answer.keys")):
                break
            asked = self.question
            self.terminal.press("n")
            self.wait(lambda asked=asked: self.question != asked, "what follows the answer")
        self.terminal.press("o")

    def report(self) -> Path:
        """From the healthy machine back into a case, what there is to learn, and its report."""
        self.wait(lambda: self.shows(self.say("told.goes_on")) and self.shows(name_of(LAST, zh=self.say.zh)), "the end")
        self.terminal.press("\r")
        self.wait(lambda: self.shows(self.say("ask.title")) and not self.shows(self.say("told.goes_on")), "Ask")
        assert not self.shows(self.say("danger"))
        words = demo.stages()[LAST - 2].said(self.say.zh).types.split()[0][:10]
        self.wait(lambda: any(words in row for row in self.recent()[:1]), "the newest case")
        self.terminal.press("\x1b[B")
        self.wait(lambda: bool(self.under_cursor()), "a recent case")
        self.terminal.press("g")
        self.wait(lambda: words in self.under_cursor(), "the newest case under the cursor")
        self.press("\r", self.say("step.next"))
        self.press("L", self.say("learn.see"))
        self.press("x", self.word("learn.written"))
        (found,) = (Path(os.environ["WALK_HOME"]) / "kbtui" / "reports").glob("*.html")
        return found


PLACES = {
    "wide": ((120, 40), {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8"}, False),
    "console": ((80, 25), {"TERM": "linux", "LANG": "C"}, False),
    "chinese": ((100, 30), {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "zh_CN.UTF-8"}, True),
}


@pytest.mark.parametrize("place", PLACES)
def test_the_journey_from_the_first_machine_to_the_report(
    engine: Engine, place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    size, terminal, zh = PLACES[place]
    monkeypatch.setenv("WALK_HOME", str(tmp_path))
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("SSH_", "LC_", "LANG", "COLORTERM", "NO_COLOR"))}
    env = kept | terminal | {"PYTHONPATH": str(ROOT), "XDG_DATA_HOME": str(tmp_path)}
    with Terminal([sys.executable, "-m", "kbtui.cli", "demo"], env, size) as screen:
        walker = Walker(screen, engine, Words(zh=zh))
        for number in range(1, LAST):
            walker.stage(number)
        page = walker.report()
        screen.press("\x11")
        assert screen.process.wait(30) == 0
    burning = engine.knowledge.problem("burning-smell")
    danger = (zh and burning.zh and burning.zh.at_once) or burning.at_once
    causes = [engine.title(c, zh=zh) for c in demo.stages()[LAST - 2].causes]
    for written in (page.read_text(), page.with_suffix(".md").read_text()):
        assert any(c in written for c in causes) and danger[:12] in written
        assert not any(name in written for name in PRIVATE)
    cases = {p.stem: p.read_text() for p in (tmp_path / "kbtui" / "cases").glob("*.jsonl")}
    assert len(cases) == LAST - 1 and sum('"helped"' in text for text in cases.values()) == LAST - 1
    assert all(name in cases[page.stem] for name in PRIVATE)
