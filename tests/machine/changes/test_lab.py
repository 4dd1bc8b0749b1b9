"""The change that broke it heads the list, in the fault lab; skipped where the lab or the rights for it are not there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
LAB = ROOT.parent / "shared" / "lab"

pytestmark = pytest.mark.skipif(
    not (LAB / "enter").exists() or os.getuid() != 0, reason="needs the fault lab beside the repository, and root"
)


def changes(scenario: str) -> dict:
    done = subprocess.run(
        [LAB / "enter", LAB / "scenarios" / scenario, "--", "env", f"PYTHONPATH={ROOT}", sys.executable, "-m", "kbtui", "changes", "--json"],
        capture_output=True,
        text=True,
        timeout=60,
    )  # fmt: skip
    if done.returncode == 125 or "Operation not permitted" in done.stderr:
        pytest.skip(f"the lab does not start here: {done.stderr[-200:]}")
    return json.loads(done.stdout)


@pytest.mark.parametrize(
    ("scenario", "kind", "member"),
    [
        ("kernel-upgraded-headers-missing", "kernel", "linux-image-6.1.0-29-amd64"),
        ("driver-library-mismatch", "driver", "nvidia-utils-550"),
    ],
)
def test_the_true_change_heads(scenario, kind, member):
    head = changes(scenario)["suspects"][0]["change"]
    assert head["kind"] == kind and member in head["members"]


def test_the_healthy_machine_raises_nothing():
    found = changes("healthy-rtx4090-ubuntu2404")
    assert found["suspects"] == [] and found["changes"]
