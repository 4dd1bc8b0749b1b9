"""Kernel log lines: dmesg, journalctl -k, kern.log, /proc/cmdline. NVRM and Xid lines have readers of their own.

Lines of an earlier boot are marked as a segment of their own kind and say nothing about now.

Sample:

    [    0.000000] Linux version 6.8.0-57-generic (buildd@host) (gcc-13 (Ubuntu 13.3.0-6ubuntu2~24.04) 13.3.0) #59-Ubuntu
    [    0.000000] Command line: BOOT_IMAGE=/boot/vmlinuz-6.8.0-57-generic root=/dev/sda1 ro modprobe.blacklist=nouveau
    [    0.000000] DMI: ASUSTeK COMPUTER INC. ROG STRIX X670E-E GAMING WIFI, BIOS 2412 09/13/2024
    [    0.000001] secureboot: Secure boot enabled
    [    0.000002] Kernel is locked down from EFI Secure Boot mode; see man kernel_lockdown.7
    [    0.412000] pci 0000:01:00.0: [10de:2684] type 00 class 0x030000 PCIe Legacy Endpoint
    [    0.431000] pci 0000:01:00.0: BAR 1: no space for [mem size 0x800000000 64bit pref]
    [    0.512000] pci 0000:01:00.0: Adding to iommu group 12
    [    3.953168] Loading of unsigned module is rejected
    [    5.011111] nouveau 0000:01:00.0: NVIDIA AD102 (192000a1)
    [  981.000000] pcieport 0000:00:01.0: AER: Corrected error received: 0000:01:00.0
    [ 1203.500000] Out of memory: Killed process 4242 (python) total-vm:91234567kB, anon-rss:61234567kB
    [ 1498.820796] INFO: task nvidia-smi:31077 blocked for more than 120 seconds.
"""

from __future__ import annotations

from kbtui.machine.text import boot_lines
from kbtui.machine.text.found import HINT, OUTPUT, Found
from kbtui.machine.text.names import bus_id
from kbtui.machine.text.patterns import Pattern

_STAMP = Pattern(r"\s*\[\s*\d+\.\d+\]")
_TIME = Pattern(r"\d\d:\d\d:\d\d")
_HOST = Pattern(r"(?:[A-Z][a-z]{2} [ \d]\d [\d:]{8}|\d{4}-\d\d-\d\dT[\d:.+-]{8,32}) ([A-Za-z0-9][\w.-]{0,62}) kernel: ")
_NOUVEAU = Pattern(r"nouveau (?:0000:)?([0-9a-f]{2}:[0-9a-f]{2}\.[0-9a-f]): (?:NVIDIA|vram|fb|DRM|bios|\[drm\])")
_PCI = Pattern(r"pci ([0-9a-f:.]{12}): \[10de:([0-9a-f]{4})\] type \S+ class 0x03")
_BAR = Pattern(
    r"([0-9a-f]{4}:[0-9a-f:.]{7,8}): BAR \d+(?: \[[^\]]+\])?: (?:no space for|failed to assign"
    r"|can't assign)",
)
_HUNG = Pattern(r"task nvidia-smi:\d+ blocked for more than")
_PLAIN = (
    ("oom-kill:", "ram.oom_killed", True),
    ("Out of memory: Kill", "ram.oom_killed", True),
    ("invoked oom-killer", "ram.oom_killed", True),
    ("Memory cgroup out of memory: Kill", "ram.oom_killed", True),
    ("PCIe Bus Error: severity=", "pci.aer_errors", True),
    ("AER: Corrected error", "pci.aer_errors", True),
    ("AER: Uncorrected", "pci.aer_errors", True),
    ("AER: Multiple ", "pci.aer_errors", True),
    (": Adding to iommu group ", "iommu.enabled", True),
    ("DMAR: IOMMU enabled", "iommu.enabled", True),
    ("Default domain type: Passthrough", "iommu.enabled", False),
    ("secureboot: Secure boot enabled", "secure_boot.enabled", True),
    ("Secure boot could not be determined", "", False),
    ("secureboot: Secure boot disabled", "secure_boot.enabled", False),
    ("locked down from EFI Secure Boot", "secure_boot.enabled", True),
    ("I/O error, dev sd", "disk.io_errors", True),
    ("I/O error, dev nvme", "disk.io_errors", True),
    ("I/O error, dev vd", "disk.io_errors", True),
    ("I/O error, dev dm-", "disk.io_errors", True),
    ("I/O error, dev mmcblk", "disk.io_errors", True),
    ("I/O error, dev md", "disk.io_errors", True),
    ("nvidia-uvm: Loaded the UVM driver", "driver.uvm_loaded", True),
    ("[drm] Initialized nouveau", "nouveau.loaded", True),
    ("fb0: nouveaufb", "nouveau.loaded", True),
)


def parse(found: Found) -> None:
    """All kernel log lines of the text."""
    rows: list[int] = []
    earlier: list[int] = []
    for at, line in enumerate(found.lines):
        stamped = line[:1] in ("[", " ") and bool(_STAMP.match(line))
        dated = " kernel: " in line and bool(_TIME.search(line[:60]))
        if not (stamped or dated or "NVRM" in line or "Linux version " in line or "BOOT_IMAGE=" in line):
            continue
        if found.taken[at]:
            continue
        if found.is_history(at):
            earlier.append(at)
            continue
        _line(found, at, line)
        logged = stamped or dated or line.lstrip().startswith(("NVRM:", "Linux version", "BOOT_IMAGE="))
        if logged:
            rows.append(at)
            if "Linux version " in line:
                boot_lines.linux_version(found, at, line)
    found.take_each("kernel_log", rows)
    found.take_each("kernel_log_earlier", earlier)


def _line(found: Found, at: int, line: str) -> None:
    host = _HOST.match(line) if " kernel: " in line else None
    if host:
        found.add("machine.hostname", host[1], at, weight=HINT)
    if "Command line: " in line or "BOOT_IMAGE=" in line:
        boot_lines.command_line(found, at, line)
    elif " DMI: " in line:
        boot_lines.dmi(found, at, line)
    elif "nouveau" in line:
        match = _NOUVEAU.search(line)
        if match:
            found.add("nouveau.loaded", True, at)
            found.add("gpu.kernel_driver", "nouveau", at, entity=bus_id(match[1]))
            found.add("gpu.vendor", "nvidia", at, entity=bus_id(match[1]))
    elif "[10de:" in line:
        match = _PCI.search(line)
        if match:
            found.add("gpu.vendor", "nvidia", at, entity=bus_id(match[1]))
            found.collect("gpus.pci_ids", [f"10de:{match[2]}"], at)
            found.collect("machine.gpu_vendors_ever", ["nvidia"], at)
    elif ": BAR " in line:
        match = _BAR.search(line)
        if match and found.value("gpu.vendor", bus_id(match[1])) == "nvidia":
            found.add("pci.bar_unassigned", True, at)
    elif "unsigned module is rejected" in line:
        # The line does not name the module, so it only hints at nvidia.
        found.add("driver.insert_error", "Loading of unsigned module is rejected", at, weight=HINT)
    elif _HUNG.search(line):
        found.add("nvidia_smi.hung", True, at)
    if "kernel_lockdown" in line and "locked down from" in line:
        found.add("kernel.lockdown", "integrity", at, weight=HINT)
    for part, fact, value in _PLAIN:
        if fact and part in line:
            found.add(fact, value, at, weight=OUTPUT)
