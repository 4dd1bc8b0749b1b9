"""One running process as it is, not as a new one would be: what it has mapped and open, where it waits.

    /proc/48213/maps    7f3a... r-xp 00000000 08:02 131 /usr/lib/x86_64-linux-gnu/libcuda.so.550.163.01
                        7f3b... r-xp 00000000 08:02 977 /home/me/.venv/lib/python3.12/site-packages/nvidia/nccl/lib/libnccl.so.2
                        7f3c... r-xp 00000000 08:02 131 /usr/lib/x86_64-linux-gnu/libcuda.so.535.183.01 (deleted)
    /proc/48213/ns      mnt -> mnt:[4026532177]

Its environment and its limits are read by the ordinary probes, which ask the process looked at.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from kbtui.machine.asks import Names, Raw, Read
from kbtui.machine.probes.process import stat
from kbtui.machine.probes.spec import Out, Probe

_LIBRARIES = re.compile(
    r"lib(?:cuda|cudart|cudnn\w*|nccl|nvidia-ml|cublas(?:Lt)?|cufft|cusolver|cusparse|nvrtc|nvJitLink|cupti|nvidia-ptxjitcompiler)"
    r"(?:-[0-9a-f]{8})?\.so[\w.]*$"
)
_MAPPED = re.compile(r"^\S+ \S+ \S+ \S+ \d+\s+(/.*\.so[\w.]*)( \(deleted\))?$", re.MULTILINE)
_NAMED = {
    "job.libcuda_path": "libcuda.so", "job.libcudart_path": "libcudart", "job.cudnn_path": "libcudnn.so",
    "job.nccl_path": "libnccl.so",
}  # fmt: skip


def parse_libraries(seen: Mapping[str, Raw], out: Out) -> None:
    """Libraries that the process has mapped, one clash of two files of one library included."""
    maps = seen["maps"]
    if not maps.ok:
        return
    found: dict[str, bool] = {}
    for match in _MAPPED.finditer(maps.text):
        found[match[1]] = bool(match[2]) or found.get(match[1], False)
    nvidia = [path for path in found if _LIBRARIES.search(path)]
    out.add("job.libraries", nvidia, maps, "\n".join(nvidia) or "no NVIDIA library is mapped")
    gone = [path for path in nvidia if found[path]]
    out.add(
        "job.libraries_deleted", bool(gone), maps, "\n".join(f"{path} (deleted)" for path in gone) or "none deleted"
    )
    by_name: dict[str, list[str]] = {}
    for path in nvidia:
        by_name.setdefault(path.rpartition("/")[2].partition(".so")[0], []).append(path)
    twice = [path for paths in by_name.values() if len(paths) > 1 for path in paths]
    out.add("job.mixed_libraries", twice, maps, "\n".join(twice) or "each from one file")
    for name, start in _NAMED.items():
        mapped = next((p for p in nvidia if p.rpartition("/")[2].startswith(start)), None)
        if mapped is None and maps.truncated:
            continue
        out.add(name, mapped, maps, mapped or f"{start} is not mapped")
        if name == "job.libcuda_path":
            version = re.search(r"\.so\.(\d{3}\.[\d.]+)$", mapped or "")
            if version or mapped is None:
                out.add("job.libcuda_version", version[1] if version else None, maps, mapped or "libcuda is not mapped")


def parse_state(seen: Mapping[str, Raw], out: Out) -> None:
    """State, wait channel, threads in the kernel, devices, namespaces."""
    found = stat(seen["stat"].text)
    if found:
        out.add("job.state", found.state, seen["stat"], seen["stat"].text.strip())
    command = " ".join(seen["cmdline"].text.split("\0")).strip()
    if command:
        out.add("job.command", command, seen["cmdline"], command)
    channel = seen["wchan"].text.strip()
    if channel and channel != "0":
        out.add("job.wait_channel", channel, seen["wchan"], channel)
    elif seen["wchan"].ok and found and found.state == "R":
        out.absent("job.wait_channel", seen["wchan"], "it runs")
    threads = [s for text in seen["threads"].files.values() if (s := stat(text))]
    if threads:
        stuck = sum(s.state == "D" for s in threads)
        out.add("job.threads_stuck", stuck, seen["threads"], f"{stuck} of {len(threads)} threads in state D")
    if seen["gpu_fds"].ok and seen["rdma_fds"].ok:
        targets = [*seen["gpu_fds"].files.values(), *seen["rdma_fds"].files.values(), *seen["dri_fds"].files.values()]
        devices = sorted({what.removeprefix("link -> ") for what in targets})
        out.add("job.devices", devices, seen["gpu_fds"], "\n".join(devices) or "no GPU device is open")
    ours, its = seen["own_namespaces"], seen["namespaces"]
    if ours.ok and its.ok and its.files:
        here = {path.rpartition("/")[2]: what for path, what in ours.files.items()}
        apart = [n for path, what in its.files.items() if here.get(n := path.rpartition("/")[2], what) != what]
        apart = [n for n in apart if not n.endswith("_for_children")]
        out.add("job.namespaces_apart", apart, its, ", ".join(apart) or "the same namespaces")


PROBES = (
    Probe(
        "job libraries",
        {"maps": Read("/proc/self/maps", cap=8 << 20)},
        parse_libraries,
        (*_NAMED, "job.libcuda_version", "job.libraries", "job.libraries_deleted", "job.mixed_libraries"),
        always=True,
    ),
    Probe(
        "job state",
        {
            "stat": Read("/proc/self/stat", cap=1024),
            "cmdline": Read("/proc/self/cmdline", cap=4096),
            "wchan": Read("/proc/self/wchan", cap=128),
            "threads": Read("/proc/self/task/*/stat", cap=1024, most=4096),
            "gpu_fds": Names("/proc/self/fd/*", to="/dev/nvidia"),
            "dri_fds": Names("/proc/self/fd/*", to="/dev/dri/"),
            "rdma_fds": Names("/proc/self/fd/*", to="/dev/infiniband/"),
            "namespaces": Names("/proc/self/ns/*"),
            "own_namespaces": Names("/proc/thread-self/ns/*"),
        },
        parse_state,
        ("job.command", "job.state", "job.wait_channel", "job.threads_stuck", "job.devices", "job.namespaces_apart"),
        always=True,
    ),
)
