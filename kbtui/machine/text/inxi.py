"""inxi -G and -Fxxxz, as forums ask for it.

Sample:

    System:    Kernel: 6.2.0-26-generic x86_64 bits: 64 Desktop: Cinnamon 5.8.4 Distro: Linux Mint 21.2 Victoria
    Machine:   Type: Laptop System: LENOVO product: 82JU v: Legion 5 15ACH6H
    Graphics:  Device-1: NVIDIA GA106M [GeForce RTX 3060 Mobile / Max-Q] vendor: Lenovo driver: nvidia v: 535.129.03 bus-ID: 01:00.0
               Device-2: AMD Cezanne vendor: Lenovo driver: amdgpu v: kernel bus-ID: 06:00.0
               Display: x11 server: X.Org v: 1.21.1.4 driver: X: loaded: amdgpu,ati
"""

from __future__ import annotations

from kbtui.machine.text import uname
from kbtui.machine.text.found import Found
from kbtui.machine.text.names import bus_id, gpu_name
from kbtui.machine.text.patterns import Pattern
from kbtui.machine.text.systems import system_in

_DEVICE = Pattern(r"Device-\d+: (NVIDIA|AMD|Intel|Advanced Micro Devices)\b(.*)")
_MODEL = Pattern(r"\[([^\]:]{3,60})\]")
_DRIVER = Pattern(r"\bdriver: (\S+)(?: v: (\d[\d.]+|kernel))?")
_BUS = Pattern(r"bus-ID: (?:PCI:)?([0-9a-f:.]{7,12})")
_KERNEL = Pattern(r"\bKernel: (\d\S+)")
_DISTRO = Pattern(r"\bDistro: (.+?)(?=\s+base:|\s*$)")
_TYPE = Pattern(r"\bType: (Laptop|Desktop|Server|Kvm|Vmware)\b")
_SERVER = Pattern(r"\bDisplay: (x11|wayland)\b")
_FORMS = {"Laptop": "laptop", "Desktop": "desktop", "Server": "server"}


def parse(found: Found) -> None:
    """Devices and their drivers, the kernel, the distribution, the form of the machine."""
    rows: list[int] = []
    keys: list[str] = []
    for at, line in enumerate(found.lines):
        if ": " not in line or len(line) > 1500:
            continue
        device = _DEVICE.search(line) if "Device-" in line else None
        if device:
            below = "".join(found.lines[at + 1 : at + 2])
            keys += _device(found, at, device[1], f"{device[2]} {below}")
            rows.append(at)
        elif "Kernel: " in line or "Distro: " in line:
            _system(found, at, line)
            rows.append(at)
        elif "Type: " in line and "Machine" in line:
            form = _TYPE.search(line)
            if form and form[1] in _FORMS:
                found.add("machine.form", _FORMS[form[1]], at)
            rows.append(at)
        elif "Display: " in line:
            server = _SERVER.search(line)
            if server:
                found.add("display.server", "xorg" if server[1] == "x11" else "wayland", at)
                rows.append(at)
    if keys:
        found.scope("gpu", keys, complete=False)
    found.take_each("inxi", rows)


def _device(found: Found, at: int, maker: str, text: str) -> list[str]:
    text = text.partition("Device-")[0]
    vendor = {"NVIDIA": "nvidia", "Intel": "intel"}.get(maker, "amd")
    found.collect("machine.gpu_vendors_ever", [vendor], at)
    if vendor != "nvidia":
        return []
    bus, model, driver = _BUS.search(text), _MODEL.search(text), _DRIVER.search(text)
    key = bus_id(bus[1]) if bus else "gpu0"
    found.add("gpu.vendor", vendor, at, entity=key)
    if model:
        found.add("gpu.model", gpu_name(model[1]), at, entity=key)
        found.collect("gpus.names", [gpu_name(model[1])], at)
    if driver and driver[1] == "N/A":
        found.absent("gpu.kernel_driver", at, entity=key)
    elif driver:
        found.add("gpu.kernel_driver", driver[1], at, entity=key)
        if driver[1] in ("nvidia", "nouveau"):
            found.add("driver.module_loaded" if driver[1] == "nvidia" else "nouveau.loaded", True, at)
        if driver[1] == "nvidia" and driver[2] and driver[2][0].isdecimal():
            found.add("driver.version", driver[2], at)
    return [key]


def _system(found: Found, at: int, line: str) -> None:
    kernel, distro = _KERNEL.search(line), _DISTRO.search(line)
    if kernel:
        uname.release(found, at, kernel[1])
    system = system_in(distro[1]) if distro else None
    if system and distro:
        found.add("os.id", system.id, at)
        found.add("os.name", distro[1].strip(), at)
        if system.version:
            found.add("os.version", system.version, at)
