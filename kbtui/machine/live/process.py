"""Run a command so that nothing it does can hang or flood the one who asked.

The child leads a process group of its own. At its deadline, or when it has printed more than its cap, the group is
ended and, if it will not end (a wedged GPU holds it in uninterruptible sleep), abandoned: never waited for.
"""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from kbtui.machine.asks import Raw, absent

_GRACE = 0.3
"""Seconds between SIGTERM and SIGKILL, and again until the child is given up."""
_SLICE = 0.2
_STOPPED = 1.0
"""A slice that took this much longer than asked means that we ourselves were stopped: it does not count."""
_abandoned: list[subprocess.Popen[bytes]] = []


class Limits(NamedTuple):
    """When to give up."""

    seconds: float
    cap: int


def run(argv: Sequence[str], env: Mapping[str, str], limits: Limits, given: bytes | None = None) -> Raw:
    """Run `argv` (its first item an absolute path). `given`: what it reads on standard input; left out: nothing."""
    reap()
    started = time.monotonic()
    try:
        child = subprocess.Popen(
            argv,
            env=env,
            cwd="/",
            stdin=subprocess.DEVNULL if given is None else subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
    except FileNotFoundError:
        return absent(f"{argv[0]} is not there, or what it needs to start is not")
    except PermissionError:
        return Raw(status="refused", reason=f"{argv[0]} may not be run by this user")
    except OSError as error:
        return Raw(status="unknown", reason=f"{argv[0]} does not start: {error.strerror or error}")
    if given is not None and child.stdin:
        with contextlib.suppress(OSError):
            child.stdin.write(given)
            child.stdin.close()
    out, err, why = _collect(child, limits)
    ended = _end(child, why is not None)
    seconds = round(time.monotonic() - started, 3)
    text, errors = out.decode("utf-8", "replace"), err.decode("utf-8", "replace")
    if why == "deadline":
        stuck = "" if ended else "; it cannot be killed and was left behind"
        reason = f"no answer within {limits.seconds:g} s{stuck}"
        return Raw(status="timed_out", text=text, errors=errors, reason=reason, seconds=seconds, truncated=True)
    return Raw(text=text, errors=errors, exit_code=child.returncode, seconds=seconds, truncated=why == "cap")


def reap() -> int:
    """Collect abandoned children that have ended after all; how many are still left."""
    _abandoned[:] = [child for child in _abandoned if child.poll() is None]
    return len(_abandoned)


def _collect(child: subprocess.Popen[bytes], limits: Limits) -> tuple[bytes, bytes, str | None]:
    """Read both pipes to their end, the deadline or the cap; None, "deadline" or "cap" says which."""
    parts: dict[str, list[bytes]] = {"out": [], "err": []}
    size = 0
    until = time.monotonic() + limits.seconds
    why: str | None = None
    gone_at: float | None = None
    with selectors.DefaultSelector() as waiting:
        for name, pipe in (("out", child.stdout), ("err", child.stderr)):
            assert pipe is not None
            os.set_blocking(pipe.fileno(), False)
            waiting.register(pipe, selectors.EVENT_READ, name)
        while waiting.get_map():
            before = time.monotonic()
            if before >= until:
                why = "deadline"
                break
            ready = waiting.select(min(_SLICE, until - before))
            after = time.monotonic()
            if after - before > _SLICE + _STOPPED:
                until += after - before
            for key, _ in ready:
                data = _read(key.fd)
                if data is None:
                    waiting.unregister(key.fileobj)
                    continue
                parts[key.data].append(data)
                size += len(data)
            if size > limits.cap:
                why = "cap"
                break
            if child.poll() is None:
                continue
            # It has ended, but a grandchild may hold the pipe: what it printed itself is already there.
            gone_at = gone_at or after
            if not ready and after - gone_at > _GRACE:
                break
    for pipe in (child.stdout, child.stderr):
        if pipe is not None:
            pipe.close()
    if why is None and child.poll() is None:
        why = _wait(child, until)
    return b"".join(parts["out"])[: limits.cap], b"".join(parts["err"])[: limits.cap], why


def _read(fd: int) -> bytes | None:
    try:
        return os.read(fd, 1 << 16) or None
    except BlockingIOError:
        return b""
    except OSError:
        return None


def _wait(child: subprocess.Popen[bytes], until: float) -> str | None:
    """Pipes closed, process alive: wait for it until the deadline."""
    try:
        child.wait(max(0.0, until - time.monotonic()))
    except subprocess.TimeoutExpired:
        return "deadline"
    return None


def _end(child: subprocess.Popen[bytes], kill: bool) -> bool:
    """End the group where it must be ended, its leader gone or not. False: it would not end and was abandoned."""
    for number in (signal.SIGTERM, signal.SIGKILL) if kill else (signal.SIGKILL,):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, number)
        try:
            child.wait(_GRACE)
        except subprocess.TimeoutExpired:
            continue
        if number == signal.SIGKILL or not kill:
            return True
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, signal.SIGKILL)
        return True
    _abandoned.append(child)
    return False
