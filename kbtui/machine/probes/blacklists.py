"""Which modules may not be loaded by themselves: modprobe.d and the kernel command line.

/etc/modprobe.d/blacklist-nouveau.conf     blacklist nouveau
                                           options nouveau modeset=0
/proc/cmdline                              ... modprobe.blacklist=nouveau,nova_core nouveau.modeset=0
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from kbtui.machine.asks import Raw, Read
from kbtui.machine.probes.container import CONTAINER_ASKS, hosts_business, in_container
from kbtui.machine.probes.kernel import CMDLINE
from kbtui.machine.probes.spec import Out, Probe

MODPROBE_D = {
    "conf_etc": Read("/etc/modprobe.d/*.conf"),
    "conf_run": Read("/run/modprobe.d/*.conf"),
    "conf_usr": Read("/usr/lib/modprobe.d/*.conf"),
    "conf_lib": Read("/lib/modprobe.d/*.conf"),
}
"""modprobe's configuration; a file of the same name in /etc replaces the one in /usr/lib."""
_WORDS = ("modprobe.blacklist", "module_blacklist", "rd.driver.blacklist", "rdblacklist", "initcall_blacklist")


def blocked_by(module: str, seen: Mapping[str, Raw]) -> tuple[Raw, str] | None:
    """The answer and the line that keep a module from being loaded at boot; None where nothing does."""
    spelling = module.replace("_", "[-_]")
    line = re.compile(
        rf"^[ \t]*(?:blacklist[ \t]+{spelling}[ \t]*(?:#.*)?$|install[ \t]+{spelling}[ \t]+\S*/(?:false|true)\b.*$"
        rf"|options[ \t]+{spelling}[ \t]+.*\bmodeset=0\b.*$|alias[ \t]+{spelling}[ \t]+off\b.*$)",
        re.MULTILINE,
    )
    shadowed: set[str] = set()
    for name in MODPROBE_D:
        for path, text in seen[name].files.items():
            base = path.rpartition("/")[2]
            found = None if base in shadowed else line.search(text)
            shadowed.add(base)
            if found and not (module == "nvidia" and "modeset" in found[0]):
                return seen[name], f"{path}: {found[0].strip()}"
    for word in seen["cmdline"].text.split():
        name, _, value = word.partition("=")
        if name in _WORDS and module in value.replace("-", "_").split(","):
            return seen["cmdline"], word
        if module != "nvidia" and word in (f"{module}.modeset=0", f"{module}.blacklist=1", f"{module}.blacklist=yes"):
            return seen["cmdline"], word
    return None


def parse(seen: Mapping[str, Raw], out: Out) -> None:
    """False only where both the folders and the command line could be read."""
    inside = in_container(seen)
    for fact, module in (("nouveau.blacklisted", "nouveau"), ("driver.blacklisted", "nvidia")):
        found = blocked_by(module, seen)
        if inside and not (found and found[0] is seen["cmdline"]):
            out.unknown(fact, hosts_business(inside, "modprobe.d"), seen["conf_etc"])
        elif found:
            out.add(fact, True, *found)
        elif seen["cmdline"].ok and all(seen[n].ok and not seen[n].reason for n in MODPROBE_D):
            out.add(fact, False, seen["conf_etc"], f"no line about {module} in modprobe.d and on the command line")


PROBES = (
    Probe(
        "blacklists",
        {**MODPROBE_D, "cmdline": CMDLINE, **CONTAINER_ASKS},
        parse,
        ("nouveau.blacklisted", "driver.blacklisted"),
    ),
)
