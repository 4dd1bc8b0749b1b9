"""The commands of each family of distributions: headers, driver, toolkit; what each opens and how it is checked."""

from __future__ import annotations

from msgspec import Struct

from kbtui.planner.lines import Step

_CHECK_DRIVER = "nvidia-smi: the table names the card and driver {branch}"


class Wanted(Struct, frozen=True, kw_only=True):
    """What is to be installed."""

    packager: str
    """The column `driver_packages` of `distros`: ubuntu, debian, rpmfusion, cuda-repo, suse, arch."""
    branch: int
    flavour: str
    """open or proprietary"""
    legacy: bool
    """The branch is not the newest one that is still made."""
    old: bool = False
    """Before 2018: other package names."""
    distro: str = ""


def driver_steps(w: Wanted) -> list[Step]:
    """Headers and driver in order."""
    return [_headers(w), _driver(w)]


def _headers(w: Wanted) -> Step:
    commands = {
        "ubuntu": ["sudo apt update", "sudo apt install build-essential linux-headers-$(uname -r)"],
        "debian": ["sudo apt update", "sudo apt install build-essential linux-headers-amd64"],
        "rpmfusion": ["sudo dnf upgrade", "sudo dnf install kernel-devel gcc make"],
        "cuda-repo": ["sudo dnf install kernel-devel-$(uname -r) kernel-headers gcc make"],
        "suse": ["sudo zypper refresh", "sudo zypper install kernel-default-devel gcc make"],
        "arch": ["sudo pacman -Syu", "sudo pacman -S linux-headers"],
    }
    return Step(
        title="Update, and install the headers of the running kernel", run=commands.get(w.packager, []),
        do="" if w.packager in commands else "Install the headers of the running kernel with the system's package manager.",
        check="ls -d /lib/modules/$(uname -r)/build: the folder exists (after a kernel update: reboot first)",
        breaks=["kernel-upgraded-without-reboot", "kernel-devel-newer-than-running-kernel"],
    )  # fmt: skip


def _driver(w: Wanted) -> Step:
    """One driver from one source: mixing sources is how most installations break."""
    is_open = "-open" if w.flavour == "open" else ""
    run, extra = [], []
    do = ""
    if w.packager == "ubuntu":
        name = f"nvidia-{w.branch}" if w.old else f"nvidia-driver-{w.branch}{is_open}"
        run = [f"apt-cache policy {name}", f"sudo apt install {name}"]
        extra = ["secure-boot-unsigned-module", "runfile-over-packages"]
        if w.old:
            run.insert(0, "sudo add-apt-repository ppa:graphics-drivers/ppa && sudo apt-get update")
            extra.append("login-loop")
        do = f"Where apt-cache knows no {name}: `ubuntu-drivers list` shows the branches of this release; take the next one that the plan allows."
    elif w.packager == "debian":
        run = (
            ["sudo apt install nvidia-open"]
            if is_open
            else ["apt-cache policy nvidia-driver", "sudo apt install nvidia-driver"]
        )
        extra = ["secure-boot-unsigned-module", "driver-repo-key-or-mirror-broken"]
        do = (
            "First add NVIDIA's repository for this release (package cuda-keyring), as its driver installation guide says: Debian's own driver is of an older branch."
            if is_open
            else "First add contrib, non-free and non-free-firmware to the lines of /etc/apt/sources.list and run sudo apt update."
        )
    elif w.packager == "rpmfusion":
        suffix = f"-{w.branch}xx" if w.legacy and not w.old else ""
        run = [
            "sudo dnf install https://download1.rpmfusion.org/nonfree/fedora/rpmfusion-nonfree-release-$(rpm -E %fedora).noarch.rpm",
            f"sudo dnf install akmod-nvidia{suffix} xorg-x11-drv-nvidia{suffix}-cuda",
        ]
        extra = ["akmod-build-not-finished", "secure-boot-unsigned-module"]
        do = "Wait until `modinfo -F version nvidia` answers before you reboot: the module is still being built."
    elif w.packager == "cuda-repo":
        run = [
            f"sudo dnf module enable nvidia-driver:{w.branch}{is_open or '-dkms'}",
            "sudo dnf install nvidia-open" if is_open else "sudo dnf install cuda-drivers",
        ]
        extra = ["secure-boot-unsigned-module", "kernel-devel-newer-than-running-kernel"]
        do = "First add NVIDIA's repository for this release, as its driver installation guide says; on release 10 leave out the module line."
    elif w.packager == "suse":
        kind = "Tumbleweed" if "tumbleweed" in w.distro else "Leap"
        run = [f"sudo zypper install openSUSE-repos-{kind}-NVIDIA", "sudo zypper install-new-recommends --repo NVIDIA"]
        extra = ["secure-boot-unsigned-module"]
    elif w.packager == "arch":
        suffix = f"-{w.branch}xx" if w.legacy else ""
        run = (
            [f"yay -S nvidia{suffix}-dkms nvidia{suffix}-utils"]
            if suffix
            else ["sudo pacman -S nvidia" if w.old else "sudo pacman -S nvidia-open"]
        )
        extra = ["kernel-upgraded-without-reboot"]
    else:
        do = "Install the driver with the system's package manager; take no file from NVIDIA's site where a package exists."
    return Step(
        title=f"Install driver branch {w.branch}, {w.flavour} module, from one source", run=[*run, "sudo reboot"], do=do,
        check=_CHECK_DRIVER.format(branch=w.branch), breaks=["nouveau-conflict", "no-display-after-driver-install", *extra],
    )  # fmt: skip


def toolkit_step(w: Wanted, cuda: str, cudnn: str | None) -> Step:
    """CUDA on the system, for what does not bring its own."""
    short = ".".join(cuda.split(".")[:2])
    name = "cuda-toolkit-" + short.replace(".", "-")
    run = {
        "ubuntu": [f"sudo apt install {name}"],
        "debian": [f"sudo apt install {name}"],
        "rpmfusion": [f"sudo dnf install {name}"],
        "cuda-repo": [f"sudo dnf install {name}"],
        "suse": [f"sudo zypper install {name}"],
        "arch": ["sudo pacman -S cuda"],
    }.get(w.packager, [])
    do = f"From NVIDIA's CUDA {short} archive: the toolkit without the driver that comes with it."
    if cudnn:
        do += f" Then cuDNN {cudnn} for CUDA {short} into the same folder."
    if w.old:
        run = []
    return Step(
        title=f"Install CUDA toolkit {short}" + (f" and cuDNN {cudnn}" if cudnn else ""), run=run, do=do,
        check=f"nvcc --version: release {short}", breaks=["cuda-metapackage-changed-driver", "nvcc-not-on-path", "cuda-libs-not-on-loader-path"],
    )  # fmt: skip
