"""A real pseudo-terminal with the program on it: bytes counted, text waited for, the screen read back.

What is read back goes through a small terminal of its own, which knows no more than a program may send to any.
"""

from __future__ import annotations

import codecs
import contextlib
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Mapping, Sequence

from rich.cells import cell_len

_CODE = re.compile(
    r"\x1b\[([?>=<]?)([\d;]*)([ $]?[@-~])|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b.|[\x00-\x1f]|[^\x1b\x00-\x1f]+"
)
_BEGUN = re.compile(r"\x1b(?:\[[?>=<]?[\d;]*[ $]?|\][^\x07\x1b]*)?$")
"""A code whose end has not come yet."""


class Screen:
    """Text only: what stands in each cell."""

    def __init__(self, columns: int, rows: int) -> None:
        self.columns, self.rows = columns, rows
        self.cells = [[" "] * columns for _ in range(rows)]
        self.x = self.y = 0

    def feed(self, data: str) -> None:
        """Obey what was sent."""
        for found in _CODE.finditer(data):
            code = found[3] or ""
            numbers = [int(n) if n else 0 for n in (found[2] or "").split(";")]
            if found[0] == "\n":
                self.y = min(self.rows - 1, self.y + 1)
            elif found[0] == "\r":
                self.x = 0
            elif code == "H":
                self.y, self.x = max(1, numbers[0]) - 1, max(1, [*numbers, 1][1]) - 1
            elif code == "C":
                self.x = min(self.columns - 1, self.x + max(1, numbers[0]))
            elif found[0] in ("\x1b[?1049h", "\x1b[2J"):
                self.cells = [[" "] * self.columns for _ in range(self.rows)]
            elif found[0][0] >= " ":
                self._put(found[0])

    def _put(self, text: str) -> None:
        for char in text:
            width = cell_len(char)
            if width and self.x + width <= self.columns and self.y < self.rows:
                self.cells[self.y][self.x : self.x + width] = [char, ""][:width]
                self.x += width

    @property
    def text(self) -> str:
        """The lines, without blanks at their ends."""
        return "\n".join("".join(row).rstrip() for row in self.cells)


class Terminal:
    """A program on a terminal of its own. Use it with `with`."""

    def __init__(
        self, argv: Sequence[str], env: Mapping[str, str], size: tuple[int, int] = (80, 24), stdin: int | None = None
    ) -> None:
        self.screen = Screen(*size)
        self.sent = 0
        """Bytes that the program sent since `forget`."""
        self._held = ""
        self._decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        self.raw = bytearray()
        self._fd, there = pty.openpty()
        fcntl.ioctl(there, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
        self.process = subprocess.Popen(
            argv, env={k: v for k, v in env.items() if k not in ("COLUMNS", "LINES")}, stdin=there if stdin is None else stdin, stdout=there, stderr=there,
            start_new_session=True, preexec_fn=lambda: fcntl.ioctl(1, termios.TIOCSCTTY, 0),
        )  # fmt: skip
        os.close(there)

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        os.close(self._fd)

    def read(self, seconds: float) -> bool:
        """Take what came within these seconds; whether something did."""
        if not select.select([self._fd], [], [], max(0.0, seconds))[0]:
            return False
        try:
            data = os.read(self._fd, 1 << 16)
        except OSError:  # the program has ended
            return False
        self.sent += len(data)
        self.raw += data
        text = self._held + self._decode(data)
        cut = _BEGUN.search(text)
        self._held = cut[0] if cut else ""
        self.screen.feed(text[: cut.start()] if cut else text)
        return True

    def press(self, keys: str | bytes) -> None:
        """Send keys, or anything else, however long the program takes to read it."""
        data = keys.encode() if isinstance(keys, str) else keys
        os.set_blocking(self._fd, False)
        end = time.monotonic() + 30
        while data and time.monotonic() < end:
            self.read(0)
            with contextlib.suppress(BlockingIOError):
                data = data[os.write(self._fd, data) :]
        os.set_blocking(self._fd, True)
        assert not data, "the program reads nothing"

    def until(self, text: str, seconds: float = 30) -> float:
        """Read until this stands on the screen; the seconds that it took."""
        began = time.monotonic()
        while text not in self.screen.text:
            left = began + seconds - time.monotonic()
            assert left > 0, f"{text!r} did not come; on the screen:\n{self.screen.text}"
            self.read(min(left, 0.2))
        return time.monotonic() - began

    def quiet(self, seconds: float = 0.6, most: float = 30) -> None:
        """Read until nothing was sent for so long."""
        end = time.monotonic() + most
        while time.monotonic() < end and self.read(seconds):
            pass

    def forget(self) -> None:
        """Count from here."""
        self.sent = 0
        self.raw.clear()

    def resize(self, columns: int, rows: int) -> None:
        """Another window."""
        self.screen = Screen(columns, rows)
        fcntl.ioctl(self._fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
