"""Without internet: everything is fetched elsewhere, and nothing here asks for a network."""

from __future__ import annotations

import pytest

from kbtui.planner.carried import carried
from kbtui.planner.lines import Step

NETWORK = ("--index-url", "apt update", "apt-get update", "dnf upgrade", "download", "http", "add-apt-repository")


@pytest.mark.parametrize("system", [("ubuntu", "24.04"), ("debian", "12"), ("fedora", "43"), ("rocky", "9")])
def test_a_plan_for_an_air_gapped_machine_installs_from_a_folder(plan, system):
    found = plan("air-gapped", "gpu.model=RTX 4090", f"os.id={system[0]}", f"os.version={system[1]}")
    first, *rest = found.steps
    assert "machine with internet" in first.title
    assert any(c.startswith("pip download -d wheels 'torch==") and "--index-url" in c for c in first.run)
    here = [command for step in rest for command in step.run]
    assert any(c.startswith("pip install --no-index --find-links wheels 'torch==") for c in here)
    assert any("./packages/" in c for c in here)
    assert not [c for c in here if any(word in c for word in NETWORK)]


def test_other_goals_install_from_the_network(plan):
    found = plan("train-pytorch", "gpu.model=RTX 4090", "os.id=ubuntu", "os.version=24.04")
    assert not any("machine with internet" in step.title for step in found.steps)


def test_each_command_goes_to_its_side():
    step = Step(
        title="x", run=["sudo apt update", "sudo apt install a b", "sudo reboot", "pip install --upgrade pip"], check=""
    )
    first, here = carried([step])
    assert first.run[1:] == [
        "sudo apt update",
        "sudo apt-get install --download-only --reinstall -o Dir::Cache::archives=$PWD/packages a b",
    ]
    assert here.run == ["sudo apt install ./packages/*.deb", "sudo reboot"]


def test_a_package_manager_that_cannot_fetch_alone_is_named():
    (here,) = carried([Step(title="x", run=["sudo zypper install a"], check="")])
    assert here.run == ["sudo zypper install a"] and "mirror" in here.do
