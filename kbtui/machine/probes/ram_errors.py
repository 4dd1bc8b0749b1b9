"""Memory errors of the machine's own RAM, as the kernel's EDAC drivers count them.

/sys/devices/system/edac/mc/mc0/ce_count    3
/sys/devices/system/edac/mc/mc0/ue_count    0
"""

from __future__ import annotations

from collections.abc import Mapping

from kbtui.machine.asks import Raw, Read
from kbtui.machine.probes.spec import Out, Probe


def parse(seen: Mapping[str, Raw], out: Out) -> None:
    """Corrected and uncorrected together; without a counting driver it is not known."""
    counts = {**seen["corrected"].files, **seen["uncorrected"].files}
    numbers = [int(text) for text in counts.values() if text.strip().isdecimal()]
    if numbers:
        raw = "\n".join(f"{path}: {text.strip()}" for path, text in counts.items())
        out.add("ram.ecc_errors", sum(numbers), seen["corrected"], raw)
    elif seen["corrected"].ok:
        out.unknown(
            "ram.ecc_errors", "no driver counts memory errors here (RAM without ECC has none)", seen["corrected"]
        )


PROBES = (
    Probe(
        "memory errors",
        {
            "corrected": Read("/sys/devices/system/edac/mc/mc*/ce_count"),
            "uncorrected": Read("/sys/devices/system/edac/mc/mc*/ue_count"),
        },
        parse,
        ("ram.ecc_errors",),
    ),
)
