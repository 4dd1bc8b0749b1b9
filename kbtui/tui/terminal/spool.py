"""A file of one's own for what is too long to be held: a long paste, standard input."""

from __future__ import annotations

import contextlib
import os
import tempfile
import time
from pathlib import Path
from typing import BinaryIO


def place() -> Path:
    """The person's own folder for the time of a login, else the one for temporary files."""
    run = os.environ.get("XDG_RUNTIME_DIR", "")
    return Path(run) if run and os.access(run, os.W_OK) else Path(tempfile.gettempdir())


class Spool:
    """Readable by its owner alone. What a full disk keeps out is counted in `lost`."""

    def __init__(self, path: Path, file: BinaryIO) -> None:
        self.path = path
        self.size = self.lost = 0
        self._file = file

    @classmethod
    def open(cls, word: str = "paste") -> Spool | None:
        """A fresh one; None where none can be made."""
        began = time.strftime("%Y%m%d-%H%M%S")
        try:
            number, name = tempfile.mkstemp(prefix=f"kbtui-{word}-{began}-", suffix=".txt", dir=place())
        except OSError:
            return None
        return cls(Path(name), os.fdopen(number, "wb"))  # mkstemp makes it with mode 600

    def write(self, text: str) -> None:
        """More of it; carriage returns, which a terminal sends for line ends, become line feeds."""
        self.write_bytes(text.replace("\r\n", "\n").replace("\r", "\n").encode("utf-8", "replace"))

    def write_bytes(self, data: bytes) -> None:
        """More of it, as it is."""
        try:
            self._file.write(data)
            self.size += len(data)
        except OSError:
            self.lost += len(data)

    def close(self) -> None:
        """It is whole."""
        with contextlib.suppress(OSError):
            self._file.close()

    def remove(self) -> None:
        """It is not needed any more."""
        with contextlib.suppress(OSError):
            self.path.unlink()
