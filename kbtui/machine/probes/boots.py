"""The boot before this one: its kernel, its Xids, how it ended. History, kept apart from now in the scope `boot`.

journalctl -k -b -1      2026-10-02T11:05:40+0200 atlas kernel: NVRM: Xid (PCI:0000:41:00): 79, GPU has fallen off the bus.
journalctl -b -1 -n 40   2026-10-02T11:31:02+0200 atlas systemd-journald[412]: Journal stopped

Boot 0 is this one, 1 the one before it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from kbtui.machine.asks import Raw, Run
from kbtui.machine.probes.kernel_log import DMESG, JOURNAL
from kbtui.machine.probes.logs import said_in
from kbtui.machine.probes.spec import Out, Probe
from kbtui.machine.probes.system import UNAME, release_of

_BEFORE = Run(
    ("journalctl", "-k", "-b", "-1", "--no-pager", "-o", "short-iso", "-n", "20000"), seconds=6.0, cap=16 << 20
)
_ENDING = Run(("journalctl", "-b", "-1", "--no-pager", "-o", "short-iso", "-n", "60"), seconds=6.0)
_LINE = re.compile(r"^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:?\d\d) \S+ ", re.MULTILINE)
_NONE = re.compile(r"No such boot ID|no persistent journal|[Ff]ailed to|-- No entries --|not available")
_ORDERLY = re.compile(
    r"Journal stopped|Received SIGTERM from PID 1|systemd-shutdown\[1\]|reboot: (?:Restarting|Power down|machine)"
    r"|Reached target .*(?:Reboot|Power-Off|Power Off|Shutdown|Halt)|Shutting down\.|PM: hibernation: hibernation entry"
)
_NAMES = {
    "xid.codes": "boot.xid_codes",
    "driver.rm_init_failed": "boot.rm_init_failed",
    "ram.oom_killed": "boot.oom_killed",
    "pci.aer_errors": "boot.aer_errors",
    "kernel.release": "boot.release",
    "driver.module_version": "boot.driver_version",
}
"""Fact of now -> the same of a boot."""
_FACTS = (*_NAMES.values(), "boot.began", "boot.ended", "boot.ended_cleanly")


def parse(seen: Mapping[str, Raw], out: Out) -> None:
    """Nothing of an earlier boot may look like now: every fact carries the boot's number."""
    release = release_of(seen["uname"])
    if release:
        out.add("boot.release", release, seen["uname"], entity="0")
    now = seen["journal"] if seen["journal"].ran and _LINE.search(seen["journal"].text) else seen["dmesg"]
    if now.ran:
        _lay(now, "0", out, without="boot.release" if release else "")
    before = seen["before"]
    if not before.ran or _NONE.search(before.output[:300]) or not _LINE.search(before.text):
        return
    _lay(before, "1", out)
    times = [m[1] for m in _LINE.finditer(before.text)]
    out.add("boot.began", times[0], before, before.text.partition("\n")[0], entity="1")
    ending = seen["ending"]
    lines = [line for line in ending.text.splitlines() if _LINE.match(line)] if ending.ran else []
    if lines:
        out.add("boot.ended", lines[-1].split(" ", 1)[0], ending, lines[-1], entity="1")
        orderly = next((line for line in lines if _ORDERLY.search(line)), "")
        out.add("boot.ended_cleanly", bool(orderly), ending, orderly or "\n".join(lines[-4:]), entity="1")


def _lay(log: Raw, boot: str, out: Out, without: str = "") -> None:
    for fact in said_in(log, out.kind):
        name = _NAMES.get(fact.name, "")
        if name and name != without and not fact.entity and fact.state == "known":
            out.add(name, fact.value, log, fact.raw, entity=boot)


PROBES = (
    Probe(
        "boots",
        {"uname": UNAME, "dmesg": DMESG, "journal": JOURNAL, "before": _BEFORE, "ending": _ENDING},
        parse,
        _FACTS,
        seconds=1.5,
        streams={"before": "kernel_log_earlier"},
    ),
)
