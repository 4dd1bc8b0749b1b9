"""Tables with the eyes of a day."""

from kbtui.conditions.versions import parse_version
from kbtui.planner import rows
from kbtui.planner.rows import Dated


def test_rows_that_came_out_later_are_left_out(tables):
    then = {r["cuda"] for r in Dated(tables, "2015-12").rows("cuda", "cuda", "cuda")}
    assert then == {"7.0", "7.5"}
    assert {r["build"] for r in Dated(tables, "2015-12").rows("wheels")} == {
        "tensorflow 0.5",
        "tensorflow 0.6",
        "theano 0.7",
    }
    assert len(Dated(tables).rows("cuda")) == len(tables.rows("cuda"))


def test_a_later_day_never_knows_less(tables):
    seen: set = set()
    for day in ("2013-01", "2015-12", "2018-06", "2020-10", "2022-01", "2024-06", "2026-11"):
        dated = Dated(tables, day)
        now = {(t, str(r)) for t in ("cuda", "wheels", "gpus", "distros") for r in dated.rows(t, t, "cuda")}
        assert seen <= now, day
        seen = now


def test_what_has_no_date_did_not_exist_in_the_past(tables):
    assert Dated(tables).existed(None)
    assert not Dated(tables, "2015-12").existed(None)


def test_support_is_over_by_the_day_of_the_plan(tables):
    assert Dated(tables, today="2026-11").over("2024-07-20")
    assert not Dated(tables, today="2024-07").over("2024-07-20")
    assert not Dated(tables, "2023-01", today="2026-11").over("2024-07-20")
    assert not Dated(tables).over("2000-01-01"), "without a day nothing is over"


def test_a_month_that_was_read_in_no_source_is_told(tables):
    dated = Dated(tables, "2021-05")
    assert dated.is_assumed("cuda", "11.3")
    assert not dated.is_assumed("cuda", "7.5")
    assert {r["source"] for r in tables.rows("releases")} == {"archive", "changelog", "assumed"}


def test_every_row_that_is_tried_is_counted(tables):
    dated = Dated(tables)
    dated.rows("cuda")
    dated.row("cuda", "12.4")
    assert dated.tried == len(tables.rows("cuda")) + 1
    assert dated.rows("no-such-table") == []


def test_cells():
    row = {"a": "12.4", "b": "", "c": "7"}
    assert rows.version(row, "a") == parse_version("12.4")
    assert rows.version(row, "b") is None
    assert rows.whole(row, "c") == 7
    assert rows.number(row, "missing") is None
