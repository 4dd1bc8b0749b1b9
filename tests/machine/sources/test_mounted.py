"""A disk of a machine that does not run: its files, never its programs, and never this machine's files."""

from __future__ import annotations

import os
import shutil
import struct
from pathlib import Path

import pytest

from kbtui.machine.asks import Environ, Names, Raw, Read, Run, Which
from kbtui.machine.sources import mounted, open_source
from kbtui.machine.sources.mounted import Mounted


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "disk"
    for folder in (
        "etc/modprobe.d",
        "usr/bin",
        "usr/lib/modules/6.8.0-48-generic",
        "boot",
        "proc",
        "home/alice",
        "var",
    ):
        (root / folder).mkdir(parents=True)
    (root / "etc/os-release").write_text('NAME="Ubuntu"\n')
    (root / "etc/hostname").write_text("atlas\n")
    (root / "home/alice/.bashrc").write_text("export CUDA_HOME=/usr/local/cuda\n")
    (root / "lib").symlink_to("usr/lib")
    (root / "proc/modules").write_text("stale\n")
    for kernel in ("6.8.0-48-generic", "6.8.0-100-generic", "6.8.0-9-generic"):
        (root / f"boot/vmlinuz-{kernel}").touch()
    program = root / "usr/bin/sh"
    program.write_bytes(b"\x7fELF\x02\x01" + b"\0" * 12 + struct.pack("<H", 0xB7))
    program.chmod(0o755)
    return root


@pytest.fixture
def host(root: Path):
    host = open_source(str(root))
    assert isinstance(host, Mounted)
    yield host
    host.close()


def test_files_are_the_disk_s(host):
    assert host.answer(Read("/etc/os-release")).text == 'NAME="Ubuntu"\n'
    assert list(host.answer(Names("/lib/modules/*")).files) == ["/lib/modules/6.8.0-48-generic"]
    assert host.answer(Read("/etc/fstab")).status == "absent"
    assert host.answer(Read("~/.bashrc")).text.startswith("export")
    assert host.answer(Names("/boot/vmlinuz-*")).files["/boot/vmlinuz-6.8.0-9-generic"].startswith("file 644 ")


def test_links_stay_on_the_disk(host, root, tmp_path):
    (tmp_path / "outside").write_text("this machine's")
    (root / "etc/up").symlink_to("../../../../../../../outside")
    (root / "etc/absolute").symlink_to(tmp_path / "outside")
    (root / "etc/inside").symlink_to("/etc/hostname")
    (root / "etc/round").symlink_to("round")
    (root / "way").symlink_to(tmp_path)
    os.mkfifo(root / "etc/pipe")
    for path in ("/etc/up", "/etc/absolute", "/etc/round", "/way/outside", "/etc/../../outside"):
        assert host.answer(Read(path)).status == "absent", path
    assert host.answer(Read("/etc/pipe")) == Raw(origin="/etc/pipe")
    assert host.answer(Read("/etc/inside")).text == "atlas\n"
    assert host.answer(Read("/way/*")).files == {} and host.answer(Names("/etc/up")).files["/etc/up"].startswith("link")


@pytest.mark.parametrize(
    "ask",
    [
        Read("/proc/modules"),
        Read("/sys/module/nvidia/version"),
        Names("/dev/nvidia*"),
        Run(("lsmod",)),
        Run(("nvidia-smi",)),
        Run(("{python}", "-c", "1")),
        Which(("nvcc",)),
        Environ(("PATH",)),
    ],
)
def test_what_only_a_running_machine_says_is_unknown(host, ask):
    raw = host.answer(ask)
    assert raw.status == "unknown" and "the machine does not run" in raw.reason


def test_nothing_of_the_disk_is_executed(host, root, monkeypatch):
    asked: list[tuple[str, ...]] = []
    monkeypatch.setattr(host._live, "answer", lambda ask: asked.append(ask.argv) or Raw(exit_code=0))
    (root / "var/log/journal").mkdir(parents=True)
    (root / "var/lib/dpkg").mkdir(parents=True)
    (root / "usr/lib/sysimage/rpm").mkdir(parents=True)
    for argv in (("journalctl", "-k", "-b", "-1"), ("dpkg", "-l"), ("dpkg-query", "-W"), ("rpm", "-qa", "--last")):
        assert host.answer(Run(argv)).ran
    assert asked == [
        ("journalctl", f"--directory={root}/var/log/journal", "-k", "-b", "-1"),
        ("dpkg", f"--admindir={root}/var/lib/dpkg", "-l"),
        ("dpkg-query", f"--admindir={root}/var/lib/dpkg", "-W"),
        ("rpm", f"--dbpath={root}/usr/lib/sysimage/rpm", "-qa", "--last"),
    ]
    for argv in (
        ("dpkg", "-i", "x.deb"),
        ("dpkg", "--configure", "-a"),
        ("rpm", "-e", "x"),
        ("journalctl", "--rotate"),
    ):
        assert host.answer(Run(argv)).status == "unknown"
    assert len(asked) == 4


def test_a_database_that_is_not_there_or_cannot_be_read_is_said(host, root, monkeypatch):
    assert host.answer(Run(("dpkg", "-l"))).status == "absent"
    (root / "var/lib/dpkg").mkdir(parents=True)
    for raw in (Raw(status="absent", reason="x"), Raw(exit_code=2, errors="dpkg-query: error: broken\n")):
        monkeypatch.setattr(host._live, "answer", lambda ask, raw=raw: raw)
        seen = host.answer(Run(("dpkg", "-l")))
        assert seen.status == "unknown" and "/var/lib/dpkg" in seen.reason


@pytest.mark.skipif(not shutil.which("dpkg-query"), reason="this machine has no dpkg-query")
def test_this_machine_s_dpkg_reads_the_disk_s_packages(host, root):
    (root / "var/lib/dpkg").mkdir(parents=True)
    (root / "var/lib/dpkg/status").write_text(
        "Package: nvidia-driver-550\nStatus: install ok installed\nMaintainer: A <a@example.org>\nArchitecture: all\n"
        "Version: 550.120-0ubuntu1\nDescription: driver\n"
    )
    raw = host.answer(Run(("dpkg-query", "-W")))
    assert raw.ran and raw.text == "nvidia-driver-550\t550.120-0ubuntu1\n" and "of that disk" in raw.origin


def test_the_kernel_is_the_newest_in_boot_and_says_so(host, root):
    raw = host.answer(Run(("uname", "-snrm")))
    assert raw.text == "Linux atlas 6.8.0-100-generic aarch64\n" and "newest kernel in its /boot" in raw.origin
    shutil.rmtree(root / "boot")
    raw = host.answer(Run(("uname", "-r")))
    assert raw.text == "6.8.0-48-generic\n" and "/lib/modules" in raw.origin


def test_without_a_kernel_the_last_boot_in_the_journal_tells(host, root, monkeypatch):
    shutil.rmtree(root / "boot")
    shutil.rmtree(root / "usr/lib/modules")
    assert host.answer(Run(("uname", "-r"))).status == "unknown"
    (root / "var/log/journal").mkdir(parents=True)
    monkeypatch.setattr(host._live, "answer", lambda ask: Raw(text="Linux version 6.5.0-1 (x)\n", exit_code=0))
    raw = host.answer(Run(("uname", "-r")))
    assert raw.text == "6.5.0-1\n" and "last boot in its journal" in raw.origin


def test_two_homes_are_nobody_s(host, root):
    (root / "home/bob").mkdir()
    assert host.answer(Read("~/.bashrc")).status == "unknown"


def test_only_queries_are_let_through():
    for tool, refused in (("dpkg", "--purge"), ("rpm", "-U"), ("dpkg-query", "--admindir=/x"), ("journalctl", "-D")):
        assert mounted._QUERIES[tool].match(refused)
    for tool, fine in (("dpkg", "-l"), ("rpm", "-qa"), ("rpm", "-q"), ("journalctl", "-k"), ("dpkg-query", "-W")):
        assert not mounted._QUERIES[tool].match(fine)
