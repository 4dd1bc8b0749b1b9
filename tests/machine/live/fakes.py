"""Small fake tools, and what a test counts of this process."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

DEADLINE = 0.4
"""Seconds that a fake which never answers is given."""
LATEST = DEADLINE + 1.0
"""When an answer is due whatever the tool does."""


def shell(folder: Path, name: str, body: str) -> Path:
    """A tool in sh."""
    return _tool(folder, name, f"#!/bin/sh\n{body}\n")


def python(folder: Path, name: str, body: str) -> Path:
    """A tool in Python."""
    return _tool(folder, name, f"#!{sys.executable} -IS\nimport os, signal, sys, time\n{body}\n")


def _tool(folder: Path, name: str, text: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(text)
    path.chmod(0o755)
    return path


def descriptors() -> int:
    """How many files this process has open."""
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


def running() -> dict[int, str]:
    """Children of this process and their state: S, T, Z ..."""
    found = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                _, _, rest = (entry / "stat").read_text().rpartition(") ")
            except OSError:
                continue
            state, parent = rest.split()[:2]
            if int(parent) == os.getpid():
                found[int(entry.name)] = state
    return found


def alive(pid: int) -> bool:
    """Whether a process runs; a zombie does not."""
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False


def until(what: Callable[[], bool], seconds: float = 5.0) -> bool:
    """Whether it comes true soon: for what the kernel does a moment later."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if what():
            return True
        time.sleep(0.005)
    return what()
