"""What kind of thing a package is, by its name in any distribution, in pip or in conda; and its plain version."""

from __future__ import annotations

import re

from kbtui.machine.changes.model import Kind

_KINDS: tuple[tuple[Kind, str], ...] = (
    ("container", r"nvidia-container|libnvidia-container|nvidia-docker|docker|containerd|podman|runc$|crun$|cri-o"),
    ("framework", r"nvidia-[a-z-]+-cu\d\d$"),
    ("cuda", r"cuda(?!-drivers)(-|$)|nvidia-cuda|nvidia-cudnn|cudatoolkit|cudnn|libcudnn|libnccl|nccl|libcublas|libcu(fft|rand|solver|sparse|dnn)"
             r"|libnvinfer|libnpp|libnvjitlink|libnvrtc|tensorrt|libcutensor|nvidia-hpc"),
    ("display", r"nvidia-prime|egl-wayland|xserver-xorg-core|xserver-common|xorg-x11-server|xorg-server|mesa|libgl1-mesa|libegl-mesa|libglx-mesa"
                r"|gdm|sddm|lightdm|mutter|gnome-shell$|kwin|plasma-workspace|xwayland|wayland$|libdrm"),
    ("package", r"nvidia-settings|nvidia-vaapi|nvidia-persistenced-dbg|libnvidia-egl"),
    ("driver", r"nvidia|libnvidia|lib32-nvidia|libcuda1|libnvcuvid|libxnvctrl|cuda-drivers|xserver-xorg-video-nvidia|xorg-x11-drv-nvidia"
               r"|(linux|kernel)-(modules|objects|signatures|open)-nvidia|(kmod|akmod|dkms)-nvidia|x11-video-nvidia"),
    ("headers", r"linux-(\S+-)?headers|kernel(-\w+)*-devel|kernel-headers|linux-kbuild|pve-headers|proxmox-headers"),
    ("kernel", r"linux-(image|modules|generic|lowlatency|virtual|aws|azure|gcp|oem)|linux(-(lts|zen|hardened|rt|cachyos\S*))?$"
               r"|kernel(-(core|modules\S*|default|desktop|longterm|preempt|rt|lt|ml|uek\S*|64k\S*))?$|pve-kernel|proxmox-kernel"),
    ("framework", r"(python-|python3-)?(py)?torch(vision|audio|-cuda|triton)?$|pytorch|python-tensorflow|tensorflow|keras$|jax(lib|-|$)|triton|vllm|xformers|flash[-_]attn"
                  r"|cupy|onnxruntime|bitsandbytes|deepspeed|transformers$|accelerate$|numpy$|paddlepaddle|mxnet|apex$|transformer[-_]engine|llama[-_]cpp|rapids|cudf"),
    ("firmware", r"linux-firmware|firmware-|intel-microcode|amd64-microcode|microcode_ctl|ucode-|shim|grub|mokutil|fwupd|nvidia-firmware"),
    ("toolchain", r"gcc(-\d+)?$|g\+\+(-\d+)?$|cpp-\d+$|clang|llvm|make$|dkms$|akmods$|binutils$|libc6$|glibc$|kmod$|initramfs-tools$|dracut$"
                  r"|mkinitcpio$|python3(\.\d+)?$|python$"),
)  # fmt: skip
_DRIVER = re.compile(r"\d{3}\.\d+(?:\.\d+)?(?![\d.])")
_NUMBERS = re.compile(r"\d+|[a-z]+")
_FLAVOUR = re.compile(r"(\.(x86_64|aarch64|ppc64le)|-[a-z_]+)$")
_COMPILED = tuple((kind, re.compile(pattern)) for kind, pattern in _KINDS)
_RPM = re.compile(
    r"(?P<name>\S+?)-(?P<version>(?:\d+:)?\d[^-\s]*-[^-\s]+?)(?:\.(?:x86_64|noarch|aarch64|i686|ppc64le))?"
)


def kind_of(name: str) -> Kind:
    """driver, kernel, cuda ...; "package" for everything that breaks no GPU machine."""
    name = name.lower().replace("_", "-") if not name.startswith("microcode") else name
    return next((kind for kind, pattern in _COMPILED if pattern.match(name)), "package")


def plain(version: str) -> str:
    """Without epoch and packaging revision: "550.163.01-0ubuntu0.22.04.1" is "550.163.01"."""
    return version.rpartition(":")[2].partition("-")[0]


def split_rpm(text: str) -> tuple[str, str]:
    """ "kernel-core-6.11.6-300.fc41.x86_64" as name and version-release; the whole as name where it is no such thing."""
    epoch, _, rest = text.partition(":")  # yum.log: "1:nvidia-driver-..."
    if epoch.isdigit() and rest:
        text = rest
    match = _RPM.fullmatch(text)
    return (match["name"], match["version"]) if match else (text, "")


def driver_version(version: str) -> str:
    """The NVIDIA driver's own version in a package's; "" for packages that are numbered otherwise."""
    match = _DRIVER.match(version.rpartition(":")[2])
    return match[0] if match else ""


def of_kernel(name: str, version: str, release: str) -> bool:
    """Whether a package is that of a running kernel: linux-image-6.1.0-29-amd64, kernel-core 6.11.6-300.fc41, linux 6.11.6.arch1-1."""
    if not release:
        return False
    if release in name or release in version:
        return True
    words = _NUMBERS.findall(version.rpartition(":")[2])
    wanted = _NUMBERS.findall(_FLAVOUR.sub("", release))
    return len(wanted) >= 4 and words[: len(wanted)] == wanted  # what follows is the package's own rebuild number
