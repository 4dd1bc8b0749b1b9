"""Combinations from public threads: the planner's rules must say of each what the people saw."""

from pathlib import Path

import pytest
import yaml

from kbtui.conditions.versions import parse_version
from kbtui.planner import builds, cards, checks, stack
from kbtui.planner.rows import Dated

DATA = yaml.safe_load((Path(__file__).parent / "combinations.yaml").read_text())
CASES = [(kind == "good", case) for kind in ("good", "bad") for case in DATA[kind]]


def refused(case: dict, dated: Dated) -> str:
    """Why the planner says that a combination does not go together; "" where it says that it does."""
    card = cards.find(dated, case["card"])[1] if "card" in case and "cc" not in case else None
    cc = case.get("cc") or (card.cc if card else None)
    if "toolkit" in case:
        return refused_toolkit(case, cc, dated)
    driver = case.get("driver") or (dated.row("cuda", case["driver_of"])["min_driver"] if "driver_of" in case else None)
    build = dated.row("wheels", case["build"]) if "build" in case else None
    assert build is not None or "build" not in case, f"no row {case['build']}"
    if "archs" in case:
        build = {"framework": "torch", "archs": case["archs"], "cuda": case["cuda"]}
    if build is None:
        return refused_driver(card, driver, case.get("flavour"), dated)
    wish = stack.Wish(framework=build["framework"], cards=(), python=case.get("python"), glibc=case.get("glibc"))
    why = stack.refused_by_system(build, wish, stack.Stack())
    if not why and cc:
        answer = builds.on_card(build, cc, dated)
        why = answer.why if answer.runs == "no" else ""
    if not why and driver:
        drives = builds.on_driver(build["cuda"], driver, dated, windows=case.get("windows", False))
        why = f"driver {drives.lowest} is needed" if drives.how == "no" else ""
    return why or (
        refused_driver(card, driver, case.get("flavour"), dated) if card and driver and "windows" not in case else ""
    )


def refused_driver(card, driver: str, flavour: str | None, dated: Dated) -> str:
    branch = parse_version(driver).numbers[0]
    lines = checks.driver_for_card([card], stack.Stack(branch=branch, driver=driver), dated)
    failing = [line.requirement for line in lines if line.state == "fails"]
    if flavour and flavour != checks.flavour([card], branch)[0] and checks.must([card]):
        failing.append(f"the {flavour} module")
    return "; ".join(failing)


def refused_toolkit(case: dict, cc: str | None, dated: Dated) -> str:
    wish = stack.Wish(framework="theano", cards=(), gcc=case.get("gcc"))
    source = {"framework": "theano", "source": "true"}
    row = dated.row("cuda", case["toolkit"])
    if cc and parse_version(cc) > parse_version(row["cc_max"]):
        return "its nvcc does not know the card"
    return stack.toolkit_refuses(row, wish, case.get("gcc"), None, stack.Stack(build=source), dated)


@pytest.mark.parametrize(
    ("good", "case"), CASES, ids=lambda c: c["url"].rpartition("github.com/")[2] if isinstance(c, dict) else str(c)
)
def test_a_combination_comes_out_as_people_saw_it(good, case, tables):
    why = refused(case, Dated(tables))
    assert (why == "") is good, f"{case}: {why or 'said to work'}"


def test_there_are_enough_of_both_and_each_names_its_thread():
    assert len(DATA["good"]) >= 60
    assert len(DATA["bad"]) >= 60
    assert all(c["url"].startswith("https://") for c in DATA["good"] + DATA["bad"])
