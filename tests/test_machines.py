"""Recorded machines, sick and healthy, old and new: the true cause first in each, and nothing on the healthy ones."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from kbtui.diagnosis.result import Diagnosis
from kbtui.engine import Engine, Request
from kbtui.machine import probes, sweep
from kbtui.machine.looked import Look
from kbtui.machine.sources import open_source

FOLDER = Path(__file__).parent / "machines"
MACHINES: dict[str, dict[str, Any]] = yaml.safe_load((FOLDER / "machines.yaml").read_text())
SICK = [name for name, truth in MACHINES.items() if truth["causes"]]
HEALTHY = [name for name, truth in MACHINES.items() if not truth["causes"]]
QUIET = 0.3
"""A cause below this on a healthy machine is a doubt, not an alarm."""


def look(name: str) -> Look:
    host = open_source(str(FOLDER / f"{name}.tar.gz"))
    chosen = probes.probes_for(host)
    return sweep.gather(host, sweep.sweep(host, chosen, deadline=60.0), chosen)


def check(engine: Engine, name: str) -> Diagnosis:
    return engine.diagnose(Request(look=look(name), machine=name, goals=[]))


def first(found: Diagnosis) -> set[str]:
    return {found.causes[0].id, *found.causes[0].path} if found.causes else set()


def test_every_recording_has_its_truth():
    assert {p.name.removesuffix(".tar.gz") for p in FOLDER.glob("*.tar.gz")} == set(MACHINES)
    assert len(MACHINES) >= 30 and len(HEALTHY) >= 8


@pytest.mark.parametrize("name", SICK)
def test_the_true_cause_comes_first_without_a_word(engine, name):
    if MACHINES[name]["healthy"] is None:
        pytest.skip("shows only once its person says what they want")
    found = check(engine, name)
    assert first(found) & set(MACHINES[name]["causes"]), [(c.id, c.probability) for c in found.causes[:3]]
    assert found.healthy is False


@pytest.mark.parametrize("name", SICK)
def test_the_true_cause_comes_first_with_their_words(engine, name):
    request = Request(text=MACHINES[name]["types"], look=look(name), machine=name, here=True)
    found = engine.diagnose(request)
    assert first(found) & set(MACHINES[name]["causes"]), [(c.id, c.probability) for c in found.causes[:3]]
    assert found.healthy is False


@pytest.mark.parametrize("name", HEALTHY)
def test_nothing_fires_on_a_healthy_machine(engine, name):
    found = check(engine, name)
    assert found.healthy is True, [c for c in found.conditions if c.state != "true"]
    assert not [c.id for c in found.causes if c.probability >= QUIET] and not found.at_once
    assert found.next.kind == "none"


def test_a_servers_log_keeps_its_causes_on_a_machine_without_a_gpu(engine):
    said = (
        "[  812.441] NVRM: Xid (PCI:0000:07:00): 79, pid=1234, GPU has fallen off the bus.\n"
        "| 0  NVIDIA A100-SXM4-80GB  On | 00000000:07:00.0 Off | 0 |"
    )
    without = engine.diagnose(Request(text=said))
    here = engine.diagnose(Request(text=said, look=look("no-nvidia-hardware"), machine="live"))
    assert here.machine == "none" and "another machine" in here.notes[0]
    assert [c.id for c in here.causes] == [c.id for c in without.causes]


def test_recordings_name_nobody():
    from kbtui.machine.sources.bundle import Bundle

    for name in MACHINES:
        host = open_source(str(FOLDER / f"{name}.tar.gz"))
        assert isinstance(host, Bundle)
