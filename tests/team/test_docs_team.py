"""docs/team.md runs as it stands: three people, one repository, real git."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from kbtui.cli import main

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs" / "team.md").read_text()
BLOCKS = re.findall(r"<!-- run: (\w+) -->\n```sh\n(.+?)```", TEXT, re.DOTALL)
pytestmark = pytest.mark.skipif(not shutil.which("git"), reason="git is not installed")


def as_person(name: str, script: str, room: Path) -> str:
    home = room / f"home-{name}"
    home.mkdir(exist_ok=True)
    env = {k: v for k, v in os.environ.items() if not k.startswith(("GIT_", "KBTUI_", "XDG_"))}
    env |= {"HOME": str(home), "ROOM": str(room), "PYTHONPATH": str(ROOT), "LC_ALL": "C", "GIT_CONFIG_NOSYSTEM": "1"}
    env["XDG_CACHE_HOME"] = os.environ["XDG_CACHE_HOME"]
    env |= {f"GIT_{who}_{what}": value for who in ("AUTHOR", "COMMITTER") for what, value in
            {"NAME": name, "EMAIL": f"{name}@example.org"}.items()}  # fmt: skip
    head = f'kbtui() {{ "{sys.executable}" -m kbtui "$@"; }}\nset -e\n'
    done = subprocess.run(["bash", "-c", head + script], env=env, cwd=room, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{name}: {done.stdout}\n{done.stderr}"
    return done.stdout


def test_a_node_made_at_night_fires_for_somebody_else(tmp_path):
    said = {f"{i}-{name}": as_person(name, script, tmp_path) for i, (name, script) in enumerate(BLOCKS)}
    assert [name for name, _ in BLOCKS] == ["ada", "ada", "ben", "cleo"]
    assert "2 passed, 0 failed" in said["1-ada"] or "1 passed, 0 failed" in said["1-ada"]
    assert "0 worse" in said["2-ben"]
    cleo = said["3-cleo"]
    assert "scratch-move --older-than 30d" in cleo.split("\ntrusted ")[0]  # shown before it was trusted
    answer = cleo.split("A change asks again.")[1]
    assert re.search(r"1\. +\d+%  The scratch guard refuses to open checkpoints", answer)
    assert "scratch-move --older-than 30d" in answer


def test_what_pack_init_writes_passes_its_own_checks(tmp_path, capsys):
    assert main(["pack", "init", str(tmp_path / "lab")]) == 0
    assert main(["lint", str(tmp_path / "lab"), "--format", "json"]) in (0, 1)
    hooks = yaml.safe_load((tmp_path / "lab" / ".pre-commit-config.yaml").read_text())["repos"][0]["hooks"]
    shared = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    assert [h["id"] for h in hooks] == [h["id"] for h in shared] == ["kbtui-lint", "kbtui-test"]
    assert [h["entry"] for h in hooks] == [h["entry"] for h in shared]
    assert main(["pack", "init", str(tmp_path / "lab")]) == 0  # nothing there is written over
    capsys.readouterr()
