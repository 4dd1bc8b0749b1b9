"""The child that calls libcuda as every CUDA program does first: one JSON object a line, printed as soon as it is known.

cuInit on a sick GPU may never return, so what came before must be out already.

{"what": "start"}
{"what": "library", "path": "/usr/lib/x86_64-linux-gnu/libcuda.so.550.163.01"}
{"what": "version", "number": 12040}
{"what": "init", "code": 0}
{"what": "count", "devices": 1}
"""

import ctypes
import json
import sys
from typing import Any

ELSEWHERE = ("/usr/lib/wsl/lib", "/run/opengl-driver/lib", "/usr/lib64-nvidia", "/usr/local/nvidia/lib64", "/usr/lib64")
"""Where WSL, NixOS, Colab, GKE and Fedora keep the library when the loader does not know it."""


def say(what: str, **rest: Any) -> None:
    """One line, at once."""
    sys.stdout.write(json.dumps({"what": what, **rest}) + "\n")
    sys.stdout.flush()


def load() -> ctypes.CDLL | None:
    """libcuda, and which file it is."""
    first = ""
    for name in ("libcuda.so.1", *("%s/libcuda.so.1" % folder for folder in ELSEWHERE)):
        try:
            cuda = ctypes.CDLL(name)
        except OSError as error:
            first = first or str(error)
            continue
        with open("/proc/self/maps") as maps:
            paths = [line.split(None, 5)[5].strip() for line in maps if "libcuda.so" in line]
        say("library", path=paths[0] if paths else name)
        return cuda
    say("no_library", error=first)
    return None


def main() -> None:
    """Version, init, devices."""
    say("start")
    cuda = load()
    if cuda is None:
        return
    number = ctypes.c_int(0)
    if cuda.cuDriverGetVersion(ctypes.byref(number)) == 0:
        say("version", number=number.value)
    code = cuda.cuInit(0)
    say("init", code=code)
    if code == 0:
        devices = ctypes.c_int(0)
        if cuda.cuDeviceGetCount(ctypes.byref(devices)) == 0:
            say("count", devices=devices.value)


if __name__ == "__main__":
    main()
