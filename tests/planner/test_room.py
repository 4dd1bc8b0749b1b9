"""Case and board: length, slots, lanes, firmware, air."""

import pytest

from kbtui.machine.facts import Facts
from kbtui.machine.given import fact_from
from kbtui.planner import cards, room
from kbtui.planner.machine import Machine
from kbtui.planner.rows import Dated


@pytest.fixture
def fits(tables):
    dated = Dated(tables)

    def placed(gpus, *sets):
        machine = Machine(Facts([fact_from(*s.split("=", 1), "--set") for s in sets]))
        count, card = cards.find(dated, gpus)
        own = cards.own(card, machine.facts, "0")
        return {line.name: line for line in room.lines(machine, [own] * count)}

    return placed


@pytest.mark.parametrize(
    ("have", "own", "state"),
    [("300", None, "fails"), ("304", None, "tight"), ("348", None, "tight"), ("350", None, "fine"),
     ("350", "336", "tight"), ("351", "336", "fine"), ("330", "336", "fails")],
)  # fmt: skip
def test_length_leaves_room_for_partner_cards_unless_the_card_was_measured(fits, have, own, state):
    sets = [f"case.gpu_length_mm={have}", *([f"gpu.length_mm={own}"] if own else [])]
    assert fits("RTX 5090", *sets)["length"].state == state


def test_length_asks_for_the_one_that_is_not_known(fits):
    assert fits("RTX 5090")["length"].fact == "case.gpu_length_mm"
    assert fits("RTX 3090 Ti", "case.gpu_length_mm=330")["length"].fact == "gpu.length_mm"


@pytest.mark.parametrize(
    ("lanes", "state", "prevents"),
    [("16", "fine", "pcie-link-degraded"), ("8", "fine", "pcie-link-degraded"), ("4", "tight", "pcie-slot-lanes-shared"), ("1", "fails", "pcie-x1-riser")],
)  # fmt: skip
def test_lanes(fits, lanes, state, prevents):
    found = fits("RTX 4090", f"board.slot_lanes={lanes}", "board.slot_gen=3")["slot"]
    assert (found.state, found.prevents) == (state, prevents)


def test_several_cards_ask_for_all_lanes_slots_and_air(fits):
    found = fits("4x RTX 3090", "board.slot_lanes=8", "case.gpu_slots=8", "firmware.above_4g=false")
    assert found["slot"].state == "tight"
    assert (found["slots"].state, found["slots"].margin) == ("fails", "-4")
    assert found["Above 4G Decoding"].state == "fails"
    assert found["heat"].state == "tight"
    assert fits("2x RTX 3090", "case.gpu_slots=7")["heat"].state == "fine"
    assert "heat" not in fits("RTX 3090")


def test_a_passive_card_needs_a_servers_air(fits):
    assert fits("Tesla P40", "machine.form=desktop")["air"].state == "fails"
    assert fits("Tesla P40", "machine.form=server")["air"].state == "fine"
    assert fits("Tesla P40")["air"].fact == "machine.form"
    assert "Above 4G Decoding" in fits("Tesla P40")
    assert "air" not in fits("RTX 4090")


def test_resizable_bar_is_told_only_where_it_was_seen(fits):
    assert "Resizable BAR" not in fits("RTX 4090")
    assert fits("RTX 4090", "firmware.resizable_bar=false")["Resizable BAR"].state == "tight"
    assert fits("GTX 1080", "firmware.resizable_bar=false")["Resizable BAR"].state == "fine"


def test_a_module_goes_into_no_slot(fits):
    found = fits("H100 SXM5 80 GB")
    assert list(found) == ["slot"]
    assert found["slot"].state == "unknown"
