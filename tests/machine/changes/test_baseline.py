"""Healthy checks are kept and compared with now."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from kbtui.machine.catalogue import SPECS
from kbtui.machine.changes.baseline import KEPT, NOISE, diff, folder, last_baseline, noise, save_baseline
from kbtui.machine.facts import Fact, Facts


def machine(**facts: object) -> Facts:
    out = Facts([Fact(name="machine.hostname", value="gpu01", kind="live")])
    for name, value in facts.items():
        out.add(Fact(name=name.replace("__", "."), value=value, kind="live"))  # type: ignore[arg-type]
    return out


def cards(*buses: str, width: int = 16) -> Facts:
    out = machine(driver__version="550.163.01", gpus__count=len(buses))
    for bus in buses:
        out.add(Fact(name="gpu.model", entity=bus, value="RTX 3090", kind="live"))
        out.add(Fact(name="gpu.link_width", entity=bus, value=width, kind="live"))
        out.add(Fact(name="gpu.temperature", entity=bus, value=40 + width, kind="live"))
    out.list_scope("gpu", buses, complete=True)
    return out


def kept(facts: Facts):
    assert save_baseline(facts, 1000.0)
    found = last_baseline("gpu01")
    assert found is not None
    return found


def test_driver_link_width_and_a_lost_card_are_seen():
    old = kept(cards("01:00.0", "21:00.0"))
    new = cards("01:00.0", width=8)
    new.add(Fact(name="driver.version", value="570.86.16", kind="live"))
    assert [tuple(d) for d in diff(old, new)] == [
        ("driver.version", "", "550.163.01", "570.86.16"),
        ("gpu", "21:00.0", "RTX 3090", "gone"),
        ("gpu.link_width", "01:00.0", "16", "8"),
        ("gpus.count", "", "2", "1"),
    ]
    grown = diff(kept(cards("01:00.0")), cards("01:00.0", "21:00.0"))
    assert tuple(grown[0]) == ("gpu", "21:00.0", "", "RTX 3090")


def test_the_same_machine_differs_in_nothing():
    old = kept(cards("01:00.0"))
    warm = cards("01:00.0")
    warm.add(Fact(name="gpu.temperature", entity="01:00.0", value=83, kind="live"))
    warm.add(Fact(name="uptime.hours", value=3.0, kind="live"))
    assert diff(old, warm) == []


def test_what_could_not_be_looked_at_is_no_difference():
    old = kept(machine(driver__version="550.1", kernel__headers_installed=True, docker__installed=True))
    now = machine(kernel__headers_installed=False)
    now.add(Fact(name="driver.version", state="unknown", reason="timed out", kind="live"))
    now.add(Fact(name="docker.installed", state="absent", kind="live"))
    assert [tuple(d)[0::2] for d in diff(old, now)] == [
        ("docker.installed", "yes"),
        ("kernel.headers_installed", "yes"),
    ]
    assert [d.after for d in diff(old, now)] == ["absent", "no"]


def test_no_and_does_not_apply_are_the_same():
    old = kept(machine(gpu__ecc_enabled=False, gpus__count=0))
    now = Facts([Fact(name="gpu.ecc_enabled", state="not_applicable", kind="live")])
    now.add(Fact(name="gpus.count", value=2, kind="live"))
    assert [d.name for d in diff(old, now)] == ["gpus.count"]


def test_lists_are_compared_without_their_order():
    old = kept(machine(cuda__toolkit__versions=["12.4", "11.8"]))
    assert diff(old, machine(cuda__toolkit__versions=["11.8", "12.4"])) == []
    assert diff(old, machine(cuda__toolkit__versions=["12.4"]))[0].after == "12.4"


def test_at_most_fifty_are_kept_and_the_newest_is_taken():
    for at in range(KEPT + 7):
        save_baseline(machine(driver__version=f"550.{at}"), 1000.0 + at)
    place = folder()
    assert place is not None
    assert len(list(place.iterdir())) == KEPT  # no half-written file stays either
    newest = last_baseline("gpu01")
    assert newest is not None and newest.time == 1000.0 + KEPT + 6
    assert {k.name: k.value for k in newest.facts}["driver.version"] == f"550.{KEPT + 6}"


def test_a_home_shared_by_machines_keeps_them_apart():
    save_baseline(machine(driver__version="1.1"), 5.0)
    other = Facts([Fact(name="machine.hostname", value="gpu01-b", kind="live")])
    save_baseline(other, 9.0)
    found = last_baseline("gpu01")
    assert found is not None and found.host == "gpu01" and found.time == 5.0
    assert last_baseline("elsewhere") is None


def test_a_broken_file_is_passed_over():
    path = save_baseline(machine(), 5.0)
    later = save_baseline(machine(), 9.0)
    assert path and later
    later.write_text('{"schema": "kbtui.base')
    found = last_baseline("gpu01")
    assert found is not None and found.time == 5.0
    assert oct(path.stat().st_mode & 0o777) == "0o600"


def test_nowhere_to_keep_it_is_no_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.delenv("HOME")
    monkeypatch.setenv("XDG_STATE_HOME", "relative")
    assert folder() is None and save_baseline(machine()) is None and last_baseline() is None
    in_the_way = tmp_path / "file"
    in_the_way.write_text("")
    monkeypatch.setenv("XDG_STATE_HOME", str(in_the_way))
    assert save_baseline(machine()) is None and last_baseline() is None


def test_stated_and_unknown_facts_are_not_kept():
    facts = machine(driver__version="550.1")
    facts.add(Fact(name="psu.watts", value=850, kind="set"))
    facts.add(Fact(name="cuda.home", state="unknown", reason="no", kind="live"))
    assert {k.name for k in kept(facts).facts} == {"machine.hostname", "driver.version"}
    assert kept(facts).boot_id == Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    assert os.environ.get("HOME")


def test_every_rule_of_noise_has_a_reason_and_what_matters_is_none():
    assert all(reason for reason in NOISE.values())
    for name in (
        "driver.version",
        "gpu.link_width",
        "gpus.count",
        "kernel.release",
        "cuda.toolkit.version",
        "torch.version",
    ):
        assert name in SPECS and not noise(name)
    for name in (
        "gpu.temperature",
        "gpu.memory_free_mib",
        "uptime.hours",
        "ram.available_gib",
        "gpu.clock_mhz",
        "process.state",
    ):
        assert name in SPECS and noise(name)
