"""`kbtui plan GOAL`: do the parts fit, what to install in which order, does the model fit; before it is bought."""

from __future__ import annotations

import importlib
import re
import time
from argparse import Namespace

import msgspec

from kbtui.commands import inputs, looking, plan_text
from kbtui.commands.report import write
from kbtui.engine import Engine
from kbtui.errors import InputError
from kbtui.machine.facts import Fact, Facts
from kbtui.planner import boxes, compare, page, paper, prices, show
from kbtui.planner import tongue as tongues
from kbtui.planner.lines import Comparison, Plan
from kbtui.planner.make import LOOKS, Ask, make, over
from kbtui.planner.words import Words


def run(args: Namespace) -> int:
    """0 nothing fails, 1 something does, 3 an open question decides."""
    if args.as_of is not None and not re.fullmatch(r"(19|20)\d\d-(0[1-9]|1[0-2])", args.as_of):
        raise InputError(f"--as-of: expected a month such as 2015-12, got {args.as_of!r}")
    if args.tui:
        said = {name: getattr(args, name) for name in ("goal", "box", "gpus", "model", "method", "as_of")}
        screens = importlib.import_module("kbtui.tui.planned")  # the screens stand to the right of the commands
        code: int = screens.run(said, args.sets, args.lang)
        return code
    engine = Engine.open()
    stated = [*(boxes.facts_of(engine.tables, args.box) if args.box else []), *inputs.parse_sets(args.sets)]
    if (args.as_of or args.box) and args.source == "live":
        args.source = "none"  # the machine of today was not there then, and a box is another one
    looked = looking.take(args, _wanted())
    seen = looked.look.facts if looked.look else Facts()
    listed = prices.read(inputs.read_text_file(args.prices)) if args.prices else {}
    shown = _Shown(args, engine, [*seen, *stated])

    def plan(more: list[Fact], gpus: str | None) -> Plan:
        ask = Ask(
            goal=args.goal, facts=over(seen, [*stated, *more]), gpus=gpus, model=args.model, method=args.method, precision=args.precision,
            batch=args.batch, seq=args.seq, as_of=args.as_of, today=time.strftime("%Y-%m"), machine=looked.machine, prices=listed,
        )  # fmt: skip
        return make(ask, engine.knowledge, engine.tables)

    if args.compare:
        cards = [_own(asked) for asked in args.compare]
        names = [name for name, _ in cards]
        plans = [plan(own, name) for name, own in cards]
        return shown.columns(compare.side_by_side(args.goal, plans, names, listed, args.budget))
    if args.versus:
        plans = [plan([], args.gpus), plan(inputs.parse_sets(args.versus), args.gpus)]
        names = ["as it is", ", ".join(args.versus)]
        return shown.columns(compare.side_by_side(args.goal, plans, names, listed, args.budget))
    return shown.plan(plan([], args.gpus))


def _own(asked: str) -> tuple[str, list[Fact]]:
    """A card and what the reader knows of this very one: "GTX 960 4GB; gpu.length_mm=229; gpu.plugs=1x 6-pin"."""
    name, *facts = (piece.strip() for piece in asked.split(";"))
    return name, inputs.parse_sets([fact for fact in facts if fact])


def _wanted() -> set[str]:
    from kbtui.machine.catalogue import SPECS

    return {name for name in SPECS if name.startswith(LOOKS)}


class _Shown:
    """What is made of a plan: text for the terminal, or a file that may leave the machine."""

    def __init__(self, args: Namespace, engine: Engine, facts: list[Fact]) -> None:
        self.kind, self.output, self.engine, self.facts = args.format, args.output, engine, facts
        self.zh = inputs.chinese(args.lang)
        self.say = Words(zh=self.zh)
        self.tongue = paper.tongue(engine.knowledge, zh=self.zh)

    def plan(self, made: Plan) -> int:
        """Show one plan."""
        if self.kind == "text" and not self.output:
            turned = tongues.plan(made, self.tongue)
            plan_text.plan(turned, self._title, self.say)
        elif self.kind == "json":
            write(msgspec.json.encode(paper.plan(made, self.facts, None)).decode() + "\n", self.output)
        else:
            leaves = paper.plan(made, self.facts, self.tongue)
            made_text = page.page if self.kind == "html" else show.markdown
            write(made_text(leaves, self.say, self._title), self.output)
        return {"fails": 1, "unknown": 3}.get(made.verdict, 0)

    def _title(self, problem: str) -> str:
        return self.engine.title(problem, zh=self.zh)

    def columns(self, made: Comparison) -> int:
        """Show several side by side."""
        if self.kind == "text" and not self.output:
            plan_text.columns(tongues.comparison(made, self.tongue), self.say)
        elif self.kind == "json":
            write(msgspec.json.encode(paper.comparison(made, self.facts, None)).decode() + "\n", self.output)
        else:
            leaves = paper.comparison(made, self.facts, self.tongue)
            html = self.kind == "html"
            write(page.columns_page(leaves, self.say) if html else show.columns_markdown(leaves, self.say), self.output)
        return 0 if made.best else 3
