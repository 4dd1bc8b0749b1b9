"""DKMS and akmods: whether the nvidia module was built for the running kernel, and how its build ended.

dkms status       nvidia/550.163.01, 6.8.0-57-generic, x86_64: installed
                  nvidia-current/535.216.01: added
                  nvidia, 470.57.02, 5.11.0-27-generic, x86_64: installed        (dkms 2)
make.log          DKMS make.log for nvidia-550.67 for kernel 6.6.30-12.lts (x86_64)
                  make: *** [Makefile:81: modules] Error 2
akmods            /var/cache/akmods/nvidia/565.77-1-for-6.12.11-200.fc41.x86_64.failed.log
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from kbtui.machine.asks import Names, Raw, Read, Run
from kbtui.machine.probes.container import CONTAINER_ASKS, hosts_business, in_container
from kbtui.machine.probes.spec import Out, Probe
from kbtui.machine.probes.system import UNAME, release_of

_STATUS = re.compile(
    r"^(nvidia(?:-(?!fs\b)[\w-]+)?)(?:/|, )(\d[\w.-]*)(?:, (\S+), \w+)?: (added|built|installed)\b.*$", re.MULTILINE
)
_FOR = re.compile(r"make\.log for nvidia\S* for kernel (\S+)")
_ERROR = re.compile(
    r"^(?:make(?:\[\d+\])?: \*\*\* .*(?:Error \d+|Stop).*|.*: fatal error: .*|.*\berror: .*|ld: .*not found.*"
    r"|.*exit code (?:[1-9]|1\d)\b.*|# exit code: [1-9]\d*)$",
    re.MULTILINE,
)
_FACTS = ("dkms.nvidia.status", "dkms.build_failed")


def parse(seen: Mapping[str, Raw], out: Out) -> None:
    """State and build, both for the running kernel."""
    inside = in_container(seen)
    if inside:
        for name in _FACTS:
            out.unknown(name, hosts_business(inside, "DKMS"), seen["status"])
        return
    release = release_of(seen["uname"])
    state = _state(seen, release, out)
    failed = next((w for w in _failures(seen, release)), None)
    if failed:
        out.add("dkms.build_failed", True, *failed)
    elif state is not None and release and seen["logs"].ok and seen["akmods"].ok:
        out.add("dkms.build_failed", False, seen["logs"], "no build log with an error for the running kernel")


def _state(seen: Mapping[str, Raw], release: str, out: Out) -> str | None:
    """ "" where DKMS has no nvidia module, None where that could not be told."""
    status = seen["status"]
    rows = list(_STATUS.finditer(status.text))
    here = [m for m in rows if m[3] == release]
    if here:
        best = max(here, key=lambda m: ("added", "built", "installed").index(m[4]))
        out.add("dkms.nvidia.status", best[4], status, best[0])
        return best[4]
    if rows and release:
        # A line for another kernel says that the module is known to DKMS, and not built for this one.
        out.add("dkms.nvidia.status", "added", status, "\n".join(m[0] for m in rows))
        return "added"
    trees = seen["trees"]
    if rows or (trees.files and not status.ran):
        return _by_folders(seen, release, out)
    if status.ran or (status.status == "absent" and trees.ok):
        out.absent("dkms.nvidia.status", status if status.ran else trees, "DKMS has no nvidia module")
        return ""
    return None


def _by_folders(seen: Mapping[str, Raw], release: str, out: Out) -> str | None:
    """Where dkms cannot be asked: the module that it built lies under the kernel's name."""
    if not release:
        return None
    built = next((p for p in seen["modules"].files if f"/{release}/" in p), "")
    state = "built" if built else "added"
    out.add("dkms.nvidia.status", state, seen["trees"], built or "\n".join(seen["trees"].files))
    return state


def _failures(seen: Mapping[str, Raw], release: str) -> list[tuple[Raw, str]]:
    """Logs with an error in a build for the running kernel."""
    found = []
    for path, text in seen["logs"].files.items():
        target, error = _FOR.search(text), _ERROR.search(text)
        if error and release and target and target[1] == release:
            found.append((seen["logs"], f"{path}: {error[0].strip()}"))
    found += [(seen["akmods"], path) for path in seen["akmods"].files if release and f"-for-{release}.failed" in path]
    return found


PROBES = (
    Probe(
        "dkms",
        {
            "uname": UNAME,
            "status": Run(("dkms", "status")),
            "trees": Names("/var/lib/dkms/nvidia*/*"),
            "modules": Names("/var/lib/dkms/nvidia*/*/*/*/module/nvidia*.ko*"),
            "logs": Read("/var/lib/dkms/nvidia*/*/build/make.log", cap=512 << 10, tail=False),
            "akmods": Names("/var/cache/akmods/nvidia*/*.failed.log"),
            "akmods_log": Read("/var/cache/akmods/nvidia*/*.failed.log", tail=True),
            **CONTAINER_ASKS,
        },
        parse,
        _FACTS,
        streams={"logs": "dkms_log", "akmods_log": "dkms_log"},
        seconds=0.4,
    ),
)
