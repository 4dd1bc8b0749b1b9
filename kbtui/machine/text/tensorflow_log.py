"""TensorFlow's and XLA's own log lines: the card, the driver, cuDNN, and what it could not load.

Sample:

    Created device /job:localhost/task:0/device:GPU:0 with 22000 MB memory:  -> device: 0, name: NVIDIA GeForce RTX 3090, pci bus id: 0000:01:00.0, compute capability: 8.6
    E tensorflow/stream_executor/cuda/cuda_dnn.cc:378] Loaded runtime CuDNN library: 8.0.5 but source was compiled with: 8.1.0.
    I cuda_diagnostics.cc:200] libcuda reported version is: 535.54.3
    I cuda_diagnostics.cc:204] kernel reported version is: 530.30.2
    I cuda_diagnostics.cc:309] kernel version 530.30.2 does not match DSO version 535.54.3 -- cannot find working devices in this configuration
    name: GeForce GTX 980 major: 5 minor: 2 memoryClockRate(GHz): 1.2155 pciBusID: 0000:01:00.0
"""

from __future__ import annotations

from kbtui.machine.text.found import HINT, Found
from kbtui.machine.text.names import bus_id, gpu_name
from kbtui.machine.text.patterns import ANY_CASE, Pattern

_CREATED = Pattern(r"name: ([^,]{3,60}), pci bus id: ([0-9a-f:.]{7,16})(?:, compute capability: (\d+\.\d))?", ANY_CASE)
_FOUND = Pattern(r"name: (\S.{2,60}?)\s+(?:major: (\d+) minor: (\d+)|computeCapability: (\d+\.\d))")
_BUS = Pattern(r"pciBusID: ([0-9a-f:.]{7,16})", ANY_CASE)
_CUDNN = Pattern(r"Loaded runtime CuDNN library: (\d[\d.]*\d)(?: \(compatibility version)?")
_REPORTED = Pattern(r"(libcuda|kernel) reported version is: (\d[\d.]+)")
_DSO = Pattern(r"kernel version (\d[\d.]+) does not match DSO version (\d[\d.]+)")


def parse(found: Found) -> None:
    """Lines that name a card or a version."""
    for at, line in enumerate(found.lines):
        if "name: " in line:
            _card(found, at, line)
        elif "CuDNN library: " in line:
            cudnn = _CUDNN.search(line)
            if cudnn:
                found.add("cudnn.version", _dotted(cudnn[1]), at)
                found.add("cudnn.installed", True, at)
        elif "reported version is" in line:
            version = _REPORTED.search(line)
            if version:
                found.add(
                    "driver.library_version" if version[1] == "libcuda" else "driver.module_version",
                    _padded(version[2]),
                    at,
                    weight=HINT,
                )
        elif "does not match DSO version" in line:
            versions = _DSO.search(line)
            if versions:
                found.add("driver.module_version", _padded(versions[1]), at)
                found.add("driver.library_version", _padded(versions[2]), at)


def _card(found: Found, at: int, line: str) -> None:
    created = _CREATED.search(line)
    if created:
        _lay(found, at, bus_id(created[2]), created[1], created[3])
        found.add("tensorflow.gpus_visible", True, at)
        return
    card = _FOUND.search(line)
    if card:
        below = line + " ".join(found.lines[at + 1 : at + 3])
        bus = _BUS.search(below)
        _lay(found, at, bus_id(bus[1]) if bus else "gpu0", card[1], card[4] or f"{card[2]}.{card[3]}")


def _lay(found: Found, at: int, key: str, name: str, capability: str | None) -> None:
    found.add("gpu.vendor", "nvidia", at, entity=key)
    found.add("gpu.model", gpu_name(name), at, entity=key)
    found.collect("gpus.names", [gpu_name(name)], at)
    if capability:
        found.add("gpu.cc", capability, at, entity=key)


def _dotted(version: str) -> str:
    """7102 -> 7.1.2; a dotted version as it is."""
    if "." in version or len(version) < 4:
        return version
    number = int(version)
    return f"{number // 1000}.{number // 100 % 10}.{number % 100}"


def _padded(version: str) -> str:
    """535.54.3 -> 535.54.03: TensorFlow drops the zero that every other program prints."""
    parts = version.rstrip(".").split(".")
    return ".".join([*parts[:2], parts[2].zfill(2)]) if len(parts) == 3 else version
