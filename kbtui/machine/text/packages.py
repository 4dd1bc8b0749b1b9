"""Python distributions -> facts: one table for pip, conda, collect_env, requirements and prose."""

from __future__ import annotations

from kbtui.machine.text.found import OUTPUT, SAID, Found
from kbtui.machine.text.patterns import Pattern

VERSIONS = {
    "torch": "torch.version",
    "pytorch": "torch.version",
    "torchvision": "torchvision.version",
    "torchaudio": "torchaudio.version",
    "tensorflow": "tensorflow.version",
    "tensorflow-gpu": "tensorflow.version",
    "tensorflow-cpu": "tensorflow.version",
    "jax": "jax.version",
    "cupy": "cupy.version",
    "numpy": "numpy.version",
    "triton": "triton.version",
    "pytorch-triton": "triton.version",
    "triton-windows": "triton.version",
    "vllm": "vllm.version",
    "flash-attn": "flash_attn.version",
    "xformers": "xformers.version",
    "bitsandbytes": "bitsandbytes.version",
    "transformers": "transformers.version",
    "deepspeed": "deepspeed.version",
    "mkl": "mkl.version",
    "theano": "theano.version",
    "lasagne": "lasagne.version",
    "keras": "keras.version",
    "protobuf": "protobuf.version",
}
"""Distribution, lower case and with dashes -> the fact that holds its version."""

_CUDA_TAG = Pattern(r"\+cu(\d{2,3})")
_CPU_BUILDS = ("mkl", "eigen", "cpu")
_BUILDS = (("cpu", "cpu"), ("cu", "cuda"), ("rocm", "rocm"), ("xpu", "xpu"))
_CUPY = Pattern(r"cupy(?:-cuda\d+x?|-rocm[\d-]+)?$")
_CUDNN = Pattern(r"nvidia-cudnn(?:-cu\d+)?$")
_NCCL = Pattern(r"nvidia-nccl(?:-cu\d+)?$")


def normal(name: str) -> str:
    """A distribution's name as pip compares it."""
    return name.lower().replace("_", "-").replace(".", "-")


def package(found: Found, at: int, name: str, version: str, *, weight: int = OUTPUT, build: str = "") -> bool:
    """Lay down what one installed distribution tells; False for a distribution that tells nothing.

    `build` is conda's build text ("py3.8_cuda11.3_cudnn8.2.0_0").
    """
    name = normal(name)
    fact = VERSIONS.get(name)
    if _CUPY.match(name):
        found.collect("cupy.packages", [name], at, weight=weight)
        fact = "cupy.version"
    if fact:
        found.add(fact, version, at, weight=weight)
    if fact == "torch.version":
        _torch(found, at, version, build, weight)
    elif name in ("tensorflow-cpu", "tensorflow-intel") or (name == "tensorflow" and build.startswith(_CPU_BUILDS)):
        found.add("tensorflow.build", "cpu", at, weight=weight)
    elif name.startswith(("jax-cuda", "jaxlib-cuda")) or (name == "jaxlib" and "cuda" in version):
        found.add("jax.cuda_plugin", True, at, weight=weight)
    elif name in ("onnxruntime", "onnxruntime-gpu", "onnxruntime-directml"):
        found.collect("onnxruntime.packages", [name], at, weight=weight)
    elif name.startswith("nvidia-") and name != "nvidia-ml-py":
        found.collect("packages.nvidia_pip", [f"{name}=={version}"], at, weight=weight)
        if _NCCL.match(name):
            found.add("nccl.version", version, at, weight=weight)
        elif _CUDNN.match(name):
            found.add("cudnn.version", version, at, weight=weight)
            found.add("cudnn.installed", True, at, weight=weight)
    elif not fact:
        return False
    return True


def _torch(found: Found, at: int, version: str, build: str, weight: int) -> None:
    if weight > SAID:
        found.add("torch.installed", True, at, weight=weight)
    tag = _CUDA_TAG.search(version)
    kind = version.partition("+")[2]
    if tag:
        found.add("torch.cuda_version", f"{tag[1][:-1]}.{tag[1][-1]}", at, weight=weight)
    elif kind.startswith("cpu") or "cpu" in build:
        found.absent("torch.cuda_version", at, weight=weight)
    of_tag = next((name for prefix, name in _BUILDS if kind.startswith(prefix)), "")
    if of_tag:
        found.add("torch.build", of_tag, at, weight=weight)
    elif "cuda" in build or "cpu" in build:
        found.add("torch.build", "cuda" if "cuda" in build else "cpu", at, weight=weight)
        in_build = _BUILD_CUDA.search(build)
        if in_build:
            digits = in_build[1].replace(".", "")
            found.add("torch.cuda_version", f"{digits[:-1]}.{digits[-1]}", at, weight=weight)


_BUILD_CUDA = Pattern(r"cuda_?(\d{2}\.\d|\d{2,3})(?!\d)")
