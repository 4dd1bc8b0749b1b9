"""`kbtui changes` as a person calls it, on machines whose answers are given."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from kbtui.cli import main
from kbtui.commands import changes as command
from kbtui.machine.asks import Ask, Raw, unknown
from kbtui.machine.changes.baseline import save_baseline
from kbtui.machine.changes.timeline import ASKS
from kbtui.machine.facts import Fact, Facts
from kbtui.machine.looked import Look
from tests.machine.changes import logs
from tests.machine.changes.logs import NVRM, answers

Run = Callable[..., str]


class Given:
    kind = "bundle"
    name = "bundle box.tar.gz"

    def __init__(self, seen: dict[str, Raw]) -> None:
        self.notes: list[str] = []
        self._seen = {ASKS[name]: raw for name, raw in seen.items()}

    def answer(self, ask: Ask) -> Raw:
        return self._seen.get(ask, unknown("not in this bundle"))


@pytest.fixture
def on(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    def use(**given: object) -> None:
        host = Given(answers(**given))  # type: ignore[arg-type]
        monkeypatch.setattr(command.looking, "host_of", lambda args: host)

    return use


MISMATCHED = {"dpkg": logs.UBUNTU_DPKG, "apt": logs.UBUNTU_APT, "nvrm": NVRM.format("550.144.03")}
LOG = "[    5.16] NVRM: loading NVIDIA UNIX x86_64 Kernel Module  550.163.01  Tue Apr  8 12:41:17 UTC 2025\n"
HEALTHY = {
    "dmesg": LOG,
    "dpkg": "2026-11-25 09:00:00 upgrade firefox:amd64 132.0 133.0\n",
    "nvrm": NVRM.format("550.163.01"),
}


def test_the_true_change_heads_the_table(run: Run, on):
    on(**MISMATCHED)
    out = run("changes")
    lines = out.splitlines()
    assert lines[0].startswith("Bundle box.tar.gz, since ")
    head = lines[lines.index("suspect first") + 1]
    assert head.startswith("Sun 22 Nov 06:41") and "550.144.03 -> 550.163.01" in head
    assert "the loaded module is still 550.144.03" in out and "unattended-upgrade" in out
    assert out.index("suspect first") < out.index("when              what changed")
    assert max(map(len, lines)) <= 100 and "\x1b" not in out


def test_a_routine_update_raises_nothing(run: Run, on):
    on(**HEALTHY)
    out = run("changes")
    assert "Nothing here shows trouble" in out and "firefox  132.0 -> 133.0" in out and "suspect first" not in out
    assert json.loads(run("changes", "--json"))["suspects"] == []


def test_without_a_kernel_log_nothing_is_called_fine(run: Run, on):
    refused = Raw(exit_code=1, errors="dmesg: read kernel buffer failed: Operation not permitted\n")
    on(**{**HEALTHY, "dmesg": refused})
    out = run("changes")
    assert "Nothing here shows trouble" not in out and "Operation not permitted" in out


def test_json_is_the_documented_object(run: Run, on):
    on(**MISMATCHED)
    found = json.loads(run("changes", "--json"))
    assert list(found) == ["schema", "machine", "now", "since", "onset", "suspects", "changes", "differences", "notes"]
    assert found["schema"] == "kbtui.changes/1" and found["differences"] is None
    first = found["suspects"][0]
    assert list(first) == ["change", "score", "hours_before", "why"] and first["change"]["kind"] == "driver"
    assert set(found["changes"][0]) == {
        "when",
        "time",
        "kind",
        "what",
        "before",
        "after",
        "origin",
        "raw",
        "weight",
        "members",
    }
    assert [c["when"] for c in found["changes"]] == sorted(c["when"] for c in found["changes"])


def test_since_cuts_the_table_and_sets_the_onset(run: Run, on):
    on(dpkg=logs.UBUNTU_DPKG + HEALTHY["dpkg"])
    out = run("changes", "--since", "2026-11-22")
    assert "libnvidia-compute-550" in out.split("when  ")[0]  # what came since then is suspect
    late = run("changes", "--since", "yesterday")
    assert "libnvidia" not in late and "firefox" in late and "suspect first" not in late


def test_a_since_that_is_no_time_is_refused_in_a_sentence(run: Run, on, capsys: pytest.CaptureFixture[str]):
    on(**HEALTHY)
    assert main(["changes", "--since", "soon"]) == 2
    said = capsys.readouterr().err
    assert "yesterday" in said and "last-healthy" in said


def test_last_healthy_shows_what_differs(
    run: Run, on, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    on(**MISMATCHED)
    name = Fact(name="machine.hostname", value="gpu01", kind="bundle")
    now = Facts([name, Fact(name="driver.library_version", value="550.163.01", kind="bundle")])
    monkeypatch.setattr(command.looking, "at", lambda host: Look(now, [], [], complete=True))
    assert main(["changes", "--since", "last-healthy"]) == 2
    assert "kbtui check" in capsys.readouterr().err
    save_baseline(
        Facts([name, Fact(name="driver.library_version", value="550.144.03", kind="live")]), logs.NOW - 9 * 86400
    )
    out = run("changes", "--since", "last-healthy")
    assert "driver.library_version: 550.144.03 -> 550.163.01" in out
    found = json.loads(run("changes", "--since", "last-healthy", "--json"))
    assert found["differences"] == [
        {"name": "driver.library_version", "entity": "", "before": "550.144.03", "after": "550.163.01"}
    ]


def test_a_line_never_drives_the_terminal(run: Run, on):
    on(dpkg="2026-11-25 09:00:00 upgrade evil\x1b[2J:amd64 1\x07 2\n")
    assert "\x1b" not in run("changes") and "\x07" not in run("changes")


def test_the_empty_machine_has_no_history(capsys: pytest.CaptureFixture[str]):
    assert main(["changes", "--from", "none"]) == 2
    assert "no history" in capsys.readouterr().err
