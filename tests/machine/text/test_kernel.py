"""Kernel log lines: Xid, NVRM, the boot itself; and which of them are not now."""

from __future__ import annotations

import pytest

from tests.machine.text.samples import facts, kinds, sample


def test_xid_lines_of_several_ages() -> None:
    found = facts(sample("xid"))
    assert found["xid.codes"] == [79, 154, 48, 31, 43, 45]
    assert found["gpu.xids[0000:01:00.0]"] == [79, 154]
    assert found["gpu.xids[0000:82:00.0]"] == [48]
    assert found["gpu.lost[0000:01:00.0]"] is True
    assert found["gpu.recovery_action[0000:01:00.0]"] == "Node Reboot Required"
    assert found["sxid.codes"] == [12028]
    assert found["machine.hostname"] == "box"


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("dmesg of the GPU box shows Xid 79 after an hour", [79]),
        ("on the NVIDIA card: Xid 63, 94 and 95. Then nothing", [63, 94, 95]),
        ("显卡报 Xid 31 错误", [31]),
        ("XID error 13 from the driver", [13]),
    ],
)
def test_xid_in_prose_needs_a_gpu_beside_it(text: str, codes: list[int]) -> None:
    assert facts(text)["xid.codes"] == codes


@pytest.mark.parametrize(
    "text",
    [
        "postgres xid 79 wraparound",
        "no Xid 79 in dmesg, the GPU is fine",
        "transaction xid: 12345 of the GPU table",
    ],
)
def test_other_xids_are_not_taken(text: str) -> None:
    assert "xid.codes" not in facts(text)


def test_nvrm_messages() -> None:
    found = facts(sample("nvrm"))
    assert found["driver.module_version"] == "550.144.03"
    assert found["driver.library_version"] == "550.163.01"
    assert found["driver.module_loaded"] is True
    assert found["gpu.kernel_driver[0000:01:00.0]"] == "nova_core"
    assert found["nova.loaded"] is True
    assert found["driver.rm_init_code"] == "0x24:0x72:1568"
    assert found["gpu.open_module_required[0000:05:00.0]"] is True
    assert found["gpus.pci_ids"] == ["10de:2b85"]


def test_a_mismatch_that_syslog_joined_on_one_line() -> None:
    found = facts(
        "Mar  4 08:15:00 box kernel: NVRM: API mismatch: the client has the version 545.29.06, but#012NVRM: this "
        "kernel module has the version 545.23.08.  Please#012NVRM: make sure that this kernel module and all"
    )
    assert found["driver.library_version"] == "545.29.06"
    assert found["driver.version"] == "545.23.08"


def test_a_loading_line_is_no_proof_of_a_loaded_module_but_proc_is() -> None:
    line = "NVRM: loading NVIDIA UNIX Open Kernel Module for x86_64  570.86.15  Release Build"
    found = facts(f"[    5.16] {line}")
    assert found["driver.flavour"] == "open"
    assert "driver.module_loaded" not in found
    found = facts("NVRM version: NVIDIA UNIX x86_64 Kernel Module  550.163.01  Tue Apr  8 12:41:17 UTC 2025")
    assert (found["driver.module_loaded"], found["driver.flavour"]) == (True, "proprietary")


def test_a_legacy_card_names_itself_and_its_branch() -> None:
    found = facts("""\
[    5.121000] NVRM: The NVIDIA GeForce GTX 770 GPU installed in this system is
               NVRM:  supported through the NVIDIA 470.xx Legacy drivers. Please
               NVRM:  information.  The 535.183.01 NVIDIA driver will ignore
""")
    assert found["gpu.model[gpu0]"] == "GeForce GTX 770"
    assert found["gpu.last_driver_branch[gpu0]"] == 470
    assert found["driver.version"] == "535.183.01"


def test_the_boot_and_what_befell_it() -> None:
    found = facts(sample("kernel_log"))
    assert found["kernel.release"] == "6.8.0-57-generic"
    assert found["kernel.gcc_version"] == "13.3.0"
    assert found["nouveau.blacklisted"] is True
    assert found["nouveau.loaded"] is True
    assert found["gpu.kernel_driver[0000:01:00.0]"] == "nouveau"
    assert found["secure_boot.enabled"] is True
    assert found["pci.bar_unassigned"] is True
    assert found["pci.aer_errors"] is True
    assert found["iommu.enabled"] is True
    assert found["ram.oom_killed"] is True
    assert found["nvidia_smi.hung"] is True
    assert found["machine.model"] == "ASUSTeK COMPUTER INC. ROG STRIX X670E-E GAMING WIFI"
    assert found["firmware.date"] == "2024-09-13"
    assert found["driver.insert_error"] == "Loading of unsigned module is rejected"


def test_a_bar_of_another_device_is_not_the_gpus() -> None:
    assert "pci.bar_unassigned" not in facts("[    0.431000] pci 0000:00:1c.0: BAR 13: no space for [io  size 0x1000]")


EARLIER = """\
-- Boot 3f0c77b1d2f04f8e8f1f3a5b6c7d8e9f --
Oct  2 11:05:40 box kernel: NVRM: Xid (PCI:0000:41:00): 79, pid='<unknown>', name=<unknown>, GPU has fallen off the bus.
-- Boot 77aa0e9f4d5b4c2e9d1a2b3c4d5e6f70 --
Oct  2 12:40:11 box kernel: NVRM: loading NVIDIA UNIX x86_64 Kernel Module  535.183.01  Sun May 12 19:39:15 UTC 2024
"""


@pytest.mark.parametrize(
    "text",
    [
        EARLIER,
        "Oct  2 11:05:40 b kernel: [88123.4] NVRM: Xid (PCI:0000:41:00): 79, GPU has fallen off the bus.\n"
        "Oct  2 12:40:11 b kernel: [    5.0] NVRM: loading NVIDIA UNIX x86_64 Kernel Module  535.183.01  Sun May 12\n",
        "Oct  2 11:05:40 b kernel: NVRM: Xid (PCI:0000:41:00): 79, GPU has fallen off the bus.\n"
        "Oct  2 12:40:03 b kernel: Linux version 6.8.0-57-generic (x@y) (gcc (GCC) 13.3.0) #59-Ubuntu SMP\n",
        "user@b:~$ journalctl -k -b -1\nOct  2 11:05:40 b kernel: NVRM: Xid (PCI:0000:41:00): 79, GPU has fallen off the bus.\n"
        "user@b:~$ uname -r\n6.8.0-57-generic\n",
    ],
)
def test_a_line_of_an_earlier_boot_is_not_now(text: str) -> None:
    found = facts(text)
    assert "xid.codes" not in found
    assert "gpu.lost[0000:41:00.0]" not in found
    assert "kernel_log_earlier" in kinds(text)


def test_a_line_of_this_boot_is() -> None:
    text = (
        "[88123.4] NVRM: Xid (PCI:0000:41:00): 79, GPU has fallen off the bus.\nand at boot\n"
        "[    0.000000] Linux version 6.8.0-57-generic (x@y) (gcc (GCC) 13.3.0) #59-Ubuntu SMP\n"
    )
    assert facts(text)["xid.codes"] == [79]
