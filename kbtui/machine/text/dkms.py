"""dkms status, and DKMS's own words while a package is installed.

Sample:

    nvidia/535.154.05, 6.5.0-14-generic, x86_64: installed
    nvidia/535.154.05, 6.5.0-17-generic, x86_64: built
    nvidia-current/535.216.01: added
    nvidia, 470.57.02, 5.11.0-27-generic, x86_64: installed (WARNING! Diff between built and installed module!)
    Error! Bad return status for module build on kernel: 6.5.0-17-generic (x86_64)
"""

from __future__ import annotations

from kbtui.machine.text.found import HINT, Found
from kbtui.machine.text.patterns import ANY_CASE, Pattern

_STATUS = Pattern(
    r"\s*(nvidia(?:-[\w.-]+)?)(?:/|, )(\d[\w.-]*?)(?:, (\d[^\s,]+), (?:x86_64|aarch64"
    r"|ppc64le))?\s*: (added|built|installed)\b"
)
_FAILED = Pattern(
    r"Bad return status for module build on kernel: (\S+)|Building module.*\n?.*nvidia.*failed|"
    r"(?:Error|ERROR).{0,40}(?:module|dkms).{0,20}nvidia.{0,60}(?:fail|exit)|autoinstall (?:on"
    r"|for).{0,60}failed.{0,40}nvidia",
    ANY_CASE,
)
_NAMED = Pattern(
    r"/var/lib/dkms/([\w.-]+)/|\bdkms (?:install|build|add)\b.*? (?:-m )?([\w.-]+?)[/ ]\d|\bDKMS: ([\w.-]+)[-/]\d"
)
_AROUND = 8
"""Lines before and after an error in which DKMS names the module that it is about."""


def parse(found: Found) -> None:
    """The module's state for the running kernel; failures of its build."""
    states: list[tuple[str, str, int]] = []
    for at, line in enumerate(found.lines):
        low = line.lower()
        status = _STATUS.match(line) if "nvidia" in low and ": " in line else None
        if status:
            states.append((status[3] or "", status[4], at))
            found.collect("driver.versions_installed", [status[2]], at, weight=HINT)
            found.add("driver.version", status[2], at, weight=HINT)
            found.take("dkms", at, at)
        elif (
            ("bad return status" in low or "dkms" in low or "autoinstall" in low)
            and _FAILED.search(line)
            and _is_ours(found.lines, at)
        ):
            found.add("dkms.build_failed", True, at)
            found.take("dkms", at, at, prose=True)
    if states:
        _conclude(found, states)


def _is_ours(lines: list[str], at: int) -> bool:
    """Whether an error may be about NVIDIA's module: VirtualBox and others are built by DKMS, too."""
    near = lines[max(0, at - _AROUND) : at + _AROUND + 1]
    names = [n for line in near for match in _NAMED.finditer(line) for n in match.groups() if n]
    return not names or any(n.startswith("nvidia") for n in names)


def _conclude(found: Found, states: list[tuple[str, str, int]]) -> None:
    running = found.value("kernel.release")
    here = [(state, at) for kernel, state, at in states if kernel == running]
    if here:
        found.add("dkms.nvidia.status", *here[-1])
    elif any(not kernel for kernel, _, _ in states):
        # "added" names no kernel: nothing is built for any.
        if len(states) == 1 or running:
            found.add("dkms.nvidia.status", states[-1][1] if len(states) == 1 else "added", states[-1][2])
    elif running:
        found.absent("dkms.nvidia.status", states[-1][2])
    # Where the running kernel is not known, the states of other kernels say nothing of it.
