"""A case as a person walked it: two dives, a fix in vain, a fix that did not hold; and names that must not leave."""

from __future__ import annotations

from typing import Any

import msgspec

from kbtui.diagnosis import case, journal
from kbtui.machine.facts import Fact

BEGAN = 1767261600.0
PRIVATE = ("alice", "gpu-box", "bob.miller", "10.20.30.40", "1650522003820", "hunter2-token", "mallory")
TEXT = """\
Built the driver and since the reboot X does not come up, only a text console. bob.miller@example.org says: reinstall.
alice@gpu-box:~$ export HF_TOKEN=hunter2-token
alice@gpu-box:~$ sudo modprobe nvidia
modprobe: ERROR: could not insert 'nvidia': Key was rejected by service
Serial Number : 1650522003820
"""
SECOND = "nvidia-smi works now, but Theano still cannot use the GPU. ssh alice@10.20.30.40\nnvcc: command not found"
SICK: dict[str, Any] = {
    "os.name": "Ubuntu 22.04.5 LTS", "os.id": "ubuntu", "os.kernel": "linux", "kernel.release": "5.15.0-125-generic",
    "machine.hostname": "gpu-box", "secure_boot.enabled": True, "secure_boot.mok_enrolled": False,
    "driver.installed": True, "driver.version": "470.256.02", "driver.module_loaded": False,
    "driver.module_on_disk": True, "dkms.nvidia.status": "installed", "nouveau.loaded": False, "gpus.count_pci": 1,
}  # fmt: skip
WELL = {**SICK, "driver.module_loaded": True, "secure_boot.mok_enrolled": True, "cuda.toolkit.installed": False}
DONE = {**WELL, "cuda.toolkit.installed": True}
SMI, MODULE = "nvidia-smi-cannot-communicate", "nvidia-module-not-loaded"
SECURE, MOK = "secure-boot-unsigned-module", "mok-enrolment-skipped"
CUDA = "cuda-toolkit-not-installed"


def look(facts: dict[str, Any]) -> dict[str, Any]:
    """What a sweep saw."""
    made = [Fact(name=n, value=v, kind="live", origin="a probe") for n, v in facts.items()]
    made.append(Fact(name="gpu.model", value="GeForce GTX 770", entity="0000:01:00.0", kind="live", origin="lspci"))
    made.append(Fact(name="gpu.other_users", value=["mallory"], entity="0000:01:00.0", kind="live", origin="ps"))
    return {"kind": "look", "facts": msgspec.to_builtins(made)}


def tried(cause: str, outcome: str) -> dict[str, Any]:
    """How a fix ended."""
    return {"kind": "tried", "cause": cause, "outcome": outcome}


def at(*stack: str) -> dict[str, Any]:
    """Where the person is."""
    return {"kind": "at", "stack": list(stack)}


def begin(text: str = TEXT) -> dict[str, Any]:
    """The first event."""
    return {"kind": "begin", "text": text, "machine": "live", "facts": [], "hits": None}


PAGE = {"url": "https://wiki.debian.org/SecureBoot", "title": "SecureBoot", "helped": "sudo mokutil --import"}
TWO_DIVES = [
    (0, begin()),
    (20, look(SICK)),
    (90, at(SMI)),
    (130, at(SMI, MODULE)),
    (160, at(SMI, MODULE, SECURE)),
    (300, {"kind": "answer", "question": "driver-mok-screen-left", "said": "unknown"}),
    (1500, tried("nvidia-module-version-magic-mismatch", "did-not-help")),
    (1530, look(SICK)),
    (2400, {"kind": "elsewhere", "page": PAGE}),
    (2500, {"kind": "pending", "cause": SECURE, "boot": "b1"}),
    (3400, tried(SECURE, "helped")),
    (3401, at(SMI, MODULE)),
    (20000, look(SICK)),
    (20060, tried(SECURE, "did-not-help")),
    (21200, tried(MOK, "helped")),
    (21230, look(WELL)),
    (21240, at()),
    (21600, {"kind": "text", "text": SECOND}),
    (21660, at(CUDA)),
    (23400, tried(CUDA, "helped")),
    (23420, look(DONE)),
    (23430, at()),
]


def events(story: list[tuple[int, dict[str, Any]]] = TWO_DIVES) -> list[dict[str, Any]]:
    """The events of a journal, with their times."""
    return [{"at": BEGAN + seconds, **event} for seconds, event in story]


def keep(name: str, story: list[tuple[int, dict[str, Any]]] = TWO_DIVES) -> str:
    """Write a story as a case of this home; its id."""
    for event in events(story):
        journal.append(case.folder() / f"{name}.jsonl", event)
    return name
