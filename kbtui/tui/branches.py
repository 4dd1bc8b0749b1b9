"""Branches of the tree as rows to draw: bar, share, title, and in words what the bar cannot say."""

from __future__ import annotations

from collections.abc import Callable

from kbtui.tui.glyphs import Glyphs, bar, percent
from kbtui.tui.inert import line
from kbtui.tui.tree import SHOWN, Branch
from kbtui.tui.widgets.rows import Part, Row
from kbtui.tui.words import Words

SEPARATOR = "\x1f"
"""Joins a path into a row's key."""


def row(branch: Branch, title: Callable[[str], str], say: Words, signs: Glyphs, cells: int) -> Row:
    """One branch as a row."""
    key = SEPARATOR.join(branch.path)
    indent = (" " * 2 * branch.depth, "")
    if branch.status == "more":
        text = say("tree.more", count=branch.hidden, share=percent(branch.share).strip())
        return Row(key, (indent, (f"{signs.shut} ", "dim"), (text, "dim")))
    fold = {"open": signs.open, "shut": signs.shut, "": signs.leaf}[branch.fold]
    name = title(branch.id)
    if branch.status in ("out", "closed"):
        why = say(f"tree.{branch.status}") + (f": {line(branch.reason, 120)}" if branch.reason else "")
        return Row(key, (indent, (f"{signs.out} ", ""), (f"{name}  ", ""), (f"({why})", "")), faded=True)
    if branch.status in ("again", "cycle"):
        mark = signs.again if branch.status == "again" else signs.cycle
        return Row(key, (indent, (f"{mark} ", "dim"), (name, ""), (f" ({say(f'tree.{branch.status}')})", "dim")))
    sure: Part = (f"{signs.sure} ", "good") if branch.status == "sure" else ("", "")
    return Row(
        key,
        (
            indent,
            (f"{fold} ", "dim"),
            (bar(branch.share, cells, signs), "accent"),
            (f" {percent(branch.share)} ", "strong"),
            sure,
            (name, ""),
        ),
        faded=branch.share < SHOWN,
    )
