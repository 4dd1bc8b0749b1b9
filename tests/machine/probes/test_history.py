"""The histories as facts: hours before the onset, absent, or unknown with the reason."""

from __future__ import annotations

import pytest

from kbtui.machine.asks import Raw
from kbtui.machine.probes.history import PROBES
from kbtui.machine.probes.spec import check, run_probe
from tests.machine.changes import logs
from tests.machine.changes.logs import NOW, NVRM, answers

OLD_DPKG = "2026-06-01 10:00:00 upgrade nano:amd64 1 2\n"


def facts(**given: object) -> dict[str, object]:
    found = run_probe(PROBES[0], answers(**given), "live").facts  # type: ignore[arg-type]
    assert len({f.name for f in found}) == len(found) == len(PROBES[0].facts)
    return {f.name: f for f in found}


def test_the_declaration_is_sound():
    assert check(PROBES) == []


def test_hours_are_counted_to_the_first_error():
    mismatch = "2026-11-24T06:41:20+0000 box kernel: NVRM: API mismatch: the client 'x' (pid 1)\n"
    found = facts(dpkg=OLD_DPKG + logs.UBUNTU_DPKG, kern=mismatch, nvrm=NVRM.format("550.144.03"))
    assert found["change.driver.hours_before_onset"].value == 48.0
    assert "libnvidia-compute-550" in found["change.driver.hours_before_onset"].raw
    assert found["change.kernel.hours_before_onset"].state == "absent"  # the new one waits for a start
    assert found["packages.upgraded_recently"].value is True
    assert found["change.cuda.hours_before_onset"].state == "absent"


def test_without_an_error_the_onset_is_now_and_a_kernel_counts_from_its_start():
    found = facts(apt=logs.DEBIAN_APT, uptime="3600.00 1.00\n", uname="Linux box 6.1.0-29-amd64 x86_64\n")
    assert found["change.kernel.hours_before_onset"].value == 1.0
    assert found["change.last_boot_hours_before_onset"].value == 1.0
    assert found["packages.upgraded_recently"].value is False
    cuda = found["change.cuda.hours_before_onset"]
    assert cuda.state == "unknown" and "begin on 2026-11-22" in cuda.reason


def test_configuration_and_frameworks():
    edited = {"config /etc/modprobe.d/*": {"/etc/modprobe.d/x.conf": f"file 644 0:0 9 {int(NOW) - 7200}"}}
    python = f"prefix /venv\ndist {int(NOW) - 9000000} pip 24.0\ndist {int(NOW) - 36000} torch 2.6.0\n"
    found = facts(python=python, **edited, **{"config ~/.bashrc": {"~/.bashrc": f"file 644 0:0 9 {int(NOW) - 60}"}})
    assert found["change.config.hours_before_onset"].value == 2.0
    assert found["change.framework.hours_before_onset"].value == 10.0


@pytest.mark.parametrize("status", ["refused", "timed_out", "unknown"])
def test_a_history_that_could_not_be_read_is_unknown_never_absent(status):
    found = facts(dpkg=Raw(status=status, reason="/var/log/dpkg.log may not be read by this user"))
    for name in ("change.driver.hours_before_onset", "packages.upgraded_recently"):
        assert found[name].state == "unknown"
    assert "may not be read" in found["change.driver.hours_before_onset"].reason


def test_a_machine_that_answers_nothing_knows_nothing():
    nothing = {name: Raw(status="unknown", reason="not in this bundle") for name in PROBES[0].asks}
    found = run_probe(PROBES[0], nothing, "bundle").facts
    assert {f.state for f in found} == {"unknown"} and {f.reason for f in found} == {"not in this bundle"}
