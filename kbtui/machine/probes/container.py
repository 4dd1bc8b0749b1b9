"""Whether the person stands in a container: it sees the host's kernel and devices, but its own files and packages.

/run/systemd/container       podman
/proc/1/cgroup               0::/kubepods.slice/kubepods-besteffort.slice/cri-containerd-4f2a.scope
/proc/self/mountinfo         812 790 8:2 /var/lib/docker/containers/4f2a/hostname /etc/hostname rw - ext4 /dev/sda2 rw
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from kbtui.machine.asks import Ask, Environ, Names, Raw, Read

CONTAINER_ASKS: Mapping[str, Ask] = {
    "inside_docker": Names("/.dockeren[v]"),
    "inside_podman": Names("/run/.containeren[v]"),
    "inside_apptainer": Names("/.singularity.[d]"),
    "inside_manager": Read("/run/systemd/containe[r]"),
    "inside_cgroup": Read("/proc/1/cgroup"),
    "inside_mounts": Read("/proc/self/mountinfo"),
    "inside_init": Read("/proc/1/comm"),
    "inside_environ": Environ(("KUBERNETES_SERVICE_HOST", "container", "APPTAINER_CONTAINER", "SINGULARITY_CONTAINER")),
}
"""What `container_of` needs, to be merged into a probe's asks. The marks are asked for as patterns: a system without
them lacks nothing, so a mark that is not there must be no reason why something could not be told."""

INITS = {"systemd", "init", "openrc-init", "runit", "s6-svscan", "dinit", "launchd"}
"""Names of process 1 on a whole system."""
_KINDS = {
    "docker": "docker",
    "podman": "podman",
    "lxc": "lxc",
    "lxc-libvirt": "lxc",
    "systemd-nspawn": "systemd-nspawn",
    "oci": "docker",
    "apptainer": "apptainer",
}
_PATHS = (
    ("kubepods", "kubernetes"),
    ("libpod-", "podman"),
    ("docker-", "docker"),
    ("/docker/", "docker"),
    ("cri-containerd", "kubernetes"),
    ("/lxc/", "lxc"),
    ("lxc.payload", "lxc"),
)
_MOUNTS = (
    (r"/pods/[0-9a-f-]{36}/", "kubernetes"),
    (r"/docker/(?:containers|overlay2|rootfs)/", "docker"),
    (r"/containers/(?:storage/)?overlay(?:-containers)?/", "podman"),
    (r"\blxcfs\b", "lxc"),
)
_OWN_MOUNT = re.compile(
    r"^(?:\S+ ){4}(?:/|/etc/hosts|/etc/hostname|/etc/resolv\.conf|/proc/(?:cpuinfo|meminfo|uptime)) .*$", re.M
)
"""Mounts that a container engine makes of its own; a host that runs containers shows theirs in other places."""


def container_of(seen: Mapping[str, Raw]) -> tuple[str, Raw] | None:
    """Which container, "none" for a whole system, with the answer that says so; None where nothing could be looked at."""
    environ = seen["inside_environ"]
    own = "\n".join(_OWN_MOUNT.findall(seen["inside_mounts"].text))
    mounts = next((kind for sign, kind in _MOUNTS if re.search(sign, own)), "")
    if environ.files.get("KUBERNETES_SERVICE_HOST"):
        return "kubernetes", environ
    if seen["inside_apptainer"].files or {"APPTAINER_CONTAINER", "SINGULARITY_CONTAINER"} & set(environ.files):
        return "apptainer", seen["inside_apptainer"] if seen["inside_apptainer"].files else environ
    cgroup = next((kind for sign, kind in _PATHS if sign in seen["inside_cgroup"].text), "")
    if cgroup and not (cgroup == "docker" and mounts == "kubernetes"):
        return cgroup, seen["inside_cgroup"]
    manager = "".join(seen["inside_manager"].files.values()).strip() or environ.files.get("container", "")
    if manager in _KINDS:
        return _KINDS[manager], seen["inside_manager"] if seen["inside_manager"].files else environ
    if mounts:
        return mounts, seen["inside_mounts"]
    # The mark files stay behind where an image's files became a whole machine (WSL, a disk image): init tells them apart.
    init = seen["inside_init"].text.strip()
    if seen["inside_podman"].files and init not in INITS:
        return "podman", seen["inside_podman"]
    if seen["inside_docker"].files and init not in INITS:
        return "docker", seen["inside_docker"]
    return ("none", seen["inside_init"]) if init in INITS or seen["inside_cgroup"].ok else None


def in_container(seen: Mapping[str, Raw]) -> str:
    """The kind of container; "" for a whole system or where it could not be told."""
    found = container_of(seen)
    return found[0] if found and found[0] != "none" else ""


def hosts_business(kind: str, what: str) -> str:
    """The reason of a fact that a container does not show."""
    return f"this is a {kind} container: it does not show the host's {what}"
