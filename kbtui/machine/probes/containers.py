"""Container engines of this machine and what they know of GPUs; inside a container, whether it was given one.

docker info                   Runtimes: io.containerd.runc.v2 nvidia runc
                              Default Runtime: runc
/etc/docker/daemon.json       {"runtimes": {"nvidia": {"path": "nvidia-container-runtime", "runtimeArgs": []}}}
nvidia-ctk --version          NVIDIA Container Toolkit CLI version 1.17.4
/etc/cdi/nvidia.yaml          kind: nvidia.com/gpu
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from kbtui.machine.asks import Names, Raw, Read, Run, Which
from kbtui.machine.probes.container import CONTAINER_ASKS, container_of
from kbtui.machine.probes.spec import Out, Probe

_REFUSED = re.compile(r"permission denied while trying to connect|dial unix \S+: connect: permission denied")
_DOWN = re.compile(r"Cannot connect to the Docker daemon|Is the docker daemon running")


def parse_docker(seen: Mapping[str, Raw], out: Out) -> None:
    """The engine, whether it answers, and its runtimes."""
    which, info = seen["which"], seen["info"]
    docker = which.files.get("docker", "")
    if which.ok or info.ok:
        there = bool(docker) or info.ok
        out.add("docker.installed", there, which, docker or "docker is not on PATH")
        if not there:
            for name in (
                "docker.nvidia_runtime",
                "docker.rootless",
                "docker.snap",
                "docker.default_runtime",
                "docker.reachable",
            ):
                out.not_applicable(name, "docker is not installed", which)
            return
    server = "Server Version:" in info.text or "Runtimes:" in info.text
    if server or _REFUSED.search(info.output) or _DOWN.search(info.output):
        out.add("docker.reachable", server, info, info.errors.strip() or "docker info")
    if "/snap/" in docker or "/var/snap/docker" in info.text:
        out.add("docker.snap", True, which, docker)
    elif docker:
        out.add("docker.snap", False, which, docker)
    _runtimes(seen, server, out)
    if server:
        out.add("docker.rootless", bool(re.search(r"^\s*rootless\s*$", info.text, re.MULTILINE)), info)


def _runtimes(seen: Mapping[str, Raw], server: bool, out: Out) -> None:
    """What the running daemon knows counts before what its file says: a changed file waits for a restart."""
    info, file = seen["info"], seen["daemon_json"]
    said = re.search(r"^\s*Runtimes: (.+)$", info.text, re.MULTILINE)
    default = re.search(r"^\s*Default Runtime: (\S+)", info.text, re.MULTILINE)
    config = _json(file.text)
    if said:
        out.add("docker.nvidia_runtime", "nvidia" in said[1].split(), info, said[0].strip())
    elif file.ok:
        runtimes = config.get("runtimes")
        out.add("docker.nvidia_runtime", isinstance(runtimes, dict) and "nvidia" in runtimes, file)
    elif file.status == "absent" and not server:
        out.add("docker.nvidia_runtime", False, file, file.reason)
    if default:
        out.add("docker.default_runtime", default[1], info, default[0].strip())
    elif file.ok or file.status == "absent":
        out.add("docker.default_runtime", str(config.get("default-runtime", "runc")), file, file.text or file.reason)


def _json(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text) if text.strip() else {}
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def parse_toolkit(seen: Mapping[str, Raw], out: Out) -> None:
    """NVIDIA's container toolkit, CDI specifications, Podman."""
    for name in ("ctk", "cli"):
        if seen[name].ran:
            out.read(seen[name], only=("container_toolkit.installed", "container_toolkit.version"))
            break
    else:
        if all(seen[n].status == "absent" for n in ("ctk", "cli", "runtime")):
            out.add("container_toolkit.installed", False, seen["ctk"], "no nvidia-ctk, no nvidia-container-cli")
            out.absent("container_toolkit.version", seen["ctk"], "no nvidia-ctk, no nvidia-container-cli")
        elif seen["runtime"].ran:
            out.add("container_toolkit.installed", True, seen["runtime"])
    specs = {**seen["cdi"].files, **seen["cdi_run"].files}
    gpu = [path for path, text in specs.items() if re.search(r"kind\W+nvidia\.com/gpu\b", text)]
    if gpu or (seen["cdi"].ok and seen["cdi_run"].ok):
        out.add("cdi.spec_present", bool(gpu), seen["cdi"], "\n".join(gpu) or "none in /etc/cdi, /var/run/cdi")
    if seen["podman"].ran:
        out.read(seen["podman"], only=("podman.version",))
    elif seen["podman"].status == "absent":
        out.absent("podman.version", seen["podman"], seen["podman"].reason)


def parse_inside(seen: Mapping[str, Raw], out: Out) -> None:
    """In a container: the devices are there when it was started with GPUs. The host's driver shows in /proc all the same."""
    found = container_of(seen)
    if found is None:
        return
    if found[0] == "none":
        out.not_applicable("docker.gpus_requested", "this is no container", seen["devices"])
    elif seen["devices"].files:
        out.add("docker.gpus_requested", True, seen["devices"], "\n".join(seen["devices"].files))
    elif seen["devices"].ok and seen["host_driver"].ok:
        out.add("docker.gpus_requested", False, seen["devices"], "the host has a driver; there is no /dev/nvidia* here")


PROBES = (
    Probe(
        "docker",
        {
            "which": Which(("docker",)),
            "daemon_json": Read("/etc/docker/daemon.json"),
            "info": Run(("docker", "info"), seconds=4.0),
        },
        parse_docker,
        (
            "docker.installed", "docker.reachable", "docker.nvidia_runtime", "docker.default_runtime", "docker.rootless",
            "docker.snap",
        ),
        seconds=0.3,
    ),
    Probe(
        "container toolkit",
        {
            "ctk": Run(("nvidia-ctk", "--version")),
            "cli": Run(("nvidia-container-cli", "--version")),
            "runtime": Run(("nvidia-container-runtime", "--version")),
            "cdi": Read("/etc/cdi/*", cap=1 << 18, most=16),
            "cdi_run": Read("/var/run/cdi/*", cap=1 << 18, most=16),
            "podman": Run(("podman", "--version")),
        },
        parse_toolkit,
        ("container_toolkit.installed", "container_toolkit.version", "cdi.spec_present", "podman.version"),
        seconds=0.2,
    ),
    Probe(
        "GPUs of this container",
        {
            "devices": Names("/dev/nvidia[0-9c]*"),
            "host_driver": Read("/proc/driver/nvidia/version", cap=1024),
            **CONTAINER_ASKS,
        },
        parse_inside,
        ("docker.gpus_requested",),
    ),
)  # fmt: skip
