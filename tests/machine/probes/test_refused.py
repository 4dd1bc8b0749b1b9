"""What may not be looked at is unknown, never absent, never false: for every probe from the environment up to the job."""

from importlib import import_module

import pytest

from kbtui.machine.asks import unknown
from kbtui.machine.probes.spec import check, run_probe
from tests.machine.probes.answers import REFUSED, TIMED_OUT

MODULES = "vantage process limits power containers cuda_toolkit cuda_libraries python_env net cluster wsl job".split()
PROBES = [p for name in MODULES for p in import_module(f"kbtui.machine.probes.{name}").PROBES]


@pytest.mark.parametrize("answer", [REFUSED, TIMED_OUT, unknown("not in this bundle")], ids=lambda a: a.status)
@pytest.mark.parametrize("probe", PROBES, ids=lambda p: p.name)
def test_a_look_that_failed_is_unknown_with_its_reason(probe, answer):
    out = run_probe(probe, dict.fromkeys(probe.asks, answer), "bundle")
    assert {f.state for f in out.facts} <= {"unknown"}
    assert all(f.reason == answer.reason for f in out.facts)
    assert not any(complete for _, _, complete in out.scopes)


def test_the_declarations_hold():
    assert check(PROBES) == []
