"""What a CUDA program meets first: libcuda and cuInit, called in a child (`kbtui.machine.live.cuda_child` shows its lines).

cuInit: 0 good, 100 no device (also with an empty CUDA_VISIBLE_DEVICES), 802 fabric not ready, 803 driver mismatch,
804 forward compatibility on a card that has none, 999 unknown.
"""

from __future__ import annotations

from collections.abc import Mapping

from kbtui.machine.asks import OWN_PYTHON, Raw, Run
from kbtui.machine.probes.child_lines import dotted, first, said
from kbtui.machine.probes.spec import Out, Probe

ASK = Run((OWN_PYTHON, "-P", "cuda_child.py"), seconds=8.0)
_FACTS = ("cuda.init_code", "cuda.init_hung", "cuda.device_count", "cuda.api_version")
_LIBRARY = "cuda.library_loads"


def parse(seen: Mapping[str, Raw], out: Out) -> None:
    """As far as the child came."""
    raw = seen["cuda"]
    lines = said(raw)
    missing, version, init, count = (first(lines, what) for what in ("no_library", "version", "init", "count"))
    if missing:
        for name in _FACTS:
            out.not_applicable(name, f"no libcuda: {missing['error']}", raw)
        out.add(_LIBRARY, False, raw, missing["error"])
        return
    if library := first(lines, "library"):
        out.add(_LIBRARY, True, raw, library["path"])
    if version:
        out.add("cuda.api_version", dotted(version["number"]), raw, f"cuDriverGetVersion {version['number']}")
    if init:
        out.add("cuda.init_hung", False, raw, "cuInit returned")
        out.add("cuda.init_code", init["code"], raw, f"cuInit returned {init['code']}")
    elif library:
        reason = raw.reason or f"the child ended in cuInit with exit code {raw.exit_code}"
        out.add("cuda.init_hung", raw.status == "timed_out", raw, reason)
        out.unknown("cuda.init_code", reason, raw)
    if count:
        out.add("cuda.device_count", count["devices"], raw, f"cuDeviceGetCount {count['devices']}")
    elif init:
        out.add("cuda.device_count", 0, raw, f"cuInit returned {init['code']}")


PROBES = (Probe("libcuda", {"cuda": ASK}, parse, (*_FACTS, _LIBRARY), seconds=0.3),)
