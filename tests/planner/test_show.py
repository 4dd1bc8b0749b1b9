"""Plans written as Markdown and HTML, and several side by side."""

import re

import pytest

from kbtui.errors import InputError
from kbtui.planner import compare, page, prices, show
from kbtui.planner.words import Words

EN = Words()
SETS = ("gpu.model=RTX 5090", "psu.watts=850", "case.gpu_length_mm=300")


def test_markdown_says_what_fails_first_and_ends_with_the_sources(plan):
    text = show.markdown(plan("train-pytorch", *SETS), EN)
    assert "**This fails: supply, length" in text
    assert text.index("| supply: **FAILS**") < text.index("| plugs: **unknown**")
    assert "- [ ] 1 x GeForce RTX 5090" in text
    assert re.search(r"check: `nvidia-smi", text)
    assert text.rindex("## Where the numbers come from") > text.index("## Install, in this order")


def test_html_is_one_page_that_loads_nothing_and_escapes_what_it_is_given(plan):
    made = page.page(plan("fine-tune", "os.name=<b>x</b>", gpus="RTX 3090", model="llama-3-8b"), EN)
    assert made.startswith("<!doctype html>")
    assert "<b>x</b>" not in made
    assert not re.search(r"<(script|link|img)|src=|@import|url\(", made)
    assert "memory on each card" in made
    assert made.count('type="checkbox"') > 4


def test_a_comparison_puts_the_deciding_line_first(plan):
    columns = ["GTX 770 4GB", "GTX 960 4GB"]
    plans = [plan("train-theano", "psu.watts=500", gpus=c, as_of="2015-12") for c in columns]
    found = compare.side_by_side("train-theano", plans, columns, {}, None)
    assert (found.best, found.decides) == ("GTX 960 4GB", "supply")
    assert found.rows[0][0] == "supply"
    assert found.rows[0][1].startswith("fails")
    assert found.rows[0][2].startswith("fine")
    assert "GTX 960 4GB is the one. What decides: supply." in show.columns_markdown(found, EN)
    assert "<th>GTX 770 4GB</th>" in page.columns_page(found, EN)


def test_the_budget_decides_between_equals_and_a_missing_price_is_said(plan):
    columns = ["RTX 3090", "RTX 4090", "RTX 4080"]
    plans = [plan("fine-tune", gpus=c) for c in columns]
    found = compare.side_by_side("fine-tune", plans, columns, {"RTX 3090": 700, "rtx 4090": 1800}, 1000)
    assert found.rows[0][0] == "price"
    assert found.rows[0][1] == "fine: 700 / 1000 (+300)"
    assert found.rows[0][2] == "fails: 1800 / 1000 (-800)"
    assert found.rows[0][3] == "unknown"
    assert found.decides == "price"
    assert "RTX 4080" in found.notes[0]


def test_a_price_file_is_read_and_a_bad_line_named():
    assert prices.read('RTX 4090, 1800\n"GTX 960 4GB": 199.5 # used\n\n# note\n') == {
        "RTX 4090": 1800,
        "GTX 960 4GB": 199.5,
    }
    with pytest.raises(InputError, match="line 2"):
        prices.read("RTX 4090, 1800\nmany\n")


def test_the_headline_of_a_plan_that_works(plan):
    p = plan(
        "train-theano", "psu.watts=500", "psu.plugs=2x 6-pin", "cpu.cores=8", "ram.total_gib=16", "case.gpu_length_mm=330",
        "board.slot_lanes=16", "os.id=ubuntu", "os.version=14.04", "driver.version=352.63", "torch.cuda_version=7.5",
        gpus="GTX 960 4GB", as_of="2015-12",
    )  # fmt: skip
    assert show.headline(p, EN).startswith("It works"), [x for x in p.lines if x.state in ("fails", "unknown")]
