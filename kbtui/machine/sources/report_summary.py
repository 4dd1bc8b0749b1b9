"""What a bug report says of itself: version, date, what was skipped, what failed, how many lines name an Xid.

The probes of `kbtui.machine.probes.report` ask for it as for a command, so that they stay free of this source:

    Run(("nvidia-bug-report.sh", "--summary"))         JSON with version, date, locale, flags, complete, skipped, failed
    Run(("grep", "-n", "Xid (", "nvidia-bug-report.log"))
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from kbtui.machine.asks import Raw

if TYPE_CHECKING:
    from kbtui.machine.sources.bug_report import BugReport

SUMMARY = ("nvidia-bug-report.sh", "--summary")
XIDS = ("grep", "-n", "Xid (", "nvidia-bug-report.log")
_XID = "Xid (PCI:"
_WORD = re.compile(
    r"not found|could ?n.t |could not |can(?:no|')t |unable to|^error|No devices were found|no protocol specified|"
    r"authorization required|unknown error|no such file|internal driver error|未找到|无法|introuvable|impossible|"
    r"не найден|невозможно|niet gevonden|kan niet|nicht gefunden|no se (?:encontr|puede)",
    re.MULTILINE | re.IGNORECASE,
)
_LONG = 3000
"""Characters of an output that are searched for its failure: an error comes first."""
_LOGS = frozenset({"dmesg", "journalctl", "gcc", "g++", "lspci", "base64", "ldd", "dmidecode", "coredumpctl", "lsusb"})
_NEEDED = tuple(f"/proc/driver/nvidia/{name}" for name in ("version", "params", "registry"))
_FAILED_UNIT = re.compile(r"^\S? ?(\S+\.service) - .*(?:\n .*)*?\n\s+Active: failed", re.MULTILINE)


def summary(report: BugReport) -> Raw:
    """All of it, as JSON."""
    head = report.head
    said = {
        "version": head.version,
        "date": head.date,
        "locale": head.locale,
        "flags": list(head.flags),
        "complete": report.complete,
        "skipped": sorted(f"{name}: {part.body}" for name, part in report.skipped.items()),
        "failed": failed(report),
        "table": head.table,
    }
    return Raw(text=json.dumps(said, ensure_ascii=False), exit_code=0, origin="bug report line 1", line=1)


def failed(report: BugReport) -> list[str]:
    """Sections that hold an error instead of an output."""
    out = [name for name, rows in report.head.table.items() if rows[0].startswith("Failed:")]
    for argv, part in report.commands.items():
        title = part.title.rstrip(":").removeprefix("Running ")
        if argv[0] == "systemctl":
            out += [f"systemctl status {m[1]}" for m in _FAILED_UNIT.finditer(part.body)]
        elif argv[0] in _LOGS or title.startswith(("Scanning", "/var/log", "Found Vulkan")):
            continue
        elif argv[0] == "nvidia-settings" and "ERROR:" in part.body:
            out.append(title)
        elif _WORD.search(part.body[:_LONG]) or (argv[0] == "nvidia-smi" and not part.body.strip()):
            out.append(re.sub(r"^/\S*/", "", title))
    out += [path for path in _NEEDED if path in report.missing]
    if not report.complete:
        out.append("whole report: cut off")
    return list(dict.fromkeys(out))


def xid_lines(report: BugReport) -> Raw:
    """Every line that carries an Xid, with its number, as grep -n prints it."""
    rows: list[str] = []
    text, line, last = report.text, 1, 0
    at = text.find(_XID)
    while at >= 0:
        begin, end = text.rfind("\n", 0, at) + 1, text.find("\n", at)
        end = len(text) if end < 0 else end
        line += text.count("\n", last, begin)
        last = begin
        rows.append(f"{line}:{text[begin : min(end, begin + 2000)]}")
        at = text.find(_XID, end)
    first = int(rows[0].partition(":")[0]) if rows else 0
    return Raw(text="".join(row + "\n" for row in rows), exit_code=0, origin="bug report", line=first)
