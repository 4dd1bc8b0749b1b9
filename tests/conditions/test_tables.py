"""Tables: found rows, typed cells, and what is answered where there is none."""

from __future__ import annotations

import pytest

from kbtui.conditions import UNKNOWN, Tables, Version, parse
from kbtui.conditions.tables import Cell, convert
from kbtui.errors import ConditionError
from kbtui.kb.nodes import Table
from kbtui.machine.facts import Fact, Facts

CARDS = Table(
    title="cards",
    key="name",
    types={"name": "text", "watts": "int", "gib": "float", "cc": "version", "open": "bool", "family": "text"},
    rows=[  # the last one is spoilt on purpose
        {"name": "GeForce RTX 4090", "watts": "450", "gib": "24", "cc": "8.9", "open": "true", "family": "Ada"},
        {"name": "Tesla K80", "watts": "300", "gib": "11.5", "cc": "3.7", "open": "false", "family": "Kepler"},
        {"name": "Odd", "watts": "a lot", "gib": None, "cc": "?", "open": "perhaps"},
    ],
)
TOOLKITS = Table(
    title="toolkits",
    key="cuda",
    types={"cuda": "version", "gcc": "int"},
    rows=[
        {"cuda": "12", "gcc": "1"},
        {"cuda": "12.4", "gcc": "13"},
        {"cuda": "12.4.1", "gcc": "14"},
        {"cuda": "11.0", "gcc": "9"},
    ],
)
XIDS = Table(
    title="xids",
    key="xid",
    types={"xid": "int", "meaning": "text"},
    rows=[{"xid": "79", "meaning": "gone"}],
)
ALL = {"cards": CARDS, "toolkits": TOOLKITS, "xids": XIDS}


@pytest.fixture
def tables() -> Tables:
    return Tables(ALL.__getitem__, ALL)


@pytest.mark.parametrize(
    ("key", "column", "value"),
    [
        ("GeForce RTX 4090", "watts", 450),
        ("geforce  rtx 4090 ", "gib", 24.0),
        ("TESLA K80", "open", False),
        ("Tesla K80", "cc", Version("3.7")),
        ("Tesla K80", "family", "Kepler"),
    ],
)
def test_cells_are_typed(tables, key, column, value):
    assert tables.lookup("cards", key, column) == Cell(value)


@pytest.mark.parametrize(
    ("key", "gcc"),
    [
        ("12.4", 13),
        ("12.4.0", 13),
        ("12.4.1", 14),
        ("12.4.131", 13),
        ("12.4.1.5", 14),
        ("12.9", 1),
        ("12", 1),
        ("11", 9),
        ("11.0.3", 9),
        (Version("12.4.99"), 13),
    ],
)
def test_the_longest_beginning_of_a_version_finds_its_row(tables, key, gcc):
    assert tables.lookup("toolkits", key, "gcc") == Cell(gcc)


@pytest.mark.parametrize("key", ["11.1", "10", "none", ""])
def test_no_row(tables, key):
    assert tables.lookup("toolkits", key, "gcc").reason == f"toolkits has no row {key}"


def test_empty_cells_are_absent_and_bad_ones_unknown(tables):
    assert tables.lookup("cards", "Odd", "gib") == Cell(absent=True)
    assert tables.lookup("cards", "Odd", "family") == Cell(absent=True)
    for column in ("watts", "cc", "open"):
        assert f"{column} is no" in tables.lookup("cards", "odd", column).reason
    assert tables.lookup("cards", "odd", "price").reason == "cards has no column price"
    assert tables.lookup("prices", "odd", "price").reason == "there is no table prices"
    assert Tables().lookup("cards", "odd", "gib").reason == "there is no table cards"


def test_a_number_finds_its_row(tables):
    assert tables.lookup("xids", 79, "meaning") == tables.lookup("xids", 79.0, "meaning") == Cell("gone")


def test_a_table_is_loaded_once_and_only_when_used():
    loaded = []
    tables = Tables(lambda name: loaded.append(name) or ALL[name], ALL)
    assert tables.names == set(ALL) and loaded == []
    tables.lookup("cards", "Odd", "gib")
    tables.lookup("cards", "Tesla K80", "gib")
    tables.columns("cards")
    assert loaded == ["cards"]


@pytest.mark.parametrize(
    ("source", "truth"),
    [
        ('table("cards", os.name, "watts") > 400', True),
        ('table("cards", os.name, "cc") >= "8.9"', True),
        ('table("cards", os.name, "cc") >= version("9.0")', False),
        ('table("cards", os.name, "family") == "ada"', True),
        ('table("cards", os.name, "open")', True),
        ('table("cards", os.name, "family") in ["ada", "Hopper"]', True),
        ('"AD" in table("cards", os.name, "family")', True),
        ('table("cards", "odd", "gib") < 5', False),
        ('absent(table("cards", "Odd", "gib"))', True),
        ('table("cards", os.id, "watts") > 400', UNKNOWN),
        ('table("cards", cpu.model, "watts") > 400', False),
        ('table("cards", os.name, "watts") * 2 == 900', True),
        ('table("toolkits", cuda.toolkit.version, "gcc") + 1 == 14', True),
        ('table("cards", os.name, "cc") == 8', True),
        ('table("toolkits", driver.version, "gcc") == 14', UNKNOWN),
        ('table("xids", 79, "meaning") == "gone"', True),
        ('gcc.version > table("toolkits", cuda.toolkit.version, "gcc")', False),
    ],
)
def test_in_conditions_with_and_without_the_tables_at_hand(tables, source, truth):
    facts = Facts(
        [
            Fact(name="os.name", value="GeForce RTX 4090"),
            Fact(name="os.id", value="Voodoo"),
            Fact(name="cpu.model", state="absent"),
            Fact(name="cuda.toolkit.version", value="12.4.99"),
            Fact(name="gcc.version", value="13.2.0"),
        ]
    )
    for condition in (parse(source), parse(source, tables=tables)):
        assert condition.evaluate(facts, tables).truth is truth
        assert len(condition.tables) == 1


def test_an_unknown_cell_is_named(tables):
    facts = Facts([Fact(name="os.id", value="Voodoo")])
    out = parse('table("cards", os.id, "watts") > 1').evaluate(facts, tables)
    assert out.lacked == {("table:cards", "cards has no row voodoo")}


@pytest.mark.parametrize(
    ("source", "column", "said"),
    [
        ('table("crads", os.id, "watts") > 1', 6, "did you mean 'cards'"),
        ('table("cards", os.id, "wats") > 1', 22, "did you mean 'watts'"),
        ('table("cards", os.id, "family") > 1', 34, "cannot compare"),
        ('table("cards", os.id, "watts")', 0, "neither true nor false"),
        ('table("cards", xid.codes, "watts") > 1', 15, "expected a key"),
    ],
)
def test_mistakes_are_found_when_the_tables_are_at_hand(tables, source, column, said):
    with pytest.raises(ConditionError) as caught:
        parse(source, tables=tables)
    assert said in str(caught.value) and caught.value.column == column


def test_convert():
    assert convert("int", "5") == 5 and convert("text", "5") == "5" and convert("float", "5") == 5.0
    with pytest.raises(ValueError, match="yes"):
        convert("bool", "yes")
