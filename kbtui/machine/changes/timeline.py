"""Every history of a machine in one timeline: what is asked, who reads it, and how it is put together."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from kbtui.machine.asks import PYTHON, Ask, Names, Raw, Read, Run
from kbtui.machine.changes import boots, config, debian, installer, kernel_log, python_env, redhat, rolling, state
from kbtui.machine.changes.clock import DATE, Clock, clock_from
from kbtui.machine.changes.model import Change
from kbtui.machine.host import Host

_LOG = 1 << 20
_FAILED = ("refused", "timed_out", "unknown")
Reader = Callable[[str, str, Clock], list[Change]]


def _tail(path: str) -> Read:
    return Read(path, cap=_LOG, tail=True)


def _packed(*paths: str) -> Run:
    return Run(("gzip", "-cdq", *paths), seconds=3.0)


_APT, _DPKG = "/var/log/apt/history.log", "/var/log/dpkg.log"
_READERS: tuple[tuple[str, Ask, Reader], ...] = (
    ("apt_packed", _packed(*(f"{_APT}.{n}.gz" for n in (3, 2, 1))), debian.apt),
    ("apt", _tail(_APT), debian.apt),
    ("dpkg_packed", _packed(*(f"{_DPKG}.{n}.gz" for n in (3, 2))), debian.dpkg),
    ("dpkg_before", _tail(f"{_DPKG}.1"), debian.dpkg),
    ("dpkg", _tail(_DPKG), debian.dpkg),
    ("unattended", _tail("/var/log/unattended-upgrades/unattended-upgrades.log"), debian.unattended),
    ("dnf_before", _tail("/var/log/dnf.rpm.log.1"), redhat.dnf),
    ("dnf", _tail("/var/log/dnf.rpm.log"), redhat.dnf),
    ("yum", _tail("/var/log/yum.log"), redhat.yum),
    ("dnf_history", Run(("dnf", "history", "list"), seconds=3.0), redhat.transactions),
    ("rpm", Run(("rpm", "-qa", "--last"), seconds=8.0), redhat.installed),
    ("pacman", _tail("/var/log/pacman.log"), rolling.pacman),
    ("zypper", _tail("/var/log/zypp/history"), rolling.zypper),
    ("installer", Read("/var/log/nvidia-installer.log"), installer.installer),
)
_PACKAGES = tuple(name for name, _, _ in _READERS if name != "installer")
_BOOTS: tuple[tuple[str, Ask, Callable[[str, str, Clock], list[boots.Boot]]], ...] = (
    ("list_boots", Run(("journalctl", "--list-boots", "--no-pager"), seconds=3.0), boots.listed),
    ("last", Run(("last", "-x", "-F", "-w", "reboot"), seconds=2.0), boots.last),
    ("wtmpdb", Run(("wtmpdb", "last"), seconds=2.0), boots.last),
)
_JOURNAL = Run(
    (
        "journalctl",
        "_TRANSPORT=kernel",
        "-o",
        "short-iso",
        "--no-pager",
        "-q",
        "-r",
        "-n",
        "4000",
        "-g",
        kernel_log.WANTED,
    ),
    seconds=4.0,
)
_KERNEL: dict[str, Ask] = {
    "journal": _JOURNAL,
    "boot_before": Run(
        ("journalctl", "-k", "-b", "-1", "--no-pager", "-o", "short-iso", "-n", "20000"), seconds=6.0, cap=16 << 20
    ),
    "kern_before": _tail("/var/log/kern.log.1"),
    "kern": _tail("/var/log/kern.log"),
    "messages": _tail("/var/log/messages"),
    "dmesg": Run(("dmesg",), cap=16 << 20),
}
ASKS: dict[str, Ask] = {
    "date": DATE,
    "date_plain": Run(("date",)),
    "localtime": Names("/etc/localtime"),
    "timezone": Read("/etc/timezone"),
    "rotated": Names("/var/log/*.gz"),
    "rotated_apt": Names("/var/log/apt/*.gz"),
    "rotated_zypp": Names("/var/log/zypp/history-*"),
    "python": Run((PYTHON, "-c", python_env.SCRIPT), seconds=4.0),
    **{name: ask for name, ask, _ in _READERS},
    **{name: ask for name, ask, _ in _BOOTS},
    **_KERNEL,
    **state.ASKS,
    **config.ASKS,
}
"""Everything that is asked, by a short name each."""


class Timeline(NamedTuple):
    """What changed on one machine."""

    changes: tuple[Change, ...]
    """Oldest first; those without a time at the end."""
    clock: Clock
    state: state.State
    boot_at: float | None
    """When the machine was started last."""
    first_error: float | None
    """When the trouble that the kernel log shows began; None where it shows none."""
    reaches_back: float | None
    """The oldest package change that is known; None where no package history was read."""
    notes: tuple[str, ...]
    """What was not read or not known, as sentences."""
    read: frozenset[str]
    """The names of `ASKS` that were answered."""
    lacks: str = ""
    """Why the first of those that were not answered was not, where it is not for being absent."""
    log_read: bool = True
    """Lines of a kernel log were seen; without them nothing is known of errors."""


def merge(*histories: Iterable[Change]) -> list[Change]:
    """All changes in the order of time; those of one time keep their order, those without a time stand at the end."""
    return sorted((c for history in histories for c in history), key=lambda c: (c.when is None, c.when or 0.0))


def gather(host: Host) -> Timeline:
    """Ask a machine for all its histories."""
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(8) as pool:
        answers = dict(zip(ASKS, pool.map(host.answer, ASKS.values()), strict=True))
    return build(answers, time.time())


def build(seen: Mapping[str, Raw], wall: float) -> Timeline:
    """Put the answers to `ASKS` together. `wall` is the time now where the machine does not tell its own."""
    clock = clock_from(seen, wall)
    if all(clock.read(seen[name].text) is None for name in ("date", "date_plain")):
        clock = _then(clock, seen)
    packages = [reader(_text(seen[name]), seen[name].origin, clock) for name, _, reader in _READERS]
    now = state.state_from(seen)
    started = clock.now - now.uptime if now.uptime is not None else None
    log: list[kernel_log.Line] = []
    for name in _KERNEL:
        origin = "kernel messages of the journal" if name == "journal" else seen[name].origin
        found = kernel_log.lines(_text(seen[name]), origin, clock, started)
        log += reversed(found) if name == "journal" else found  # it was asked for the newest first
    known = [boot for name, _, reader in _BOOTS for boot in reader(_text(seen[name]), seen[name].origin, clock)]
    known += kernel_log.boots(log)
    if started is not None:
        known.append(boots.Boot(started, now.kernel, "/proc/uptime", seen["uptime"].text.strip()))
    starts = boots.joined(known)
    boot_at = started if started is not None else max((b.when for b in starts if b.when <= clock.now), default=None)
    errors = kernel_log.errors(log, boot_at)
    changes = merge(
        *packages,
        boots.changes(starts),
        kernel_log.drivers(log),
        errors.first,
        python_env.environment(_text(seen["python"]), clock),
        config.edited(seen, clock),
    )
    times = [c.when for history in packages[:-1] for c in history if c.when is not None]
    return Timeline(
        changes=tuple(changes),
        clock=clock,
        state=now,
        boot_at=boot_at,
        first_error=errors.onset,
        reaches_back=min(times, default=None),
        notes=tuple(_notes(seen, clock, changes, bool(log))),
        read=frozenset(name for name, raw in seen.items() if raw.ok and raw.exit_code in (None, 0)),
        lacks=next((r.reason for r in seen.values() if r.status in _FAILED and r.reason), ""),
        log_read=bool(log),
    )


def _text(raw: Raw) -> str:
    return raw.text if raw.ok or raw.status == "timed_out" else ""


def _then(clock: Clock, seen: Mapping[str, Raw]) -> Clock:
    """Evidence from elsewhere without a clock: its now is the time of the last thing that it tells."""
    times = [c.when for name, _, reader in _READERS for c in reader(_text(seen[name]), "", clock)]
    times += [line.when for name in _KERNEL for line in kernel_log.lines(_text(seen[name]), "", clock, None)]
    past = [when for when in times if when is not None and when <= clock.now]
    return clock._replace(now=max(past)) if past else clock


def _notes(seen: Mapping[str, Raw], clock: Clock, changes: list[Change], log_read: bool) -> list[str]:
    out = []
    if not log_read:
        why = seen["dmesg"].errors.strip().partition("\n")[0] or seen["dmesg"].reason or "it is empty"
        out.append(f"no kernel log was read ({why}): errors and earlier drivers are not known")
    if clock.guessed:
        out.append("the time zone of the machine is not known: times without a zone are read as UTC")
    out += _not_read(seen)
    if all(not _text(seen[name]) for name in _PACKAGES):
        out.append("no package manager's history was found")
    unread = [
        path for name in ("rotated", "rotated_apt", "rotated_zypp") for path in seen[name].files if _unread(path, seen)
    ]
    if unread:
        out.append(f"older history is not read: {', '.join(unread[:4])}" + (" ..." if len(unread) > 4 else ""))
    unknown = sum(c.when is None for c in changes)
    if unknown:
        out.append(f"{unknown} {'change has' if unknown == 1 else 'changes have'} no time that could be read")
    if any(clock.in_future(c.when) for c in changes):
        out.append("some times lie in the future: a clock was or is wrong")
    return out


def _not_read(seen: Mapping[str, Raw]) -> list[str]:
    """One sentence a reason, however many histories it cost."""
    by_reason: dict[str, list[str]] = {}
    for name in (*_PACKAGES, "python", "last", "list_boots"):
        raw = seen[name]
        told_elsewhere = name == "unattended" and seen["apt"].ok
        if raw.status in _FAILED and raw.reason and not told_elsewhere:
            what, _, why = raw.reason.rpartition(": ")
            by_reason.setdefault(why, []).append(what or name)
    return [
        f"not read ({why}): {', '.join(names[:3])}" + (f" and {len(names) - 3} more" if len(names) > 3 else "")
        for why, names in by_reason.items()
    ]


def _unread(path: str, seen: Mapping[str, Raw]) -> bool:
    match = re.search(r"/(apt/history|dpkg|dnf\.rpm|yum|pacman|zypp/history)\.?(?:log)?[.-](\d+)\.(?:gz|xz|zst)$", path)
    if not match:
        return False
    packed = {"apt/history": ("apt_packed", 3), "dpkg": ("dpkg_packed", 3)}.get(match[1])
    return packed is None or int(match[2]) > packed[1] or not seen[packed[0]].text
