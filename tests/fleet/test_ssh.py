"""Real ssh: hosts in network namespaces with an sshd of their own, each one a machine of the fault lab."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LAB = ROOT.parent / "shared" / "lab"
DEADLINE = 75
HEALTHY = "healthy-rtx4090-ubuntu2404"
ISOLATED = ["unshare", "--net", "--mount", "--pid", "--fork", "--kill-child=SIGKILL", "--mount-proc"]


def why_not() -> str:
    """Why it cannot be tried here; "" where it can."""
    missing = [tool for tool in ("ssh", "ssh-keygen", "unshare", "nsenter", "ip") if not shutil.which(tool)]
    if not Path("/usr/sbin/sshd").exists():
        missing.append("sshd")
    if missing:
        return f"not on this machine: {', '.join(missing)}"
    if os.geteuid():
        return "network namespaces need root"
    if not (LAB / "enter").exists():
        return "../shared/lab is not here"
    tried = [*ISOLATED, "sh", "-c", "ip link add name bridge0 type bridge && mount -t tmpfs tmpfs /run"]
    done = subprocess.run(tried, capture_output=True, text=True)
    return f"namespaces are not permitted here: {done.stderr.strip()[:100]}" if done.returncode else ""


def test_eight_hosts_over_real_ssh(tmp_path):
    reason = why_not()
    if reason:
        pytest.skip(reason)
    lab = f"{LAB}/enter {LAB}/scenarios"
    plan = {
        "gpu01": f"{lab}/{HEALTHY} -- sh -s",
        "gpu02": f"{lab}/{HEALTHY} -- sh -s",
        "gpu03": f"{lab}/driver-library-mismatch -- sh -s",
        "gpu04": f"{lab}/{HEALTHY} -- sh -s",
        "gpu05": "exec sleep 1000",
        "gpu06": None,
        "gpu07": f"{lab}/nouveau-loaded-no-x -- sh -s",
        "gpu08": f"{lab}/{HEALTHY} -- sh -s",
        "gpu09": f"{lab}/{HEALTHY} -- sh -s",
    }
    (tmp_path / "plan.json").write_text(json.dumps(plan))
    (tmp_path / "clush.conf").write_text(f"[Main]\nssh_options: -F {tmp_path}/ssh_config\n")
    command = [sys.executable, "-m", "kbtui", "fleet", "check", "-w", "gpu[01-09]", "--json"]
    farm = [
        *ISOLATED,
        sys.executable,
        str(Path(__file__).with_name("farm.py")),
        str(tmp_path),
        str(tmp_path / "plan.json"),
    ]
    env = {**os.environ, "CLUSTERSHELL_CFGDIR": str(tmp_path), "PYTHONPATH": str(ROOT)}
    limits = [f"--deadline={DEADLINE}", "--connect-timeout=15"]
    done = subprocess.run(
        [*farm, "--", *command, *limits], capture_output=True, text=True, env=env, timeout=DEADLINE + 60
    )
    assert done.returncode == 1, done.stderr
    found = json.loads(done.stdout)
    groups = {g["folded"]: g for g in found["groups"]}
    assert {f: g["state"] for f, g in groups.items()} == {
        "gpu[01-02,04,08-09]": "healthy",
        "gpu03": "fault",
        "gpu05": "timed_out",
        "gpu06": "unreachable",
        "gpu07": "fault",
    }
    assert "driver-library-version-mismatch" in groups["gpu03"]["path"]
    assert "nouveau-conflict" in groups["gpu07"]["path"]
    assert found["asked"]["seconds"] < DEADLINE + 5
