"""A plan in the making: the parts that the reader changes, and what is planned with them."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from kbtui.errors import InputError
from kbtui.homes import data_home
from kbtui.machine.derived import TableSource
from kbtui.machine.facts import Facts
from kbtui.machine.given import fact_from
from kbtui.planner import boxes, fits, page, paper, show
from kbtui.planner.lines import Plan
from kbtui.planner.make import LOOKS, Ask, make, over
from kbtui.planner.purposes import PURPOSES
from kbtui.planner.words import Words

if TYPE_CHECKING:
    from kbtui.engine import Engine
    from kbtui.tui.app import KbtuiApp

GOAL, BOX, CARDS, MONTH, SYSTEM, MODEL, METHOD = "goal", "box", "gpus", "as_of", "system", "model", "method"
FACTS = (
    "psu.watts", "psu.plugs", "psu.atx", "psu.age_years", "case.gpu_length_mm", "case.gpu_slots", "gpu.length_mm", "gpu.plugs", "board.slot_lanes",
    "cpu.cores", "cpu.watts", "ram.total_gib", "machine.form", "firmware.above_4g", "mains.volts", "mains.amps", "secure_boot.enabled",
    "driver.version", "gcc.version", "python.version", "torch.cuda_version",
)  # fmt: skip
PARTS = (GOAL, BOX, CARDS, MODEL, METHOD, MONTH, SYSTEM, *FACTS)
"""What can be changed, in the order of the list."""
_NEAR = 5


class Drawn(NamedTuple):
    """A plan, or why there is none."""

    plan: Plan | None
    trouble: str = ""


class Draft:
    """Parts and their values as they were typed; "" is not known."""

    def __init__(self, said: dict[str, str] | None = None) -> None:
        self.said = {GOAL: "train-pytorch", **(said or {})}
        self.others: list[str] = []
        """Facts that no part of the list stands for, as FACT=VALUE."""

    def value(self, part: str) -> str:
        """What was typed for a part."""
        return self.said.get(part, "")

    def with_value(self, part: str, text: str) -> Draft:
        """A copy with another value. KbtuiError for one that a fact refuses."""
        text = text.strip()
        if part in FACTS and text:
            fact_from(part, text, "--set")
        out = Draft({**self.said, part: text})
        out.others = self.others
        return out

    def stated(self) -> list[str]:
        """Every fact that is stated, as FACT=VALUE."""
        out = [f"{name}={self.said[name]}" for name in FACTS if self.said.get(name)]
        name, _, number = self.value(SYSTEM).partition("-")
        if self.value(SYSTEM).count("-") == 2:  # opensuse-leap-15.6
            name, _, number = self.value(SYSTEM).rpartition("-")
        return [*self.others, *out, *([f"os.id={name}"] if name else []), *([f"os.version={number}"] if number else [])]

    def ask(self, seen: Facts, machine: str, tables: TableSource) -> Ask:
        """What the planner is asked. KbtuiError for a box that there is not, and for a value that a fact refuses."""
        month = self.value(MONTH) or None
        if month and not (len(month) == 7 and month[:4].isdigit() and month[4] == "-" and "01" <= month[5:] <= "12"):
            raise InputError(f"expected a month such as 2015-12, got {month!r}")
        box = self.value(BOX)
        facts = boxes.facts_of(tables, box) if box else []
        for item in self.stated():
            name, _, value = item.partition("=")
            facts.append(fact_from(name.strip(), value.strip(), "--set"))
        base = Facts() if month or box else Facts([f for f in seen if f.name.startswith(LOOKS)])
        return Ask(
            goal=self.value(GOAL), facts=over(base, facts), gpus=self.value(CARDS) or None, model=self.value(MODEL) or None,
            method=self.value(METHOD) or None, as_of=month, today=time.strftime("%Y-%m"), machine="none" if month or box else machine,
        )  # fmt: skip


def from_words(said: dict[str, str | None], sets: list[str]) -> Draft:
    """What a command line states, as a draft."""
    out = Draft({part: text for part, text in said.items() if text})
    system = {}
    for item in sets:
        name, _, value = item.partition("=")
        if name in FACTS:
            out.said[name] = value
        elif name in ("os.id", "os.version"):
            system[name] = value
        elif name == "gpu.model" and not out.said.get(CARDS):
            out.said[CARDS] = value
        else:
            out.others.append(item)
    if "os.id" in system:
        out.said[SYSTEM] = "-".join(system[n] for n in ("os.id", "os.version") if n in system)
    return out


def run(said: dict[str, str | None], sets: list[str], lang: str | None) -> int:
    """Open the screens with the plan that a command line states."""
    from kbtui.tui import start

    draft = from_words(said, sets)
    return start.run("", lang, first=lambda app: _open(app, draft))


def draw(engine: Engine, asked: Ask) -> Drawn:
    """The plan of an ask, or the sentence that says what is wrong with it."""
    from kbtui.errors import KbtuiError

    try:
        return Drawn(make(asked, engine.knowledge, engine.tables))
    except KbtuiError as error:
        return Drawn(None, str(error))


def names(engine: Engine, part: str) -> list[str]:
    """What a part can be, where it is one of a list."""
    rows = {MODEL: "model-sizes", SYSTEM: "distros"}
    if part == GOAL:
        return sorted({*PURPOSES, *engine.knowledge.ids("goal")})
    if part == BOX:
        return boxes.names(engine.tables)
    if part == METHOD:
        return list(fits.METHODS)
    if part == CARDS:
        return [str(r["name"]).removeprefix("GeForce ") for r in engine.tables.rows("gpus")]
    return [str(r["name"]) for r in engine.tables.rows(rows[part])] if part in rows else []


def near(listed: list[str], typed: str) -> list[str]:
    """The names that hold what was typed, else the one that is spelt most like it."""
    from kbtui.kb.mistakes import nearest

    count, times, name = typed.rpartition("x ")
    prefix = f"{count}{times}" if count.strip().isdigit() else ""
    wanted = (name if prefix else typed).strip().lower()
    holding = [n for n in listed if wanted in n.lower()][:_NEAR]
    close = holding or [n for n in (nearest(wanted, listed, cutoff=50),) if n]
    return [prefix + n for n in close]


def write(engine: Engine, made: Plan, facts: Facts, *, zh: bool) -> Path:
    """The plan as Markdown and as a page in the person's own home; the path of the page. InputError where it cannot be
    written."""
    home = data_home()
    if home is None:
        raise InputError("there is no home folder to write it to; set XDG_DATA_HOME")
    say = Words(zh=zh)
    leaves = paper.plan(made, facts, paper.tongue(engine.knowledge, zh=zh))

    def title(problem: str) -> str:
        return engine.title(problem, zh=zh)

    path = home / "plans" / f"{made.goal}-{time.strftime('%Y%m%d-%H%M%S')}.html"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(page.page(leaves, say, title), encoding="utf-8")
        path.with_suffix(".md").write_text(show.markdown(leaves, say, title), encoding="utf-8")
    except OSError as error:
        raise InputError(f"{path} cannot be written: {error.strerror}") from error
    return path


def _open(app: KbtuiApp, draft: Draft) -> None:
    from kbtui.tui import places

    app.push_screen(places.make("plan", draft))
