"""`kbtui inbox review`: what waits in the inbox, one after the other, one key each."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

from kbtui.commands import inbox as whole
from kbtui.commands import screen
from kbtui.engine import Engine
from kbtui.errors import InputError
from kbtui.team import inbox, keeper
from kbtui.team.inbox import Item

USUAL = "What made it go away, and what would show that it is not this?"
"""Asked back where the keeper types no question."""


def run(engine: Engine, folder: Path, pack: Path, key: Callable[[], str] | None = None) -> int:
    """0. `key` gives one key; left out: the terminal's."""
    if key is None and not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise InputError("a review needs a terminal; `kbtui inbox accept|merge|ask ID` does the same in a script")
    found = inbox.items(folder)
    waiting = [i for i in found if i.note.state in ("open", "asked")]
    if not waiting:
        print("nothing waits in the inbox")
    for group in keeper.groups(engine, waiting):
        for item in group.items:
            whole.show(engine, item, found, pack)
            if not _one(engine, folder, pack, item, group.near, key or one_key):
                return 0
    return 0


def _one(engine: Engine, folder: Path, pack: Path, item: Item, near: list[str], key: Callable[[], str]) -> bool:
    """False where the keeper stops."""
    for number, name in enumerate(near, 1):
        print(screen.clean(f"  {number}  {name}  {engine.title(name, zh=False)}"))
    into = " / 1-3: merge into that one (m: the first)" if near else ""
    print(screen.style(f"a: accept{into} / k: ask back / space: next / q: stop", "bold"), flush=True)
    while True:
        pressed = key()
        if pressed in ("q", "\x03", "\x04", ""):
            return False
        if pressed in (" ", "n"):
            return True
        try:
            if pressed == "a":
                path = keeper.accept(item, pack)
                inbox.settle(folder, item, "accepted", path.stem)
                print(screen.clean(f"wrote {path}"))
                return True
            at = 1 if pressed == "m" else int(pressed) if pressed.isdecimal() else 0
            if 0 < at <= len(near):
                path = keeper.merge(engine.knowledge, item, near[at - 1], pack)
                inbox.settle(folder, item, "merged", near[at - 1])
                print(screen.clean(f"wrote {path}"))
                return True
            if pressed == "k":
                question = input(f"your question (enter: {USUAL}) ").strip() or USUAL
                inbox.ask(folder, item, question)
                return True
        except InputError as error:
            print(screen.clean(str(error)))


def one_key() -> str:
    """One key from the terminal, without enter; "" at its end."""
    import termios
    import tty

    fd = sys.stdin.fileno()
    before = termios.tcgetattr(fd)
    try:
        tty.setcbreak(fd, termios.TCSANOW)  # what was typed ahead counts
        return os.read(fd, 1).decode("ascii", "replace")
    finally:
        termios.tcsetattr(fd, termios.TCSADRAIN, before)
