"""Each package manager's history, as the distributions write it."""

from __future__ import annotations

import pytest

from kbtui.machine.changes import debian, installer, redhat, rolling
from kbtui.machine.changes.clock import Clock
from kbtui.machine.changes.model import Change
from tests.machine.changes import logs
from tests.machine.changes.logs import CLOCK, epoch


def rows(changes: list[Change]) -> list[tuple[str, str, str, str]]:
    return [(c.kind, c.what, c.before, c.after) for c in changes]


def test_dpkg_log_says_versions_and_leaves_states_out():
    found = debian.dpkg(logs.UBUNTU_DPKG, "dpkg.log", CLOCK)
    assert rows(found) == [
        ("driver", "libnvidia-compute-550", "550.144.03-0ubuntu0.22.04.1", "550.163.01-0ubuntu0.22.04.1"),
        ("kernel", "linux-image-6.8.0-58-generic", "", "6.8.0-58.60"),
        ("package", "tzdata", "2026a-0ubuntu0.22.04", "2026b-0ubuntu0.22.04"),
        ("kernel", "linux-image-6.8.0-56-generic", "6.8.0-56.58", ""),
    ]
    assert found[0].when == epoch("2026-11-22T06:41:20")
    assert found[0].weight > found[3].weight > found[2].weight == 0


def test_apt_history_of_debian_gives_the_transaction_and_who_asked_for_it():
    found = debian.apt(logs.DEBIAN_APT, "history.log", CLOCK)
    assert rows(found) == [
        ("kernel", "linux-image-6.1.0-29-amd64", "", "6.1.123-1"),
        ("kernel", "linux-image-amd64", "6.1.119-1", "6.1.123-1"),
        ("kernel", "linux-image-6.1.0-28-amd64", "6.1.119-1", ""),
    ]
    assert {c.when for c in found} == {epoch("2026-11-22T20:14:33")}
    assert found[0].origin == "history.log (apt full-upgrade)"
    assert "someone" not in str(found)


def test_apt_history_of_ubuntu_names_the_unattended_upgrade():
    found = debian.apt(logs.UBUNTU_APT, "history.log", CLOCK)
    assert [c.what for c in found] == ["libnvidia-compute-550", "nvidia-dkms-550", "tzdata"]
    assert found[0].origin.endswith("(unattended-upgrade)")


def test_unattended_upgrades_log_has_no_versions():
    found = debian.unattended(logs.UNATTENDED, "u.log", CLOCK)
    assert rows(found)[0] == ("driver", "libnvidia-compute-550", "", "")
    assert len(found) == 3 and found[0].when == epoch("2026-11-22T06:41:05")


def test_dnf_log_of_fedora_joins_the_new_line_and_the_old_one():
    found = redhat.dnf(logs.FEDORA_DNF, "dnf.rpm.log", CLOCK)
    assert rows(found) == [
        ("driver", "akmod-nvidia", "3:565.77-1.fc41", "3:570.86.16-1.fc41"),
        ("kernel", "kernel-core", "", "6.11.6-300.fc41"),
        ("kernel", "kernel-core", "6.11.4-300.fc41", ""),
    ]
    assert found[0].when == epoch("2026-11-20T09:12:13")  # the zone is said


def test_dnf_log_of_rhel_8():
    found = redhat.dnf(logs.RHEL8_DNF, "dnf.rpm.log", CLOCK)
    assert rows(found) == [
        ("package", "tzdata", "2026a-1.el8", "2026b-1.el8"),
        ("kernel", "kernel-core", "", "4.18.0-553.16.1.el8_10"),
    ]


def test_an_obsoleted_package_is_a_removal_of_its_own():
    text = logs.RHEL8_DNF + "2026-11-21T11:00:09Z SUBDEBUG Obsoleted: tzdata-2026b-1.el8.noarch\n"
    assert rows(redhat.dnf(text, "", CLOCK))[-1] == ("package", "tzdata", "2026b-1.el8", "")


def test_yum_log_has_no_years():
    found = redhat.yum(logs.RHEL7_YUM, "yum.log", CLOCK)
    assert rows(found) == [
        ("package", "kernel-tools", "", "3.10.0-1160.90.1.el7"),
        ("driver", "nvidia-driver-latest-dkms", "", "550.163.01-1.el7"),
        ("headers", "kernel-devel", "installed", ""),
    ]
    assert found[0].when == epoch("2026-11-20T11:00:01")


@pytest.mark.parametrize("text", [logs.DNF4_HISTORY, logs.DNF5_HISTORY])
def test_dnf_history_list_of_both_generations(text):
    found = redhat.transactions(text, "dnf history list", CLOCK)
    assert [(c.kind, c.what) for c in found] == [("package", found[0].what), ("driver", "dnf install akmod-nvidia")]
    assert found[0].what.startswith("dnf upgrade")
    assert found[1].when is not None and epoch("2026-11-01T09:00:00") <= found[1].when < epoch("2026-11-01T09:01:00")


def test_rpm_last_in_two_locales():
    found = redhat.installed(logs.RPM_LAST, "rpm -qa --last", CLOCK)
    assert rows(found)[:2] == [
        ("kernel", "kernel-core", "", "6.11.6-300.fc41"),
        ("driver", "akmod-nvidia", "", "570.86.16-1.fc41"),
    ]
    assert found[1].when == epoch("2026-11-20T21:12:44")


def test_pacman_log_of_both_time_formats():
    found = rolling.pacman(logs.PACMAN, "pacman.log", CLOCK)
    assert rows(found) == [
        ("driver", "nvidia", "550.78-1", "555.58-1"),
        ("kernel", "linux", "6.11.5.arch1-1", "6.11.6.arch1-1"),
        ("headers", "linux-headers", "", "4.20.13.arch1-1"),
        ("cuda", "cudnn", "9.1.0-1", ""),
    ]
    assert found[0].when == epoch("2026-11-20T08:12:45") and found[2].when == epoch("2019-03-01T12:00:00")


def test_zypp_history_finds_the_version_before():
    found = rolling.zypper(logs.ZYPP, "history", CLOCK)
    assert rows(found)[2] == (
        "driver",
        "nvidia-open-driver-G06-signed-kmp-default",
        "550.144.03_k6.4.0",
        "550.163.01_k6.4.0",
    )
    assert rows(found)[1] == ("kernel", "kernel-default", "", "6.4.0-150600.23.25.1")
    assert rows(found)[3] == ("kernel", "kernel-default", "6.4.0-150600.23.22.1", "")


def test_the_run_installer_is_a_driver_change():
    text = "nvidia-installer log file '/var/log/nvidia-installer.log'\ncreation time: Fri Nov 20 10:11:12 2026\ninstaller version: 570.133.07\n"
    found = installer.installer(text, "nvidia-installer.log", CLOCK)
    assert rows(found) == [("driver", "NVIDIA installer (.run)", "", "570.133.07")]
    assert found[0].when == epoch("2026-11-20T10:11:12")


@pytest.mark.parametrize(
    ("reader", "text"),
    [
        (debian.dpkg, logs.UBUNTU_DPKG),
        (debian.apt, logs.DEBIAN_APT),
        (debian.unattended, logs.UNATTENDED),
        (redhat.dnf, logs.FEDORA_DNF),
        (redhat.yum, logs.RHEL7_YUM),
        (redhat.transactions, logs.DNF4_HISTORY),
        (redhat.installed, logs.RPM_LAST),
        (rolling.pacman, logs.PACMAN),
        (rolling.zypper, logs.ZYPP),
    ],
)
def test_garbage_between_the_lines_costs_nothing(reader, text):
    garbage = [
        "\x00\x01 upgrade",
        "2026-99-99 99:99:99 upgrade a:b 1 2",
        "|||||",
        "[] [ALPM] upgraded",
        "Upgrade: x (",
        "é" * 500,
    ]
    mixed = "\n".join(f"{line}\n{garbage[at % len(garbage)]}" for at, line in enumerate(text.splitlines()))
    clean = reader(text, "log", CLOCK)
    found = reader(mixed, "log", CLOCK)
    assert [c for c in found if c.when is not None] == clean
    assert all(c.what == "a:b" or c.what == "a" for c in found if c.when is None)


def test_local_stamps_follow_the_zone_of_the_machine():
    from zoneinfo import ZoneInfo

    berlin = Clock(CLOCK.now, ZoneInfo("Europe/Berlin"))
    assert debian.dpkg(logs.UBUNTU_DPKG, "", berlin)[0].when == epoch("2026-11-22T05:41:20")
