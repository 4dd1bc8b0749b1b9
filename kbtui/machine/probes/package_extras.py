"""What is installed beside the driver: the container toolkit and the fabric manager.

dpkg -l             ii  nvidia-container-toolkit  1.17.4-1  amd64  NVIDIA Container toolkit
rpm -qa             nvidia-fabricmanager-570.133.20-1.x86_64
nvidia-ctk -v       NVIDIA Container Toolkit CLI version 1.17.4
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from kbtui.machine.asks import Names, Raw, Run
from kbtui.machine.probes.container import CONTAINER_ASKS, hosts_business, in_container
from kbtui.machine.probes.packages import MANAGERS, Package, packages
from kbtui.machine.probes.spec import Out, Probe

_UPSTREAM = re.compile(r"(?:\d+:)?(\d+(?:\.\d+)+)")
_CTK = re.compile(r"^NVIDIA Container Toolkit CLI version (\d+(?:\.\d+)+)", re.MULTILINE)
_FACTS = ("container_toolkit.installed", "container_toolkit.version", "fabric_manager.version")


def parse(seen: Mapping[str, Raw], out: Out) -> None:
    """By package, else by the program itself."""
    inside = in_container(seen)
    if inside:
        for name in _FACTS:
            out.unknown(name, hosts_business(inside, "packages"))
        return
    installed, manager = packages(seen)
    said = _CTK.search(seen["ctk"].text)
    toolkit = _named(installed, r"nvidia-container-toolkit$")
    if toolkit and manager:
        out.add("container_toolkit.installed", True, manager, toolkit.line)
        out.add("container_toolkit.version", _upstream(toolkit), manager, toolkit.line)
    elif said:
        out.add("container_toolkit.installed", True, seen["ctk"], said[0])
        out.add("container_toolkit.version", said[1], seen["ctk"], said[0])
    elif seen["hook"].files:
        out.add("container_toolkit.installed", True, seen["hook"])
    elif manager and seen["ctk"].status == "absent" and seen["hook"].status in ("ok", "absent"):
        out.add("container_toolkit.installed", False, manager, "no package, no nvidia-ctk")
        out.absent("container_toolkit.version", manager, "no package, no nvidia-ctk")
    fabric = _named(installed, r"nvidia-fabric-?manager(?:-\d+)?$")
    if fabric and manager:
        out.add("fabric_manager.version", _upstream(fabric), manager, fabric.line)
    elif manager:
        out.absent("fabric_manager.version", manager, "no such package")


def _named(installed: list[Package], pattern: str) -> Package | None:
    return next((p for p in installed if re.match(pattern, p.name)), None)


def _upstream(package: Package) -> str:
    match = _UPSTREAM.match(package.version)
    return match[1] if match else package.version


PROBES = (
    Probe(
        "packages beside the driver",
        {
            **MANAGERS,
            "ctk": Run(("nvidia-ctk", "--version")),
            "hook": Names("/usr/bin/nvidia-container-runtime-hook"),
            **CONTAINER_ASKS,
        },
        parse,
        _FACTS,
        seconds=0.6,
    ),
)
