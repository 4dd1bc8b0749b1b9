"""What installed distribution packages tell of driver, kernel, headers, CUDA libraries and containers."""

from __future__ import annotations

from msgspec import Struct

from kbtui.machine.text import uname
from kbtui.machine.text.found import HINT, Found
from kbtui.machine.text.patterns import Pattern


class Package(Struct, frozen=True):
    """One package of a listing."""

    name: str
    version: str
    """The upstream part: 550.163.01."""
    full: str
    """With the packaging revision."""
    arch: str
    manager: str
    """deb, rpm or pacman."""
    state: str
    """installed, removed, broken or available."""
    at: int


_DRIVER = Pattern(
    r"(?:nvidia-(?:driver|dkms|utils|compute-utils|kernel-(?:common|source|dkms)|open|open-dkms"
    r"|headless)(?:-no-dkms)?(?:-\d{3})?"
    r"(?:-server)?(?:-open)?|libnvidia-(?:compute|gl)-\d{3}(?:-server)?|(?:akmod|kmod"
    r"|dkms)-nvidia(?:-open)?(?:-dkms)?|nvidia"
    r"|xorg-x11-drv-nvidia(?:-cuda|-libs|-cuda-libs)?|linux-modules-nvidia-\d{3}\S*)$"
)
_HEADERS = Pattern(r"linux-headers-(\d+\.\d+\.\S+)$")
_IMAGE = Pattern(r"linux-image(?:-unsigned)?-(\d+\.\d+\.\S+)$")
_TOOLKIT = Pattern(r"cuda(?:-toolkit|-nvcc|-compiler)?-(\d{1,2})-(\d)$")


def lay(found: Found, package: Package) -> None:
    """The facts of one installed package."""
    name, at = package.name, package.at
    if _DRIVER.match(name) and package.version[:1].isdecimal() and not name.startswith("linux-modules"):
        found.collect("driver.versions_installed", [package.version], at)
        found.add("driver.version", package.version, at, weight=HINT)
        found.add("driver.installed", True, at, weight=HINT)
        if package.state == "installed":
            _flavour(found, package)
    toolkit = _TOOLKIT.match(name)
    if toolkit and "compat" not in name:
        found.add("cuda.toolkit.version", f"{toolkit[1]}.{toolkit[2]}", at, weight=HINT)
        found.add("cuda.toolkit.installed", True, at, weight=HINT)
    elif name.startswith("libcudnn"):
        found.add("cudnn.version", package.version, at, weight=HINT)
        found.add("cudnn.installed", True, at, weight=HINT)
    elif name in ("libnccl2", "libnccl", "libnccl-dev", "nccl"):
        found.add("nccl.version", package.version, at, weight=HINT)
    elif name == "nvidia-container-toolkit":
        found.add("container_toolkit.installed", True, at)
        found.add("container_toolkit.version", package.version, at)
    elif name == "podman":
        found.add("podman.version", package.version.partition("+")[0], at)
    elif name in ("docker-ce", "docker.io", "docker"):
        found.add("docker.installed", True, at)


def _flavour(found: Found, package: Package) -> None:
    name, at = package.name, package.at
    if name.endswith(("-open", "-open-dkms")) and name != "nvidia-kernel-open":
        found.add("driver.flavour", "open", at, weight=HINT)
    elif name.startswith(("nvidia-driver-", "nvidia-dkms-", "nvidia-headless-")):
        found.add("driver.flavour", "proprietary", at, weight=HINT)
    if package.manager == "rpm":
        if name.startswith(("akmod-", "xorg-x11-drv-nvidia")):
            found.add("driver.package_source", "rpmfusion", at, weight=HINT)
    elif "ubuntu" in package.full and "ppa" not in package.full:
        found.add("driver.package_source", "distribution", at, weight=HINT)
    elif "ppa" in package.full:
        found.add("driver.package_source", "ppa", at, weight=HINT)


def conclude(found: Found, packages: list[Package]) -> None:
    """Kernels against headers, over the whole listing."""
    headers = {_headers(p): p.at for p in packages if _headers(p)}
    images = {_image(p): p.at for p in packages if _image(p)}
    for version, at in headers.items():
        found.collect("kernel.headers_versions", [version], at)
    running = found.value("kernel.release")
    if running is None and len(images) == 1:
        ((only, at),) = images.items()
        uname.release(found, at, only, weight=HINT)
        running = only
    if headers and isinstance(running, str):
        found.add("kernel.headers_installed", running in headers, next(iter(headers.values())), weight=HINT)


def _headers(package: Package) -> str:
    if package.manager == "rpm":
        return f"{package.full}.{package.arch}" if package.name in ("kernel-devel", "kernel-core-devel") else ""
    match = _HEADERS.match(package.name)
    whole = match and package.manager == "deb" and not match[1].endswith("-common") and "-" in match[1]
    return match[1] if match and whole else ""


def _image(package: Package) -> str:
    if package.manager == "rpm":
        return f"{package.full}.{package.arch}" if package.name in ("kernel", "kernel-core") else ""
    match = _IMAGE.match(package.name)
    return match[1] if match else ""
