"""Xids of this boot as incidents: how many bursts, what began them, how long ago the last one was.

    [344210.113529] NVRM: Xid (PCI:0000:01:00): 79, pid='<unknown>', name=<unknown>, GPU has fallen off the bus.
    [344210.115002] NVRM: Xid (PCI:0000:01:00): 154, GPU recovery action changed from 0x0 (None) to 0x2
    /proc/uptime    345610.44 9123321.30

The codes themselves are read by the probe of the kernel log; here they are folded (`kbtui.machine.incidents`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from kbtui.machine.asks import Raw, Read
from kbtui.machine.incidents import Incident, incidents
from kbtui.machine.probes.kernel_log import DMESG, JOURNAL
from kbtui.machine.probes.spec import Out, Probe

_BEGINNING = re.compile(r"Linux version \d|^\[\s*0\.0+\] ", re.MULTILINE)
_FACTS = ("xid.root_codes", "xid.incidents", "xid.minutes_ago")


def parse(seen: Mapping[str, Raw], out: Out) -> None:
    """Of the two logs the one that reaches back further; silence counts only in a log that holds the boot's beginning."""
    logs = [seen[n] for n in ("journal", "dmesg") if seen[n].ran and seen[n].text.strip()]
    if not logs:
        return
    log = max(logs, key=lambda raw: len(incidents(raw.text.splitlines())))
    found = incidents(log.text.splitlines())
    if found:
        out.add("xid.root_codes", list(dict.fromkeys(i.root for i in found)), log, "\n".join(i.raw for i in found))
        out.add("xid.incidents", len(found), log, "\n".join(_said(i) for i in found))
    elif any(_BEGINNING.search(raw.text[:4000]) and not raw.truncated for raw in logs):
        out.add("xid.root_codes", [], log, "the log since boot has no Xid")
        out.add("xid.incidents", 0, log, "the log since boot has no Xid")
        out.not_applicable("xid.minutes_ago", "there was no Xid in this boot", log)
    else:
        for name in _FACTS:
            out.unknown(name, "the beginning of this boot is no longer in the kernel log", log)
    _ago(seen, out)


def _said(incident: Incident) -> str:
    followed = f", followed by {', '.join(map(str, incident.followers))}" if incident.followers else ""
    lines = "1 line" if incident.xids == 1 else f"{incident.xids} lines"
    return f"Xid {incident.root} on {incident.gpu}{followed} ({lines})"


def _ago(seen: Mapping[str, Raw], out: Out) -> None:
    """dmesg counts on the same clock as uptime, as long as the machine does not sleep."""
    uptime = seen["uptime"].text.split(" ")[0]
    found = incidents(seen["dmesg"].text.splitlines()) if seen["dmesg"].ran else []
    if not found or not re.fullmatch(r"\d+(?:\.\d+)?", uptime):
        return
    last = found[-1]
    if re.fullmatch(r"\d+\.\d+", last.began):
        minutes = (float(uptime) - float(last.began) - last.seconds) / 60
        out.add("xid.minutes_ago", round(max(0.0, minutes), 1), seen["dmesg"], last.raw)


PROBES = (
    Probe(
        "xids",
        {"dmesg": DMESG, "journal": JOURNAL, "uptime": Read("/proc/uptime", cap=128)},
        parse,
        _FACTS,
        seconds=0.02,
    ),
)
