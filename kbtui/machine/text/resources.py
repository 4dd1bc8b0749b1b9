"""Memory, disks and limits: free, df, ulimit.

"No space left on device" alone is no full disk: a small /dev/shm says the same.

Sample:

                   total        used        free      shared  buff/cache   available
    Mem:            62Gi        15Gi        31Gi       8.9Mi       580Mi        46Gi
    Swap:          2.0Gi          0B       2.0Gi
    Filesystem      Size  Used Avail Use% Mounted on
    /dev/nvme0n1p2  457G  434G     0 100% /
    shm              64M   12M   53M  19% /dev/shm
    open files                          (-n) 1024
    max locked memory           (kbytes, -l) 8192
    stack size                  (kbytes, -s) unlimited
"""

from __future__ import annotations

import re

from kbtui.machine.text.found import Found
from kbtui.machine.text.patterns import Pattern
from kbtui.machine.text.prompt import command_in

_FREE = Pattern(
    r"\s*(Mem|Swap|内存|交换)[:：]\s+(\d{1,15}(?:\.\d+)?)([KMGT]?i?B?)\s+(\d{1,15}(?:\.\d+)?)([KMGT]?i?B?)(.*)"
)
_DF = Pattern(
    r"\s*(\S+)\s+(\d{1,15}(?:\.\d+)?)([KMGT]?)i?\s+(\d{1,15}(?:\.\d+)?)([KMGT]?)i?\s+(\d{1,15}(?:\.\d+)?)([KMGT]?)i?\s+(\d{1,3})%\s+(/\S*)\s*$"
)
_FIGURE = Pattern(r"\d{1,15}(?:\.\d+)?")
_LIMIT = Pattern(r"\s*(open files|max locked memory|stack size)\s+\((?:kbytes, )?-([nls])\)\s+(\d{1,15}|unlimited)")
_ASKED = Pattern(r"ulimit -[SH]?([nls])\s*['\"]?$")
_FACTS = {"n": "limits.open_files", "l": "limits.memlock_kib", "s": "limits.stack_kib"}
_GIB = {"": 1 / 1048576, "K": 1 / 1048576, "M": 1 / 1024, "G": 1.0, "T": 1024.0}
_FIXED = ("/snap", "/var/lib/snapd", "/media", "/run/media", "/cdrom")
"""Where images hang that are always full."""
_WORK = ("/", "/home", "/tmp", "/var", "/data", "/workspace", "/root", "/scratch", "/mnt")


def parse(found: Found) -> None:
    """Tables of free and df, answers of ulimit."""
    rows: list[int] = []
    unit = ""
    shares: list[int] = []
    full: dict[str, int] = {}
    for at, line in enumerate(found.lines):
        if found.taken[at] or len(line) > 200:
            continue
        if "free -m" in line:
            unit = "M"
        elif "free -g" in line:
            unit = "G"
        free = _FREE.match(line) if line.lstrip().startswith(("Mem:", "Swap:", "内存", "交换")) else None
        disk = _DF.match(line) if "% /" in line or "%  /" in line else None
        limit = _LIMIT.match(line) if "(" in line and "-" in line else None
        if free:
            _memory(found, at, free, unit)
        elif disk:
            _disk(found, at, disk)
            shares.append(int(disk[8]))
            if shares[-1] >= 100 and not disk[1].startswith("/dev/loop") and not disk[9].startswith(_FIXED):
                full[disk[9]] = at
        elif limit:
            _set_limit(found, at, limit[2], limit[3])
        elif "ulimit -" in line and command_in(line) and at + 1 < len(found.lines):
            asked, answer = _ASKED.search(line), found.lines[at + 1].strip()
            if not asked or not (answer.isdecimal() or answer == "unlimited"):
                continue
            _set_limit(found, at + 1, asked[1], answer)
        else:
            continue
        rows.append(at)
    if full:
        found.add("disk.full_places", list(full), max(full.values()))
    if len(shares) >= 3 and max(shares) < 95:
        found.add("disk.full", False, rows[-1])
    found.take_each("resources", rows)


def _gib(number: str, unit: str) -> float:
    return float(number) * _GIB.get(unit[:1].upper(), 1.0)


def _memory(found: Found, at: int, row: re.Match[str], unit: str) -> None:
    kind = "swap" if row[1] in ("Swap", "交换") else "ram"
    total = _gib(row[2], row[3] if row[3] not in ("", "B") else unit)
    found.add(f"{kind}.total_gib", round(total, 2), at)
    if kind == "swap":
        found.add("swap.used_gib", round(_gib(row[4], row[5] if row[5] not in ("", "B") else unit), 2), at)
        return
    cells = row[6].split()
    last = cells[-1] if len(cells) >= 4 else ""
    number = last.rstrip("KMGTiB")
    if _FIGURE.fullmatch(number):
        found.add("ram.available_gib", round(_gib(number, last[len(number) :] or unit), 2), at)


def _disk(found: Found, at: int, row: re.Match[str]) -> None:
    place, used = row[9], int(row[8])
    # Without a letter df counts blocks of 1 KiB.
    size = _gib(row[2], row[3] or "K")
    if place == "/dev/shm":
        found.add("shm.size_mib", round(size * 1024), at)
    elif place in _WORK or place.startswith(("/home/", "/data", "/mnt/", "/workspace", "/scratch")):
        if used >= 100:
            found.add("disk.full", True, at)
        if place == "/":
            found.add("disk.free_gib", round(_gib(row[6], row[7] or "K"), 2), at)


def _set_limit(found: Found, at: int, letter: str, value: str) -> None:
    if value == "unlimited" and letter == "n":
        return
    found.add(_FACTS[letter], -1 if value == "unlimited" else int(value), at)
