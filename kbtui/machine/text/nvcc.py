"""Compilers: nvcc --version and gcc --version, and what is said where one is missing.

Sample:

    nvcc: NVIDIA (R) Cuda compiler driver
    Copyright (c) 2005-2022 NVIDIA Corporation
    Built on Wed_Sep_21_10:33:58_PDT_2022
    Cuda compilation tools, release 11.8, V11.8.89
    gcc (Ubuntu 11.4.0-1ubuntu1~22.04) 11.4.0
"""

from __future__ import annotations

from kbtui.machine.text.found import HINT, Found
from kbtui.machine.text.patterns import ANY_CASE, Pattern

_NVCC = Pattern(r"Cuda compilation tools, release (\d+\.\d+)")
_MISSING = Pattern(
    r"(?:^|[\s:'\"‘])nvcc['\"’]?\s*[:：]?\s*(?:command not found|not found|未找到命令)"
    r"|['\"‘]?nvcc['\"’]? is not recognized",
    ANY_CASE,
)
_GCC = Pattern(r"\s*(?:gcc|cc|\S*-gcc(?:-\d+)?) \([^()]*(?:\([^()]*\)[^()]*)?\) (\d+\.\d+(?:\.\d+)?)\b")
_PATH = Pattern(r"(?:/usr/local/cuda-|Toolkit[\\/]CUDA[\\/]v)(\d{1,2}\.\d)(?!\d)")


def parse(found: Found) -> None:
    """Versions of the compilers on PATH."""
    for at, line in enumerate(found.lines):
        if "/cuda-" in line or "CUDA\\v" in line:
            for path in _PATH.finditer(line[:2000]):
                found.add("cuda.toolkit.version", path[1], at, weight=HINT)
        if "Cuda compilation tools" in line:
            match = _NVCC.search(line)
            if match:
                found.add("cuda.toolkit.version", match[1], at)
                found.add("cuda.toolkit.installed", True, at)
                found.add("cuda.nvcc_on_path", True, at)
                above = range(at, max(at - 5, -1), -1)
                start = next((row for row in above if "Cuda compiler driver" in found.lines[row]), at)
                found.take("nvcc", start, at)
        elif "nvcc" in line and len(line) < 300 and _MISSING.search(line):
            found.add("cuda.nvcc_on_path", False, at)
            found.take("nvcc", at, at, prose=True)
        elif "cc (" in line[:60] or "gcc-" in line[:60]:
            gcc = _GCC.match(line) if not found.taken[at] else None
            if gcc and "Linux version" not in line:
                found.add("gcc.version", gcc[1], at)
                found.take("gcc", at, at)
