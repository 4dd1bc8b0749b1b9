"""What system this is: distribution, kernel, processor, memory.

/etc/os-release          PRETTY_NAME="Ubuntu 24.04.1 LTS"
/proc/meminfo            MemTotal:       65758952 kB
/proc/cpuinfo            model name      : AMD Ryzen 9 7950X 16-Core Processor
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from kbtui.machine.asks import Raw, Read, Run
from kbtui.machine.probes.spec import Out, Probe

_KIB_PER_GIB = 1024 * 1024


def parse_os(seen: Mapping[str, Raw], out: Out) -> None:
    """The distribution, the running kernel, the host's name."""
    if seen["os_release"].ok:
        out.read(seen["os_release"], only=("os.name", "os.id", "os.version"))
    if seen["uname"].ok:
        fields = seen["uname"].text.split()
        if len(fields) >= 4:
            out.add("os.kernel", fields[0].lower(), seen["uname"])
            out.add("machine.hostname", fields[1], seen["uname"])
            out.add("kernel.release", fields[2], seen["uname"])
            out.add("os.arch", fields[-1], seen["uname"])


def parse_memory(seen: Mapping[str, Raw], out: Out) -> None:
    """Memory and swap, in GiB."""
    said = dict(re.findall(r"^(\w+):\s+(\d+) kB", seen["meminfo"].text, re.MULTILINE))
    for name, key in (
        ("ram.total_gib", "MemTotal"),
        ("ram.available_gib", "MemAvailable"),
        ("swap.total_gib", "SwapTotal"),
    ):
        if key in said:
            out.add(name, round(int(said[key]) / _KIB_PER_GIB, 2), seen["meminfo"], f"{key}: {said[key]} kB")
    if "SwapTotal" in said and "SwapFree" in said:
        used = int(said["SwapTotal"]) - int(said["SwapFree"])
        out.add("swap.used_gib", round(used / _KIB_PER_GIB, 2), seen["meminfo"], f"SwapFree: {said['SwapFree']} kB")


PROBES = (
    Probe(
        "os",
        {"os_release": Read("/etc/os-release"), "uname": Run(("uname", "-snrm"))},
        parse_os,
        ("os.name", "os.id", "os.version", "os.kernel", "os.arch", "machine.hostname", "kernel.release"),
        always=True,
    ),
    Probe(
        "memory",
        {"meminfo": Read("/proc/meminfo")},
        parse_memory,
        ("ram.total_gib", "ram.available_gib", "swap.total_gib", "swap.used_gib"),
    ),
)
