"""Facts that follow from other facts: `derive` lays them under what was seen, and replaces nothing.

    os.name "ubuntu-20.04"        -> os.id, os.version, os.family, os.kernel
    kernel.release                -> kernel.version, kernel.flavour, os.wsl
    driver.version                -> driver.branch
    packages.half_installed       -> driver.half_installed
    nvidia-smi works              -> NVML started, and the cards that it shows the heat of answer
    torch.version "2.6.0+cu124"   -> torch.build, torch.cuda_version
    gpu.model, with the tables    -> architecture, compute capability, last driver branch, watts, length ...
    toolkit or torch CUDA         -> cuda.gcc_max, cuda.min_driver

A derived fact carries the raw text and the line of the fact it came from, so that one line still counts once.
"""

from __future__ import annotations

import re

from kbtui.machine.derive_arch import derive_arch
from kbtui.machine.derive_gpu import derive_gpus
from kbtui.machine.derive_os import derive_kernel, derive_os
from kbtui.machine.derived import Layer, TableSource
from kbtui.machine.facts import Facts

_BUILDS = {"cu": "cuda", "cpu": "cpu", "rocm": "rocm", "xpu": "xpu"}


def derive(facts: Facts, tables: TableSource) -> Facts:
    """A copy of `facts` with what follows from them. Pure; `tables` are read only where a fact needs them."""
    layer = Layer(facts.copy())
    derive_kernel(layer)
    derive_os(layer)
    _driver(layer)
    _nvml(layer)
    _torch(layer)
    derive_gpus(layer, tables)
    _cuda(layer, tables)
    derive_arch(layer)
    return layer.facts


def _driver(layer: Layer) -> None:
    broken = layer.facts.get("packages.half_installed")
    if isinstance(broken.value, list):
        layer.add("driver.half_installed", any(re.search("nvidia|cuda", str(p)) for p in broken.value), broken)
    version = layer.text("driver.version")
    if version is None:
        return
    match = re.match(r"[A-Za-z]?(\d+)", version.text)
    if match:
        layer.add("driver.branch", int(match[1]), version.fact)
    if re.search(r"\bopen\b", version.text, re.IGNORECASE):
        layer.add("driver.flavour", "open", version.fact)


def _nvml(layer: Layer) -> None:
    """nvidia-smi is a program of NVML: where it works NVML does, where no call of our own was made (a look without Python)."""
    smi = layer.facts.get("nvidia_smi.works")
    if smi.value is not True or smi.kind not in ("live", "bundle") or layer.value("nvml.hung"):
        return
    layer.add("nvml.init_code", 0, smi)
    layer.add("nvml.hung", False, smi)
    for card in layer.facts.entities("gpu"):
        heat = layer.facts.get("gpu.temperature", card)
        if heat.state == "known":
            layer.add("gpu.lost", False, heat, card)


def _torch(layer: Layer) -> None:
    version = layer.text("torch.version")
    local = re.search(r"\+(cu|cpu|rocm|xpu)(\d*)", version.text) if version else None
    if version and local:
        layer.add("torch.build", _BUILDS[local[1]], version.fact)
        if local[1] != "cu":
            layer.add("torch.cuda_version", None, version.fact)
        elif len(local[2]) >= 2:
            digits = local[2]
            cut = 1 if len(digits) == 2 else 2
            layer.add("torch.cuda_version", f"{digits[:cut]}.{digits[cut:]}", version.fact)
    cuda = layer.text("torch.cuda_version")
    if cuda:
        layer.add("torch.build", "cuda", cuda.fact)


def _cuda(layer: Layer, tables: TableSource) -> None:
    """What a toolkit asks of the compiler, and what the CUDA that the program brings asks of the driver."""
    toolkit = layer.text("cuda.toolkit.version")
    row = toolkit and tables.row("cuda", toolkit.text)
    if toolkit and row and row.get("gcc_max"):
        layer.add("cuda.gcc_max", int(row["gcc_max"] or 0), toolkit.fact)
    brings = layer.text("torch.cuda_version") or toolkit
    row = brings and tables.row("cuda", brings.text)
    if brings and row:
        windows = layer.value("os.kernel") == "windows" or layer.value("os.wsl") in (1, 2)
        tail = "_windows" if windows else ""
        lowest = row.get("compat_driver" + tail) or row.get("min_driver" + tail)
        if lowest:
            layer.add("cuda.min_driver", lowest, brings.fact)
