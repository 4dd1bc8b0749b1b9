"""Cards by name: count, memory, what the reader knows of the very card, and names that there are not."""

import pytest

from kbtui.errors import InputError
from kbtui.machine.facts import Facts
from kbtui.machine.given import fact_from
from kbtui.planner import cards
from kbtui.planner.cards import Plug
from kbtui.planner.rows import Dated


@pytest.fixture
def dated(tables):
    return Dated(tables)


@pytest.mark.parametrize(
    ("asked", "count", "name"),
    [
        ("RTX 4090", 1, "GeForce RTX 4090"),
        ("4x RTX 3090", 4, "GeForce RTX 3090"),
        ("NVIDIA GeForce GTX 1080", 1, "GeForce GTX 1080"),
        ("gtx 770 4gb", 1, "GeForce GTX 770 4 GB"),
        ("GTX1080Ti", 1, "GeForce GTX 1080 Ti"),
    ],
)
def test_a_card_is_found_however_it_is_spelt(dated, asked, count, name):
    found = cards.find(dated, asked)
    assert (found[0], found[1].name) == (count, name)


def test_a_name_with_two_memory_sizes_leaves_the_memory_open(dated):
    assert cards.find(dated, "GTX 770")[1].vram_gib is None
    assert list(cards.find(dated, "GTX 770")[1].sizes) == [2, 4]
    assert cards.find(dated, "GTX 770 4GB")[1].vram_gib == 4


@pytest.mark.parametrize(
    ("asked", "said"),
    [("GTX 770 3GB", "2 GB or 4 GB"), ("RTX 4090 Super", "did you mean"), ("GTX 906", "GTX"), ("Voodoo 2", "no table knows the card 'Voodoo 2'")],
)  # fmt: skip
def test_a_card_that_there_is_not(dated, asked, said):
    with pytest.raises(InputError, match=said):
        cards.find(dated, asked)


def test_a_card_of_later_is_refused_with_its_date(tables):
    with pytest.raises(InputError, match="2020-09"):
        cards.find(Dated(tables, "2020-08"), "RTX 3090")
    assert cards.find(Dated(tables, "2020-09"), "RTX 3090")[0] == 1


@pytest.mark.parametrize(
    ("text", "plugs"),
    [
        ("1x 6-pin + 1x 8-pin", [Plug("6-pin", 1), Plug("8-pin", 1)]),
        ("2x 8-pin EPS", [Plug("8-pin EPS", 2)]),
        ("16-pin", [Plug("16-pin", 1)]),
        ("none", []),
        ("", None),
        ("three of them", None),
    ],
)
def test_plugs_out_of_text(text, plugs):
    assert cards.plugs_of(text) == plugs


def test_what_the_reader_states_of_the_card_goes_before_the_table(dated):
    stated = (
        "gpu.length_mm=229",
        "gpu.plugs=1x 8-pin",
        "gpu.board_watts=160",
        "gpu.slots=2",
        "gpu.memory_total_mib=4096",
    )
    facts = Facts([fact_from(*s.split("=", 1), "--set") for s in stated])
    _, card = cards.find(dated, "GTX 960")
    own = cards.own(card, facts, "0")
    assert (own.length_mm, own.length_stated, own.watts, own.slots, own.vram_gib) == (229, True, 160, 2, 4)
    assert own.plugs == [Plug("8-pin", 1)]
    assert cards.own(card, Facts(), "0") == card


def test_every_card_of_the_tables_can_be_planned_with(dated, tables):
    for row in tables.rows("gpus"):
        count, card = cards.find(dated, row["name"])
        assert count == 1, row["name"]
        assert card.cc == row.get("cc"), row["name"]
        assert card.architecture, row["name"]
