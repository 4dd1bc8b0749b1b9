"""`kbtui plan GOAL`: do the parts fit, what to install in which order, does the model fit; before it is bought."""

from __future__ import annotations

import re
import time
from argparse import Namespace

import msgspec

from kbtui.commands import inputs, looking, plan_text
from kbtui.engine import Engine
from kbtui.errors import InputError
from kbtui.machine.facts import Fact, Facts, scope_of
from kbtui.planner import compare, prices, show
from kbtui.planner.lines import Comparison, Plan
from kbtui.planner.make import Ask, make

_LOOKS = (
    "gpu.",
    "os.",
    "driver.",
    "kernel.",
    "secure_boot.",
    "cpu.",
    "ram.",
    "gcc.",
    "python.",
    "torch.",
    "machine.",
    "firmware.",
    "cuda.",
    "gpus.",
    "nvidia_smi.",
    "nvml.",
)


def run(args: Namespace) -> int:
    """0 nothing fails, 1 something does, 3 an open question decides."""
    if args.as_of is not None and not re.fullmatch(r"(19|20)\d\d-(0[1-9]|1[0-2])", args.as_of):
        raise InputError(f"--as-of: expected a month such as 2015-12, got {args.as_of!r}")
    engine = Engine.open()
    stated = inputs.parse_sets(args.sets)
    if args.as_of and args.source == "live":
        args.source = "none"  # the machine of today was not there then
    looked = looking.take(args, _wanted())
    seen = looked.look.facts if looked.look else Facts()
    listed = prices.read(inputs.read_text_file(args.prices)) if args.prices else {}

    def plan(more: list[Fact], gpus: str | None) -> Plan:
        ask = Ask(
            goal=args.goal, facts=_over(seen, [*stated, *more]), gpus=gpus, model=args.model, method=args.method, precision=args.precision,
            batch=args.batch, seq=args.seq, as_of=args.as_of, today=time.strftime("%Y-%m"), machine=looked.machine, prices=listed,
        )  # fmt: skip
        return make(ask, engine.knowledge, engine.tables)

    if args.compare:
        plans = [plan([], card) for card in args.compare]
        return _columns(compare.side_by_side(args.goal, plans, args.compare, listed, args.budget), args.format)
    if args.versus:
        plans = [plan([], args.gpus), plan(inputs.parse_sets(args.versus), args.gpus)]
        return _columns(
            compare.side_by_side(args.goal, plans, ["as it is", ", ".join(args.versus)], listed, args.budget),
            args.format,
        )
    return _one(plan([], args.gpus), args.format, engine)


def _over(seen: Facts, stated: list[Fact]) -> Facts:
    """What is stated over what was seen. Who states a card states all of them."""
    facts = seen.copy()
    models = [f for f in stated if f.name == "gpu.model"]
    if models:
        kept = Facts([f for f in seen if scope_of(f.name) != "gpu"])
        facts = kept
    for fact in stated:
        facts.add(fact)
    return facts


def _wanted() -> set[str]:
    from kbtui.machine.catalogue import SPECS

    return {name for name in SPECS if name.startswith(_LOOKS)}


def _one(plan: Plan, kind: str, engine: Engine) -> int:
    if kind == "json":
        print(msgspec.json.encode(plan).decode())
    elif kind == "md":
        print(show.markdown(plan), end="")
    elif kind == "html":
        print(show.page(plan), end="")
    else:
        plan_text.plan(plan, lambda problem: engine.title(problem, zh=False))
    return {"fails": 1, "unknown": 3}.get(plan.verdict, 0)


def _columns(found: Comparison, kind: str) -> int:
    if kind == "json":
        print(msgspec.json.encode(found).decode())
    elif kind == "md":
        print(show.columns_markdown(found), end="")
    elif kind == "html":
        print(show.columns_page(found), end="")
    else:
        plan_text.columns(found)
    return 0 if found.best else 3
