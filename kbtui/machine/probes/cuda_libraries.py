"""Which CUDA libraries a program gets: what the loader finds, what LD_LIBRARY_PATH puts first, what wheels bring.

    ldconfig -p                        libcudnn.so.9 (libc6,x86-64) => /lib/x86_64-linux-gnu/libcudnn.so.9
    /usr/include/cudnn_version.h       #define CUDNN_MAJOR 9
    ls /usr/lib/x86_64-linux-gnu       libnccl.so.2.21.5

A framework from a wheel loads the cuDNN and NCCL of its own environment, so those count before the system's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from kbtui.machine.asks import Names, Raw, Read, Run
from kbtui.machine.probes.python_env import LISTING, listing
from kbtui.machine.probes.spec import Out, Probe

_LINE = re.compile(r"^\s*(lib(?:cuda|cudart|cudnn|nccl)\.so[.\d]*) \(([^)]*)\) => (\S+)", re.MULTILINE)
_DEFINE = re.compile(r"#define CUDNN_(MAJOR|MINOR|PATCHLEVEL)\s+(\d+)")
_DRIVERS = re.compile(r"/(?:usr/)?lib(?:64|32)?/|/usr/local/nvidia/|/run/opengl-driver/|/nix/store/|/.*/compat/")
"""Folders in which a libcuda.so.1 is a driver's own (`kbtui.machine.probes.driver_files`), or the toolkit's forward compatibility."""
_NCCL_FILE = re.compile(r"libnccl\.so\.(\d+\.\d+\.\d+)$")


def parse_libraries(seen: Mapping[str, Raw], out: Out) -> None:
    """libcudart, libcuda, cuDNN and NCCL, each where a program would find it."""
    cache, env = seen["ldconfig"], listing(seen["listing"])
    cached = [(name, path) for name, kind, path in _LINE.findall(cache.text) if "x86-64" in kind or "AArch64" in kind]
    first = [str(p) for p in env.get("loader", [])]
    if env:
        out.add("ld_library_path.cuda_libraries", first, seen["listing"], "\n".join(first) or "none")
        strange = [p for p in first if p.endswith("/libcuda.so.1") and not _DRIVERS.match(p)]
        out.add("ld_library_path.foreign_libcuda", bool(strange), seen["listing"], "\n".join(strange) or "none")
    found = [*first, *(path for _, path in cached)]
    looked = cache.ran and bool(env)
    cudart = next((p for p in found if "libcudart.so" in p), "")
    if cudart or looked:
        out.add("cuda.on_loader_path", bool(cudart), cache, cudart or "no libcudart in ldconfig or LD_LIBRARY_PATH")
    libcuda = next((p for p in found if re.search(r"/libcuda\.so(\.1)?$", p)), "")
    if libcuda or looked:
        out.add("cuda.compat_on_loader_path", "/compat/" in libcuda, cache, libcuda or "no libcuda is found")
    _cudnn(seen, env.get("packages", {}), found, looked, out)
    _nccl(seen, env.get("packages", {}), found, looked, out)


def _cudnn(
    seen: Mapping[str, Raw], packages: Mapping[str, list[str]], found: list[str], looked: bool, out: Out
) -> None:
    wheel = next((p for n, p in packages.items() if re.fullmatch(r"nvidia-cudnn(-cu\d+)?", n)), None)
    library = next((p for p in found if "libcudnn.so" in p), "")
    texts = [
        *seen["cudnn_h"].files.values(),
        *seen["cudnn_h_local"].files.values(),
        *seen["cudnn_h_multi"].files.values(),
    ]
    said = next((d for text in texts if len(d := dict(_DEFINE.findall(text))) == 3), None)
    if wheel:
        out.add("cudnn.version", wheel[0], seen["listing"], f"nvidia-cudnn=={wheel[0]}")
    elif said:
        version = f"{said['MAJOR']}.{said['MINOR']}.{said['PATCHLEVEL']}"
        out.add("cudnn.version", version, seen["cudnn_h"], f"CUDNN_MAJOR {said['MAJOR']}")
    elif not library and looked:
        out.absent("cudnn.version", seen["ldconfig"], "no libcudnn, no cudnn_version.h, no wheel")
    if wheel or library or looked:
        where = library or (f"nvidia-cudnn=={wheel[0]}" if wheel else "no libcudnn is found")
        out.add("cudnn.installed", bool(wheel or library), seen["ldconfig"], where)


def _nccl(seen: Mapping[str, Raw], packages: Mapping[str, list[str]], found: list[str], looked: bool, out: Out) -> None:
    wheel = next((p for n, p in packages.items() if re.fullmatch(r"nvidia-nccl(-cu\d+)?", n)), None)
    file = next((m for path in seen["nccl_files"].files if (m := _NCCL_FILE.search(path))), None)
    if wheel:
        out.add("nccl.version", wheel[0], seen["listing"], f"nvidia-nccl=={wheel[0]}")
    elif file:
        out.add("nccl.version", file[1], seen["nccl_files"], file[0])
    elif looked and seen["nccl_files"].ok and not any("libnccl.so" in p for p in found):
        out.absent("nccl.version", seen["ldconfig"], "no libnccl, no wheel")


PROBES = (
    Probe(
        "CUDA libraries",
        {
            "ldconfig": Run(("ldconfig", "-p")),
            "listing": LISTING,
            "cudnn_h": Read("/usr/include/cudnn_version*.h", cap=8192),
            "cudnn_h_local": Read("/usr/local/cuda*/include/cudnn_version.h", cap=8192),
            "cudnn_h_multi": Read("/usr/include/*-linux-gnu/cudnn_version*.h", cap=8192),
            "nccl_files": Names("/usr/lib/*-linux-gnu/libnccl.so.*"),
        },
        parse_libraries,
        (
            "cuda.on_loader_path",
            "cuda.compat_on_loader_path",
            "ld_library_path.cuda_libraries",
            "ld_library_path.foreign_libcuda",
            "cudnn.version",
            "cudnn.installed",
            "nccl.version",
        ),
        seconds=0.3,
    ),
)
