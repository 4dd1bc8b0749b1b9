"""python -m torch.utils.collect_env: one label a line, then the versions of the libraries.

Sample:

    Collecting environment information...
    PyTorch version: 2.6.0+cu124
    Is debug build: False
    CUDA used to build PyTorch: 12.4
    ROCM used to build PyTorch: N/A

    OS: Ubuntu 22.04.5 LTS (x86_64)
    GCC version: (Ubuntu 11.4.0-1ubuntu1~22.04) 11.4.0
    Libc version: glibc-2.35

    Python version: 3.10.12 (main, Nov  6 2024, 20:22:13) [GCC 11.4.0] (64-bit runtime)
    Python platform: Linux-5.15.0-125-generic-x86_64-with-glibc2.35
    Is CUDA available: False
    CUDA runtime version: 11.8.89
    GPU models and configuration: GPU 0: NVIDIA GeForce RTX 3090
    GPU 1: NVIDIA GeForce RTX 3090
    Nvidia driver version: 535.183.01
    cuDNN version: Probably one of the following:
    /usr/lib/x86_64-linux-gnu/libcudnn.so.8.9.7
    Versions of relevant libraries:
    [pip3] numpy==1.26.4
    [pip3] torch==2.6.0+cu124
    [conda] mkl                       2024.1.0             h66d3029_692    defaults
"""

from __future__ import annotations

from kbtui.machine.text import uname
from kbtui.machine.text.found import HINT, Found
from kbtui.machine.text.names import gpu_name
from kbtui.machine.text.packages import package
from kbtui.machine.text.patterns import Pattern

_LABEL = Pattern(r"\s*[-*]?\s*([A-Z][\w /()-]{3,40}?)\s*:\s*(.*)")
_VERSION = Pattern(r"\d+(?:\.\d+)+[\w.+-]*")
_PLATFORM = Pattern(r"Linux-(\d+\.\d+\S*?)-(?:x86_64|aarch64|ppc64le)-with")
_GPU = Pattern(r"\s*(?:GPU models and configuration:\s*)?GPU (\d+): (\S.{2,70}?)(?: \(UUID.*)?\s*$")
_LIBRARY = Pattern(r"\s*\[(pip3?|conda)\]\s+([\w.-]+)(?:==|\s+)(\d\S*)(?:\s+(\S+))?(?:\s+(\S+))?")
_CUDNN = Pattern(r"libcudnn\.so\.(\d+\.\d+\.\d+)|cudnn64?_?(\d)?\S*-(\d+\.\d+\.\d+)")
_SIMPLE = {
    "Python version": "python.version",
    "Nvidia driver version": "driver.version",
    "GCC version": "gcc.version",
    "HIP runtime version": "rocm.version",
    "vLLM Version": "vllm.version",
}


def parse(found: Found) -> None:
    """Labels from the first to the last one known."""
    rows: list[int] = []
    models: dict[str, int] = {}
    for at, line in enumerate(found.lines):
        if found.taken[at] or len(line) > 300:
            continue
        library = _LIBRARY.match(line) if "]" in line[:12] else None
        gpu = _GPU.match(line) if "GPU " in line else None
        if library:
            package(found, at, library[2], library[3], build=library[4] or "" if library[5] else "")
            rows.append(at)
        elif gpu:
            models[f"gpu{gpu[1]}"] = at
            found.add("gpu.model", gpu_name(gpu[2]), at, entity=f"gpu{gpu[1]}")
            found.collect("gpus.names", [gpu_name(gpu[2])], at)
            rows.append(at)
        elif ":" in line:
            label = _LABEL.match(line)
            if label and _labelled(found, at, label[1], label[2].strip()):
                rows.append(at)
        elif "libcudnn.so." in line:
            match = _CUDNN.search(line)
            if match and match[1]:
                found.add("cudnn.version", match[1], at)
                found.add("cudnn.installed", True, at)
                rows.append(at)
    if models:
        found.scope("gpu", models, complete=True)
    found.take_each("collect_env", rows)


def _labelled(found: Found, at: int, label: str, value: str) -> bool:
    match = _VERSION.search(value)
    if label in ("PyTorch version", "PyTorch Version"):
        return bool(match) and package(found, at, "torch", value.split()[0])
    if label in ("CUDA used to build PyTorch", "ROCM used to build PyTorch"):
        _built(found, at, label, value)
    elif label == "Is CUDA available" and value in ("True", "False"):
        found.add("torch.cuda_available", value == "True", at)
    elif label == "CUDA runtime version":
        if match:
            found.add("cuda.toolkit.version", ".".join(match[0].split(".")[:2]), at)
            found.add("cuda.toolkit.installed", True, at)
    elif label == "Python platform":
        _platform(found, at, value)
    elif label == "cuDNN version" and match:
        found.add("cudnn.version", match[0], at)
    elif label in _SIMPLE:
        if label == "GCC version":
            match = list(_VERSION.finditer(value))[-1] if match else None
        if match:
            found.add(_SIMPLE[label], match[0].rstrip("."), at)
            if "Python" in label and "bit" in value:
                found.add("python.bits", 64 if "64-bit" in value else 32, at)
        elif label == "Nvidia driver version" and value.startswith("Could not"):
            found.unclear("driver.version", at, "collect_env could not collect it")
    else:
        return label in ("Is debug build", "Clang version", "CMake version", "Libc version")
    return True


def _built(found: Found, at: int, label: str, value: str) -> None:
    if label.startswith("ROCM"):
        if value[:1].isdecimal():
            found.add("torch.build", "rocm", at)
    elif value[:1].isdecimal():
        found.add("torch.cuda_version", ".".join(value.split(".")[:2]), at)
        found.add("torch.build", "cuda", at)
    elif value in ("None", "N/A", "Could not collect"):
        found.absent("torch.cuda_version", at)
        if value == "None":
            found.add("torch.build", "cpu", at, weight=HINT)


def _platform(found: Found, at: int, value: str) -> None:
    match = _PLATFORM.match(value)
    if match:
        uname.release(found, at, match[1])
    elif value.startswith("Windows-"):
        found.add("os.kernel", "windows", at)
        found.add("os.id", "windows", at)
