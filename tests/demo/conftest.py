"""Each recorded machine, looked at once for the whole run."""

from __future__ import annotations

from functools import cache

import pytest

from kbtui import demo
from kbtui.demo.source import machine
from kbtui.machine import probes, sweep
from kbtui.machine.looked import Look

NUMBERS = range(1, len(demo.stages()) + 1)


@cache
def seen(number: int) -> Look:
    """What the ordinary probes see of a stage's machine."""
    host = machine(number)
    chosen = probes.probes_for(host)
    return sweep.gather(host, sweep.sweep(host, chosen))


@pytest.fixture(params=NUMBERS, ids=[s.id for s in demo.stages()])
def number(request: pytest.FixtureRequest) -> int:
    """Every stage in turn."""
    return int(request.param)
