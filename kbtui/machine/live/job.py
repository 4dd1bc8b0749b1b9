"""Run a person's own job as their shell would, and keep the end of what it says.

Where the shell gives a stream to the terminal, the job gets a terminal too (a pseudo-terminal of the same size, so that
progress bars, colours and prompts stay); every other stream is a plain pipe or what it was. Keys, signals and the window's
size go in, the exit status comes out.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import selectors
import signal
import subprocess
import sys
import termios
import time
import tty
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from types import FrameType
from typing import NamedTuple

KEEP = 1 << 20
"""Bytes of output that are kept: its end."""
_LINGER = 0.3
"""Seconds without output after which a job that has ended is over, whoever of its children still holds its output."""
_LINGER_MOST = 2.0
_TYPED_MOST = 1 << 16
"""Bytes typed ahead of the job; more is read from the terminal only when these were taken."""
_FORWARD = (signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2)
_KEYS = (signal.SIGINT, signal.SIGQUIT)


class Ended(NamedTuple):
    """How a job ended."""

    code: int
    """Its exit status; 128 and the signal's number where a signal ended it, as shells count."""
    signal: int
    """The signal that ended it, or 0."""
    output: bytes
    """The last of what it wrote to standard output and standard error, in the order it arrived."""
    passed_on: frozenset[int] = frozenset()
    """Signals that somebody sent us and that it was given."""


class Tail:
    """The last `keep` bytes of a stream."""

    def __init__(self, keep: int = KEEP) -> None:
        self._keep = keep
        self._parts: deque[bytes] = deque()
        self._size = 0

    def add(self, data: bytes) -> None:
        """More output; what is too old is let go."""
        self._parts.append(data)
        self._size += len(data)
        while self._size - len(self._parts[0]) >= self._keep:
            self._size -= len(self._parts.popleft())

    def bytes(self) -> bytes:
        """What is kept."""
        return b"".join(self._parts)[-self._keep :]


class _Streams(NamedTuple):
    """What the job gets as its three streams, and what we read of them."""

    child: tuple[int | None, int, int]
    """Standard input (None: ours), output and error."""
    read: dict[int, int]
    """What we read -> where it is passed on to."""
    master: int | None
    keys: bool
    """The terminal's keys go to the job through the pseudo-terminal, which is its own."""


def run(argv: Sequence[str], keep: int = KEEP) -> Ended:
    """Run a command to its end. FileNotFoundError or another OSError where it cannot be started."""
    streams = _open()
    try:
        child = subprocess.Popen(
            argv,
            stdin=streams.child[0],
            stdout=streams.child[1],
            stderr=streams.child[2],
            preexec_fn=_own_terminal if streams.keys else None,
        )
    except BaseException:
        for fd in {*streams.read, *(fd for fd in streams.child if fd is not None)}:
            os.close(fd)
        raise
    for fd in {fd for fd in streams.child if fd is not None}:
        os.close(fd)
    tail = Tail(keep)
    with _signals(child, streams) as passed_on, _raw(streams):
        _pass_on(child, streams, tail)
        code = child.wait()
    return Ended(code if code >= 0 else 128 - code, max(0, -code), tail.bytes(), frozenset(passed_on))


def _open() -> _Streams:
    """A pseudo-terminal for the streams that are one, a pipe for the others; one pipe where both go to one place."""
    out, err = os.isatty(1), os.isatty(2)
    read: dict[int, int] = {}
    master = slave = None
    if out or err:
        master, slave = pty.openpty()
        os.set_blocking(master, False)
        read[master] = 1 if out else 2
    keys = slave is not None and os.isatty(0) and _in_front(0)
    if slave is not None:
        _like(slave, 1 if out else 2, plain=not keys)
    ends: list[int] = []
    for fd, is_terminal in ((1, out), (2, err)):
        if is_terminal and slave is not None:
            ends.append(slave)
        elif fd == 2 and not out and os.path.sameopenfile(1, 2):
            ends.append(ends[0])
        else:
            mine, its = os.pipe()
            read[mine] = fd
            ends.append(its)
    return _Streams((slave if keys else None, ends[0], ends[1]), read, master, keys)


def _in_front(fd: int) -> bool:
    try:
        return os.tcgetpgrp(fd) == os.getpgrp()
    except OSError:
        return False


def _like(slave: int, terminal: int, *, plain: bool) -> None:
    """Settings and size of the person's terminal. `plain`: line ends are left to the real one."""
    attributes = termios.tcgetattr(terminal)
    if plain:
        attributes[1] &= ~termios.OPOST
    termios.tcsetattr(slave, termios.TCSANOW, attributes)
    _copy_size(terminal, slave)


def _copy_size(terminal: int, other: int) -> None:
    with contextlib.suppress(OSError):
        fcntl.ioctl(other, termios.TIOCSWINSZ, fcntl.ioctl(terminal, termios.TIOCGWINSZ, bytes(8)))


def _own_terminal() -> None:
    """In the child, before the job: the pseudo-terminal becomes its controlling terminal, as a shell would have it."""
    os.setsid()
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


def _pass_on(child: subprocess.Popen[bytes], streams: _Streams, tail: Tail) -> None:
    """Copy until every stream has ended, or the job has and is quiet."""
    typed = b""
    ended_at = quiet_since = 0.0
    with selectors.DefaultSelector() as waiting:
        for fd in streams.read:
            waiting.register(fd, selectors.EVENT_READ)
        if streams.keys:
            waiting.register(0, selectors.EVENT_READ)
        while any(fd in waiting.get_map() for fd in streams.read):
            ready = waiting.select(0.1 if ended_at else 0.5)
            for key, events in ready:
                if key.fd == 0 and streams.keys:
                    typed += _typed(waiting)
                elif events & selectors.EVENT_READ and not _copy(key.fd, streams.read[key.fd], tail):
                    waiting.unregister(key.fd)
                    os.close(key.fd)
            if streams.keys and streams.master in waiting.get_map():
                typed = _type(waiting, streams.master or 0, typed)
            now = time.monotonic()
            quiet_since = quiet_since if not ready and quiet_since else now
            if child.poll() is not None:
                ended_at = ended_at or now
                if now - quiet_since > _LINGER or now - ended_at > _LINGER_MOST:
                    break
        for fd in [fd for fd in streams.read if fd in waiting.get_map()]:
            os.close(fd)


def _copy(source: int, target: int, tail: Tail) -> bool:
    """Pass on what there is; False at the end of the stream, or when nobody reads it any more."""
    try:
        data = os.read(source, 1 << 16)
    except BlockingIOError:
        return True
    except OSError:  # the far end of a pseudo-terminal was closed
        return False
    if not data:
        return False
    tail.add(data)
    try:
        while data:
            data = data[os.write(target, data) :]
    except OSError:
        return False
    return True


def _typed(waiting: selectors.BaseSelector) -> bytes:
    try:
        data = os.read(0, 4096)
    except OSError:
        data = b""
    if not data:
        waiting.unregister(0)
    return data


def _type(waiting: selectors.BaseSelector, master: int, typed: bytes) -> bytes:
    """Give the job what was typed, as far as it takes it; the rest."""
    if typed:
        with contextlib.suppress(BlockingIOError):
            typed = typed[os.write(master, typed) :]
    waiting.modify(master, selectors.EVENT_READ | (selectors.EVENT_WRITE if typed else 0))
    if 0 in waiting.get_map():
        waiting.modify(0, selectors.EVENT_READ if len(typed) < _TYPED_MOST else selectors.EVENT_WRITE)
    return typed


@contextlib.contextmanager
def _signals(child: subprocess.Popen[bytes], streams: _Streams) -> Iterator[set[int]]:
    """Pass signals on while the job runs. The keys' own signals reach a job that shares our terminal without us."""
    passed_on: set[int] = set()

    def forward(number: int, _: FrameType | None) -> None:
        passed_on.add(number)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if streams.keys:
                os.killpg(child.pid, number)
            else:
                child.send_signal(number)

    def resize(*_: object) -> None:
        if streams.master is not None:
            _copy_size(next(iter(streams.read.values())), streams.master)

    shares = not streams.keys and any(os.isatty(fd) and _in_front(fd) for fd in (0, 1, 2))
    wanted: dict[int, Callable[[int, FrameType | None], None]] = dict.fromkeys(_FORWARD, forward)
    wanted |= dict.fromkeys(_KEYS, (lambda *_: None) if shares else forward)
    wanted[signal.SIGWINCH] = resize
    kept = {number: signal.signal(number, handler) for number, handler in wanted.items() if _is_ours(number)}
    try:
        yield passed_on
    finally:
        for number, handler in kept.items():
            signal.signal(number, handler)


def _is_ours(number: int) -> bool:
    """Not one that we were told to ignore: nohup's SIGHUP."""
    return signal.getsignal(number) not in (signal.SIG_IGN, None)


@contextlib.contextmanager
def _raw(streams: _Streams) -> Iterator[None]:
    """Every key goes to the job, Ctrl-C too; the terminal is put back whatever happens."""
    if not streams.keys:
        yield
        return
    before = termios.tcgetattr(0)
    old = signal.signal(signal.SIGCONT, lambda *_: tty.setraw(0))
    tty.setraw(0)
    try:
        yield
    finally:
        signal.signal(signal.SIGCONT, old)
        termios.tcsetattr(0, termios.TCSADRAIN, before)
        sys.stdout.flush()
