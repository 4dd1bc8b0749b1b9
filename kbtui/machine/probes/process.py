"""Programs that hold a GPU: whose they are, how long they run, whether their parent is gone; and programs stuck in the kernel.

    ls /proc/[0-9]*/fd/* -> /dev/nvidia*    /proc/48213/fd/5: link -> /dev/nvidia-uvm
    /proc/48213/stat                        48213 (python3) S 1 48213 48213 0 -1 4194560 ... 17253 ...
    /proc/48213/cgroup                      0::/user.slice/user-1003.slice/session-4.scope
    nvidia-smi --query-compute-apps         48213, 00000000:01:00.0, 22708

The open files of other people are seen by root alone; what the driver lists (nvidia-smi) is seen by everybody.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from kbtui.machine.asks import Ask, Names, Raw, Read, Run
from kbtui.machine.probes import vantage
from kbtui.machine.probes.container import CONTAINER_ASKS, container_of
from kbtui.machine.probes.spec import Out, Probe
from kbtui.machine.text.names import bus_id

_TICKS = 100
"""Clock ticks in a second, in which /proc counts; 100 on every Linux that has NVIDIA's driver."""
_MOST = 8192
_DISPLAY = re.compile(
    r"X(org|wayland)?$|gnome-shell|mutter|kwin|plasmashell|cinnamon|sway|Hyprland|weston|cosmic-comp|compiz|xfwm4|sddm|gdm|lightdm"
)
_CONTAINED = re.compile(r"docker|containerd|kubepods|libpod|lxc|machine\.slice")
_SERVICE = re.compile(r"^(?!user@).*\.service$")
PROCESSES: Mapping[str, Ask] = {
    "stat": Read("/proc/[0-9]*/stat", cap=1024, most=_MOST),
    "cgroups": Read("/proc/[0-9]*/cgroup", cap=2048, most=_MOST),
    "owners": Read("/proc/[0-9]*/status", cap=512, most=_MOST),
    "cmdline": Read("/proc/[0-9]*/cmdline", cap=2048, most=_MOST),
    "wchan": Read("/proc/[0-9]*/wchan", cap=128, most=_MOST),
    "uptime": Read("/proc/uptime", cap=64),
    "cards": Read("/proc/driver/nvidia/gpus/*/information", cap=4096),
    "status": vantage.STATUS,
    "passwd": vantage.PASSWD,
    "sudo": vantage.SUDO,
    **CONTAINER_ASKS,
}
"""A command line may hang with its process (its memory is locked); what else is told of it does not hang."""
FACTS = (
    "process.name", "process.command", "process.user", "process.state", "process.age_hours", "process.wait_channel",
    "process.uses_cuda", "process.mine", "process.leftover", "process.container", "gpu.other_users",
)  # fmt: skip


class Stat(NamedTuple):
    """What /proc/PID/stat says of a process."""

    name: str
    state: str
    parent: int
    started: float
    """Seconds since boot."""


def stat(text: str) -> Stat | None:
    """Read a stat line; the name may hold spaces and brackets."""
    head, _, tail = text.rpartition(")")
    cells = tail.split()
    if len(cells) < 20 or not (cells[1].isdecimal() and cells[19].isdecimal()):
        return None
    return Stat(head.partition("(")[2], cells[0], int(cells[1]), int(cells[19]) / _TICKS)


def parse_holders(seen: Mapping[str, Raw], out: Out) -> None:
    """Who has the devices open, and which programs sleep where no signal reaches them."""
    table = _Table(seen)
    fds = seen["fds"]
    holds: dict[int, set[str]] = {}
    for path, what in fds.files.items():
        holds.setdefault(int(path.split("/")[2]), set()).add(what.removeprefix("link -> "))
    cuda = {pid for pid, devices in holds.items() if "/dev/nvidia-uvm" in devices}
    for pid in holds:
        table.tell(pid, out, uses_cuda=pid in cuda)
    stuck = [pid for pid, s in table.stats.items() if s.state == "D" and s.parent not in (0, 2) and pid not in holds]
    for pid in stuck:
        table.tell(pid, out, uses_cuda=None)
    sees_all = fds.ok and table.root and table.on_machine and not fds.truncated
    out.scope("process", map(str, (*holds, *stuck)), complete=sees_all)
    if not sees_all:
        return
    for path, text in seen["cards"].files.items():
        minor = re.search(r"Device Minor:\s+(\d+)", text)
        if minor:
            node = f"/dev/nvidia{minor[1]}"
            table.others(bus_id(path.split("/")[-2]), [p for p, d in holds.items() if node in d], cuda, fds, out)


def parse_apps(seen: Mapping[str, Raw], out: Out) -> None:
    """The compute programs that the driver lists."""
    apps = seen["apps"]
    if not apps.ran:
        return
    table = _Table(seen)
    cards: dict[str, list[int]] = {bus_id(path.split("/")[-2]): [] for path in seen["cards"].files}
    for line in apps.text.splitlines():
        cells = [c.strip() for c in line.split(",")]
        if len(cells) != 3 or not cells[0].isdecimal():
            continue
        pid = int(cells[0])
        cards.setdefault(bus_id(cells[1]), []).append(pid)
        table.tell(pid, out, uses_cuda=True)
        if cells[2].isdecimal():
            out.add("process.gpu_memory_mib", int(cells[2]), apps, line, entity=cells[0])
    out.scope("process", (str(pid) for pids in cards.values() for pid in pids), complete=False)
    for card, pids in cards.items():
        if card:
            table.others(card, pids, set(pids), apps, out)


class _Table:
    """The processes of this machine, as far as this person may see them."""

    def __init__(self, seen: Mapping[str, Raw]) -> None:
        self.seen = seen
        self.stats = {int(p.split("/")[2]): s for p, text in seen["stat"].files.items() if (s := stat(text))}
        self.names = vantage.users(seen["passwd"])
        self.me = vantage.person(seen)
        self.root = bool(re.search(r"^Uid:\s+\d+\s+0\b", seen["status"].text, re.MULTILINE))
        where = container_of(seen)
        self.on_machine = where is not None and where[0] == "none"
        up = re.match(r"\d+(\.\d+)?", seen["uptime"].text)
        self.uptime = float(up[0]) if up else None

    def owner(self, pid: int) -> int | None:
        """Number of the user it runs as."""
        said = re.search(r"^Uid:\s+(\d+)", self._text("owners", pid, "status"), re.MULTILINE)
        return int(said[1]) if said else None

    def tell(self, pid: int, out: Out, *, uses_cuda: bool | None) -> None:
        """The facts of one process. `uses_cuda` is None where it cannot be told."""
        found, raw, key = self.stats.get(pid), self.seen["stat"], str(pid)
        if found is None:
            return
        line = self._text("stat", pid).strip()
        out.add("process.name", found.name, raw, line, entity=key)
        out.add("process.state", found.state, raw, line, entity=key)
        if self.uptime is not None:
            out.add("process.age_hours", round(max(0.0, self.uptime - found.started) / 3600, 2), raw, line, entity=key)
        owner = self.owner(pid)
        if owner is not None:
            name = self.names.get(owner, f"uid {owner}")
            out.add("process.user", name, self.seen["owners"], f"Uid: {owner}", entity=key)
            if self.me:
                out.add("process.mine", owner == self.me[0], self.seen["owners"], f"Uid: {owner}", entity=key)
        command = " ".join(self._text("cmdline", pid).split("\0")).strip()
        if command:
            out.add("process.command", command, self.seen["cmdline"], command, entity=key)
        channel = self._text("wchan", pid).strip()
        if channel not in ("", "0"):
            out.add("process.wait_channel", channel, self.seen["wchan"], channel, entity=key)
        elif channel == "0" and found.state != "R":
            out.unknown("process.wait_channel", "the kernel shows it to root alone", self.seen["wchan"], entity=key)
        group = self._text("cgroups", pid, "cgroup")
        if group:
            contained = bool(_CONTAINED.search(group))
            out.add("process.container", contained, self.seen["cgroups"], group.strip(), entity=key)
        if uses_cuda is not None:
            out.add("process.uses_cuda", uses_cuda, self.seen.get("fds", raw), entity=key)
            if self.on_machine and group:
                out.add("process.leftover", uses_cuda and self._left(found, group), raw, line, entity=key)

    def _left(self, found: Stat, group: str) -> bool:
        """Adopted by init or by the user's own service manager, and no unit of either."""
        parent = self.stats.get(found.parent)
        adopted = found.parent == 1 or (parent is not None and parent.name == "systemd")
        unit = group.strip().rpartition("/")[2]
        return adopted and not _SERVICE.match(unit) and found.state != "Z" and not _DISPLAY.match(found.name)

    def others(self, card: str, pids: Iterable[int], cuda: set[int], raw: Raw, out: Out) -> None:
        """People other than the one who looks whose programs are on a card; the system's own daemons are nobody."""
        if self.me is None:
            return
        found: dict[str, None] = {}
        for pid in pids:
            owner = self.owner(pid)
            if owner is None or owner == self.me[0]:
                continue
            program = self.stats.get(pid)
            is_system = owner < 1000 or (program is not None and bool(_DISPLAY.match(program.name)))
            if not is_system or (pid in cuda and owner == 0 and not self.root):
                found[self.names.get(owner, f"uid {owner}")] = None
        out.add("gpu.other_users", list(found), raw, ", ".join(found) or "nobody else", entity=card)

    def _text(self, ask: str, pid: int, file: str = "") -> str:
        return self.seen[ask].files.get(f"/proc/{pid}/{file or ask}", "")


PROBES = (
    Probe(
        "processes",
        {
            "fds": Names("/proc/[0-9]*/fd/*", to="/dev/nvidia", most=20000, seconds=4.0),
            **PROCESSES,
        },
        parse_holders,
        FACTS,
        seconds=0.5,
    ),
    Probe(
        "compute processes",
        {
            "apps": Run(
                ("nvidia-smi", "--query-compute-apps=pid,gpu_bus_id,used_memory", "--format=csv,noheader,nounits")
            ),
            **PROCESSES,
        },
        parse_apps,
        (*FACTS, "process.gpu_memory_mib"),
        seconds=1.0,
    ),
)
