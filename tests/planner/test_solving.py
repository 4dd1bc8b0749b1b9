"""The set that is chosen, and what choosing costs."""

import itertools

import pytest

from benchmarks import plan_cost
from benchmarks.plan_cost import Grown
from kbtui.conditions.tables import Tables
from kbtui.conditions.versions import parse_version
from kbtui.planner import builds, cards
from kbtui.planner.rows import Dated
from kbtui.planner.stack import Wish, solve


def wish(dated, card, framework="torch", **more):
    return Wish(framework=framework, cards=(cards.find(dated, card)[1],), **more)


def test_the_cost_grows_no_faster_than_the_rows(engine):
    def counted(times):
        grown = {n: Grown(engine.knowledge.table(n), times) for n in ("wheels", "distros")}
        tables = Tables(lambda n: grown.get(n) or engine.knowledge.table(n), engine.knowledge.ids("table"))
        dated = Dated(tables)
        made = wish(dated, "RTX 4090")
        before = dated.tried
        solve(made, dated)
        return dated.tried - before, sum(len(t.rows) for t in grown.values())

    (one, rows), (ten, more_rows) = counted(1), counted(10)
    assert ten / one <= more_rows / rows


@pytest.mark.parametrize("number", range(len(plan_cost.ASKED)))
def test_a_whole_plan_costs_no_more_than_its_rows(engine, number):
    (one, rows), (ten, more_rows) = plan_cost.tables(engine, 1), plan_cost.tables(engine, 10)
    small, large = (plan_cost.plan(engine, held, number) for held in (one, ten))
    assert large.steps_counted / small.steps_counted <= more_rows / rows
    same = [x for x in large.lines if "copy" not in x.name]
    assert [x.state for x in small.lines] == [x.state for x in same], "more rows of the same change no line"


@pytest.mark.parametrize(
    ("card", "build"),
    [
        ("RTX 5090", "torch 2.15 cu132"),
        ("GTX 1080", "torch 2.15 cu126"),
        ("Tesla V100 PCIe 16 GB", "torch 2.15 cu126"),
        ("Tesla K80", "torch 2.7 cu118"),
        ("RTX 3090", "torch 2.15 cu132"),
    ],
)
def test_the_newest_build_that_runs_on_a_card(tables, card, build):
    dated = Dated(tables, today="2026-11")
    assert solve(wish(dated, card), dated).build["build"] == build


def test_an_old_card_gets_the_last_branch_that_knows_it(tables):
    dated = Dated(tables, today="2026-11")
    assert solve(wish(dated, "GTX 1080"), dated).branch == 580
    assert solve(wish(dated, "Tesla K80"), dated).branch == 470
    assert solve(wish(dated, "RTX 5090"), dated).branch >= 570


def test_python_and_the_c_library_bound_the_build(tables):
    dated = Dated(tables, today="2026-11")
    assert solve(wish(dated, "RTX 3090", python="3.8"), dated).build["version"] == "2.4"
    old = solve(wish(dated, "RTX 3090", glibc="2.17"), dated).build["version"]
    assert parse_version(old) < parse_version("2.7")


def test_what_was_passed_over_says_why(tables):
    dated = Dated(tables, today="2026-11")
    passed = solve(wish(dated, "RTX 4090", driver="535.104.05"), dated).passed
    assert passed[0].startswith("torch 2.15 cu132: CUDA 13.2 needs driver 580.65.06")


@pytest.mark.parametrize("framework", ["torch", "tensorflow", "jax", "cupy"])
def test_every_build_on_every_generation_says_what_its_code_says(tables, framework):
    """An oracle of its own: code of the same major version and no later minor runs; nothing else does without PTX."""
    dated = Dated(tables)
    for row, arch in itertools.product(tables.rows("wheels"), tables.rows("gpu-arch")):
        if row["framework"] != framework:
            continue
        answer = builds.on_card(row, arch["cc"], dated)
        codes = [c for c in (row.get("archs") or "").split() if not c.startswith("ptx")]
        if codes:
            card = tuple(map(int, arch["cc"].split(".")))
            runs = any(next(map(int, c.split("."))) == card[0] and tuple(map(int, c.split("."))) <= card for c in codes)
            assert (answer.runs in ("yes", "partly")) is runs, (row["build"], arch["cc"])
        elif row.get("cc_min") and parse_version(arch["cc"]) < parse_version(row["cc_min"]):
            assert answer.runs == "no"
        assert answer.why


def test_every_cuda_says_the_driver_of_its_release_notes(tables):
    dated = Dated(tables)
    for row in tables.rows("cuda"):
        lowest = row.get("compat_driver") or row["min_driver"]
        drives = builds.on_driver(row["cuda"], lowest, dated)
        assert drives.how in ("full", "minor"), row
        if row.get("min_driver"):
            assert builds.on_driver(row["cuda"], row["min_driver"], dated).how == "full"
        before = f"{parse_version(lowest).numbers[0] - 1}.99"
        assert builds.on_driver(row["cuda"], before, dated).how == "no"


def test_ptx_of_a_newer_cuda_is_not_compiled_by_an_older_driver(tables):
    dated = Dated(tables, today="2026-11")
    made = solve(wish(dated, "RTX 4090", framework="tensorflow", driver="525.60.13"), dated)
    assert made.answer.runs == "yes"
    blackwell = solve(wish(dated, "RTX 5090", framework="tensorflow", driver="570.26"), dated)
    assert blackwell.build is None or blackwell.answer.runs != "yes"
