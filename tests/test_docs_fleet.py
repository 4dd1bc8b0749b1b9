"""docs/fleet.md: its commands parse, its example is what is printed, its recipes do what they say."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from kbtui.cli import main
from kbtui.commands.arguments import parser
from kbtui.fleet.limits import Limits

ROOT = Path(__file__).resolve().parent.parent
TEXT = (ROOT / "docs" / "fleet.md").read_text()
RECIPES = dict(
    zip(("prolog", "health", "job", "kubernetes"), re.findall(r"```sh\n(.*?)```", TEXT, re.DOTALL), strict=True)
)


@pytest.mark.parametrize("line", re.findall(r"(?<=^    )kbtui fleet [^#\n]+", TEXT, re.MULTILINE))
def test_its_commands_parse(line):
    assert parser("fleet").parse_args(shlex.split(line)[1:]).action == "check"


def test_its_example_is_what_is_printed(tmp_path, capsys):
    example = re.search(r"one of them with a fault:\n\n(.*?)\n## ", TEXT, re.DOTALL)
    assert example
    for name in ("atlas01", "atlas02", "atlas03"):
        shutil.copy(ROOT / "tests/machines/healthy-l40s-server.tar.gz", tmp_path / f"{name}.tar.gz")
    shutil.copy(ROOT / "tests/machines/row-remap-pending.tar.gz", tmp_path / "atlas04.tar.gz")
    assert main(["fleet", "check", "--from", str(tmp_path)]) == 1
    shown = "\n".join(line.removeprefix("    ") for line in example[1].splitlines()).strip()
    assert capsys.readouterr().out.strip() == shown


def test_its_defaults_are_those_of_the_program():
    limits = Limits()
    assert f"`--fanout` nodes at once ({limits.fanout}), `--deadline` seconds for a node ({limits.deadline:g})" in TEXT
    assert f"`--connect-timeout` ({limits.connect:g})" in TEXT and f"{limits.cap >> 20} MiB of output" in TEXT


def ran(recipe: str, tmp_path: Path, code: int, output: str = "gpu-usable: not met\n  ✗ The card is lost.\n"):
    """A recipe with stand-ins for kbtui and scontrol that note how they were called."""
    for name, text in (
        ("kbtui", f"cat <<'X'\n{output}X\nexit {code}"),
        ("scontrol", f'echo "$@" >> {tmp_path}/drained'),
        ("hostname", "echo gpu7"),
    ):
        (tmp_path / name).write_text(f"#!/bin/sh\n{text}\n")
        (tmp_path / name).chmod(0o755)
    script = RECIPES[recipe].replace("PATH=/usr/local/bin", f"PATH={tmp_path}:/usr/local/bin")
    script = script.replace("/run/", f"{tmp_path}/")
    env = {"PATH": f"{tmp_path}:{os.environ['PATH']}"}
    return subprocess.run(["sh", "-c", script], capture_output=True, text=True, cwd=tmp_path, env=env)


@pytest.mark.parametrize(("code", "ends"), [(0, 0), (1, 1), (2, 0), (3, 0)])
def test_only_a_certain_fault_fails_the_prolog(tmp_path, code, ends):
    assert ran("prolog", tmp_path, code).returncode == ends


@pytest.mark.parametrize("code", [0, 1, 3])
def test_only_a_certain_fault_drains_a_node(tmp_path, code):
    assert ran("health", tmp_path, code).returncode == 0
    drained = tmp_path / "drained"
    assert drained.exists() == (code == 1)
    if code == 1:
        assert drained.read_text() == "update nodename=gpu7 state=drain reason=kbtui: The card is lost.\n"


@pytest.mark.parametrize(("code", "ends"), [(0, 0), (1, 1), (3, 0)])
def test_a_job_stops_for_a_fault_alone(tmp_path, code, ends):
    done = ran("job", tmp_path, code)
    assert done.returncode == ends
    assert ("The card is lost" in done.stdout) == (code == 1)


@pytest.mark.parametrize("code", [0, 1, 3])
def test_the_node_problem_detector_gets_kbtuis_own_codes_and_one_line(tmp_path, code):
    done = ran("kubernetes", tmp_path, code)
    assert done.returncode == code and done.stdout == "The card is lost.\n"


def test_the_plugins_configuration_is_json():
    found = re.search(r"```json\n(.*?)```", TEXT, re.DOTALL)
    assert found and json.loads(found[1])["rules"][0]["condition"] == "GPUProblem"
