"""The kernel log: what was said, what silence means, who may read it; and the boot before, kept apart."""

import pytest

from tests.machine.probes.answers import REFUSED, TIMED_OUT, all_refused, fail, look, probe, states, values

LOG = probe("kernel_log", "kernel log")
BOOTS = probe("boots", "boots")
START = "[    0.000000] Linux version 6.8.0-57-generic (buildd@host) (gcc-13 (Ubuntu 13.3.0) 13.3.0) #59-Ubuntu\n"
CARD = "[    0.412000] pci 0000:01:00.0: [10de:2684] type 00 class 0x030000 PCIe Legacy Endpoint\n"
JOURNAL_START = (
    "2026-11-02T13:11:23+0000 atlas kernel: Linux version 5.15.0-125-generic (buildd@host) (gcc 11.4.0) #135\n"
)
XID79 = "[ 5120.1] NVRM: Xid (PCI:0000:01:00): 79, pid='<unknown>', name=<unknown>, GPU has fallen off the bus.\n"
XID154 = "[ 5120.2] NVRM: Xid (PCI:0000:01:00): 154, GPU recovery action changed from 0x0 (None) to 0x2 (Node Reboot Required)\n"
DENIED = fail("dmesg: read kernel buffer failed: Operation not permitted\n")
HINT = (
    "Hint: You are currently not seeing messages from other users and the system.\n"
    "      Users in groups 'adm', 'systemd-journal' can see all messages.\n"
)


def said(text: str, **more):
    return values(look(LOG, dmesg=START + CARD + text, **more))


def test_silence_in_a_whole_log():
    facts = said("")
    assert facts["kernel.log_readable"] is True
    assert facts["xid.codes"] == facts["sxid.codes"] == []
    for name in ("driver.rm_init_failed", "pci.aer_errors", "pci.bar_unassigned", "ram.oom_killed", "disk.io_errors"):
        assert facts[name] is False
    assert facts["driver.insert_error"] is None
    assert facts["gpu.vendor[0000:01:00.0]"] == "nvidia"


def test_silence_in_a_log_that_lost_its_beginning_proves_nothing():
    facts = look(LOG, dmesg="[90001.2] usb 1-2: new high-speed USB device\n" + XID79)
    assert values(facts)["xid.codes"] == [79]
    assert facts["driver.rm_init_failed"].state == "unknown"
    assert "beginning" in facts["driver.rm_init_failed"].reason


def test_the_journal_has_what_dmesg_lost_and_both_are_joined():
    old = "2026-11-02T13:20:00+0000 atlas kernel: NVRM: Xid (PCI:0000:01:00): 31, pid=4242, name=python, Ch 00000010\n"
    facts = values(look(LOG, journal=JOURNAL_START + old, dmesg=XID79))
    assert facts["xid.codes"] == [31, 79]
    assert facts["gpu.xids[0000:01:00.0]"] == [31, 79]
    assert facts["ram.oom_killed"] is False


def test_xids_of_all_ages():
    older = "[  812.4] NVRM: Xid (0000:82:00): 48, An uncorrectable double bit error (DBE) has been detected on GPU\n"
    switch = (
        "[  900.1] nvidia-nvswitch3: SXid (PCI:0000:c4:00.0): 12028, Non-fatal, Link 32 egress non-posted PRIV error\n"
    )
    facts = said(older + switch + XID79 + XID154)
    assert facts["xid.codes"] == [48, 79, 154]
    assert facts["sxid.codes"] == [12028]
    assert facts["gpu.xids[0000:82:00.0]"] == [48]
    assert facts["gpu.lost[0000:01:00.0]"] is True


@pytest.mark.parametrize(
    ("line", "fact", "value"),
    [
        (
            "[205.1] NVRM: GPU 0000:01:00.0: RmInitAdapter failed! (0x24:0x72:1568)",
            "driver.rm_init_code",
            "0x24:0x72:1568",
        ),
        ("[205.1] NVRM: GPU 0000:01:00.0: RmInitAdapter failed! (0x24:0x72:1568)", "driver.rm_init_failed", True),
        ("[0.43] pci 0000:01:00.0: BAR 1: no space for [mem size 0x800000000 64bit pref]", "pci.bar_unassigned", True),
        ("[9.1] pcieport 0000:00:01.0: AER: Corrected error received: 0000:01:00.0", "pci.aer_errors", True),
        (
            "[99.5] Out of memory: Killed process 4242 (python) total-vm:91234567kB, anon-rss:61234567kB",
            "ram.oom_killed",
            True,
        ),
        ("[12.1] blk_update_request: I/O error, dev nvme0n1, sector 1234 op 0x0:(READ)", "disk.io_errors", True),
        ("[0.5] pci 0000:01:00.0: Adding to iommu group 14", "iommu.enabled", True),
        ("[0.5] iommu: Default domain type: Passthrough (set via kernel command line)", "iommu.enabled", False),
        (
            "[3.9] Loading of unsigned module is rejected",
            "driver.insert_error",
            "Loading of unsigned module is rejected",
        ),
        (
            "[3.9] Lockdown: modprobe: unsigned module loading is restricted; see man kernel_lockdown.7",
            "driver.insert_error",
            "modprobe: unsigned module loading is restricted",
        ),
        ("[5.1] NVRM: No NVIDIA GPU found.", "driver.insert_error", "No NVIDIA GPU found"),
        (
            "[5.1] nvidia: Unknown symbol drm_gem_object_put (err -2)",
            "driver.insert_error",
            "Unknown symbol drm_gem_object_put",
        ),
        (
            "[5.1] nvidia: version magic '6.8.0-55-generic SMP' should be '6.8.0-57-generic SMP'",
            "driver.insert_error",
            "version magic '6.8.0-55-generic SMP' should be '6.8.0-57-generic SMP'",
        ),
    ],
)
def test_lines(line, fact, value):
    assert said(line + "\n")[fact] == value


def test_a_refusal_that_was_mended_is_none():
    loaded = "[61.2] NVRM: loading NVIDIA UNIX x86_64 Kernel Module  550.163.01  Tue Apr  8 12:41:17 UTC 2025\n"
    assert said("[3.9] Loading of unsigned module is rejected\n" + loaded)["driver.insert_error"] is None


def test_groups_tell_of_an_iommu_that_the_log_does_not_name():
    group = "/sys/kernel/iommu_groups/{}/type"
    assert said("", iommu_groups={group.format(0): "DMA-FQ\n"})["iommu.enabled"] is True
    assert said("", iommu_groups={group.format(0): "identity\n"})["iommu.enabled"] is False
    assert said("")["iommu.enabled"] is False
    assert look(LOG, dmesg=START, iommu_groups=REFUSED)["iommu.enabled"].state == "unknown"


@pytest.mark.parametrize(
    "journal", [fail(HINT, 1), "-- No entries --\n", fail("Failed to open journal: Permission denied\n"), REFUSED]
)
def test_who_may_not_read_it_is_told_so(journal):
    facts = look(LOG, dmesg=DENIED, journal=journal)
    assert values(facts) == {"kernel.log_readable": False}
    assert facts["xid.codes"].state == "unknown"
    assert "may not read" in facts["xid.codes"].reason


def test_no_tool_is_not_a_refusal():
    facts = look(LOG)
    assert set(states(facts).values()) == {"unknown"}
    assert "may not" not in facts["xid.codes"].reason


def test_the_journal_alone_is_enough():
    facts = values(look(LOG, dmesg=DENIED, journal=JOURNAL_START))
    assert (facts["kernel.log_readable"], facts["xid.codes"]) == (True, [])


def test_the_file_is_the_last_resort_and_its_earlier_boots_are_history():
    file = (
        "Oct  2 11:05:40 box kernel: [    0.000000] Linux version 6.8.0-55-generic (buildd@host) (gcc 13) #1\n"
        "Oct  2 11:31:02 box kernel: [ 1523.1] NVRM: Xid (PCI:0000:41:00): 79, GPU has fallen off the bus.\n"
        "Oct  2 12:40:11 box kernel: [    0.000000] Linux version 6.8.0-57-generic (buildd@host) (gcc 13) #1\n"
    )
    assert values(look(LOG, dmesg=DENIED, file={"/var/log/kern.log": file}))["xid.codes"] == []
    assert values(look(LOG, dmesg=START + XID79, file={"/var/log/kern.log": file}))["xid.codes"] == [79]


BEFORE = (
    "2026-10-02T11:05:40+0200 atlas kernel: Linux version 6.8.0-55-generic (buildd@host) (gcc-13) #57\n"
    "2026-10-02T11:05:44+0200 atlas kernel: NVRM: loading NVIDIA UNIX x86_64 Kernel Module  550.144.03  Mon Dec 30\n"
    "2026-10-02T11:31:02+0200 atlas kernel: NVRM: Xid (PCI:0000:41:00): 79, GPU has fallen off the bus.\n"
)
STOPPED = "2026-10-02T11:31:09+0200 atlas systemd-journald[412]: Journal stopped\n"
RUNNING = "2026-10-02T11:31:03+0200 atlas sshd[911]: Accepted publickey\n"
UNAME = "Linux atlas 6.8.0-57-generic x86_64\n"


def test_the_boot_before_is_not_now():
    facts = values(look(BOOTS, uname=UNAME, dmesg=START, before=BEFORE, ending=STOPPED))
    assert facts == {
        "boot.release[0]": "6.8.0-57-generic",
        "boot.release[1]": "6.8.0-55-generic",
        "boot.driver_version[1]": "550.144.03",
        "boot.xid_codes[1]": [79],
        "boot.began[1]": "2026-10-02T11:05:40+0200",
        "boot.ended[1]": "2026-10-02T11:31:09+0200",
        "boot.ended_cleanly[1]": True,
    }


def test_a_boot_that_was_cut_off():
    assert values(look(BOOTS, before=BEFORE, ending=RUNNING))["boot.ended_cleanly[1]"] is False


def test_now_is_boot_zero():
    facts = values(look(BOOTS, uname=UNAME, dmesg=START + XID79))
    assert facts["boot.xid_codes[0]"] == [79]


@pytest.mark.parametrize(
    "before",
    [
        fail("Data from the specified boot (-1) is not available: No such boot ID in journal\n"),
        fail("Specifying boot ID or boot offset has no effect, no persistent journal was found.\n"),
        "-- No entries --\n",
        TIMED_OUT,
        REFUSED,
    ],
)
def test_without_an_earlier_boot_nothing_is_said_of_it(before):
    assert values(look(BOOTS, uname=UNAME, before=before, ending=before)) == {"boot.release[0]": "6.8.0-57-generic"}


def test_refused_is_unknown():
    facts = all_refused(LOG)
    assert facts["xid.codes"].state == "unknown"
    assert (facts["kernel.log_readable"].state, facts["kernel.log_readable"].value) == ("known", False)
    assert all_refused(BOOTS) == {}
