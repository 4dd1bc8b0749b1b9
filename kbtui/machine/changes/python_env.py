"""When packages of the person's Python came: pip and uv by their record files, conda by its own history.

The script prints, for the person's Python:

    prefix /opt/train/venv
    dist 1732098733 torch 2.5.1+cu124
    conda ==> 2024-11-20 10:12:13 <==
    conda # cmd: /opt/conda/bin/conda install numpy
    conda -defaults/linux-64::numpy-1.26.4-py312hc5e2394_0
    conda +defaults/linux-64::numpy-2.1.3-py312hc5e2394_0
"""

from __future__ import annotations

import re

from kbtui.machine.changes.clock import Clock
from kbtui.machine.changes.model import Change, Kind, change
from kbtui.machine.changes.packages import kind_of

SCRIPT = """
import os, sys
print("prefix", sys.prefix)
for folder in sys.path:
    if not folder.endswith(("site-packages", "dist-packages")) or folder.startswith("/usr/lib/python3"):
        continue
    try:
        names = os.listdir(folder)
    except OSError:
        continue
    for name in names:
        if not name.endswith(".dist-info"):
            continue
        for part in ("RECORD", "INSTALLER", "METADATA"):
            try:
                when = int(os.stat(os.path.join(folder, name, part)).st_mtime)
            except OSError:
                continue
            title, _, version = name[:-10].rpartition("-")
            print("dist", when, title, version)
            break
try:
    with open(os.path.join(sys.prefix, "conda-meta", "history")) as history:
        for line in history.read()[-200000:].splitlines():
            print("conda", line)
except (OSError, UnicodeError):
    pass
"""
"""Lists names and times; imports nothing of the person's."""
_BURST = 900.0
"""Seconds without a package that end an installation."""
_DIST = re.compile(r"dist (\d+) (\S+) (\S+)")


def environment(text: str, clock: Clock) -> list[Change]:
    """Packages that came after the environment was made; its making is one change that weighs little."""
    prefix = text.partition("\n")[0].removeprefix("prefix ").strip() if text.startswith("prefix ") else "Python"
    dists = sorted((float(m[1]), m[2], m[3], m[0]) for m in _DIST.finditer(text))
    out: list[Change] = []
    making = True
    for at, (when, name, version, raw) in enumerate(dists):
        making = making and (at == 0 or when - dists[at - 1][0] <= _BURST)
        kind = "environment" if making else _kind_of(name)
        shown = f"{name} (new environment)" if making else name
        out.append(change(when, kind, shown, after=version, origin=prefix, raw=raw))
    return [*out, *_conda(text, prefix, clock)]


def _kind_of(name: str) -> Kind:
    """In a Python environment only frameworks and what they compute with matter: its "docker" is no docker."""
    return "framework" if kind_of(name) in ("framework", "cuda") else "package"


def _conda(text: str, origin: str, clock: Clock) -> list[Change]:
    out: list[Change] = []
    when: float | None = None
    gone: dict[str, str] = {}
    transaction: list[Change] = []
    transactions = 0

    def close() -> None:
        out.extend(transaction)
        out.extend(
            change(when, _kind_of(name), name, before=version, origin=origin, raw=f"-{name}-{version}")
            for name, version in gone.items()
        )
        transaction.clear()
        gone.clear()

    for line in text.splitlines():
        if line.startswith("conda ==> "):
            close()
            when, transactions = clock.read(line[10:]), transactions + 1
            continue
        sign, spec = line[6:7], line[7:].rpartition("::")[2].rpartition("/")[2]
        if not line.startswith("conda ") or sign not in ("-", "+") or spec.count("-") < 2:
            continue
        name, version, _ = spec.rsplit("-", 2)
        if sign == "-":
            gone[name] = version
            continue
        before = gone.pop(name, "")
        made = change(when, _kind_of(name), name, before=before, after=version, origin=origin, raw=line[6:])
        if transactions <= 1:  # the environment's own making
            made = change(when, "environment", f"{name} (new environment)", after=version, origin=origin, raw=line[6:])
        transaction.append(made)
    close()
    return out
