"""Run a command so that nothing it does can hang or flood the one who asked.

The child leads a process group of its own. At its deadline, or when it has printed more than its cap, the group is
ended and, if it will not end (a wedged GPU holds it in uninterruptible sleep), abandoned (`kbtui.machine.live.children`).
"""

from __future__ import annotations

import contextlib
import os
import selectors
import subprocess
import time
from collections.abc import Mapping, Sequence
from typing import IO, NamedTuple, cast

from kbtui.machine.asks import Raw, absent, unknown
from kbtui.machine.clock import Deadline
from kbtui.machine.live import children

_SLICE = 0.2
LEFT_BEHIND = "it cannot be killed and was left behind"
"""In the reason of a command that survives SIGKILL."""
_LEFT_IN_PIPE = 1 << 20
"""Bytes that a command which has ended can have left in its pipes; more comes from somebody else who holds them."""


class Limits(NamedTuple):
    """When to give up."""

    seconds: float
    cap: int


def run(argv: Sequence[str], env: Mapping[str, str], limits: Limits, given: bytes | None = None) -> Raw:
    """Run `argv` (its first item an absolute path). `given`: what it reads on standard input; left out: nothing."""
    started = time.monotonic()
    try:
        child = children.start(argv, env, stdin=given is not None, errors=True)
    except FileNotFoundError:
        return absent(f"{argv[0]} is not there, or what it needs to start is not")
    except PermissionError:
        return Raw(status="refused", reason=f"{argv[0]} may not be run by this user")
    except OSError as error:
        return unknown(f"{argv[0]} does not start: {error.strerror or error}")
    except ValueError as error:
        return unknown(f"{argv[0]} does not start: {error}")
    try:
        clock = Deadline(limits.seconds - (time.monotonic() - started))
        out, err, why = _collect(child, clock, limits.cap, given or b"")
    finally:
        _close(child)
        ended = children.end(child, gently=True)
    seconds = round(time.monotonic() - started, 3)
    text, errors = out.decode("utf-8", "replace"), err.decode("utf-8", "replace")
    if why == "deadline":
        stuck = "" if ended else f"; {LEFT_BEHIND}"
        reason = f"no answer within {limits.seconds:g} s{stuck}"
        return Raw(status="timed_out", text=text, errors=errors, reason=reason, seconds=seconds, truncated=True)
    code = child.returncode if ended else None
    return Raw(text=text, errors=errors, exit_code=code, seconds=seconds, truncated=why == "cap")


def _collect(
    child: subprocess.Popen[bytes], clock: Deadline, cap: int, given: bytes
) -> tuple[bytes, bytes, str | None]:
    """Feed it, and read both pipes to their end, the deadline or the cap; None, "deadline" or "cap" says which."""
    parts: dict[str, list[bytes]] = {"out": [], "err": []}
    size = after_end = 0
    ending: Deadline | None = None
    with selectors.DefaultSelector() as waiting:
        for name, pipe in (("out", child.stdout), ("err", child.stderr), ("in", child.stdin)):
            if pipe is not None:
                os.set_blocking(pipe.fileno(), False)
                waiting.register(pipe, selectors.EVENT_WRITE if name == "in" else selectors.EVENT_READ, name)
        while any(key.data != "in" for key in waiting.get_map().values()):
            left = clock.left()
            if left <= 0:
                return *_joined(parts, cap), "deadline"
            ready = waiting.select(min(_SLICE, left))
            for key, _ in ready:
                if key.data == "in":
                    given = _write(key.fd, given)
                    if not given:
                        waiting.unregister(key.fileobj)
                        cast(IO[bytes], key.fileobj).close()
                    continue
                data = _read(key.fd)
                if data is None:
                    waiting.unregister(key.fileobj)
                    continue
                parts[key.data].append(data)
                size += len(data)
                after_end += len(data) if ending else 0
            if size > cap:
                return *_joined(parts, cap), "cap"
            if ending is None and children.gone(child):
                ending = Deadline(children.GRACE)
            # It has ended, but a grandchild may hold the pipe, or even write to it.
            if ending and ending.left() <= 0 and (not ready or after_end > _LEFT_IN_PIPE):
                return *_joined(parts, cap), None
    while not children.gone(child):  # its pipes are closed, it lives on
        left = clock.left()
        if left <= 0:
            return *_joined(parts, cap), "deadline"
        children.wait(child, min(_SLICE, left))
    return *_joined(parts, cap), None


def _joined(parts: Mapping[str, list[bytes]], cap: int) -> tuple[bytes, bytes]:
    return b"".join(parts["out"])[:cap], b"".join(parts["err"])[:cap]


def _read(fd: int) -> bytes | None:
    try:
        return os.read(fd, 1 << 16) or None
    except BlockingIOError:
        return b""
    except OSError:
        return None


def _write(fd: int, data: bytes) -> bytes:
    """What is still to be written; nothing where nobody reads it."""
    try:
        return data[os.write(fd, data[: 1 << 16]) :]
    except BlockingIOError:
        return data
    except OSError:
        return b""


def _close(child: subprocess.Popen[bytes]) -> None:
    for pipe in (child.stdin, child.stdout, child.stderr):
        if pipe is not None:
            with contextlib.suppress(OSError):
                pipe.close()
