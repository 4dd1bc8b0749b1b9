"""What an nvidia-bug-report says of itself, from the summary that its source makes (`sources.report_summary`):

{"version": 36172400, "date": "2025-07-18T18:50:28+08:00", "locale": "zh_CN", "flags": ["--safe-mode"],
 "complete": true, "skipped": ["vulkaninfo: vulkaninfo not found"], "failed": ["xset -q"], "table": {...}}
6674:... NVRM: Xid (PCI:0000:01:00): 79, pid='<unknown>', name=<unknown>, GPU has fallen off the bus.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping

from kbtui.machine.asks import Raw, Read, Run
from kbtui.machine.probes.spec import Out, Probe

_XID = re.compile(r"Xid \(PCI:[0-9a-fA-F:.]+\): (\d{1,4})")


def parse(seen: Mapping[str, Raw], out: Out) -> None:
    """Version, date, language, what it lacks."""
    raw = seen["summary"]
    if not raw.text:
        return
    said = json.loads(raw.text)
    if said["version"]:
        out.add("report.script_version", said["version"], raw, f"Version: {said['version']}")
    if said["date"]:
        out.add("report.date", said["date"], raw, f"Date: {said['date']}")
    if said["locale"]:
        out.add("report.locale", said["locale"], raw)
    out.add("report.complete", said["complete"], raw)
    out.add("report.safe_mode", "--safe-mode" in said["flags"], raw, " ".join(said["flags"]))
    out.add("report.sections_skipped", said["skipped"], raw, "\n".join(said["skipped"]))
    out.add("report.sections_failed", said["failed"], raw, "\n".join(said["failed"]))


def parse_xids(seen: Mapping[str, Raw], out: Out) -> None:
    """How many lines name each Xid, of every boot that the logs hold; one event can stand in several places."""
    raw = seen["lines"]
    if not raw.ok or (not raw.text and not seen["end"].ok):
        out.unknown("report.xid_lines", "the report holds no kernel log", raw)
        return
    counts = Counter(int(code) for code in _XID.findall(raw.text))
    out.add("report.xid_lines", [f"{code} x{counts[code]}" for code in sorted(counts)], raw)


def parse_boots(seen: Mapping[str, Raw], out: Out) -> None:
    """Xids, driver and failures of the two boots before this one: the report keeps their lines that name NVIDIA."""
    for number in ("1", "2"):
        raw = seen[f"before{number}"]
        if not raw.ok or not raw.text.strip():
            continue
        codes = sorted({int(code) for code in _XID.findall(raw.text)})
        out.add("boot.xid_codes", codes, raw, "\n".join(m[0] for m in _XID.finditer(raw.text)), entity=number)
        out.add("boot.rm_init_failed", "RmInitAdapter failed" in raw.text, raw, entity=number)
        driver = _LOADING.findall(raw.text)
        if driver:
            out.add("boot.driver_version", driver[-1], raw, driver[-1], entity=number)


_LOADING = re.compile(r"NVRM: loading NVIDIA UNIX (?:Open )?(?:\S+ )?Kernel Module(?: for \S+)?\s+(\d[\d.]+\d)")

PROBES = (
    Probe(
        "report",
        {"summary": Run(("nvidia-bug-report.sh", "--summary"))},
        parse,
        (
            "report.script_version",
            "report.date",
            "report.locale",
            "report.complete",
            "report.safe_mode",
            "report.sections_skipped",
            "report.sections_failed",
        ),
        always=True,
    ),
    Probe(
        "report xids",
        {"lines": Run(("grep", "-n", "Xid (", "nvidia-bug-report.log"), cap=16 << 20), "end": Run(("dmesg",))},
        parse_xids,
        ("report.xid_lines",),
        always=True,
    ),
    Probe(
        "report boots",
        {
            "before1": Run(("journalctl", "-b", "-1")),
            "before2": Run(("journalctl", "-b", "-2")),
            "kern_log": Read("/var/log/kern.log", cap=8 << 20),
            "messages": Read("/var/log/messages", cap=8 << 20),
        },
        parse_boots,
        ("boot.xid_codes", "boot.rm_init_failed", "boot.driver_version"),
        streams=dict.fromkeys(("before1", "before2", "kern_log", "messages"), "kernel_log_earlier"),
        always=True,
    ),
)
