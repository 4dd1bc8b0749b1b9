"""`kbtui check` on recorded machines: what it says of a healthy one."""

from __future__ import annotations

from pathlib import Path

MACHINES = Path(__file__).parents[1] / "machines"


def test_what_is_no_fault_for_the_goal_is_named_all_the_same(run) -> None:
    said = run("check", "--from", str(MACHINES / "docker-no-runtime.tar.gz"))
    assert said.startswith("gpu-usable: healthy")
    assert "Also noticed, no fault for this goal:" in said and "nvidia-container-toolkit-missing" in said


def test_the_goal_for_which_it_is_one_is_not_met(run) -> None:
    said = run("check", "containers-with-gpus", "--from", str(MACHINES / "docker-no-runtime.tar.gz"), code=1)
    assert said.startswith("containers-with-gpus: not met") and "nvidia-container-toolkit-missing" in said


def test_nothing_is_odd_about_an_ordinary_machine(run) -> None:
    assert "Also noticed" not in run("check", "--from", str(MACHINES / "healthy-rtx4090-ubuntu2404.tar.gz"))
