"""DKMS and akmods: the state for the running kernel, and how the build ended."""

from typing import Literal

import pytest

from kbtui.machine.asks import Raw, absent
from kbtui.machine.sweep import sweep
from tests.machine.probes.answers import (
    INSIDE,
    REFUSED,
    TIMED_OUT,
    WHOLE,
    all_refused,
    fail,
    look,
    probe,
    states,
    values,
)

DKMS = probe("dkms", "dkms")
UNAME = "Linux atlas 6.8.0-57-generic x86_64\n"
MAKE_LOG = """DKMS make.log for nvidia-550.67 for kernel {kernel} (x86_64)
Thu Apr 11 10:02:11 UTC 2024
make[1]: Entering directory '/usr/src/linux-headers-{kernel}'
/var/lib/dkms/nvidia/550.67/build/nvidia-drm/nvidia-drm-drv.c:748:9: error: 'struct drm_driver' has no member
make[2]: *** [scripts/Makefile.build:243: nvidia-drm-drv.o] Error 1
make: *** [Makefile:81: modules] Error 2
"""
LOG = "/var/lib/dkms/nvidia/550.67/build/make.log"


def status(text: str, **more):
    return look(DKMS, uname=UNAME, status=text, **more, **WHOLE)


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("nvidia/550.163.01, 6.8.0-57-generic, x86_64: installed\n", "installed"),
        ("nvidia/550.163.01, 6.8.0-57-generic, x86_64: built\n", "built"),
        ("nvidia-current/535.216.01: added\n", "added"),
        (
            "nvidia, 470.57.02, 6.8.0-57-generic, x86_64: installed (WARNING! Diff between built and installed module!)\n",
            "installed",
        ),
        # Built for another kernel: DKMS knows it, and this one has none.
        ("nvidia/550.163.01, 6.8.0-55-generic, x86_64: installed\n", "added"),
        (
            "nvidia/550.144.03, 6.8.0-55-generic, x86_64: installed\nnvidia/550.163.01, 6.8.0-57-generic, x86_64: installed\n",
            "installed",
        ),
        (
            "nvidia-srv/535.183.06, 6.8.0-57-generic, x86_64: installed\nv4l2loopback/0.12.7, 6.8.0-57-generic, x86_64: built\n",
            "installed",
        ),
    ],
)
def test_state(text, state):
    assert values(status(text))["dkms.nvidia.status"] == state


@pytest.mark.parametrize(
    "text", ["", "v4l2loopback/0.12.7, 6.8.0-57-generic, x86_64: installed\n", "nvidia-fs/2.24.2: added\n"]
)
def test_no_nvidia_module_is_absent(text):
    facts = status(text)
    assert facts["dkms.nvidia.status"].state == "absent"
    assert values(facts)["dkms.build_failed"] is False


def test_no_dkms_at_all_is_absent():
    assert look(DKMS, uname=UNAME, **WHOLE)["dkms.nvidia.status"].state == "absent"


def test_where_dkms_cannot_be_asked_its_folders_tell():
    trees = {"/var/lib/dkms/nvidia/550.67": "dir 755 0:0"}
    module = {"/var/lib/dkms/nvidia/550.67/6.8.0-57-generic/x86_64/module/nvidia.ko": "file 644 0:0 1"}
    assert values(look(DKMS, uname=UNAME, trees=trees, modules=module, **WHOLE))["dkms.nvidia.status"] == "built"
    assert values(look(DKMS, uname=UNAME, status=TIMED_OUT, trees=trees, **WHOLE))["dkms.nvidia.status"] == "added"


def test_a_build_that_failed():
    added = "nvidia/550.67: added\n"
    log = {LOG: MAKE_LOG.format(kernel="6.8.0-57-generic")}
    facts = status(added, logs=log)
    assert values(facts) == {"dkms.nvidia.status": "added", "dkms.build_failed": True}
    assert "struct drm_driver" in facts["dkms.build_failed"].raw
    other = {LOG: MAKE_LOG.format(kernel="6.8.0-55-generic")}
    assert values(status(added, logs=other))["dkms.build_failed"] is False


def test_akmods_keeps_failed_logs():
    path = "/var/cache/akmods/nvidia/565.77-1-for-{}.failed.log"
    failed = {path.format("6.8.0-57-generic"): "file 644 0:0 9000"}
    assert values(look(DKMS, uname=UNAME, akmods=failed, **WHOLE))["dkms.build_failed"] is True
    old = {path.format("6.8.0-31-generic"): "file 644 0:0 9000"}
    assert values(look(DKMS, uname=UNAME, akmods=old, **WHOLE))["dkms.build_failed"] is False


@pytest.mark.parametrize(
    "given",
    [
        {"status": TIMED_OUT},
        {"status": fail("Error! Could not locate dkms.conf file.\n", 4)},
        {"status": "nvidia/550.67, 6.8.0-57-generic, x86_64: installed\n", "uname": REFUSED},
        {"status": "nvidia/550.67: added\n", **INSIDE},
    ],
)
def test_unseen_is_unknown(given):
    assert look(DKMS, **{"uname": UNAME, **WHOLE, **given})["dkms.nvidia.status"].state == "unknown"


def test_an_unreadable_log_is_no_good_build():
    assert status("nvidia/550.67: added\n", logs=REFUSED)["dkms.build_failed"].state == "unknown"


def test_refused_is_unknown():
    assert set(states(all_refused(DKMS)).values()) == {"unknown"}


class Machine:
    """A host with one build log."""

    kind: Literal["live"] = "live"
    name = "a machine"
    notes: tuple[str, ...] = ()

    def answer(self, ask):
        return Raw(files={LOG: MAKE_LOG}, origin=ask.key) if ask == DKMS.asks["logs"] else absent("not here")


def test_each_build_log_is_a_text_in_which_signs_are_looked_for():
    (done,) = [e for e in sweep(Machine(), [DKMS]) if e.what == "done"]
    assert [(stream, raw.origin, raw.text) for stream, raw in done.texts] == [("dkms_log", LOG, MAKE_LOG)]
