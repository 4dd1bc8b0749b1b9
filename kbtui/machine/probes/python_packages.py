"""What the packages of an environment tell: versions, builds, and which are certainly not there.

Reads the listing of `python_env`; the rules that turn a distribution into facts are those of pasted `pip list`.
A conda environment shows its channel and build text: pytorch 2.5.1 py3.11_cuda12.4_cudnn9.1.0_0 pytorch.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from kbtui.machine.asks import Raw
from kbtui.machine.probes.spec import Out
from kbtui.machine.text.packages import VERSIONS

_LISTS = ("cupy.packages", "onnxruntime.packages", "packages.nvidia_pip")
_TORCH = ("torch.installed", "torch.version", "torch.cuda_version", "torch.build", "torch.channel")
FACTS: tuple[str, ...] = (
    *dict.fromkeys(name for name in VERSIONS.values() if name != "torch.version"),
    "cupy.version",
    *_LISTS,
    *_TORCH,
    "tensorflow.build",
    "jax.cuda_plugin",
)
_CUDA = re.compile(r"^cuda\s*(?::[^=]+)?=\s*(?:'([\d.]+)'|None)", re.MULTILINE)
_VERSION = re.compile(r"^__version__\s*(?::[^=]+)?=\s*'([^']+)'", re.MULTILINE)


def lay(found: Mapping[str, Any], raw: Raw, out: Out) -> None:
    """Every fact that the packages give; each that the environment does not have is absent."""
    packages: dict[str, list[str]] = found["packages"]
    conda: dict[str, list[str]] = found["conda"]
    before = len(out.facts)
    out.read(raw, "\n".join(f"{name}=={version}" for name, (version, _) in packages.items()), only=FACTS)
    if conda:
        rows = [f"{name}  {version}  {build}  {channel}" for name, (version, build, channel) in conda.items()]
        head = f"# packages in environment at {found['prefix']}:\n# Name  Version  Build  Channel\n"
        known = {f.name for f in out.facts[before:]}
        out.read(raw, head + "\n".join(rows), only=set(FACTS) - known)
    _torch(found, raw, out)
    _tensorflow(found, raw, out)
    known = {f.name for f in out.facts[before:]}
    if "jax.version" in known and "jax.cuda_plugin" not in known:
        out.add("jax.cuda_plugin", False, raw, f"jax {packages['jax'][0]}" if "jax" in packages else "jax")
        known.add("jax.cuda_plugin")
    for name in FACTS:
        if name in _LISTS and name not in known:
            out.add(name, [], raw, f"none of them in {found['prefix']}")
        elif name not in known and name.endswith(".version"):
            out.absent(name, raw, f"not in {found['prefix']}")
    if "jax.cuda_plugin" not in known:
        out.not_applicable("jax.cuda_plugin", "JAX is not installed", raw)


def _torch(found: Mapping[str, Any], raw: Raw, out: Out) -> None:
    """version.py of the package itself says what it was built with, whatever installed it."""
    said = str(found["torch"])
    there = bool(said) or "torch" in found["packages"]
    out.add("torch.installed", there, raw, said or f"no torch in {found['prefix']}")
    if not there:
        for name in ("torch.version", "torch.cuda_version", "torch.build", "torch.channel"):
            out.absent(name, raw, f"no torch in {found['prefix']}")
        return
    version, cuda = _VERSION.search(said), _CUDA.search(said)
    if version:
        out.add("torch.version", version[1], raw, version[0])
    if cuda:
        hip, xpu = re.search(r"^hip\b.*'", said, re.MULTILINE), re.search(r"^xpu\b.*'", said, re.MULTILINE)
        build = "cuda" if cuda[1] else "rocm" if hip else "xpu" if xpu else "cpu"
        out.add("torch.build", build, raw, cuda[0])
        out.add("torch.cuda_version", cuda[1], raw, cuda[0])
    if "torch.channel" not in {f.name for f in out.facts}:
        nightly = version is not None and ".dev" in version[1]
        channel = (
            "nightly"
            if nightly
            else "vendor container"
            if version and "+" in version[1] and ".nv" in version[1]
            else "pip"
        )
        out.add("torch.channel", channel, raw, version[0] if version else said)


def _tensorflow(found: Mapping[str, Any], raw: Raw, out: Out) -> None:
    said = str(found["tensorflow"])
    cuda = re.search(r"is_cuda_build[\"']?\s*[,:=]\s*(True|False)", said)
    if cuda:
        rocm = re.search(r"is_rocm_build[\"']?\s*[,:=]\s*True", said)
        out.add("tensorflow.build", "cuda" if cuda[1] == "True" else "rocm" if rocm else "cpu", raw, cuda[0])
    elif not said and not any(name.startswith("tensorflow") for name in found["packages"]):
        out.absent("tensorflow.build", raw, f"no TensorFlow in {found['prefix']}")
