"""Plans side by side: what decides first, prices, and who has no price."""

from kbtui.planner import compare

STORY = ("psu.watts=500", "cpu.cores=2", "ram.total_gib=4", "os.id=fedora", "os.version=22")


def story(plan, *columns, **more):
    plans = [plan("train-theano", *STORY, gpus=c, as_of="2015-12") for c in columns]
    return compare.side_by_side("train-theano", plans, list(columns), more.get("prices", {}), more.get("budget"))


def test_the_card_that_the_supply_bears(plan):
    found = story(plan, "GTX 770 4GB", "GTX 960 4GB", prices={"gtx 770 4gb": 1600, "GTX 960 4GB": 1500}, budget=1550)
    assert (found.best, found.decides) == ("GTX 960 4GB", "supply")
    assert found.rows[0] == ["price", "fails: 1600 / 1550 (-50)", "fine: 1500 / 1550 (+50)"]
    assert found.rows[1][0] == "supply"
    assert next(r for r in found.rows if r[0] == "driver for the card")[1:]


def test_the_order_of_the_columns_decides_nothing(plan):
    one = story(plan, "GTX 770 4GB", "GTX 960 4GB")
    other = story(plan, "GTX 960 4GB", "GTX 770 4GB")
    assert (one.best, one.decides) == (other.best, other.decides)
    assert [[r[0], r[2], r[1]] for r in one.rows] == other.rows


def test_two_of_the_same_are_told_apart_by_nothing(plan):
    found = story(plan, "GTX 960 4GB", "GTX 960 4GB")
    assert (found.best, found.decides) == (None, "")


def test_the_price_decides_between_equals(plan):
    found = story(plan, "GTX 960 4GB", "GTX 960 2GB", prices={"GTX 960 4GB": 1500, "GTX 960 2GB": 1200})
    assert found.best == "GTX 960 2GB"


def test_who_has_no_price_is_named(plan):
    found = story(plan, "GTX 770 4GB", "GTX 960 4GB", prices={"GTX 770 4GB": 1}, budget=10)
    assert found.rows[0][2] == "unknown"
    assert found.notes == ["No price for GTX 960 4GB in the price file: the budget was not held against it."]
