"""The child that calls NVML, with a library of our own in its place: each failure costs its own field or card only."""

from __future__ import annotations

import ctypes
import json
import sys
import threading
from types import SimpleNamespace

import pytest

from kbtui.machine.live import cuda_child, nvml_child


class NvmlError(Exception):
    def __init__(self, value: int) -> None:
        super().__init__(f"code {value}")
        self.value = value


class Library:
    """Two cards; what a test sets fails with that code, or waits for `held`."""

    NVMLError = NvmlError
    nvmlMemory_v2 = 2
    nvmlLib = None

    def __init__(self, **failing: int) -> None:
        self.failing = failing
        self.held: threading.Event | None = None
        self.holding = -1

    def _do(self, name: str, value: object) -> object:
        if name in self.failing:
            raise NvmlError(self.failing[name])
        return value

    def nvmlInit(self):
        return self._do("init", None)

    def nvmlDeviceGetCount(self):
        return self._do("count", 2)

    def nvmlSystemGetDriverVersion(self):
        return "550.163.01"

    def nvmlDeviceGetHandleByIndex(self, index):
        return self._do(f"handle{index}", index)

    def nvmlDeviceGetPciInfo(self, card):
        return SimpleNamespace(busId=f"00000000:{card + 1:02X}:00.0")

    def nvmlDeviceGetName(self, card):
        return "NVIDIA GeForce RTX 4090"

    def nvmlDeviceGetMemoryInfo(self, card, version=None):
        if version:
            raise NvmlError(13)
        return SimpleNamespace(total=24 << 30, used=1 << 30, free=23 << 30)

    def nvmlDeviceGetTemperature(self, card, sensor):
        if card == self.holding and self.held:
            self.held.wait(20)
        return self._do("temperature", 41)

    def nvmlDeviceGetNvLinkState(self, card, link):
        if link > 3:
            raise NvmlError(2)
        return int(link != 2)

    def nvmlDeviceGetComputeRunningProcesses_v3(self, card):
        return [SimpleNamespace(pid=4242, usedGpuMemory=1 << 30), SimpleNamespace(pid=7, usedGpuMemory=None)]

    def nvmlDeviceGetGraphicsRunningProcesses_v3(self, card):
        return [SimpleNamespace(pid=4242, usedGpuMemory=2 << 30)]

    def nvmlDeviceGetFieldValues(self, card, numbers):
        return [SimpleNamespace(nvmlReturn=3, value=SimpleNamespace(uiVal=0))]


def said(monkeypatch, capsys, library) -> list[dict]:
    monkeypatch.setitem(sys.modules, "pynvml", library)
    monkeypatch.setattr(nvml_child, "library", lambda nvml: None)
    nvml_child.main()
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def of(lines, what):
    return [line for line in lines if line["what"] == what]


def test_all_that_is_told(monkeypatch, capsys):
    lines = said(monkeypatch, capsys, Library())
    assert [line["what"] for line in lines[:4]] == ["start", "init", "system", "count"]
    assert lines[-1] == {"what": "end"}
    cards = {line["index"]: line["values"] for line in of(lines, "card")}
    assert cards[1] == {"bus": "00000000:02:00.0", "name": "NVIDIA GeForce RTX 4090"}
    more = [line for line in of(lines, "more") if line["index"] == 0]
    values = more[0]["values"] | more[1]["values"]
    assert values["memory"] == {"total": 24 << 30, "used": 1 << 30, "free": 23 << 30}
    assert values["nvlinks"] == [1, 1, 0, 1]
    assert values["processes"] == [[7, None], [4242, 2 << 30]]
    failed = more[0]["failed"] | more[1]["failed"]
    assert failed["memory_temperature"] == 3
    assert failed["fan"].startswith("AttributeError"), "an older nvidia-ml-py has fewer calls"


def test_a_refused_init_is_its_code(monkeypatch, capsys):
    lines = said(monkeypatch, capsys, Library(init=18))
    assert lines == [{"what": "start"}, {"what": "init", "code": 18}]


def test_a_lost_card_hides_nothing_of_the_other(monkeypatch, capsys):
    lines = said(monkeypatch, capsys, Library(handle1=15))
    assert {"what": "card", "index": 1, "code": 15} in lines
    assert len([line for line in of(lines, "more") if line["index"] == 0]) == 2


def test_a_card_that_hangs_hides_nothing_of_the_other(monkeypatch, capsys):
    library = Library()
    library.held, library.holding = threading.Event(), 0
    monkeypatch.setattr(nvml_child, "SECONDS", 0.5)
    lines = said(monkeypatch, capsys, library)
    library.held.set()
    for thread in threading.enumerate():
        if thread is not threading.current_thread() and thread.name.endswith("(one_card)"):
            thread.join(5)
    assert of(lines, "stuck") == [{"what": "stuck", "index": 0, "in": "temperature"}]
    assert len([line for line in of(lines, "more") if line["index"] == 1]) == 2


def test_a_missing_package_is_said(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "pynvml", None)
    nvml_child.main()
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert lines[1]["what"] == "no_pynvml" and "pynvml" in lines[1]["error"]


@pytest.mark.parametrize("child", [nvml_child, cuda_child])
def test_the_library_names_its_file(child, monkeypatch, capsys):
    """Any library that is mapped here serves; what counts is that the real file is said."""
    monkeypatch.setattr(ctypes, "CDLL", lambda name: SimpleNamespace())
    child.library(SimpleNamespace()) if child is nvml_child else child.load()
    line = json.loads(capsys.readouterr().out)
    assert line["what"] == "library" and line["path"].endswith(".so.1")


def test_no_libcuda(monkeypatch, capsys):
    def missing(name):
        raise OSError(f"{name}: cannot open shared object file: No such file or directory")

    monkeypatch.setattr(ctypes, "CDLL", missing)
    cuda_child.main()
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert lines[1]["what"] == "no_library" and lines[1]["error"].startswith("libcuda.so.1: cannot open")


class Cuda:
    """libcuda that returns a code from cuInit."""

    def __init__(self, code: int) -> None:
        self.code = code

    def cuDriverGetVersion(self, number):
        number._obj.value = 12040
        return 0

    def cuInit(self, flags):
        return self.code

    def cuDeviceGetCount(self, number):
        number._obj.value = 2
        return 0


@pytest.mark.parametrize(("code", "last"), [(0, {"what": "count", "devices": 2}), (803, {"what": "init", "code": 803})])
def test_cuda_says_its_code_and_its_devices(code, last, monkeypatch, capsys):
    monkeypatch.setattr(cuda_child, "load", lambda: Cuda(code))
    cuda_child.main()
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert lines[1] == {"what": "version", "number": 12040}
    assert lines[-1] == last
