"""Files of this machine, opened in a child process; when a read never returns, the child is left behind with it.

Not even a look whether a path exists is made in our own process: a thread of ours that waits for a dead disk could not be
ended, and this process with it.
"""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import sys
import threading
import time
import weakref
from pathlib import Path
from typing import Any

import msgspec

from kbtui.machine.asks import Raw, unknown
from kbtui.machine.clock import Deadline
from kbtui.machine.live import children

_CHILD = Path(__file__).with_name("files_child.py")
_SLICE = 0.2
_PATIENCE = 0.3
"""Seconds to wait for an idle reader before one more is started: those that hang must not keep the others waiting."""


class _Gone(Exception):
    """The child ended, or says what it cannot mean."""


class _Child:
    """One reader and its pipes."""

    def __init__(self) -> None:
        argv = [sys.executable or "/proc/self/exe", "-I", "-S", str(_CHILD)]
        self.process = children.start(argv, {"LC_ALL": "C.UTF-8"}, stdin=True, errors=False)

    def ask(self, request: dict[str, Any], seconds: float) -> Raw | None:
        """The answer; None where none came in time. _Gone where the child is no more."""
        assert self.process.stdin and self.process.stdout
        try:
            self.process.stdin.write(json.dumps(request).encode() + b"\n")
            self.process.stdin.flush()
        except OSError as error:
            raise _Gone from error
        clock = Deadline(seconds)
        parts: list[bytes] = []
        with selectors.DefaultSelector() as waiting:
            waiting.register(self.process.stdout, selectors.EVENT_READ)
            while (left := clock.left()) > 0:
                if not waiting.select(min(left, _SLICE)):
                    continue
                data = os.read(self.process.stdout.fileno(), 1 << 20)
                if not data:
                    raise _Gone
                parts.append(data)
                if data.endswith(b"\n"):
                    try:
                        return msgspec.json.decode(b"".join(parts), type=Raw)
                    except (msgspec.DecodeError, UnicodeDecodeError) as error:
                        raise _Gone from error
        return None

    def drop(self) -> None:
        """End it, or leave it behind where it cannot be ended."""
        children.end(self.process, gently=False)
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe:
                with contextlib.suppress(OSError):  # what was not yet written has nobody left to read it
                    pipe.close()


class Files:
    """Reads, with about `most` children side by side. Those that are left end when this is closed or forgotten."""

    def __init__(self, most: int = 3) -> None:
        self._idle: list[_Child] = []
        self._lock = threading.Lock()
        self._slots = threading.Semaphore(most)
        self._closed = False
        self._forgotten = weakref.finalize(self, _drop_all, self._idle)

    def ask(self, request: dict[str, Any], seconds: float) -> Raw:
        """Look at files; a look that does not come back is timed out, with the path."""
        held = self._slots.acquire(timeout=_PATIENCE)
        started = time.monotonic()
        try:
            answer = self._ask(request, seconds)
        finally:
            if held:
                self._slots.release()
        if answer is None:
            answer = Raw(status="timed_out", reason=f"reading {_about(request)} gave no answer within {seconds:g} s")
        return msgspec.structs.replace(answer, seconds=round(time.monotonic() - started, 3))

    def close(self) -> None:
        """End the children; what is asked from now on is unknown."""
        with self._lock:
            self._closed = True
        self._forgotten()

    def _ask(self, request: dict[str, Any], seconds: float) -> Raw | None:
        for _ in range(2):  # a reader may have been ended (out of memory): one more is tried
            with self._lock:
                if self._closed:
                    return unknown(f"{_about(request)} was not looked at: the look is over")
                child = self._idle.pop() if self._idle else None
            try:
                child = child or _Child()
            except OSError as error:
                return unknown(f"{_about(request)} cannot be read: no reader starts ({error.strerror or error})")
            try:
                answer = child.ask(request, seconds)
            except _Gone:
                child.drop()
                continue
            except BaseException:
                child.drop()
                raise
            with self._lock:
                if answer is not None and not self._closed:
                    self._idle.append(child)
                    return answer
            child.drop()
            return answer
        return unknown(f"{_about(request)} cannot be read: the reader ended")


def _about(request: dict[str, Any]) -> str:
    return str(request.get("path") or ", ".join(request.get("names", ())))


def _drop_all(idle: list[_Child]) -> None:
    while idle:
        idle.pop().drop()
