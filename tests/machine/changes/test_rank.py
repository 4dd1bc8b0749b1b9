"""One timeline, and which change of it could explain the trouble."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbtui.machine.asks import Raw
from kbtui.machine.changes.fold import fold
from kbtui.machine.changes.model import WEIGHT, Change, change
from kbtui.machine.changes.onset import Onset
from kbtui.machine.changes.rank import onset_of, rank, suspects
from kbtui.machine.changes.state import State
from kbtui.machine.changes.timeline import build, merge
from tests.machine.changes import logs
from tests.machine.changes.logs import NOW, NVRM, answers, epoch

HOUR = 3600.0
MISMATCH = "[777000.1] NVRM: API mismatch: the client 'nvidia-smi' (pid 918233)\n"
CHANGES = st.builds(
    change,
    st.none() | st.floats(0, 4e9),
    st.sampled_from(list(WEIGHT)),
    st.text(max_size=4),
    before=st.sampled_from(["", "1", "550.1"]),
    after=st.sampled_from(["", "2", "550.2"]),
)


@given(st.lists(st.lists(CHANGES, max_size=8), max_size=4))
def test_merging_keeps_order_and_loses_nothing(histories):
    merged = merge(*histories)
    flat = [c for history in histories for c in history]
    assert sorted(map(repr, merged)) == sorted(map(repr, flat))
    times = [c.when for c in merged]
    known = [t for t in times if t is not None]
    assert known == sorted(known) and times == known + [None] * (len(times) - len(known))
    for one in {c.when for c in flat}:
        assert [c for c in merged if c.when == one] == [c for c in flat if c.when == one]


@given(st.lists(CHANGES, max_size=20))
def test_folding_names_everything_and_ranking_takes_everything(changes):
    folded = fold(merge(changes))
    assert {c.what for c in changes} == {name for c in folded for name in c.members}
    ranked = rank(folded, Onset(1e9, 1e9), State(module="550.1"), now=2e9)
    assert sorted(repr(r.change) for r in ranked) == sorted(map(repr, folded))
    assert [r.score for r in ranked] == sorted((r.score for r in ranked), reverse=True)


def driver(back: float, **more: str) -> Change:
    return change(NOW - back * HOUR, "driver", "nvidia-driver-550", before="550.1", after="550.2", **more)


def test_a_driver_change_shortly_before_heads_and_routine_updates_weigh_nothing():
    changes = [
        driver(30 * 24),
        change(NOW - 3 * HOUR, "framework", "torch", before="2.5", after="2.6"),
        driver(2),
        change(NOW - 1 * HOUR, "package", "firefox", before="1", after="2"),
        change(NOW - 1 * HOUR, "package", "tzdata", before="1", after="2"),
    ]
    ranked = rank(changes, Onset(NOW, NOW, "now"))
    assert [r.change for r in ranked[:2]] == [changes[2], changes[1]]
    assert [r.score for r in ranked if r.change.kind == "package"] == [0.0, 0.0]
    assert ranked[0].hours == 2 and "2 hours before" in ranked[0].why


def test_what_came_after_the_trouble_or_lies_in_the_future_explains_nothing():
    late, future = driver(1), driver(-48)
    ranked = rank([late, future], Onset(NOW - 5 * HOUR, NOW - 5 * HOUR, "x"), now=NOW)
    assert [r.score for r in ranked] == [0.0, 0.0]
    assert {r.why for r in ranked} == {"after the trouble began", "its time lies in the future: a clock was wrong"}


def test_a_kernel_acts_when_it_is_started():
    new = change(NOW - 900 * HOUR, "kernel", "linux-image-6.8.0-58-generic", after="6.8.0-58.60")
    waiting = change(NOW - 1 * HOUR, "kernel", "linux-image-6.8.0-59-generic", after="6.8.0-59.61")
    boot = change(NOW - 3 * HOUR, "boot", "started")
    first, second, *_ = rank([new, boot, waiting], Onset(NOW, NOW, "now"))
    assert first.change == new and first.hours == 3
    assert second.change in (boot, waiting)
    assert "waits" in next(r.why for r in rank([waiting, boot], Onset(NOW, NOW)) if r.change == waiting)


def test_an_unknown_time_is_said_and_counts_little():
    found = rank([change(None, "driver", "nvidia", after="550.2")], Onset(NOW, NOW, "now"))[0]
    assert 0 < found.score < 2 and "not known" in found.why


def test_the_library_upgrade_heads_where_the_loaded_module_is_older():
    seen = answers(
        dpkg=logs.UBUNTU_DPKG,
        apt=logs.UBUNTU_APT,
        unattended=logs.UNATTENDED,
        nvrm=NVRM.format("550.144.03"),
        dmesg=MISMATCH,
        **{
            "config /etc/modprobe.d/*": {
                "/etc/modprobe.d/x.conf": f"file 644 0:0 1 {int(epoch('2026-11-24T11:00:00'))}"
            }
        },
    )
    line = build(seen, 0.0)
    onset = onset_of(line)
    assert onset is not None and onset.why == "first: driver and library versions differ"
    head = suspects(line)[0]
    assert head.change.kind == "driver" and "550.144.03" in head.why
    assert (head.change.before, head.change.after) == ("550.144.03-0ubuntu0.22.04.1", "550.163.01-0ubuntu0.22.04.1")
    assert set(head.change.members) == {"libnvidia-compute-550", "nvidia-dkms-550", "nvidia-utils-550"}


def test_a_driver_upgrade_before_the_last_start_proves_nothing():
    seen = answers(dpkg=logs.UBUNTU_DPKG, uptime="3600.00 1.00\n", nvrm=NVRM.format("570.86.16"))
    assert suspects(build(seen, 0.0)) == []


def test_the_kernel_without_headers_heads():
    seen = answers(
        uname="Linux box 6.1.0-29-amd64 x86_64\n",
        uptime="900.00 1.00\n",
        apt=logs.DEBIAN_APT,
        dkms={"/var/lib/dkms/nvidia-current": "dir 755 0:0"},
        **{"config /etc/default/grub*": {"/etc/default/grub": f"file 644 0:0 1 {int(NOW) - 3600}"}},
    )
    head = suspects(build(seen, 0.0))[0]
    assert "linux-image-6.1.0-29-amd64" in head.change.members and "headers are missing" in head.why


@pytest.mark.parametrize(
    ("release", "history", "package"),
    [
        ("6.11.6-300.fc41.x86_64", {"dnf": logs.FEDORA_DNF}, "kernel-core"),
        ("6.11.6-300.fc41.x86_64", {"rpm": logs.RPM_LAST}, "kernel-core"),
        ("4.18.0-553.16.1.el8_10.x86_64", {"dnf": logs.RHEL8_DNF}, "kernel-core"),
        ("6.11.6-arch1-1", {"pacman": logs.PACMAN}, "linux"),
        ("6.4.0-150600.23.25-default", {"zypper": logs.ZYPP}, "kernel-default"),
        ("6.8.0-58-generic", {"dpkg": logs.UBUNTU_DPKG}, "linux-image-6.8.0-58-generic"),
    ],
)
def test_a_kernel_without_a_module_heads_in_every_distribution(release, history, package):
    seen = answers(
        uname=f"Linux box {release} x86_64\n",
        uptime="900.00 1.00\n",
        sources={"/usr/src/nvidia-550.163.01": "dir 755 0:0"},
        **history,
    )
    line = build(seen, 0.0)
    head = suspects(line)[0]
    assert head.change.what == package and release in head.why
    built = {f"/lib/modules/{release}/extra/nvidia": "dir 755 0:0"}
    assert suspects(build(answers(**history, uname=f"Linux box {release} x86_64\n", built_extra=built), 0.0)) == []


def test_a_healthy_machine_with_updates_raises_nothing():
    seen = answers(
        dpkg=logs.UBUNTU_DPKG.replace("libnvidia-compute-550:amd64", "firefox:amd64"),
        nvrm=NVRM.format("550.144.03"),
        built_dkms={"/lib/modules/6.8.0-57-generic/updates/dkms/nvidia.ko": "file 644 0:0 1 1"},
        dkms={"/var/lib/dkms/nvidia": "dir 755 0:0"},
    )
    line = build(seen, 0.0)
    assert len(line.changes) >= 4 and suspects(line) == []
    assert suspects(line, Onset(NOW - HOUR, NOW, "yesterday"))[0:1] == []


def test_a_clock_jump_and_a_future_date_are_sorted_and_said():
    text = (
        "2026-11-22 06:41:20 upgrade nano:amd64 1 2\n"
        "2026-11-20 01:00:00 upgrade vim:amd64 1 2\n"
        "2031-01-01 00:00:00 upgrade nvidia-driver-550:amd64 550.1 550.2\n"
    )
    line = build(answers(dpkg=text), 0.0)
    assert [c.what for c in line.changes if c.kind in ("package", "driver")] == ["vim", "nano", "nvidia-driver-550"]
    assert any("future" in note for note in line.notes)
    assert suspects(line, Onset(NOW, NOW, "now")) == []


def test_what_was_not_read_is_said():
    seen = answers(
        rotated={"/var/log/dpkg.log.9.gz": "file 644 0:0 9 9", "/var/log/boot.log.1.gz": "file 644 0:0 9 9"},
        dmesg=Raw(status="refused", reason="dmesg: may not be run by this user"),
        date=Raw(status="unknown", reason="not in this bundle"),
    )
    line = build(seen, NOW)
    said = " ".join(line.notes)
    for part in (
        "dpkg.log.9.gz",
        "no kernel log was read (dmesg: may not be run",
        "no package manager's history",
        "time zone",
    ):
        assert part in said
    assert "boot.log" not in said


def test_evidence_without_a_clock_takes_its_own_last_time_as_now():
    seen = answers(date=Raw(status="unknown", reason="no"), dpkg=logs.UBUNTU_DPKG)
    line = build(seen, NOW + 1e8)
    assert line.clock.now == epoch("2026-11-22T06:43:50")
