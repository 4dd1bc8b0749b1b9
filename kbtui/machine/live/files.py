"""Files of this machine, opened in a child process; when a read never returns, the child is left behind with it."""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import msgspec

from kbtui.machine.asks import Raw

_CHILD = Path(__file__).with_name("files_child.py")


class _Child:
    """One reader and its pipes."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-I", "-S", str(_CHILD)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd="/",
            env={"LC_ALL": "C.UTF-8"},
            start_new_session=True,
        )
        self._held = b""

    def ask(self, request: dict[str, Any], seconds: float) -> Raw | None:
        """The answer; None where none came in time or the child is gone."""
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write(json.dumps(request).encode() + b"\n")
        self.process.stdin.flush()
        until = time.monotonic() + seconds
        parts: list[bytes] = []
        with selectors.DefaultSelector() as waiting:
            waiting.register(self.process.stdout, selectors.EVENT_READ)
            while (left := until - time.monotonic()) > 0:
                if not waiting.select(min(left, 0.5)):
                    continue
                data = os.read(self.process.stdout.fileno(), 1 << 20)
                if not data:
                    return None
                parts.append(data)
                if data.endswith(b"\n"):
                    return msgspec.json.decode(b"".join(parts), type=Raw)
        return None

    def drop(self) -> None:
        """End it, or leave it behind where it cannot be ended."""
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe:
                with contextlib.suppress(OSError):
                    pipe.close()
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(0.3)


class Files:
    """Reads, with up to `most` children side by side."""

    def __init__(self, most: int = 3) -> None:
        self._idle: list[_Child] = []
        self._lock = threading.Lock()
        self._slots = threading.Semaphore(most)

    def ask(self, request: dict[str, Any], seconds: float) -> Raw:
        """Look at files; a look that does not come back is timed out, with the path."""
        with self._slots:
            started = time.monotonic()
            try:
                with self._lock:
                    child = self._idle.pop() if self._idle else None
                child = child or _Child()
                answer = child.ask(request, seconds)
            except OSError as error:
                return Raw(status="unknown", reason=f"{request['path']} cannot be read: {error.strerror or error}")
            took = round(time.monotonic() - started, 3)
            if answer is None:
                child.drop()
                return Raw(
                    status="timed_out",
                    reason=f"reading {request['path']} gave no answer within {seconds:g} s",
                    seconds=took,
                )
            with self._lock:
                self._idle.append(child)
            return msgspec.structs.replace(answer, seconds=took)

    def close(self) -> None:
        """End the children."""
        with self._lock:
            children, self._idle = self._idle, []
        for child in children:
            child.drop()
