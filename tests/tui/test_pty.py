"""The real program on a real pseudo-terminal: bytes sent, standard input, a line that breaks, the console's font."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from kbtui.tui.terminal.font import FONT
from tests.tui.pty import Terminal

ROOT = Path(__file__).resolve().parents[2]
KBTUI = [sys.executable, "-m", "kbtui.cli"]
KEY = "modprobe: ERROR: could not insert 'nvidia': Key was rejected by service"


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def env(cache: Path, tmp_path: Path) -> dict[str, str]:
    config = tmp_path / "config" / "kbtui"
    config.mkdir(parents=True)
    (config / "screens.json").write_text('{"look": false}')  # what this machine answers is no part of these tests
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("XDG_", "SSH_", "LC_", "KBTUI", "NO_COLOR"))}
    return kept | {
        "PYTHONPATH": str(ROOT), "TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8",
        "XDG_CACHE_HOME": str(cache), "XDG_RUNTIME_DIR": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path / "config"), "XDG_DATA_HOME": str(tmp_path / "data"),
    }  # fmt: skip


@pytest.fixture
def terminal(env: dict[str, str]) -> Iterator[Terminal]:
    with Terminal(KBTUI, env) as started:
        started.until("Recent cases")
        started.until("No cases yet", 60)
        started.quiet()
        yield started


def cost(terminal: Terminal, keys: str) -> int:
    terminal.forget()
    terminal.press(keys)
    terminal.quiet()
    return terminal.sent


def test_a_key_and_a_redraw_are_small_and_idle_is_silent(terminal):
    assert max(cost(terminal, letter) for letter in "black") <= 2000
    terminal.press(" screen after driver install")
    terminal.quiet()
    terminal.forget()
    terminal.press("\r")
    terminal.until("Next:")
    terminal.quiet()
    assert terminal.sent <= 12_000
    terminal.forget()
    terminal.quiet(2.5, 2.5)
    assert terminal.sent == 0
    before = terminal.screen.text
    assert max(cost(terminal, letter) for letter in "jjk") <= 2000
    assert 1000 < cost(terminal, "\x0c") <= 12_000  # ctrl+l draws all of it
    assert terminal.screen.text != "" and before.split("\n")[0] == terminal.screen.text.split("\n")[0]
    assert max(cost(terminal, keys) for keys in ("l", "h", "e", "\x1b", "?", "\x1b", "p", "\x1b")) <= 12_000
    for columns, rows in ((100, 30), (80, 24)):  # another size: all anew, and what its breakpoints move
        terminal.resize(columns, rows)
        terminal.forget()
        terminal.quiet()
        assert 1000 < terminal.sent <= 12_000 * columns * rows / (80 * 24) and "Next:" in terminal.screen.text


def test_calm_is_for_this_start_alone(env):
    with Terminal([*KBTUI, "--calm", "no screens found"], env) as terminal:
        terminal.until("Next:", 60)
        terminal.quiet()
        terminal.press("\x1bOQ")  # f2
        terminal.until("Calm: update once a second")
        assert re.search(r"Calm: .* on$", terminal.screen.text, re.M)
        terminal.press("jj\r")
        terminal.until("on\n")
        terminal.quiet()
        assert json.loads((Path(env["XDG_CONFIG_HOME"]) / "kbtui" / "screens.json").read_text())["calm"] is False


def test_a_long_paste_comes_at_once_and_a_longer_one_as_a_file(terminal, env):
    line = "[ 1234.567890] NVRM: loading NVIDIA UNIX x86_64 Kernel Module\r"
    text = line * (1_000_000 // len(line))
    began = time.monotonic()
    terminal.press(f"\x1b[200~{text}{KEY}\x1b[201~")
    terminal.until("enter opens the case")
    assert time.monotonic() - began < 2
    assert f"{text.count(chr(13)) + 1} lines, 1.0 MB" in terminal.screen.text
    terminal.press("\x1b")
    terminal.until("Say it in your own words")
    terminal.press(f"\x1b[200~{text}")
    terminal.until("Coming in")  # as far as it is
    terminal.press(f"{text}\x1b[201~")
    terminal.until("2.0 MB. Say what you see beside it")
    (spool,) = Path(env["XDG_RUNTIME_DIR"]).glob("kbtui-paste-*")
    assert spool.stat().st_mode & 0o777 == 0o600


def test_what_is_piped_in_is_the_case_and_keys_come_from_the_terminal(env):
    program = " ".join(shlex.quote(word) for word in KBTUI)
    with Terminal(["sh", "-c", f"printf '%s\\n' {shlex.quote(KEY)} | {program}"], env) as terminal:
        terminal.until("Next:", 60)
        terminal.quiet()
        terminal.press("p")
        terminal.until("Your text")
        terminal.until("1 Secure Boot refuses")
        terminal.press("\x11")
        assert terminal.process.wait(20) == 0


def test_a_stream_that_never_ends_is_taken_as_far_as_it_came(env):
    program = " ".join(shlex.quote(word) for word in KBTUI)
    with Terminal(["sh", "-c", f"(printf '%s\\n' {shlex.quote(KEY)}; sleep 600) | {program}"], env) as terminal:
        terminal.until("No cases yet", 60)
        terminal.quiet()
        terminal.press("\r")
        terminal.until("Next:")
        assert "Key was rejected" in terminal.screen.text


def test_a_broken_line_keeps_the_case(terminal, env):
    terminal.press("no screens found\r")
    terminal.until("Next:")
    terminal.quiet()
    os.killpg(terminal.process.pid, signal.SIGHUP)
    assert terminal.process.wait(20) != 0
    with Terminal(KBTUI, env) as again:
        again.until("no screens found", 60)


def test_the_console_is_sent_only_what_its_font_has(env):
    seen = set()
    with Terminal(KBTUI, env | {"TERM": "linux", "COLORTERM": "", "LANG": "zh_CN.UTF-8"}, (80, 25)) as terminal:
        terminal.until("font has no Chinese: English is shown")
        terminal.until("No cases yet", 60)
        for keys, wait in (("black screen", "Problems that fit"), ("\r", "Next:"), ("jj", ""), ("f", ""), ("e", ""), ("p", "")):  # fmt: skip
            terminal.press(keys)
            terminal.until(wait)
            terminal.quiet()
            seen |= {c for row in terminal.screen.cells for c in row if c}
            sent = terminal.raw.decode("utf-8", "replace")
        assert seen <= FONT, seen - FONT
        terminal.press("\x1b")
        terminal.until("Next:")
        terminal.press("gfc")
        terminal.until("It worked when")
        terminal.until("Run it with: sh")
        terminal.quiet()
        seen = {c for row in terminal.screen.cells for c in row if c}
        assert seen <= FONT, seen - FONT
        (script,) = (Path(env["XDG_DATA_HOME"]) / "kbtui" / "steps").iterdir()
        assert script.read_text().startswith("#!/bin/sh\n") and script.stat().st_mode & 0o777 == 0o700
        assert "38;2;" not in sent and "38;5;" not in sent  # eight colours and their bright twins
