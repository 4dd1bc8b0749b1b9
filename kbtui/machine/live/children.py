"""Our children: started in groups of their own, ended whatever they do, and none left when this process ends.

One that survives SIGKILL (it sleeps in the kernel) is abandoned: never waited for by anybody who asks, and reaped by a
thread of its own when the kernel lets go of it after all.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence

from kbtui.machine.clock import Deadline

GRACE = 0.3
"""Seconds between SIGTERM and SIGKILL, and again until the child is given up."""

# vfork stops the whole interpreter until the program has started: for ever, where the disk that holds it is gone.
vars(subprocess)["_USE_VFORK"] = False


class _Running:
    """Every child of ours, so that none outlives us, and those that would not end, so that none stays a zombie."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.leaders: set[int] = set()
        self.abandoned: set[int] = set()
        self.closed = False


ours = _Running()


def start(argv: Sequence[str], env: Mapping[str, str], *, stdin: bool, errors: bool) -> subprocess.Popen[bytes]:
    """A child in a process group of its own, in /, with pipes. OSError or ValueError where it does not start."""
    if ours.closed:
        raise OSError("kbtui is ending")
    child = subprocess.Popen(
        argv,
        env=env,
        cwd="/",
        stdin=subprocess.PIPE if stdin else subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE if errors else subprocess.DEVNULL,
        start_new_session=True,
    )
    with ours.lock:
        ours.leaders.add(child.pid)
    if ours.closed:
        _kill(child.pid, signal.SIGKILL)
    return child


def end(child: subprocess.Popen[bytes], *, gently: bool) -> bool:
    """End the group of a child, its leader gone or not. False: it would not end and was abandoned.

    The leader is reaped last: until then its number, which is the group's, cannot belong to anybody else.
    """
    if gently and not gone(child):
        _kill(child.pid, signal.SIGTERM)
        wait(child, GRACE)
    _kill(child.pid, signal.SIGKILL)
    ended = wait(child, GRACE)
    with ours.lock:
        ours.leaders.discard(child.pid)
        if ended:
            child.wait()
            return True
        ours.abandoned.add(child.pid)
    child.returncode = -signal.SIGKILL  # nobody waits for it but the thread below
    with contextlib.suppress(RuntimeError):
        threading.Thread(target=_reap, args=(child.pid,), name=f"left behind {child.pid}", daemon=True).start()
    return False


def gone(child: subprocess.Popen[bytes]) -> bool:
    """Whether the child has ended; it is not reaped."""
    try:
        return os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
    except ChildProcessError:
        return True


def reap() -> int:
    """Collect abandoned children that have ended after all; how many are still left."""
    for pid in list(ours.abandoned):
        _reap(pid, os.WNOHANG)
    return len(ours.abandoned)


def end_all(*, closing: bool = True) -> None:
    """End every child that runs. `closing`: and start no more, because this process ends."""
    with ours.lock:
        ours.closed = ours.closed or closing
        for pid in ours.leaders:
            _kill(pid, signal.SIGKILL)


def end_with_us() -> None:
    """From now on SIGTERM and SIGHUP, where nobody else handles them, end our children before they end us."""
    if threading.current_thread() is not threading.main_thread():
        return
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, _ended)


def _ended(number: int, _frame: object) -> None:
    for pid in list(ours.leaders):  # without the lock: the thread that holds it may be the one interrupted
        _kill(pid, signal.SIGKILL)
    signal.signal(number, signal.SIG_DFL)
    os.kill(os.getpid(), number)


def wait(child: subprocess.Popen[bytes], seconds: float) -> bool:
    """Whether it ended in time; it is not reaped."""
    clock, pause = Deadline(seconds), 0.001
    while not gone(child):
        if clock.left() <= 0:
            return False
        time.sleep(pause)
        pause = min(pause * 2, 0.02)
    return True


def _kill(group: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)


def _reap(pid: int, options: int = 0) -> None:
    try:
        ended = os.waitpid(pid, options)[0] == pid
    except ChildProcessError:
        ended = True
    if ended:
        ours.abandoned.discard(pid)


atexit.register(end_all)
