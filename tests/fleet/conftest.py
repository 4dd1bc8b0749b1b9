"""Fleets of recorded machines, asked through ClusterShell's own worker interface."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from kbtui.engine import Engine
from kbtui.fleet.check import Told, check
from kbtui.fleet.fan import Fan
from kbtui.fleet.judge import Order
from kbtui.fleet.limits import Limits
from kbtui.fleet.result import FleetOut
from tests.fleet import hosts

Fleet = Callable[..., tuple[FleetOut, list[Told]]]


@pytest.fixture
def fleet(engine: Engine, tmp_path, monkeypatch) -> Fleet:
    """Check nodes: name -> machine, or name -> {machine, delay, fails}. Gives the answer and what was told on the way."""

    def run(nodes: dict[str, Any], *, goals=("gpu-usable",), reached=(), stop=None, **limits: Any):
        plan = {n: {"machine": m} if isinstance(m, str) else m for n, m in nodes.items()}
        path = tmp_path / "hosts.json"
        path.write_text(json.dumps(plan))
        monkeypatch.setenv("FLEET_HOSTS", str(path))
        lim = Limits(**{"deadline": 30.0, **limits})
        fan = Fan(lim, hosts.WORKER_CLASS)
        told = list(check(engine, Order(goals=tuple(goals)), list(plan), fan, lim, tuple(reached), stop))
        found = told[-1].value
        assert isinstance(found, FleetOut)
        return found, told

    return run


def groups(found: FleetOut) -> dict[str, tuple[str, str]]:
    """Folded nodes -> state and the end of the path, or the reason."""
    return {g.folded: (g.state, g.path[-1] if g.path else g.reason) for g in found.groups}
