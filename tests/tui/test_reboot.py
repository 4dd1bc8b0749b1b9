"""Across a reboot, a broken line and a kill, on a real terminal: the next start opens where the person was."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kbtui.diagnosis import case
from tests.tui.pty import Terminal

ROOT = Path(__file__).resolve().parents[2]
KEY = "modprobe: ERROR: could not insert 'nvidia': Key was rejected by service"
BEFORE = ("driver.module_loaded=false", "secure_boot.enabled=true", "kernel.release=6.8.0-45-generic")
ENROL = "Enrol the key that signs the module"


@pytest.fixture
def env(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))  # the test reads the same cases
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("SSH_", "LC_", "KBTUI", "NO_COLOR"))}
    return kept | {"PYTHONPATH": str(ROOT), "TERM": "xterm-256color", "LANG": "C.UTF-8"}


@contextmanager
def boot(
    env: dict[str, str], name: str, *facts: str, text: str = "", size: tuple[int, int] = (100, 30)
) -> Iterator[Terminal]:
    """The program in a boot of this name."""
    said = ["--", text] if text else []
    with Terminal([sys.executable, "-m", "tests.tui.booted", name, *facts, *said], env, size) as terminal:
        yield terminal


def quit_(terminal: Terminal) -> None:
    terminal.press("\x11")
    assert terminal.process.wait(20) == 0


def begin_the_fix(env: dict[str, str]) -> None:
    """The first boot: the fix is begun, and what comes at the reboot is read."""
    with boot(env, "first", *BEFORE, text=KEY) as terminal:
        terminal.until("Secure Boot refuses", 60)
        terminal.until("o opens it")
        terminal.press("o")
        terminal.until("Did it help?")
        terminal.until(ENROL)
        terminal.press("j")
        terminal.until("Once it is up again start kbtui: it opens here")
        terminal.until("ctrl+alt+f3 gives a text console")
        terminal.until("for the boot menu")
        terminal.press("kc")
        terminal.until("Copied: sudo mokutil --import")
        quit_(terminal)


def state() -> case.State:
    (only,) = case.every()
    return only


def test_a_fix_that_reboots_is_checked_by_the_next_start_and_pops(env):
    begin_the_fix(env)
    assert (state().pending, state().boot) == ("key-refused", "first")
    with boot(env, "first", *BEFORE) as terminal:  # no reboot yet: nothing to check
        terminal.until("Recent cases", 60)
        terminal.until("could not insert")
        assert "Did it help?" not in terminal.screen.text
        quit_(terminal)
    with boot(env, "second", "driver.module_loaded=true", *BEFORE[1:]) as terminal:
        terminal.until(ENROL, 60)
        terminal.until("Verified: driver.module_loaded is true")
        terminal.press("1")
        terminal.until("Solved: Secure Boot refuses")
        quit_(terminal)
    assert state().pending == "" and state().solved_by == "key-refused" and state().stack == []
    with boot(env, "third", "driver.module_loaded=true") as terminal:
        terminal.until("solved", 60)
        assert "Did it help?" not in terminal.screen.text


def test_the_fix_that_was_begun_is_the_one_that_is_checked(env):
    with boot(env, "first", *BEFORE, text=KEY) as terminal:
        terminal.until("o opens it", 60)
        terminal.press("o")
        terminal.until("Fix 1 of 2")
        terminal.press("\t")
        terminal.until("Fix 2 of 2")
        terminal.press("c")
        terminal.until("Copied:")
        quit_(terminal)
    with boot(env, "second", "driver.module_loaded=true", "secure_boot.enabled=false") as terminal:
        terminal.until("Verified: secure_boot.enabled is false", 60)
        terminal.until("Turn Secure Boot off")


def test_a_check_that_fails_reopens_the_case(env):
    begin_the_fix(env)
    with boot(env, "second", *BEFORE) as terminal:
        terminal.until("Not fixed yet: driver.module_loaded is false", 60)
        assert "But kernel" not in terminal.screen.text
        terminal.press("2")
        terminal.until("it did not help")
        terminal.until("Next:")
        quit_(terminal)
    assert state().pending == "" and state().closed == ["key-refused"] and state().solved_by == ""


def test_the_old_kernel_is_said_and_the_check_stays_open(env):
    begin_the_fix(env)
    with boot(env, "second", *BEFORE, "kernel.newer_installed=true") as terminal:
        terminal.until("Not fixed yet: driver.module_loaded is false", 60)
        terminal.until("But kernel 6.8.0-45-generic runs")
        quit_(terminal)
    assert state().pending == "key-refused"
    now = (
        "driver.module_loaded=true",
        "secure_boot.enabled=true",
        "kernel.release=6.8.0-48-generic",
        "kernel.newer_installed=false",
    )
    with boot(env, "third", *now) as terminal:
        terminal.until("Verified: driver.module_loaded is true", 60)


@pytest.mark.parametrize(
    ("how", "sent"), [(signal.SIGKILL, 0), (signal.SIGKILL, 4000), (signal.SIGHUP, 1500), (signal.SIGHUP, 9000)]
)
def test_killed_at_any_moment_it_opens_where_the_person_was(env, how, sent):
    """`sent`: bytes of the screen after which it is killed, so that the moment is another one each time."""
    with boot(env, "first", *BEFORE, text=KEY) as terminal:
        terminal.until("o opens it", 60)
        before = state()
        terminal.forget()
        terminal.press("ljlf\x1b\x7fe\x1bljs")
        while terminal.sent < sent and terminal.read(2):
            pass
        os.killpg(terminal.process.pid, how)
        assert terminal.process.wait(20) != 0
    after = state()
    assert after.id == before.id and after.text == KEY and not after.notes
    with boot(env, "first", *BEFORE) as terminal:
        terminal.until("could not insert", 60)
        terminal.quiet(0.3)
        terminal.press("\x1b[B")
        terminal.until("▌")
        terminal.press("\r")
        terminal.until(f"depth {len(after.stack)}")
        terminal.until("Next:")
