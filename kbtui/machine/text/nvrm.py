"""What the NVIDIA kernel module writes to the kernel log, apart from Xid; and /proc/driver/nvidia/version.

One message runs over several lines, which syslog joins with "#012"; messages are read joined.

Sample:

    [    5.16] NVRM: loading NVIDIA UNIX x86_64 Kernel Module  550.144.03  Mon Dec 30 17:44:08 UTC 2024
    [ 81234.112233] NVRM: API mismatch: the client 'nvidia-smi' (pid 918233)
                     NVRM: has the version 550.163.01, but this kernel module has
                     NVRM: the version 550.144.03.  Please make sure that this
    [  6.204418] NVRM: GPU 0000:01:00.0 is already bound to NovaCore.
    [205.1] NVRM: GPU 0000:02:00.0: RmInitAdapter failed! (0x24:0x72:1568)
    [99083.9] NVRM: The NVIDIA GPU 0000:05:00.0 (PCI ID: 10de:2b85)
              NVRM: installed in this system requires use of the NVIDIA open kernel modules.
"""

from __future__ import annotations

from kbtui.machine.text.found import HINT, Found
from kbtui.machine.text.names import bus_id, gpu_name
from kbtui.machine.text.patterns import Pattern

_LOADING = Pattern(
    r"(NVRM version:|NVRM: loading) NVIDIA UNIX (Open )?(?:\S+ )?Kernel Module(?: for \S+)?\s+(\d[\d.]+)",
)
_MISMATCH = Pattern(
    r"API mismatch: the client.{0,120}?has the version (\d[\d.]*\d).{0,20}?\bkernel module has\s+the version "
    r"(\d[\d.]*\d)"
)
_RM_INIT = Pattern(r"GPU ([0-9a-fA-F:.]{7,16}):? RmInitAdapter failed! \((0x[0-9a-f]+(?::0x[0-9a-f]+)?:\d+)\)")
_BOUND = Pattern(r"GPU ([0-9a-fA-F:.]{7,16}) is already bound to (\w+)")
_DEVICE = Pattern(r"The NVIDIA GPU ([0-9a-fA-F:.]{7,16}) \(PCI ID: (10de:[0-9a-f]{4})\)")
_LEGACY = Pattern(
    r"The NVIDIA (\S.{3,60}?) GPU installed in this system is\s+supported through the NVIDIA (\d{2,3})\.xx\s+Legacy"
)
_RELEASE = Pattern(r"(?:NVIDIA (\d{3}\.[\d.]*\d) driver release|The (\d{2,3}\.[\d.]*\d) NVIDIA driver will ignore)")
_LOST = Pattern(r"GPU (?:at )?(?:PCI:)?([0-9a-fA-F:.]{7,16}):.{0,40}fallen off the bus")
_JOINTS = Pattern(r"#012(?:NVRM:)?|\s+NVRM:\s+|\s{2,}")


def parse(found: Found) -> None:
    """Messages of this boot; those of earlier boots are skipped."""
    for at, line in enumerate(found.lines):
        if "NVRM" not in line or found.is_history(at):
            continue
        loading = _LOADING.search(line) if "Kernel Module" in line else None
        if loading:
            _loading(found, at, loading[1].endswith(":"), bool(loading[2]), loading[3])
        elif "API mismatch" in line:
            _mismatch(found, at, _joined(found, at))
        elif "RmInitAdapter" in line or "rm_init_adapter failed" in line:
            _rm_init(found, at, line)
        elif "already bound to" in line:
            _bound(found, at, line)
        elif "The NVIDIA " in line:
            _device(found, at, _joined(found, at))
        elif "fallen off the bus" in line:
            lost = _LOST.search(line)
            if lost and bus_id(lost[1]):
                found.add("gpu.lost", True, at, entity=bus_id(lost[1]))
        elif "assigned to your NVIDIA device is invalid" in line or "@ 0x0 (PCI:" in line:
            found.add("pci.bar_unassigned", True, at)


def _joined(found: Found, at: int) -> str:
    """A message with its continuation lines on one line."""
    parts = [found.lines[at]]
    for line in found.lines[at + 1 : at + 7]:
        if "NVRM:" not in line or (line.startswith("[") and "NVRM: The " in line):
            break
        parts.append(line.partition("NVRM:")[2])
    return _JOINTS.sub(" ", " ".join(parts))


def _loading(found: Found, at: int, in_proc: bool, is_open: bool, version: str) -> None:
    found.add("driver.flavour", "open" if is_open else "proprietary", at)
    found.collect("machine.gpu_vendors_ever", ["nvidia"], at)
    if in_proc:
        found.add("driver.module_loaded", True, at)
        found.add("driver.module_version", version, at)
        found.add("driver.version", version, at)
    else:
        # It may have been taken out again since, so this is no proof of a loaded module.
        found.add("driver.module_version", version, at, weight=HINT)
        found.add("driver.version", version, at, weight=HINT)


def _mismatch(found: Found, at: int, message: str) -> None:
    match = _MISMATCH.search(message)
    if match:
        found.add("driver.library_version", match[1], at)
        found.add("driver.module_version", match[2], at)
        found.add("driver.version", match[2], at)
        found.add("driver.module_loaded", True, at)
        found.collect("machine.gpu_vendors_ever", ["nvidia"], at)


def _rm_init(found: Found, at: int, line: str) -> None:
    found.add("driver.rm_init_failed", True, at)
    match = _RM_INIT.search(line)
    if match:
        found.add("driver.rm_init_code", match[2], at)
        if bus_id(match[1]):
            found.add("gpu.vendor", "nvidia", at, entity=bus_id(match[1]))


def _bound(found: Found, at: int, line: str) -> None:
    match = _BOUND.search(line)
    if not match:
        return
    nova = match[2].lower().startswith("nova")
    driver = "nova_core" if nova else match[2]
    found.add("gpu.kernel_driver", driver, at, entity=bus_id(match[1]))
    found.add("gpu.vendor", "nvidia", at, entity=bus_id(match[1]))
    fact = {"nova_core": "nova.loaded", "nouveau": "nouveau.loaded", "vfio": "vfio.bound"}.get(driver)
    if fact:
        found.add(fact, True, at)


def _device(found: Found, at: int, message: str) -> None:
    device, legacy, release = _DEVICE.search(message), _LEGACY.search(message), _RELEASE.search(message)
    if device:
        key = bus_id(device[1])
        found.add("gpu.vendor", "nvidia", at, entity=key)
        found.collect("gpus.pci_ids", [device[2]], at)
        if "requires use of the NVIDIA open kernel modules" in message:
            found.add("gpu.open_module_required", True, at, entity=key)
            found.add("driver.flavour", "proprietary", at)
        if "not supported by open nvidia.ko" in message or "GPU System Processor" in message:
            found.add("gpu.open_module_supported", False, at, entity=key)
            found.add("driver.flavour", "open", at)
    if legacy:
        found.add("gpu.vendor", "nvidia", at, entity="gpu0")
        found.add("gpu.model", gpu_name(legacy[1]), at, entity="gpu0")
        found.add("gpu.last_driver_branch", int(legacy[2]), at, entity="gpu0")
    if release:
        found.add("driver.version", release[1] or release[2], at, weight=HINT)
