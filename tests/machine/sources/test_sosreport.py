"""A sosreport answers the probes' asks from sos's own file names, packed or not, by old and new versions."""

from __future__ import annotations

import tarfile

import pytest

from kbtui.machine.asks import Environ, Names, Read, Run, Which
from kbtui.machine.sources import open_source
from kbtui.machine.sources.sosreport import SosReport, mangled
from tests.machine.sources.made import header, tar

TOP = "sosreport-node-2026-11-25-abcdefg"
MEMBERS = {
    "sos_commands/kernel/dmesg": "[    1.0] Linux version 5.14.0-503.el9.x86_64\n[    9.1] NVRM: loading\n",
    "sos_commands/kernel/uname_-a": "Linux node 5.14.0-503.el9.x86_64 #1 SMP Mon Nov 25 10:00:00 EST 2026 x86_64 x86_64 x86_64 GNU/Linux\n",
    "sos_commands/kernel/lsmod": "Module                  Size  Used by\nnvidia              56717312  2\n",
    "sos_commands/kernel/dkms_status": "nvidia/550.120, 5.14.0-503.el9.x86_64, x86_64: installed\n",
    "sos_commands/pci/lspci_-nnvv": "01:00.0 3D controller [0302]: NVIDIA Corporation GH100 [H100 PCIe] [10de:2331] (rev a1)\n\tKernel driver in use: nvidia\n",
    "sos_commands/hardware/dmidecode": "Manufacturer: Dell Inc.\n",
    "sos_commands/nvidia/nvidia-smi_--list-gpus": "GPU 0: NVIDIA H100 PCIe (UUID: GPU-1)\n",
    "sos_commands/nvidia/nvidia-smi_-q_-d_ECC": "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.\n",
    "sos_commands/nvidia/nvidia-ctk_--version": "timeout: failed to run command 'nvidia-ctk': No such file or directory\n",
    "sos_commands/logs/journalctl_--no-pager_--boot": "Nov 25 10:00:00 node kernel: NVRM: Xid 79\nNov 25 10:00:01 node sshd[1]: hello\n",
    "sos_commands/logs/journalctl_--no-pager_--boot_-1": "Nov 24 10:00:00 node kernel: earlier\n",
    "sos_commands/rpm/sh_-c_rpm_--nodigest_-qa": "x",
    "installed-rpms": "kernel-5.14.0-503.el9.x86_64          Mon Nov  2 10:00:00 2026\nnvidia-driver-550.120-1.el9.x86_64   Tue Nov  3 10:00:00 2026\n",
    "etc/os-release": 'NAME="Red Hat Enterprise Linux"\n',
    "proc/modules": "nvidia 56717312 2 - Live 0x0\n",
    "sys/devices/pci0/0000:01:00.0/vendor": "0x10de\n",
    "sys/bus/pci/devices/0000:01:00.0": header(tarfile.SYMTYPE, "../../../devices/pci0/0000:01:00.0"),
    "environment": "PATH=/usr/bin\nLANG=C\n",
}


@pytest.fixture(params=["xz", "gz", "folder"])
def host(request, tmp_path):
    members = {f"{TOP}/{name}": content for name, content in MEMBERS.items()}
    if request.param != "folder":
        path = tmp_path / f"{TOP}.tar.{request.param}"
        path.write_bytes(tar(members, f"w:{request.param}"))
        return open_source(str(path))
    for name, content in MEMBERS.items():
        place = tmp_path / TOP / name
        place.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, str):
            place.write_text(content)
        else:
            place.symlink_to(content.linkname)
    return open_source(str(tmp_path / TOP))


def test_it_is_told_by_what_it_holds(host):
    assert isinstance(host, SosReport) and TOP in host.name and host.kind == "bundle"


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (("dmesg",), "NVRM: loading"),
        (("lsmod",), "nvidia"),
        (("lspci", "-nnk"), "Kernel driver in use: nvidia"),
        (("dkms", "status"), "installed"),
        (("dmidecode", "-t", "system"), "Dell"),
        (("nvidia-smi", "-L"), "H100"),
        (("uname", "-snrm"), "Linux node 5.14.0-503.el9.x86_64 x86_64\n"),
        (("rpm", "-qa"), "nvidia-driver-550.120-1.el9.x86_64\n"),
        (("journalctl", "-k", "-b", "-1", "--no-pager"), "earlier"),
    ],
)
def test_a_command_is_answered_by_what_sos_ran(host, argv, said):
    raw = host.answer(Run(argv))
    assert raw.ran and said in raw.text and raw.origin


def test_the_kernel_s_part_of_the_journal_is_the_kernel_s(host):
    raw = host.answer(Run(("journalctl", "-k", "-b", "0", "--no-pager")))
    assert "Xid 79" in raw.text and "sshd" not in raw.text
    assert host.answer(Run(("journalctl", "-b", "-u", "sshd"))).text == "Nov 25 10:00:01 node sshd[1]: hello\n"
    assert "Xid" in host.answer(Run(("journalctl", "_TRANSPORT=kernel", "-g", "Xid [0-9]+"))).text
    assert host.answer(Run(("journalctl", "_TRANSPORT=kernel", "-g", "hello"))).text == ""


def test_files_and_links_are_the_machine_s(host):
    assert host.answer(Read("/proc/modules")).text.startswith("nvidia")
    assert host.answer(Read("/sys/bus/pci/devices/*/vendor")).files == {
        "/sys/bus/pci/devices/0000:01:00.0/vendor": "0x10de\n"
    }
    listed = host.answer(Names("/sys/bus/pci/devices/*")).files
    assert listed == {"/sys/bus/pci/devices/0000:01:00.0": "link -> ../../../devices/pci0/0000:01:00.0"}


def test_a_tool_that_failed_or_was_not_there_is_no_answer(host):
    failed = host.answer(Run(("nvidia-smi", "-q", "-d", "ECC")))
    assert failed.ok and not failed.ran
    assert host.answer(Run(("nvidia-ctk", "--version"))).status == "absent"


@pytest.mark.parametrize(
    "ask",
    [
        Run(("mokutil", "--list-enrolled")),
        Run(("{python}", "-c", "1")),
        Read("/proc/none"),
        Read("/etc/modprobe.d/*"),
        Names("/dev/nvidia*"),
        Which(("nvcc",)),
        Environ(("CUDA_HOME",)),
    ],
)
def test_what_sos_did_not_take_is_unknown_never_absent(host, ask):
    raw = host.answer(ask)
    assert raw.status == "unknown" and "not in this sosreport" in raw.reason


def test_names_are_mangled_as_sos_does():
    assert mangled("/usr/sbin/lspci -nnvv") == "lspci_-nnvv"
    assert mangled("nvidia-smi --query-gpu=gpu_name,serial --format=csv") == (
        "nvidia-smi_--query-gpu_gpu_name_serial_--format_csv"
    )
    assert mangled("ls -lanR /lib/modules") == "ls_-lanR_.lib.modules"


def test_one_that_is_cut_off_says_so(tmp_path):
    import os

    noise = {f"{TOP}/sos_commands/z/{n}": os.urandom(9000) for n in range(30)}
    data = tar({**{f"{TOP}/{n}": c for n, c in MEMBERS.items()}, **noise}, "w:xz")
    path = tmp_path / "sos.tar.xz"
    path.write_bytes(data[: len(data) // 2])
    host = open_source(str(path))
    assert host.answer(Run(("lsmod",))).ran and any("cut off" in n or "damaged" in n for n in host.notes)
