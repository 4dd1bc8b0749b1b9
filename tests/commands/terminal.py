"""A terminal for a test: a program runs in it as under a person's hands."""

from __future__ import annotations

import fcntl
import os
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable

LATEST = 20.0
"""Seconds after which a test gives up; what is waited for comes within one or two."""


def size(fd: int, rows: int, columns: int) -> None:
    """Set a terminal's size; the kernel tells the programs in it."""
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


class Terminal:
    """One program in a terminal of its own. Streams that are given go elsewhere."""

    def __init__(self, *argv: str, stdin: int | None = None, stdout: int | None = None, rows: int = 24) -> None:
        self.fd, slave = os.openpty()
        size(self.fd, rows, 100)
        self.seen = b""

        def lead() -> None:
            os.setsid()
            fcntl.ioctl(slave, termios.TIOCSCTTY, 0)

        self.program = subprocess.Popen(
            [sys.executable, "-m", "kbtui", *argv],
            stdin=slave if stdin is None else stdin,
            stdout=slave if stdout is None else stdout,
            stderr=slave,
            preexec_fn=lead,
        )
        self._slave = slave

    def type(self, keys: bytes) -> None:
        """Press keys."""
        os.write(self.fd, keys)

    def until(self, what: bytes | Callable[[], bool]) -> bytes:
        """Read until something was shown or came true; everything seen so far."""
        end = time.monotonic() + LATEST
        while not (what in self.seen if isinstance(what, bytes) else what()):
            assert time.monotonic() < end, f"{what!r} did not come: {self.seen!r}"
            self._read()
        return self.seen

    def end(self) -> int:
        """Wait for the end; the exit code."""
        self.until(lambda: self.program.poll() is not None)
        while self._read():
            pass
        os.close(self.fd)
        os.close(self._slave)
        return self.program.returncode

    def _read(self) -> bool:
        if not select.select([self.fd], [], [], 0.05)[0]:
            return False
        self.seen += os.read(self.fd, 65536)
        return True
