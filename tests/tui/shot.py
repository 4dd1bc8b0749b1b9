"""Text snapshots: what stands on the screen, cell by cell, without colours; a diff of one can be read.

`KBTUI_UPDATE_SHOTS=1` writes them anew.
"""

from __future__ import annotations

import io
import os
from pathlib import Path

from rich.console import Console
from textual.app import App

SHOTS = Path(__file__).parent / "shots"


def screen_text(app: App) -> str:
    """The whole screen as lines."""
    width, height = app.size
    console = Console(
        width=width, height=height, file=io.StringIO(), force_terminal=True, color_system="truecolor", record=True,
        legacy_windows=False, safe_box=False,
    )  # fmt: skip
    console.print(app.screen._compositor.render_update(full=True, screen_stack=app._background_screens))
    return "\n".join(line.rstrip() for line in console.export_text(styles=False).splitlines()) + "\n"


def check(app: App, name: str) -> None:
    """Hold the screen against the file of this name."""
    file, text = SHOTS / f"{name}.txt", screen_text(app)
    if os.environ.get("KBTUI_UPDATE_SHOTS"):
        SHOTS.mkdir(exist_ok=True)
        file.write_text(text)
    assert text == file.read_text(), f"{name} looks otherwise; KBTUI_UPDATE_SHOTS=1 accepts it"
