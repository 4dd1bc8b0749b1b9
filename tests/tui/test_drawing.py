"""The drawing: layers run to the right, nothing overlaps, every line joins what it should, titles fit their boxes."""

from __future__ import annotations

import re
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from rich.cells import cell_len

from kbtui.kb.near import Edge, Near
from kbtui.tui.drawing import grid, page
from kbtui.tui.drawing.place import place

FONT = set("─│┌┐└┘├┤┬┴┼═║╔╗╚╝╠╣╦╩╬╒╓╕╖╘╙╛╜╞╟╡╢╤╥╧╨╪╫")


def near(*edges: str) -> Near:
    """`a>b` is a cause, `a=b` what a fix opens."""
    made = [Edge(e[0], e[-1], "cause" if ">" in e else "leads_to") for e in edges]
    return Near(edges[0][0], list(dict.fromkeys(n for e in made for n in (e.start, e.end))), made, 0)


def faces(part: Near, title: str = "") -> dict[str, grid.Face]:
    return {n: grid.Face(title or f"Problem {n}", "12%", "fix") for n in part.nodes}


def text_of(drawing: grid.Drawing) -> str:
    return "\n".join("".join(c.text for c in row).rstrip() for row in drawing.rows)


GRAPHS = [("a>b",), ("a>b", "a>c", "b>d", "c>d"), ("a>b", "b>c", "a>c", "c=a"), ("a>b", "a>c", "a>d", "e>d", "d>f", "a>f", "f=e", "b=c")]  # fmt: skip


@pytest.mark.parametrize("edges", GRAPHS)
def test_boxes_stand_apart_and_lines_run_to_the_right(edges):
    part = near(*edges)
    placed = place(part)
    layer = {i.key: i.layer for items in placed.layers for i in items}
    for items in placed.layers:
        for above, below in pairwise(items):
            assert placed.top[above.key] + above.height <= placed.top[below.key]
    assert all(layer[link.end] == layer[link.start] + 1 for link in placed.links)
    assert {e for link in placed.links for e in link.edges} == set(part.edges)


@pytest.mark.parametrize("edges", GRAPHS)
def test_the_signs_are_those_of_the_console(edges):
    part = near(*edges)
    drawing = grid.draw(place(part), faces(part), part.center)
    assert {c for c in text_of(drawing) if not c.isascii()} <= FONT
    assert {cell_len("".join(c.text for c in row)) for row in drawing.rows} == {drawing.width}


SMALL = """\
                                 ┌──────────────────────────┐
                             ┌──>│Problem b                 │
╔══════════════════════════╗ │   │                          │
║Problem a                 ║ │   └ 12% ──────────────── fix ┘
║                          ║─┤   ┌──────────────────────────┐
╚ 12% ════════════════ fix ╝ └──>│Problem c                 │
                                 │                          │
                                 └ 12% ──────────────── fix ┘"""


def test_a_small_drawing_is_what_one_expects():
    part = near("a>b", "a>c")
    assert text_of(grid.draw(place(part), faces(part), "a")) == SMALL


def test_a_way_back_ends_in_a_mark():
    part = near("a>b", "b=a")
    drawing = grid.draw(place(part), faces(part), "a", "^")
    x, y, _, _ = drawing.places["b>back>a"]
    row = text_of(drawing).split("\n")[y]
    assert row[x - 3 :].startswith("══>^ Problem a")


def test_lines_that_cross_do_not_look_joined():
    part = near("a>d", "b>c", "a>c")
    drawing = grid.draw(place(part), faces(part))
    for row in drawing.rows:
        for cell in row:
            if cell.text in "┼├┤┬┴" and cell.edges:
                assert len({e.start for e in cell.edges}) == 1 or len({e.end for e in cell.edges}) == 1


@pytest.mark.parametrize(
    ("title", "lines"),
    [
        ("short", ["short", ""]),
        ("the driver does not fit the kernel", ["the driver does", "not fit the.."]),
        ("显卡驱动装好以后风扇一直狂转", ["显卡驱动装好以", "后风扇一直狂转"]),
        ("averyveryverylongwordwithoutspaces", ["averyveryverylo", "ngwordwithous.."]),
    ],
)
def test_titles_are_folded_to_the_box(title, lines):
    made = grid.folded(title, 15, 2)
    assert [cell_len(line) <= 15 for line in made] == [True, True] and made[0] == lines[0]


def test_the_page_is_whole_escaped_and_loads_nothing():
    part = near("a>b", "b>c", "a>c", "c=a")
    drawing = page.svg(place(part), faces(part, '<script>alert("x")</script>'), "a", "T & <T>")
    assert len(ElementTree.fromstring(drawing).findall("{http://www.w3.org/2000/svg}rect")) == 3
    whole = page.html(drawing, "T & <T>", [page.Entry("<b>", "it's <i>")], "zh")
    assert "<script" not in whole and "<b>" not in whole and 'lang="zh"' in whole
    assert not re.findall(r"(?:src|href)=|@import|url\(", whole)
