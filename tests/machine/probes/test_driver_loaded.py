"""The loaded driver's own files, device nodes and services: there, refused, missing, hung."""

from __future__ import annotations

import pytest

from kbtui.machine.asks import Raw, absent
from kbtui.machine.probes import driver_loaded
from kbtui.machine.probes.spec import check
from tests.machine.probes.told import fact, probe_of, run, value

VERSION = probe_of(driver_loaded.PROBES, "driver version")
CARDS = probe_of(driver_loaded.PROBES, "driver cards")
NODES = probe_of(driver_loaded.PROBES, "device nodes")
SERVICES = probe_of(driver_loaded.PROBES, "driver services")


def test_the_declarations_are_sound():
    assert check(driver_loaded.PROBES) == []


@pytest.mark.parametrize(
    ("line", "version", "flavour"),
    [
        (
            "NVRM version: NVIDIA UNIX x86_64 Kernel Module  550.144.03  Mon Dec 30 17:44:08 UTC 2024",
            "550.144.03",
            "proprietary",
        ),
        (
            "NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  570.148.08  Release Build  (root@box)",
            "570.148.08",
            "open",
        ),
        (
            "NVRM version: NVIDIA UNIX x86_64 Kernel Module  340.108  Wed Dec 11 11:06:58 PST 2019",
            "340.108",
            "proprietary",
        ),
    ],
)
def test_the_loaded_version(line, version, flavour):
    out = run(VERSION, {"version": Raw(text=line + "\nGCC version:  gcc version 13.3.0\n")})
    assert value(out, "driver.version") == value(out, "driver.module_version") == version
    assert value(out, "driver.flavour") == flavour
    assert value(out, "driver.module_loaded") is True
    missing = run(VERSION, {"version": absent("/proc/driver/nvidia/version is not there")})
    assert fact(missing, "driver.version").state == "unknown", "the libraries may still tell"


INFORMATION = """\
Model: \t\t NVIDIA GeForce RTX 4090
IRQ:   \t\t 162
Bus Type: \t PCIe
Bus Location: \t 0000:01:00.0
GPU Excluded:\t No
"""


def test_the_cards_of_the_module():
    folder = "/proc/driver/nvidia/gpus"
    files = {
        f"{folder}/0000:01:00.0/information": INFORMATION,
        f"{folder}/0000:C1:00.0/information": INFORMATION.replace("NVIDIA GeForce RTX 4090", "Unknown"),
    }
    out = run(CARDS, {"cards": Raw(files=files)})
    assert value(out, "gpu.model", "0000:01:00.0") == "GeForce RTX 4090"
    assert value(out, "gpus.names") == ["GeForce RTX 4090"]
    assert not [f for f in out.facts if f.entity == "0000:c1:00.0"]
    hung = run(CARDS, {"cards": Raw(status="timed_out", reason="reading gave no answer within 1.5 s")})
    assert "no answer" in fact(hung, "gpus.names").reason


PARAMETERS = probe_of(driver_loaded.PROBES, "driver parameters")
PARAMS = """\
ResmanDebugLevel: 4294967295
ModifyDeviceFiles: 1
DeviceFileUID: 0
DeviceFileMode: {}
PreserveVideoMemoryAllocations: {}
RegistryDwords: "RMIntrLockingMode=1;"
"""


@pytest.mark.parametrize(("mode", "kept", "text", "keeps"), [(438, 0, "0666", False), (432, 1, "0660", True)])
def test_the_modules_parameters(mode, kept, text, keeps):
    out = run(PARAMETERS, {"params": Raw(text=PARAMS.format(mode, kept))})
    assert value(out, "driver.device_mode") == text
    assert value(out, "driver.preserves_video_memory") is keeps
    old = run(PARAMETERS, {"params": Raw(text="DeviceFileMode: 438\n")})
    assert fact(old, "driver.preserves_video_memory").state == "unknown"
    hung = run(PARAMETERS, {"params": Raw(status="timed_out", reason="no answer within 1.5 s")})
    assert fact(hung, "driver.device_mode").reason == "no answer within 1.5 s"


@pytest.mark.parametrize(("notified", "keeps"), [("1", True), ("0", False)])
def test_preserving_by_default_needs_the_kernels_notifiers(notified, keeps):
    text = PARAMS.format(438, 2) + f"UseKernelSuspendNotifiers: {notified}\n"
    out = run(PARAMETERS, {"params": Raw(text=text)})
    assert value(out, "driver.preserves_video_memory") is keeps
    assert fact(out, "driver.preserves_video_memory").raw.endswith(f"UseKernelSuspendNotifiers: {notified}")


def test_preserving_by_default_without_word_of_the_notifiers_is_unknown():
    out = run(PARAMETERS, {"params": Raw(text=PARAMS.format(438, 2))})
    told = fact(out, "driver.preserves_video_memory")
    assert told.state == "unknown" and "notifiers" in told.reason


OPEN = {
    "/dev/nvidia0": "char 195:0 666 0:0",
    "/dev/nvidiactl": "char 195:255 666 0:0",
    "/dev/nvidia-uvm": "char 508:0 666 0:0",
    "/dev/nvidia-caps": "dir 755 0:0",
}
SHUT = {path: kind.replace("666 0:0", "660 0:44") for path, kind in OPEN.items()}
ME = "uid=1000(me) gid=1000(me) groups=1000(me),27(sudo)\n"


@pytest.mark.parametrize(
    ("nodes", "me", "readable"),
    [
        (OPEN, ME, True),
        (SHUT, ME, False),
        (SHUT, ME.replace("27(sudo)", "44(video)"), True),
        (SHUT, "uid=0(root) gid=0(root) groups=0(root)\n", True),
        ({**OPEN, "/dev/nvidia-uvm": "char 508:0 600 0:0"}, ME, False),
        ({**OPEN, "/dev/nvidia0": "char 195:0 600 1000:0"}, ME, True),
        ({**OPEN, "/dev/nvidia0": "char 195:0 060 0:1000"}, ME, True),
    ],
)
def test_who_may_open_the_nodes(nodes, me, readable):
    out = run(NODES, {"nodes": Raw(files=nodes), "me": Raw(text=me, exit_code=0)})
    assert value(out, "driver.devices_present") is True
    assert value(out, "driver.devices_readable") is readable


def test_nodes_that_are_missing_and_a_person_who_is_not_known():
    out = run(NODES, {"nodes": Raw(), "me": Raw(text=ME, exit_code=0)})
    assert value(out, "driver.devices_present") is False
    assert fact(out, "driver.devices_readable").state == "not_applicable"
    control = run(NODES, {"nodes": Raw(files={"/dev/nvidiactl": OPEN["/dev/nvidiactl"]}), "me": Raw(text=ME)})
    assert value(control, "driver.devices_present") is False
    out = run(NODES, {"nodes": Raw(files=OPEN), "me": absent("id: not on this machine")})
    assert fact(out, "driver.devices_readable").reason == "id: not on this machine"


def test_services():
    words = {
        "nvidia-fabricmanager": ("failed", 3),
        "nvidia-powerd": ("inactive", 3),
        "nvidia-persistenced": ("active", 0),
    }
    out = run(SERVICES, {name: Raw(text=word + "\n", exit_code=code) for name, (word, code) in words.items()})
    assert value(out, "fabric_manager.running") is False
    assert value(out, "nvidia_powerd.active") is False
    assert value(out, "driver.persistence") is True


def test_an_inactive_daemon_says_nothing_of_the_mode():
    out = run(SERVICES, {"nvidia-persistenced": Raw(text="inactive\n", exit_code=3)})
    assert fact(out, "driver.persistence").state == "unknown"


def test_without_systemd():
    said = "System has not been booted with systemd as init system (PID 1). Can't operate."
    out = run(SERVICES, {name: Raw(errors=said, exit_code=1) for name in SERVICES.asks})
    assert {(f.state, f.reason) for f in out.facts} == {("unknown", said)}
    missing = run(SERVICES, {})
    assert fact(missing, "fabric_manager.running").state == "unknown"
