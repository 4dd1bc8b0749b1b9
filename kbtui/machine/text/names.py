"""How one GPU is named: its bus id in every spelling, and its product name without the vendor.

00000000:01:00.0   nvidia-smi          0000:01:00.0   the kernel, and the key of the gpu scope
01:00.0            lspci               PCI:0000:01:00 Xid lines (no function)
"""

from __future__ import annotations

from kbtui.machine.text.patterns import ANY_CASE, Pattern

_BUS = Pattern(r"(?:PCI:)?(?:([0-9a-f]{4,8}):)?([0-9a-f]{2}):([0-9a-f]{2})(?:\.([0-9a-f]))?", ANY_CASE)
_NOISE = Pattern(r"\s*(?:\((?:TM|R)\)|®|™)|\s+Lite Hash Rate\b|\s+Rev\. A\b|\s+OEM\b")


def bus_id(text: str) -> str:
    """ "0000:01:00.0" from any spelling; "" where it is none."""
    match = _BUS.fullmatch(text.strip())
    if not match:
        return ""
    domain, bus, device, function = match.groups()
    return f"{(domain or '0000')[-4:]}:{bus}:{device}.{function or '0'}".lower()


def gpu_name(text: str) -> str:
    """A product name without its vendor, and of two mobile variants the first."""
    name = _NOISE.sub("", " ".join(text.split()))
    for vendor in ("NVIDIA Corporation ", "NVIDIA ", "nVidia ", "Nvidia "):
        name = name.removeprefix(vendor)
    return name.partition(" / ")[0].strip()


def is_cut(name: str) -> bool:
    """True for a name that the nvidia-smi table cut to its column: "GeForce RTX 3080 ..."."""
    return name.endswith("...")
