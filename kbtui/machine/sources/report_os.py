"""The distribution of a bug report's machine, as an os-release file: from os-release itself, the release files of the
distributions, the summary table, /etc/issue, or the words in the kernel's own version, in this order.

    /etc/redhat-release    Fedora release 36 (Thirty Six)
    /etc/issue             Ubuntu 22.04.5 LTS \\n \\l
    OS Details             Distribution : Ubuntu 24.04.2 LTS
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kbtui.machine.asks import Raw
from kbtui.machine.text.systems import system_in

if TYPE_CHECKING:
    from kbtui.machine.sources.bug_report import BugReport

_FILES = (
    "/etc/fedora-release",
    "/etc/redhat-release",
    "/etc/SuSE-release",
    "/etc/gentoo-release",
    "/etc/slackware-version",
    "/etc/issue",
)
_BY_KERNEL = (
    (r"\.fc(\d+)\.", "fedora"),
    (r"\.el(\d+)", "rhel"),
    (r"-arch\d|-ARCH$", "arch"),
    (r"-MANJARO", "manjaro"),
    (r"-(?:generic|lowlatency)$", "ubuntu"),
    (r"-gentoo", "gentoo"),
)
_ESCAPE = re.compile(r"\\[a-zA-Z](?:\{[^}]*\})?|\(\\l\)|\x1b\[[0-9;]*m")


def os_release(report: BugReport) -> Raw | None:
    """An answer to `Read("/etc/os-release")`; None where nothing names the system."""
    lines = report.head.table.get("OS Details", [])
    named = next((row.partition(":")[2].strip() for row in lines if row.startswith("Distribution")), "")
    sources = [(named, report.head.lines.get("OS Details", 0), "the summary table")] if system_in(named) else []
    for path in _FILES:
        part = report.files.get(path)
        row = _ESCAPE.sub(" ", next((r for r in part.body.split("\n") if r.strip()), "")) if part else ""
        row = " ".join(row.split()).removeprefix("Welcome to ").rstrip("- ")
        if part and system_in(row):
            sources.append((row, part.line, path))
    for name, line, where in sources:
        return _made(name, line, where)
    release = report.head.uname[2]
    for pattern, system in _BY_KERNEL:
        match = re.search(pattern, release)
        if match:
            version = match[1] if match.groups() else ""
            body = f"ID={system}\n" + (f'VERSION_ID="{version}"\n' if version else "")
            return Raw(text=body, origin="the kernel's name in the bug report", line=report.head.lines.get("uname", 0))
    return None


def _made(name: str, line: int, where: str) -> Raw:
    system = system_in(name)
    assert system
    rows = [f'PRETTY_NAME="{name}"', f"ID={system.id}"]
    release = re.search(r"release (\d+(?:\.\d+)?)", name)
    version = system.version or (release[1] if release else "")
    if version:
        rows.append(f'VERSION_ID="{version}"')
    return Raw(text="\n".join(rows) + "\n", origin=f"bug report line {line} ({where})", line=line)
