"""Where you came from and how deep you are: what you said, then every problem dived into."""

from __future__ import annotations

from rich.cells import cell_len

from kbtui.tui.app import app_of
from kbtui.tui.glyphs import glyphs
from kbtui.tui.inert import line
from kbtui.tui.widgets.lines import Line
from kbtui.tui.words import Words


class StackLine(Line):
    """The middle is left out where the line is too narrow; the depth never is."""

    def __init__(self, say: Words) -> None:
        super().__init__(id="stack")
        self._say = say

    def follow(self, text: str, titles: list[str], place: str = "") -> None:
        """The case's text, the titles on the stack, and the screen's own name."""
        said = line(text, 200) or line(app_of(self).where, 100) or self._say("case.checked")
        steps = [said, *titles, *([place] if place else [])]
        depth = f"  {self._say('stack.depth', depth=len(titles))} "
        room = max(20, self.app.size.width - cell_len(depth) - 2)
        joint = f" {glyphs().deeper} "
        shown = joint.join(_fitted(steps, room, cell_len(joint)))
        self.show((f" {shown}", "bold"), (depth, "dim"))


def _fitted(steps: list[str], room: int, joint: int) -> list[str]:
    """The last step whole as far as it goes, the others cut to share what is left."""
    last = cut(steps[-1], max(12, room * 2 // 3) if len(steps) > 1 else room)
    left = room - cell_len(last) - joint * (len(steps) - 1)
    each = left // max(1, len(steps) - 1)
    if len(steps) > 1 and each < 8:
        return _fitted([steps[0], "...", steps[-1]], room, joint) if len(steps) > 3 else ["...", last]
    return [*(cut(s, each) for s in steps[:-1]), last]


def cut(text: str, cells: int) -> str:
    """The text in at most so many cells; what is cut ends in dots."""
    if cell_len(text) <= cells:
        return text
    out, used = "", 0
    for char in text:
        used += cell_len(char)
        if used > cells - 3:
            break
        out += char
    return out + "..."
