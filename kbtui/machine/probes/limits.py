"""What may run out: shared memory, disks, inodes, limits of the shell and of the control group.

df -P -T /dev/shm        shm            tmpfs      65536       0     65536       0% /dev/shm
df -P -i /               /dev/nvme0n1p2 30531584 30531584       0      100% /
/proc/self/limits        Max open files            1024                 524288               files
control groups           /sys/fs/cgroup/memory.max	8589934592
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from kbtui.machine.asks import OWN_PYTHON, Raw, Read, Run
from kbtui.machine.probes.spec import Out, Probe

_ROW = re.compile(r"^(\S.*?)\s+(?:(\S+)\s+)?(\d+|-)\s+(\d+|-)\s+(\d+|-)\s+(\d+%|-)\s+(/.*)$", re.MULTILINE)
_FULL_KIB = 64 * 1024
"""Less than this free and a disk is full to whoever writes a checkpoint or a package."""
_UNLIMITED = 1 << 60
"""Control groups of version 1 write a number near 2^63 for no limit."""
_MIB, _GIB = 1024, 1024 * 1024
_FIXED = ("squashfs", "iso9660", "erofs", "cramfs", "udf")
"""File systems that are always full and never written to."""
CGROUP = Run((OWN_PYTHON, "-I", "-S", "cgroup_child.py", "/proc/self/cgroup"))


class Row(NamedTuple):
    """One file system of df; sizes in KiB, or counts of inodes."""

    kind: str
    size: int
    free: int
    used: str
    mount: str
    line: str


def rows(text: str) -> list[Row]:
    """The table of `df -P`, with or without types."""
    out = []
    for match in _ROW.finditer(text):
        if "-" not in (match[3], match[5]):
            out.append(Row(match[2] or "", int(match[3]), int(match[5]), match[6], match[7], match[0]))
    return out


def parse_disks(seen: Mapping[str, Raw], out: Out) -> None:
    """Shared memory, the disk where the person works, and what is full.

    A full /dev/shm is a full place but no full disk: nothing is written there to be kept.
    """
    system, work = seen["system"], seen["work"]
    shm = next((r for r in rows(system.text) if r.mount == "/dev/shm"), None)
    if shm:
        out.add("shm.size_mib", shm.size // _MIB, system, shm.line)
    here = next(iter(rows(work.text)), None)
    if here:
        out.add("disk.free_gib", round(here.free / _GIB, 2), work, here.line)
        out.add("disk.work_fs", here.kind, work, here.line)
    _full(seen, out)


def _full(seen: Mapping[str, Raw], out: Out) -> None:
    tables = [row for name in ("system", "work", "stores") for row in rows(seen[name].text)]
    tables = [r for r in tables if r.kind not in _FIXED and r.size]
    every = [r for r in tables if r.free <= min(_FULL_KIB, r.size // 100)]
    full = [r for r in every if r.mount != "/dev/shm"]
    looked = seen["system"].ok and seen["work"].ok
    if every or (tables and looked):
        out.add("disk.full", bool(full), seen["system"], "\n".join(r.line for r in full or tables))
        out.add("disk.full_places", list(dict.fromkeys(r.mount for r in every)), seen["system"])
    inodes = [r for name in ("inodes", "work_inodes") for r in rows(seen[name].text) if r.size]
    none = [r for r in inodes if r.free == 0]
    if none or (inodes and seen["inodes"].ok and seen["work_inodes"].ok):
        out.add("disk.inodes_full", bool(none), seen["inodes"], "\n".join(r.line for r in none or inodes))


def parse_limits(seen: Mapping[str, Raw], out: Out) -> None:
    """Soft limits on open files, locked memory and stack."""
    raw = seen["limits"]
    for name, label, unit in (
        ("limits.open_files", "Max open files", 1),
        ("limits.memlock_kib", "Max locked memory", 1024),
        ("limits.stack_kib", "Max stack size", 1024),
    ):
        said = re.search(rf"^{label}\s+(\d+|unlimited)", raw.text, re.MULTILINE)
        if said:
            out.add(name, -1 if said[1] == "unlimited" else int(said[1]) // unit, raw, said[0])


def parse_cgroup(seen: Mapping[str, Raw], out: Out) -> None:
    """The tightest memory and processor limits of the control groups above this process."""
    raw = seen["cgroup"]
    files = dict(line.split("\t", 1) for line in raw.text.splitlines() if "\t" in line)
    if raw.ran:
        limits = [
            (int(v), f"{p}: {v}")
            for p, v in files.items()
            if _is(p, "memory.max", "memory.limit_in_bytes") and v.isdecimal()
        ]
        limits = [item for item in limits if item[0] < _UNLIMITED]
        if limits:
            size, line = min(limits)
            out.add("limits.memory_gib", round(size / (1 << 30), 3), raw, line)
        else:
            out.absent("limits.memory_gib", raw, "no control group above this process limits memory")
    killed = [line for p, v in files.items() for line in _killed(p, v)]
    if killed:
        out.add("ram.oom_killed", True, raw, killed[0])
    allowed = re.search(r"^Cpus_allowed_list:\s*([\d,-]+)", seen["status"].text, re.MULTILINE)
    counts = [(n, f"{p}: {v}") for p, v in files.items() if (n := _processors(p, v, files)) is not None]
    if allowed:
        counts.append((float(_count(allowed[1])), allowed[0]))
    if counts and raw.ok:
        out.add("limits.cpus", min(counts)[0], raw, min(counts)[1])


def _is(path: str, *names: str) -> bool:
    return path.rpartition("/")[2] in names


def _killed(path: str, said: str) -> Iterator[str]:
    if _is(path, "memory.events", "memory.oom_control"):
        count = re.search(r"\boom_kill (\d+)", said)
        if count and int(count[1]) > 0:
            yield f"{path}: {count[0]}"


def _processors(path: str, said: str, files: Mapping[str, str]) -> float | None:
    """Processors that a quota allows; None without one."""
    if _is(path, "cpu.max"):
        quota, _, period = said.partition(" ")
    elif _is(path, "cpu.cfs_quota_us"):
        quota, period = said, files.get(path.replace("quota", "period"), "")
    else:
        return None
    return round(int(quota) / int(period), 2) if quota.isdecimal() and period.isdecimal() and int(period) else None


def _count(ranges: str) -> int:
    """How many numbers "0-7,16-23" names."""
    ends = [r.split("-") for r in ranges.split(",") if r]
    return sum(int(e[-1]) - int(e[0]) + 1 for e in ends)


PROBES = (
    Probe(
        "disks",
        {
            "system": Run(("df", "-P", "-T", "/", "/tmp", "/var", "/boot", "/dev/shm")),
            "work": Run(("df", "-P", "-T", "/proc/self/cwd/", "~/")),
            "stores": Run(("df", "-P", "-T", "/var/lib/docker", "/var/lib/containerd", "/mnt/c")),
            "inodes": Run(("df", "-P", "-i", "/", "/tmp", "/var")),
            "work_inodes": Run(("df", "-P", "-i", "/proc/self/cwd/", "~/")),
        },
        parse_disks,
        ("shm.size_mib", "disk.free_gib", "disk.work_fs", "disk.full", "disk.full_places", "disk.inodes_full"),
    ),
    Probe(
        "limits",
        {"limits": Read("/proc/self/limits", cap=8192)},
        parse_limits,
        ("limits.open_files", "limits.memlock_kib", "limits.stack_kib"),
    ),
    Probe(
        "control groups",
        {"cgroup": CGROUP, "status": Read("/proc/self/status", cap=8192)},
        parse_cgroup,
        ("limits.memory_gib", "limits.cpus", "ram.oom_killed"),
    ),
)
