"""The shape of the screens' code: small files, and nothing of the engine before the first frame."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path

import pytest

import kbtui.tui
from kbtui import cli
from tests.test_shape import lines, loaded_after

ROOT = Path(kbtui.tui.__file__).parent


def test_no_file_is_long():
    assert {f.name: lines(f) for f in ROOT.rglob("*") if f.suffix in (".py", ".tcss") and lines(f) > 300} == {}


def test_the_first_frame_needs_no_engine():
    loaded = loaded_after("import kbtui.tui.start\nfrom kbtui.tui.places import make\nmake('ask')")
    assert (
        not {"kbtui.engine", "kbtui.kb.knowledge", "kbtui.machine.sweep", "msgspec", "re2", "rapidfuzz", "sqlite3"}
        & loaded
    )


def test_every_place_can_be_made():
    from kbtui.tui.places import PLACES

    for module, name in PLACES.values():
        assert hasattr(__import__(f"kbtui.tui.screens.{module}", fromlist=[name]), name)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("argv", "opened"),
    [
        ([], ("", None, False)),
        (["no X after the driver"], ("no X after the driver", None, False)),
        (["--lang", "zh"], ("", "zh", False)),
        (["black", "screen", "--lang=en"], ("black screen", "en", False)),
        (["--calm", "black screen"], ("black screen", None, True)),
    ],
)
def test_a_terminal_opens_the_screens(argv, opened, monkeypatch):
    from kbtui.tui import start

    calls = []
    monkeypatch.setattr(start, "run", lambda text, lang, calm: calls.append((text, lang, calm)) or 0)
    monkeypatch.setattr(sys, "stdin", Terminal())
    monkeypatch.setattr(sys, "stdout", Terminal())
    monkeypatch.setitem(os.environ, "TERM", "xterm")
    assert cli.main(argv) == 0 and calls == [opened]


def test_a_pipe_and_a_command_stay_plain(monkeypatch, capsys):
    from kbtui.tui import start

    monkeypatch.setattr(start, "run", lambda *_: pytest.fail("the screens were opened"))
    assert cli.main(["Key was rejected by service", "--no-live"]) == 0
    assert "1." in capsys.readouterr().out
    assert cli.main(["--calm", "--lang", "zh", "Key was rejected by service"]) == 0
    assert "下一步" in capsys.readouterr().out
    monkeypatch.setattr(sys, "stdin", Terminal())
    monkeypatch.setattr(sys, "stdout", out := Terminal())
    assert cli.main(["show", "nouveau-conflict"]) == 0 and "nouveau" in out.getvalue()
