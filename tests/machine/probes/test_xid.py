"""The kernel log's Xids as facts: an incident, silence that counts, silence that does not, logs that may not be read."""

from __future__ import annotations

from kbtui.machine.asks import Raw
from kbtui.machine.probes import xid
from kbtui.machine.probes.spec import check
from tests.machine.probes.told import fact, run, value

(PROBE,) = xid.PROBES
BEGINNING = "[    0.000000] Linux version 6.8.0-57-generic (buildd@box)\n"
BURST = """\
[ 5120.113529] NVRM: Xid (PCI:0000:01:00): 79, pid='<unknown>', name=<unknown>, GPU has fallen off the bus.
[ 5120.115002] NVRM: Xid (PCI:0000:01:00): 154, GPU recovery action changed from 0x0 (None) to 0x2 (Node Reboot Required)
[ 9000.000000] NVRM: Xid (PCI:0000:41:00): 31, pid=7, name=python3
"""
UPTIME = {"uptime": Raw(text="9600.00 120000.10\n")}


def log(text: str, **more) -> Raw:
    return Raw(text=text, **{"exit_code": 0, **more})


def test_the_declarations_are_sound():
    assert check(xid.PROBES) == []


def test_two_incidents():
    out = run(PROBE, {"dmesg": log(BURST), **UPTIME})
    assert value(out, "xid.root_codes") == [79, 31]
    assert value(out, "xid.incidents") == 2
    assert value(out, "xid.minutes_ago") == 10.0
    assert fact(out, "xid.incidents").raw.startswith("Xid 79 on 0000:01:00.0, followed by 154 (2 lines)")


def test_the_journal_reaches_further_back():
    said = "2026-11-2{}T03:12:09+0000 box kernel: NVRM: Xid (PCI:0000:01:00): 31, pid=7\n"
    out = run(PROBE, {"dmesg": log(BURST.splitlines()[-1]), "journal": log(said.format(1) + said.format(3)), **UPTIME})
    assert value(out, "xid.incidents") == 2
    assert value(out, "xid.minutes_ago") == 10.0, "only dmesg runs on the clock of uptime"


def test_silence_counts_in_a_whole_log_only():
    whole = run(PROBE, {"dmesg": log(BEGINNING + "[    1.0] usb 1-1: new device\n"), **UPTIME})
    assert value(whole, "xid.root_codes") == [] and value(whole, "xid.incidents") == 0
    assert fact(whole, "xid.minutes_ago").state == "not_applicable"
    cut = run(PROBE, {"dmesg": log("[81234.0] usb 1-1: new device\n"), **UPTIME})
    assert fact(cut, "xid.incidents").state == "unknown"
    assert "no longer in the kernel log" in fact(cut, "xid.incidents").reason


def test_a_log_that_may_not_be_read():
    refused = Raw(errors="dmesg: read kernel buffer failed: Operation not permitted", exit_code=1)
    out = run(PROBE, {"dmesg": refused, **UPTIME})
    assert {f.state for f in out.facts} == {"unknown"}
    slow = run(PROBE, {"dmesg": refused, "journal": Raw(status="timed_out", reason="journalctl: no answer within 6 s")})
    assert fact(slow, "xid.root_codes").reason == "journalctl: no answer within 6 s"
