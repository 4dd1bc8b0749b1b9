"""libcuda and cuInit: good, refused, hung, crashed, missing."""

from __future__ import annotations

import json

import pytest

from kbtui.machine.asks import Raw, absent
from kbtui.machine.probes import cuda_driver
from kbtui.machine.probes.spec import check
from tests.machine.probes.told import fact, run, value

(CUDA,) = cuda_driver.PROBES
HUNG = "cuda: no answer within 10 s; it cannot be killed and was left behind"
LOADED = {"what": "library", "path": "/usr/lib64/libcuda.so.550.163.01"}


def cuda(*lines: dict, **more) -> dict[str, Raw]:
    text = "".join(json.dumps(line) + "\n" for line in ({"what": "start"}, *lines))
    return {"cuda": Raw(text=text, **{"exit_code": 0, **more})}


def test_the_declarations_are_sound():
    assert check(cuda_driver.PROBES) == []


def test_cuda_works():
    lines = (LOADED, {"what": "version", "number": 13000}, {"what": "init", "code": 0}, {"what": "count", "devices": 2})
    out = run(CUDA, cuda(*lines))
    assert value(out, "cuda.init_code") == 0 and value(out, "cuda.init_hung") is False
    assert value(out, "cuda.device_count") == 2
    assert value(out, "cuda.api_version") == "13.0"
    assert value(out, "cuda.library_loads") is True


@pytest.mark.parametrize("code", [100, 802, 803, 999])
def test_cuda_refuses(code):
    out = run(CUDA, cuda(LOADED, {"what": "init", "code": code}))
    assert value(out, "cuda.init_code") == code
    assert value(out, "cuda.device_count") == 0


def test_cuda_hangs():
    out = run(CUDA, cuda(LOADED, exit_code=None, status="timed_out", reason=HUNG))
    assert value(out, "cuda.init_hung") is True
    assert fact(out, "cuda.init_code").reason == fact(out, "cuda.device_count").reason == HUNG


def test_cuda_crashes():
    out = run(CUDA, cuda(LOADED, exit_code=-11))
    assert value(out, "cuda.init_hung") is False
    assert "exit code -11" in fact(out, "cuda.init_code").reason


def test_no_libcuda_and_no_child():
    out = run(CUDA, cuda({"what": "no_library", "error": "libcuda.so.1: cannot open shared object file"}))
    assert value(out, "cuda.library_loads") is False
    assert {f.state for f in out.facts if f.name != "cuda.library_loads"} == {"not_applicable"}
    assert {f.state for f in run(CUDA, {"cuda": absent("not in this bundle")}).facts} == {"unknown"}
