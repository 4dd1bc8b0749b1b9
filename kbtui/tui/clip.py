"""A command to the clipboard, or, where a terminal has none, into a script that says how to run it."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

from kbtui.errors import InputError
from kbtui.homes import data_home
from kbtui.tui.glyphs import on_console
from kbtui.tui.inert import line

if TYPE_CHECKING:
    from kbtui.tui.app import KbtuiApp


def has_clipboard() -> bool:
    """Whether the terminal may know OSC 52; the Linux console surely does not."""
    return not on_console()


def write_script(text: str) -> Path:
    """The command as a script of the person's own. InputError where it cannot be written."""
    home = data_home()
    if home is None:
        raise InputError("there is no home folder to write it to; set XDG_DATA_HOME")
    path = home / "steps" / f"{time.strftime('%Y%m%d-%H%M%S')}.sh"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
        path.chmod(0o700)
    except OSError as error:
        raise InputError(f"{path} cannot be written: {error.strerror}") from error
    return path


def _short(path: Path | str) -> str:
    """As a person types it: ~ for the home folder, where that needs no quotes."""
    home, said = os.environ.get("HOME", ""), str(path)
    return f"~{said[len(home) :]}" if home and said.startswith(f"{home}/") else said


def copy(app: KbtuiApp, text: str) -> tuple[str, str]:
    """Copy it, or write the script; what to say of that, and its style."""
    if has_clipboard():
        app.copy_to_clipboard(text)
        return app.say("fix.copied", text=line(text, 200)), ""
    try:
        return app.say("fix.script", path=line(_short(write_script(text)), 200)), ""
    except InputError as error:
        return app.say("fix.no_script", why=line(str(error), 200)), "$error"
