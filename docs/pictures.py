"""Draws `docs/pictures/*.svg`: the real program over the recorded machines. `python docs/pictures.py` writes them anew.

Nothing of the machine that draws is in them: its homes are empty folders, and what differs from one drawing to the next is taken out.
"""

from __future__ import annotations

import asyncio
import os
import re
import sys
import tempfile
from html import unescape
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent / "pictures"
SIZE = (110, 34)
FONTS = "'Fira Code', ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace"
CELL = 12.2
"""Width of a cell in Textual's drawing."""


class Picture(NamedTuple):
    """One screen: the stage of the story, and the keys from its case."""

    stage: int
    keys: tuple[str, ...]
    zh: bool = False


PICTURES = {
    "ask": Picture(10, ("enter", *"no x after i installed the driver")),
    "case": Picture(3, ("enter", "s")),
    "evidence": Picture(3, ("enter", "e")),
    "fix": Picture(3, ("enter", "o", "G")),
    "graph": Picture(3, ("enter", "j", "m")),
    "learn": Picture(3, ("enter", "L")),
    "new-node": Picture(3, ("enter", "N", "G", "enter")),
    "ask-zh": Picture(10, ("enter", *"显卡驱动装完黑屏"), zh=True),
    "case-zh": Picture(3, ("enter", "s"), zh=True),
    "fix-zh": Picture(3, ("enter", "o", "G"), zh=True),
}


async def draw(picture: Picture) -> str:
    """The screen as SVG."""
    from kbtui.demo.source import Journey
    from kbtui.engine import Engine
    from kbtui.tui.app import KbtuiApp
    from kbtui.tui.elsewhere import watch
    from kbtui.tui.messages import Opening
    from kbtui.tui.settings import Settings
    from kbtui.tui.words import Words

    journey = Journey(picture.stage, zh=picture.zh)
    say = Words(zh=picture.zh)
    app = KbtuiApp(
        Opening(say, Settings(look=False), Engine.open, lambda tell: watch(journey, tell, 60.0), there=journey)
    )
    async with app.run_test(size=SIZE) as pilot:
        await settle(app, pilot)
        for key in picture.keys:
            await pilot.press(key)
            await settle(app, pilot)
        app.clear_notifications()
        await settle(app, pilot)
        return same(app.export_screenshot(title=f"kbtui{'' if picture.stage == 10 else ' demo'}"))


async def settle(app: object, pilot: object) -> None:
    """Until the machine was looked at, nothing is thought any more and the screen is drawn."""
    for _ in range(3):
        await app.workers.wait_for_complete()  # type: ignore[attr-defined]
        await pilot.pause()  # type: ignore[attr-defined]
        if app.lookout:  # type: ignore[attr-defined]
            await asyncio.to_thread(app.lookout.wait, 20)  # type: ignore[attr-defined]
    await pilot.pause()  # type: ignore[attr-defined]


def same(svg: str) -> str:
    """The same screen as the same bytes, each text as wide as its cells: Textual names its styles by the time, and counts
    a Chinese sign as one cell. No font is loaded from elsewhere."""
    from rich.cells import cell_len

    svg = re.sub(r"terminal-\d+", "kbtui", svg)
    svg = re.sub(r"\s*@font-face \{.*?\}", "", svg, flags=re.DOTALL)
    svg = svg.replace("font-family: Fira Code, monospace", f"font-family: {FONTS}")
    svg = svg.replace(os.environ["HOME"], "/home/you")
    svg = re.sub(r">(?:&#160;)*\d+&#160;s(?:&#160;)*<", ">&#160;now&#160;<", svg)  # how old a fact is

    def wide(found: re.Match[str]) -> str:
        return f'textLength="{CELL * cell_len(unescape(found[2])):g}"{found[1]}>{found[2]}</text>'

    return re.sub(r'textLength="[\d.]+"([^>]*)>([^<]*)</text>', wide, svg)


def main(names: list[str]) -> int:
    """Write the pictures of these names, or all of them."""
    with tempfile.TemporaryDirectory() as home:
        os.environ |= {"TERM": "xterm-256color", "COLORTERM": "truecolor", "TZ": "UTC"}
        for name in ("SSH_CONNECTION", "SSH_TTY", "NO_COLOR", "KBTUI_PACKS"):
            os.environ.pop(name, None)
        HERE.mkdir(exist_ok=True)
        for name in names or list(PICTURES):
            own = str(Path(home) / name)  # no case of another picture
            os.environ |= dict.fromkeys(("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME"), own)
            (HERE / f"{name}.svg").write_text(asyncio.run(draw(PICTURES[name])), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
