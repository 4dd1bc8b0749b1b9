"""The neighbourhood of a problem as something to draw: chosen, named and laid out. Called in a worker."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

from kbtui.diagnosis import case
from kbtui.engine import Engine
from kbtui.errors import CaseError, InputError
from kbtui.kb.near import Near, near
from kbtui.tui.drawing import grid, page
from kbtui.tui.drawing.place import place
from kbtui.tui.glyphs import glyphs, percent
from kbtui.tui.inert import block, line
from kbtui.tui.words import Words

FEW, MANY = 16, 50
"""Problems drawn at first, and at most, in the terminal."""
MOST_ON_A_PAGE = 300


class Sketch(NamedTuple):
    """A part of the graph and how it is drawn."""

    part: Near
    drawing: grid.Drawing
    targets: dict[str, str]
    """Drawn item to its problem."""


def sketch(engine: Engine, center: str, most: int, through: Mapping[str, float], say: Words) -> Sketch:
    """At most `most` problems around one; `through`: the belief that weighs them."""
    part = near(engine.knowledge, center, most, through)
    placed = place(part)
    drawing = grid.draw(placed, _faces(engine, part, through, say), center, glyphs().again)
    targets = {i.key: i.problem for layer in placed.layers for i in layer if i.shape != "lane"}
    return Sketch(part, drawing, targets)


def _faces(engine: Engine, part: Near, through: Mapping[str, float], say: Words) -> dict[str, grid.Face]:
    faces = {}
    for name in part.nodes:
        share = through.get(name, 0.0)
        foot = percent(share).strip() if share > 0 else ""
        end = say("graph.fix") if engine.knowledge.problems[name].has_fix else ""
        faces[name] = grid.Face(line(engine.title(name, zh=say.zh), 200), foot, end)
    return faces


def write_page(engine: Engine, center: str, through: Mapping[str, float], say: Words, case_id: str) -> Path:
    """The larger view as an HTML page and an SVG beside the case; returns the page. InputError where it cannot be written."""
    part = near(engine.knowledge, center, MOST_ON_A_PAGE, through)
    placed = place(part)
    title = line(engine.title(center, zh=say.zh), 200)
    drawing = page.svg(placed, _faces(engine, part, through, say), center, title)
    entries = [_entry(engine, name, say) for name in part.nodes]
    try:
        folder = case.folder()
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{case_id}-{center}.html"
        path.with_suffix(".svg").write_text(drawing, encoding="utf-8")
        path.write_text(page.html(drawing, title, entries, "zh" if say.zh else "en"), encoding="utf-8")
    except (OSError, CaseError) as error:
        raise InputError(str(error)) from error
    return path


def _entry(engine: Engine, name: str, say: Words) -> page.Entry:
    node = engine.knowledge.problem(name)
    summary = (say.zh and node.zh and node.zh.summary) or node.summary
    return page.Entry(line(engine.title(name, zh=say.zh), 200), block(summary).strip())


def ways(engine: Engine, name: str, say: Words, title: Callable[[str], str]) -> list[tuple[str, str]]:
    """Where the edges of a problem go: problem and the words for it, out first."""
    from kbtui.kb.near import edges_of

    words = {
        ("cause", True): "graph.cause",
        ("cause", False): "graph.explains",
        ("leads_to", True): "graph.leads",
        ("leads_to", False): "graph.opened",
    }
    out = []
    for edge in edges_of(engine.knowledge, name):
        other = edge.end if edge.start == name else edge.start
        out.append((other, say(words[edge.kind, edge.start == name], title=title(other))))
    return out
