"""Containers: what docker and podman answer, what they were started with, and what Kubernetes says of a node.

Sample:

    docker: Error response from daemon: could not select device driver "" with capabilities: [[gpu]].
    docker: Error response from daemon: unknown or invalid runtime name: nvidia.
    $ docker run --rm --gpus all nvidia/cuda:12.4.1-base-ubuntu22.04 nvidia-smi
     Runtimes: io.containerd.runc.v2 nvidia runc
     Docker Root Dir: /var/snap/docker/common/var-lib-docker
    Capacity:
      nvidia.com/gpu:     4
    Allocatable:
      nvidia.com/gpu:     0
    NVIDIA Container Toolkit CLI version 1.17.4
"""

from __future__ import annotations

from kbtui.machine.text.found import HINT, Found
from kbtui.machine.text.patterns import Pattern

_RUN = Pattern(r"\b(docker|podman|nerdctl)\s+(?:container\s+)?(?:run|create)\s+(.*)")
_IMAGE = Pattern(r"(?<![\w/.-])((?:[a-z0-9][\w.-]*(?::\d+)?/)+[a-z0-9][\w.-]*:[\w.-]+)")
_RUNTIMES = Pattern(r"\s*Runtimes: (.+)")
_TOOLKIT = Pattern(
    r"NVIDIA Container (?:Toolkit CLI|Runtime|Runtime Hook) version (\d[\d.]+)|^\s*cli-version: (\d[\d.]+)",
)
_PODMAN = Pattern(r"\s*podman version (\d[\d.]+)")
_GPU = Pattern(r"\s*nvidia\.com/gpu:\s+(\d+)\s*$")


def parse(found: Found) -> None:
    """Errors, start commands and answers of container tools."""
    allocatable = False
    for at, line in enumerate(found.lines):
        if found.taken[at] or len(line) > 2000:
            continue
        low = line.lower()
        if "docker" in low or "podman" in low or "nerdctl" in low:
            _engine(found, at, line)
        if "could not select device driver" in line or "unknown or invalid runtime name: nvidia" in line:
            found.add("docker.nvidia_runtime", False, at)
            found.add("docker.installed", True, at)
            found.take("docker", at, at, prose=True)
        elif "Runtimes:" in line:
            runtimes = _RUNTIMES.match(line)
            if runtimes:
                found.add("docker.nvidia_runtime", "nvidia" in runtimes[1].split(), at)
                found.add("docker.installed", True, at)
                found.take("docker", at, at, prose=True)
        elif "NVIDIA Container" in line or "cli-version" in line:
            toolkit = _TOOLKIT.search(line)
            if toolkit:
                found.add("container_toolkit.installed", True, at)
                found.add("container_toolkit.version", toolkit[1] or toolkit[2], at)
        elif line.startswith("Allocatable"):
            allocatable = True
        elif line and not line[0].isspace():
            allocatable = False
        elif allocatable and "nvidia.com/gpu" in line:
            count = _GPU.match(line)
            if count:
                found.add("k8s.gpu_allocatable", int(count[1]), at)
                found.add("cluster.scheduler", "kubernetes", at, weight=HINT)
                found.take("kubectl", at, at)


def _engine(found: Found, at: int, line: str) -> None:
    run = _RUN.search(line)
    if run:
        words = run[2]
        asked = any(way in words for way in ("--gpus", "nvidia.com/gpu", "--runtime=nvidia", "NVIDIA_VISIBLE_DEVICES"))
        found.add("docker.gpus_requested", asked, at, weight=HINT)
        image = _IMAGE.search(words)
        if image:
            found.add("docker.image", image[1], at, weight=HINT)
        for name, minimum in (("--shm-size=", 64), ("--shm-size ", 64)):
            if name in words:
                _shm(found, at, words.partition(name)[2].split()[:1], minimum)
    elif "/var/snap/docker" in line:
        found.add("docker.snap", True, at)
    elif line.strip() == "rootless":
        found.add("docker.rootless", True, at)
    podman = _PODMAN.match(line)
    if podman:
        found.add("podman.version", podman[1], at)


def _shm(found: Found, at: int, words: list[str], minimum: int) -> None:
    """The size that the container was given for /dev/shm."""
    digits = words[0].lower().rstrip("bi") if words else ""
    factor = {"k": 1 / 1024, "m": 1, "g": 1024}.get(digits[-1:], 1 / 1048576)
    number = digits.rstrip("kmg")
    if number.isdecimal() and len(number) < 12:
        found.add("shm.size_mib", max(round(int(number) * factor), minimum if number == "0" else 0), at, weight=HINT)
