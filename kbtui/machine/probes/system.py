"""What system this is: distribution, running kernel, C library, init, container, Windows below.

/etc/os-release          PRETTY_NAME="Ubuntu 24.04.1 LTS"
uname -snrm              Linux atlas 6.8.0-57-generic x86_64
getconf                  glibc 2.39
/proc/1/comm             systemd
/proc/uptime             926.90 28770.98
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from kbtui.machine.asks import Names, Raw, Read, Run
from kbtui.machine.probes.container import CONTAINER_ASKS, INITS, container_of
from kbtui.machine.probes.spec import Out, Probe

UNAME = Run(("uname", "-snrm"))
"""Kernel family, host name, kernel release, architecture."""


def release_of(uname: Raw) -> str:
    """The running kernel's release from the answer to `UNAME`; "" where it is not known."""
    fields = uname.text.split()
    return fields[2] if uname.ok and len(fields) >= 4 else ""


def parse_os(seen: Mapping[str, Raw], out: Out) -> None:
    """The distribution, the running kernel, the host's name."""
    release_file = seen["os_release"] if seen["os_release"].ok else seen["usr_release"]
    if release_file.ok:
        out.read(release_file, only=("os.name", "os.id", "os.version"))
    uname = seen["uname"]
    release = release_of(uname)
    if not release:
        return
    fields = uname.text.split()
    out.add("os.kernel", fields[0].lower(), uname)
    out.add("machine.hostname", fields[1], uname)
    out.add("kernel.release", release, uname)
    out.add("os.arch", fields[-1], uname)
    if re.match(r"4\.4\.0-\d+-Microsoft", release):
        out.add("os.wsl", 1, uname)
    elif "microsoft" in release.lower() or "WSL" in release or seen["wsl"].files:
        out.add("os.wsl", 2, uname if not seen["wsl"].files else seen["wsl"])  # a kernel of one's own has any name
    else:
        out.add("os.wsl", 0, uname)


def parse_surroundings(seen: Mapping[str, Raw], out: Out) -> None:
    """C library, init, container."""
    glibc = re.search(r"^glibc (\d+\.\d+)", seen["getconf"].text, re.MULTILINE)
    ldd = re.search(r"^ldd \(.*\) (\d+\.\d+)\s*$", seen["ldd"].text, re.MULTILINE)
    if glibc:
        out.add("os.glibc", glibc[1], seen["getconf"])
    elif ldd:
        out.add("os.glibc", ldd[1], seen["ldd"], ldd[0])
    elif "musl libc" in seen["ldd"].output:
        out.absent("os.glibc", seen["ldd"])
    found = container_of(seen)
    if found:
        out.add("os.container", found[0], found[1])
    comm = seen["inside_init"].text.strip()
    if comm:
        _init(comm, seen, out)


def _init(comm: str, seen: Mapping[str, Raw], out: Out) -> None:
    """Process 1 is called init by several: their folders in /run tell which."""
    if seen["openrc"].files:
        name = "openrc"
    elif comm == "init":
        name = "runit" if seen["runit"].files else "sysvinit" if seen["inittab"].files else "none"
    else:
        name = comm.removesuffix("-init") if comm in INITS else "none"
    out.add("os.init", name, seen["inside_init"])


def parse_uptime(seen: Mapping[str, Raw], out: Out) -> None:
    """Hours since boot."""
    match = re.match(r"(\d+\.\d+) ", seen["uptime"].text)
    if match:
        out.add("uptime.hours", round(float(match[1]) / 3600, 2), seen["uptime"])


PROBES = (
    Probe(
        "os",
        {
            "os_release": Read("/etc/os-release"),
            "uname": UNAME,
            "usr_release": Read("/usr/lib/os-release"),
            "wsl": Names("/run/WSL"),
        },
        parse_os,
        ("os.name", "os.id", "os.version", "os.kernel", "os.arch", "os.wsl", "machine.hostname", "kernel.release"),
        always=True,
    ),
    Probe(
        "surroundings",
        {
            "getconf": Run(("getconf", "GNU_LIBC_VERSION")),
            "ldd": Run(("ldd", "--version")),
            "openrc": Names("/run/openrc/softlevel"),
            "runit": Names("/run/runit*"),
            "inittab": Names("/etc/inittab"),
            **CONTAINER_ASKS,
        },
        parse_surroundings,
        ("os.glibc", "os.init", "os.container"),
    ),
    Probe("uptime", {"uptime": Read("/proc/uptime")}, parse_uptime, ("uptime.hours",)),
)
