"""What conditions mean, one example a rule."""

from __future__ import annotations

import itertools

import pytest

from kbtui.conditions import UNKNOWN, Outcome, parse
from kbtui.machine.facts import Fact, Facts

T, F, U = "driver.installed", "driver.module_loaded", "secure_boot.enabled"
VALUE = {T: True, F: False, U: UNKNOWN}


def store(**values: object) -> Facts:
    """Facts by name, `_` for the dot; None is absent."""
    facts = Facts([Fact(name=T, value=True), Fact(name=F, value=False)])
    for name, value in values.items():
        state = "absent" if value is None else "known"
        facts.add(Fact(name=name.replace("__", "."), state=state, value=value))
    return facts


def cards(complete: bool, *models: str) -> Facts:
    facts = store()
    facts.list_scope("gpu", [], complete=complete)
    for i, model in enumerate(models):
        state = "known" if model else "unknown"
        facts.add(Fact(name="gpu.model", entity=f"0000:0{i}:00.0", state=state, value=model or None))
    return facts


def truth(source: str, facts: Facts | None = None) -> object:
    return parse(source).evaluate(facts or store()).truth


@pytest.mark.parametrize(("a", "b"), list(itertools.product((T, F, U), repeat=2)))
def test_kleene_tables(a, b):
    both, either = {VALUE[a], VALUE[b]}, {VALUE[a], VALUE[b]}
    assert truth(f"{a} and {b}") is (False if False in both else UNKNOWN if UNKNOWN in both else True)
    assert truth(f"{a} or {b}") is (True if True in either else UNKNOWN if UNKNOWN in either else False)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (f"not {T}", False),
        (f"not {F}", True),
        (f"not {U}", UNKNOWN),
        ("true", True),
        ("False", False),
        (f"{T} == true", True),
        (f"{F} != false", False),
        ("1 < 2 <= 2 < 3", True),
        ("1 < 3 < 2", False),
        ("2 + 2 * 2 == 6", True),
        ("(2 + 2) * 2 == 8", True),
        ("7 / 2 == 3.5", True),
        ("1 - -1 == 2", True),
        ("1 / 0 == 1", False),
        ("1 / 0 != 1", False),
        ("\n  driver.installed\n  and true\n", True),
    ],
)
def test_plain(source, expected):
    assert truth(source) is expected


@pytest.mark.parametrize(
    "source",
    [
        "psu.watts == 500",
        "psu.watts != 500",
        "psu.watts > 1",
        "psu.watts + 1 < 9",
        'os.id not in ["arch"]',
        "iommu.enabled",
        'os.id != "arch"',
        '"x" not in os.id',
        "known(os.id)",
        "79 not in xid.codes",
        "psu.watts == psu.watts",
        "psu.watts < ram.total_gib",
    ],
)
@pytest.mark.parametrize("state", ["absent", "not_applicable"])
def test_a_comparison_with_something_absent_is_false(source, state):
    facts = Facts(Fact(name=n, state=state) for n in ("psu.watts", "os.id", "xid.codes", "iommu.enabled"))
    assert truth(source, facts) is False
    assert truth(f"not ({source})", facts) is True


def test_absent_and_known_are_opposites_that_wait_for_a_look():
    assert truth("absent(os.id)", store(os__id=None)) is True
    assert truth("absent(os.id)", store(os__id="arch")) is False
    assert truth("known(os.id)", store(os__id="arch")) is True
    assert truth("known(os.id)") is truth("absent(os.id)") is UNKNOWN


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('os.id == "UBUNTU"', True),
        ('os.id in ["arch", "Ubuntu"]', True),
        ('"bunt" in os.id', True),
        ('"arch" not in os.id', True),
        ("79 in xid.codes", True),
        ("48 in xid.codes", False),
        ('"NVIDIA" in machine.gpu_vendors_ever', True),
        ('driver.version < version("550.9")', False),
        ('driver.version == "550.120.0"', True),
        ('driver.version in ["550.120", "1.0"]', True),
        ("driver.version in driver.versions_installed", True),
        ("driver.version > 550", False),
        ("driver.version == 550", True),
        ("driver.version in [550, 470]", True),
        ("driver == 550", True),
        ('driver.version in [version("550.120")]', True),
        ("driver.version < 551", True),
        ('firmware.date < "2023-01"', True),
        ("gpus.count * 2 > 3", True),
        ("gpus.count in [1, 2]", True),
    ],
)
def test_types(source, expected):
    facts = store(
        os__id="ubuntu",
        xid__codes=[79, 31],
        machine__gpu_vendors_ever=["nvidia"],
        gpus__count=2,
        driver__version="550.120",
        firmware__date="2022-08-01",
    )
    facts.add(Fact(name="driver.versions_installed", value=["550.120", "linux-modules"]))
    assert truth(source, facts) is expected


def test_any_all_and_count_over_a_complete_list():
    facts = cards(True, "RTX 4090", "Tesla K80", "")
    some = parse('any(gpu, "4090" in gpu.model)').evaluate(facts)
    assert (some.truth, some.members) == (True, ("0000:00:00.0",))
    assert [f.value for f in some.used] == ["RTX 4090"]
    every = parse('all(gpu, "4090" in gpu.model)').evaluate(facts)
    assert (every.truth, every.members) == (False, ("0000:01:00.0",))
    counted = parse('count(gpu, "4090" in gpu.model) == 1').evaluate(facts)
    assert counted == Outcome(UNKNOWN, frozenset({("gpu.model", "0000:02:00.0")}))
    counted = parse('count(gpu, "4090" in gpu.model) == 1').evaluate(cards(True, "RTX 4090", "Tesla K80"))
    assert (counted.truth, counted.members) == (True, ("0000:00:00.0",))


def test_one_lost_card_hides_nothing():
    assert truth('any(gpu, "4090" in gpu.model)', cards(True, "", "RTX 4090")) is True
    assert truth('all(gpu, "4090" in gpu.model)', cards(True, "", "RTX 3090")) is False


def test_over_an_empty_and_an_unknown_list():
    for source in ("any(gpu, gpu.lost)", "all(gpu, gpu.lost)", "count(gpu, gpu.lost) > 0"):
        assert truth(source, cards(True)) is False
        assert parse(source).evaluate(cards(False)) == Outcome(UNKNOWN, frozenset({("gpu", "")}))
    assert truth("count(gpu, true) == 0", cards(True)) is True


def test_the_whole_of_any_is_about_one_card():
    facts = cards(True, "A", "B")
    for i, hot, lost in ((0, 90, False), (1, 40, True)):
        facts.add(Fact(name="gpu.temperature", entity=f"0000:0{i}:00.0", value=hot))
        facts.add(Fact(name="gpu.lost", entity=f"0000:0{i}:00.0", value=lost))
    assert truth("any(gpu, gpu.temperature > 80 and gpu.lost)", facts) is False
    assert truth("any(gpu, gpu.temperature > 80) and any(gpu, gpu.lost)", facts) is True


def test_what_decided_is_told_and_what_did_not_is_left_out():
    out = parse(f'{F} and {U} and os.id == "x"').evaluate(store(os__id="x"))
    assert out.is_false and [f.name for f in out.used] == [F]
    out = parse(f"{U} and {T} and psu.watts > 5").evaluate(store())
    assert out.is_unknown and out.lacked == {(U, ""), ("psu.watts", "")} and out.used == ()


def test_a_condition_says_what_it_reads():
    condition = parse('(module_loaded or absent(driver)) and any(gpu, "x" in gpu.name and iommu.enabled)')
    assert condition.facts == {"driver.module_loaded", "driver.version", "gpu.model", "iommu.enabled"}
    assert condition.scopes == {"gpu"} and condition.reads == condition.facts | {"gpu"}
    assert condition.source.startswith("(module_loaded")
