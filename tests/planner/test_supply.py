"""Power: rated watts, peaks, plugs, age, the wall."""

import pytest
from msgspec.structs import replace

from kbtui.machine.facts import Facts
from kbtui.machine.given import fact_from
from kbtui.planner import cards, supply
from kbtui.planner.cards import Plug
from kbtui.planner.machine import Machine
from kbtui.planner.rows import Dated


@pytest.fixture
def dated(tables):
    return Dated(tables)


def power(dated, gpus, *sets):
    count, card = cards.find(dated, gpus)
    machine = Machine(Facts([fact_from(*s.split("=", 1), "--set") for s in sets]))
    return {line.name: line for line in supply.lines(machine, [card] * count, dated)}


def test_the_first_card_asks_for_a_supply_the_others_add_their_board_power(dated):
    _, card = cards.find(dated, "RTX 3090")
    assert supply.needed([card])[0] == 750
    assert supply.needed([card] * 4) == (
        1800, "NVIDIA asks for 750 W with one GeForce RTX 3090; the other 3 add their board power, 1050 W")  # fmt: skip
    assert supply.needed([replace(card, system_watts=None)]) == (None, "")


def test_a_card_without_a_stated_supply_is_reckoned_with_the_processor(dated):
    _, card = cards.find(dated, "Tesla P40")
    assert card.system_watts is None
    assert power(dated, "Tesla P40")["supply"].fact == "cpu.watts"
    found = power(dated, "Tesla P40", "cpu.watts=65", "psu.watts=500")["supply"]
    assert found.requirement == f"at least {-(-(250 + 65 + 75) * 10 // 8)} W rated"
    assert found.state == "fine"
    assert "assumed: 75 W for the rest" in found.origin


@pytest.mark.parametrize(
    ("sets", "state", "margin"),
    [
        (("psu.watts=1000", "psu.atx=3.1"), "fine", "+425 W"),  # 2000 of 3 x 450 + 150 + 75
        (("psu.watts=750", "psu.atx=3.0"), "tight", "-75 W"),
        (("psu.watts=1000", "psu.atx=3.0", "psu.plugs=4x 8-pin"), "tight", "-75 W"),  # without 12VHPWR 150 % is asked
        (("psu.watts=1000", "psu.atx=2.52"), "tight", "-575 W"),
        (("psu.watts=1600",), "fine", "+25 W"),  # bears it by its rating alone
    ],
)
def test_peaks_by_what_the_guide_asks_of_a_supply(dated, sets, state, margin):
    found = power(dated, "RTX 4090", *sets)["peaks"]
    assert (found.state, found.margin) == (state, margin)
    assert found.requirement == "bears peaks of 1575 W for 100 microseconds"


def test_peaks_ask_for_the_version_only_where_it_decides(dated):
    assert power(dated, "RTX 4090")["peaks"].fact == "psu.watts"
    assert power(dated, "RTX 4090", "psu.watts=1000")["peaks"].fact == "psu.atx"
    assert "peaks" not in power(dated, "GTX 1080 Ti", "psu.watts=600"), "old cards drew none that was told"
    assert "peaks" not in power(dated, "RTX 3060 12 GB"), "small cards draw small ones"


@pytest.mark.parametrize(
    ("plugs", "have", "missing"),
    [
        ([Plug("6-pin", 1), Plug("8-pin", 1)], ["2x 8-pin"], ""),  # an 8-pin (6+2) serves a 6-pin socket
        ([Plug("8-pin", 2)], ["1x 8-pin", "2x 6-pin"], "1x 8-pin"),
        ([Plug("8-pin", 2)], ["none"], "2x 8-pin"),
        ([Plug("16-pin", 1)], ["3x 8-pin"], ""),
        ([Plug("16-pin", 1)], ["2x 8-pin"], "1x 8-pin for the 16-pin adapter"),
        ([Plug("8-pin EPS", 1)], ["3x 8-pin"], ""),
        ([], ["none"], ""),
    ],
)
def test_what_lacks_of_the_plugs(dated, plugs, have, missing):
    _, card = cards.find(dated, "RTX 4090")
    assert supply.missing_plugs([replace(card, plugs=plugs)], have, dated) == missing


def test_a_card_that_the_slot_feeds_needs_no_plug(dated):
    found = power(dated, "GeForce GT 1030")["plugs"]
    assert (found.state, found.requirement) == ("fine", "no plug: the slot gives 75 W")


@pytest.mark.parametrize(("years", "state"), [("2", "fine"), ("6", "tight"), ("12", "fails")])
def test_an_old_supply(dated, years, state):
    assert power(dated, "GTX 960", f"psu.age_years={years}")["supply age"].state == state


def test_the_wall_is_asked_only_where_no_household_circuit_is_sure(dated):
    assert power(dated, "RTX 4090")["mains"].state == "fine"
    assert power(dated, "4x RTX 3090")["mains"].fact == "mains.volts"
    assert power(dated, "4x RTX 3090", "mains.volts=230")["mains"].fact == "mains.amps"
    assert power(dated, "4x RTX 3090", "mains.volts=230", "mains.amps=16")["mains"].state == "fine"


def test_a_module_has_no_supply_of_its_own(dated):
    assert power(dated, "H100 SXM5 80 GB") == {}
