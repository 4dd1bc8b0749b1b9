"""The GPU under Windows Subsystem for Linux: the driver is that of Windows, reached through /dev/dxg.

nvidia-smi --version    NVIDIA-SMI version  : 560.35.02
                        DRIVER version      : 560.94
ldconfig -p             libcuda.so.1 (libc6,x86-64) => /usr/lib/wsl/lib/libcuda.so.1
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from kbtui.machine.asks import Names, Raw, Read, Run
from kbtui.machine.probes.spec import Out, Probe

_FACTS = ("wsl.windows_driver", "wsl.gpu_device", "wsl.libcuda", "wsl.linux_driver")


def parse(seen: Mapping[str, Raw], out: Out) -> None:
    """Not applicable on every other system."""
    release = seen["release"]
    if release.ok and "microsoft" not in release.text.lower():
        for name in _FACTS:
            out.not_applicable(name, "this is not WSL", release)
        return
    if not release.ok:
        return
    smi, cache = seen["smi"], seen["ldconfig"]
    driver = re.search(r"DRIVER version\s*:\s*(\d[\d.]+)", smi.text) or re.search(
        r"Driver Version:\s*(\d[\d.]+)", smi.text
    )
    if driver:
        out.add("wsl.windows_driver", driver[1], smi, driver[0])
    device, library = seen["dxg"], seen["library"]
    if device.status in ("ok", "absent"):
        out.add("wsl.gpu_device", bool(device.files), device, "/dev/dxg" if device.files else "there is no /dev/dxg")
    if library.ok:
        out.add(
            "wsl.libcuda", bool(library.files), library, "\n".join(library.files) or "no libcuda in /usr/lib/wsl/lib"
        )
    if cache.ran:
        found = re.findall(r"libcuda\.so\.1 \(.*\) => (\S+)", cache.text)
        foreign = [path for path in found if not path.startswith("/usr/lib/wsl/")]
        out.add(
            "wsl.linux_driver", bool(foreign), cache, "\n".join(foreign or found) or "no libcuda in the loader's cache"
        )


PROBES = (
    Probe(
        "wsl",
        {
            "release": Read("/proc/sys/kernel/osrelease", cap=256),
            "dxg": Names("/dev/dxg"),
            "library": Names("/usr/lib/wsl/lib/libcuda.so*"),
            "smi": Run(("nvidia-smi", "--version")),
            "ldconfig": Run(("ldconfig", "-p")),
        },
        parse,
        _FACTS,
        seconds=0.3,
    ),
)
