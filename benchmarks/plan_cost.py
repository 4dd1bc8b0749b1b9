"""What a plan costs: rows tried and seconds, with the shipped tables and with ten times as many rows.

`python -m benchmarks.plan_cost` prints both and fails where the rows tried grow faster than the rows, or the time does by more than the caches explain.
"""

from __future__ import annotations

import itertools
import sys
import time
from collections.abc import Callable

from kbtui.conditions.tables import Tables
from kbtui.engine import Engine
from kbtui.machine.facts import Facts
from kbtui.machine.given import fact_from
from kbtui.planner.lines import Plan
from kbtui.planner.make import Ask, make

GROWN = (
    "wheels",
    "distros",
    "cuda",
    "driver-branches",
    "gpus",
    "card-memory",
    "card-boards",
    "model-sizes",
    "releases",
    "add-ons",
)
ASKED = (
    ("train-pytorch", {"gpus": "RTX 5090"}, ("psu.watts=850", "case.gpu_length_mm=300")),
    ("train-pytorch", {"gpus": "RTX 4090"}, ("driver.version=535.104.05", "torch.cuda_version=12.4")),
    ("fine-tune", {"gpus": "4x RTX 3090", "model": "llama-3-70b", "method": "qlora"}, ()),
    ("train-theano", {"gpus": "GTX 770 4GB", "as_of": "2015-12"}, ("psu.watts=500", "os.id=fedora", "os.version=22")),
)  # fmt: skip

_CACHES = 1.25
"""How much more a row may take when the tables no longer lie in the processor's cache."""


class Grown:
    """A table with every row `times` times, under keys of their own."""

    def __init__(self, table, times: int) -> None:
        self.key, self.types = table.key, table.types
        self.rows = list(table.rows)
        copies = {"text": "{key} copy {i}", "int": "-{i}{key}"}.get(table.types[table.key], "0.{i}.{key}")
        for i, row in itertools.product(range(1, times), table.rows):
            self.rows.append({**row, table.key: copies.format(key=row[table.key], i=i)})


def tables(engine: Engine, times: int) -> tuple[Tables, int]:
    """The tables grown, and how many rows those have."""
    grown = {name: Grown(engine.knowledge.table(name), times) for name in GROWN}
    return Tables(lambda n: grown.get(n) or engine.knowledge.table(n), engine.knowledge.ids("table")), sum(
        len(t.rows) for t in grown.values()
    )


def plan(engine: Engine, held: Tables, number: int) -> Plan:
    """One of the four plans."""
    goal, more, sets = ASKED[number]
    facts = Facts([fact_from(*item.split("=", 1), "--set") for item in sets])
    return make(Ask(goal=goal, facts=facts, today="2026-11", **more), engine.knowledge, held)


def seconds(what: Callable[[], object], times: int = 25) -> float:
    """Processor time, the best of some runs; the first one fills the indexes."""
    what()
    best = float("inf")
    for _ in range(times):
        began = time.process_time()
        what()
        best = min(best, time.process_time() - began)
    return best


def main() -> int:
    """0 where neither rows tried nor time grow faster than the rows."""
    engine = Engine.open()
    (one, rows), (ten, more) = tables(engine, 1), tables(engine, 10)
    print(f"{rows} rows, and {more}: {more / rows:.1f} times as many")
    bad = 0
    for number, (goal, asked, _) in enumerate(ASKED):
        tried = [plan(engine, held, number).steps_counted for held in (one, ten)]
        spent = [seconds(lambda held=held, number=number: plan(engine, held, number)) for held in (one, ten)]
        worse = tried[1] / tried[0] > more / rows or spent[1] / spent[0] > _CACHES * more / rows
        bad += worse
        print(
            f"{goal} {asked['gpus']}: {tried[0]} rows tried, {tried[1]} ({tried[1] / tried[0]:.1f} times); "
            f"{spent[0] * 1000:.1f} ms, {spent[1] * 1000:.1f} ms ({spent[1] / spent[0]:.1f} times){'  GROWS FASTER' if worse else ''}"
        )
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
