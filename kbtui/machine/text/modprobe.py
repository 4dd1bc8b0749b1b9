"""What modprobe and insmod answer, and modinfo nvidia.

Sample:

    modprobe: ERROR: could not insert 'nvidia': Key was rejected by service
    modprobe: FATAL: Module nvidia not found in directory /lib/modules/6.1.0-29-amd64

    filename:       /lib/modules/6.8.0-57-generic/updates/dkms/nvidia.ko.zst
    version:        550.163.01
    license:        NVIDIA
    signer:         atlas Secure Boot Module Signature key
    vermagic:       6.8.0-57-generic SMP preempt mod_unload modversions
"""

from __future__ import annotations

from kbtui.machine.text import uname
from kbtui.machine.text.found import HINT, Found
from kbtui.machine.text.patterns import ANY_CASE, Pattern

_REFUSED = Pattern(
    r"(?:could not insert (?:module )?['\"]?"
    r"|insmod: ERROR: could not insert module \S*?)(nvidia(?:[-_]current)?)(?:\.ko)?['\"]?:\s*"
    r"([A-Z][a-z][A-Za-z ,()/-]{4,60})"
)
_NOT_FOUND = Pattern(r"[Mm]odule (nvidia(?:[-_]\w+)?) not found in directory \S*/lib/modules/(\S+?)[.,]?(?=\s|$)")
_NOT_FOUND_OLD = Pattern(r"FATAL: (?:Module )?(nvidia\w*) not found in directory \S*/lib/modules/(\S+?)[.,]?(?=\s|$)")
_NO_MODULE = Pattern(
    r"modinfo: ERROR: Module nvidia not found|could not find module by name ['\"]?nvidia['\"]?",
    ANY_CASE,
)
_FILE = Pattern(
    r"filename:\s+/\S*?/lib/modules/(\S+?)/\S*nvidia[\w-]*\.ko"
    r"|filename:\s+/lib/modules/(\S+?)/\S*nvidia[\w-]*\.ko",
)
_FIELD = Pattern(r"\s*(version|license|signer|vermagic):\s+(\S.*)")


def parse(found: Found) -> None:
    """Refusals, modules that are not there, and the module on disk."""
    rows: list[int] = []
    for at, line in enumerate(found.lines):
        if "nvidia" not in line.lower():
            continue
        refused = _REFUSED.search(line) if "insert" in line else None
        missing = (_NOT_FOUND.search(line) or _NOT_FOUND_OLD.search(line)) if "not found in directory" in line else None
        if refused:
            found.add("driver.insert_error", refused[2].strip(), at)
            found.add("driver.module_loaded", False, at)
            found.add("driver.module_on_disk", True, at)
            found.take("modprobe", at, at, prose=True)
        elif missing:
            found.add("driver.module_on_disk", False, at)
            found.add("driver.module_loaded", False, at)
            uname.release(found, at, missing[2])
            found.take("modprobe", at, at, prose=True)
        elif _NO_MODULE.search(line):
            found.add("driver.module_on_disk", False, at)
            found.take("modprobe", at, at, prose=True)
        elif line.lstrip().startswith("filename:"):
            rows += _modinfo(found, at)
    found.take_each("modprobe", rows)


def _modinfo(found: Found, start: int) -> list[int]:
    """The fields under a filename, up to the next blank line."""
    file = _FILE.search(found.lines[start])
    if not file:
        return []
    found.add("driver.module_on_disk", True, start)
    # modinfo answers for the running kernel unless asked otherwise, so its path only hints at it.
    found.add("kernel.release", file[1] or file[2], start, weight=HINT)
    rows = [start]
    names: set[str] = set()
    for at in range(start + 1, min(start + 900, len(found.lines))):
        line = found.lines[at]
        if ":" not in line or line.lstrip().startswith("filename:"):
            break
        rows.append(at)
        field = _FIELD.match(line)
        if not field:
            continue
        name, value = field[1], field[2].strip()
        names.add(name)
        if name == "version" and value[0].isdecimal():
            found.add("driver.module_on_disk_version", value, at)
        elif name == "license":
            found.add("driver.flavour", "proprietary" if value == "NVIDIA" else "open", at, weight=HINT)
        elif name == "signer":
            found.add("driver.module_signer", value, at)
    if "vermagic" in names and "signer" not in names:
        found.absent("driver.module_signer", start)
    return rows
