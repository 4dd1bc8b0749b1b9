"""A fleet through ClusterShell's own worker interface: right groups, nothing lost, nobody waited for."""

from __future__ import annotations

import threading

import pytest

from kbtui.fleet import needs
from kbtui.fleet.check import recorded
from kbtui.fleet.judge import Order
from kbtui.fleet.result import FleetOut
from tests.fleet import hosts
from tests.fleet.conftest import groups

H100 = "healthy-h100-8x-610"


def test_nodes_are_grouped_by_cause_and_those_without_an_answer_by_why(fleet):
    found, told = fleet(
        {
            "gpu001": H100,
            "gpu002": {"machine": H100, "delay": 0.2},
            "gpu003": "row-remap-pending",
            "gpu004": {"machine": "row-remap-pending", "delay": 0.1},
            "gpu005": {"fails": "unreachable"},
            "gpu006": {"fails": "unreachable"},
            "gpu007": {"fails": "refused"},
            "gpu008": {"fails": "old"},
            "gpu009": H100,
        }
    )
    assert groups(found) == {
        "gpu[003-004]": ("fault", "row-remapping-pending"),
        "gpu[005-006]": ("unreachable", "No route to host"),
        "gpu007": ("refused", "Permission denied (publickey)"),
        "gpu008": ("too_old", "no stat -c there"),
        "gpu[001-002,009]": ("healthy", ""),
    }
    assert found.code == 1 and found.count == 9 and found.groups[0].root
    assert any("rows_remap_pending" in e.text for e in found.groups[0].evidence)
    finished = [t.node for t in told if t.what in ("judged", "silent")]
    assert sorted(finished) == [f"gpu00{i}" for i in range(1, 10)] and told[-1].what == "done"


def test_a_collector_that_hangs_is_a_group_with_what_it_was_busy_with(fleet):
    found, _ = fleet({"a1": H100, "a2": {"machine": H100, "fails": "hang"}}, deadline=8.0)
    state, reason = groups(found)["a2"]
    assert state == "timed_out" and "it was busy with" in reason and found.asked.seconds < 8 + 5
    assert groups(found)["a1"] == ("healthy", "") and found.code == 3


def test_what_a_hanging_node_said_before_it_hung_still_names_its_cause(fleet):
    found, _ = fleet({"a1": {"machine": "nvidia-smi-hangs-xid79", "fails": "hang"}}, deadline=8.0)
    assert found.groups[0].state == "fault" and "gpu-fell-off-bus" in found.groups[0].path


def test_output_without_end_is_cut_off(fleet):
    found, _ = fleet({"a1": {"machine": H100, "fails": "endless"}, "a2": H100}, cap=1 << 20)
    assert groups(found)["a1"] == ("failed", "it printed more than 1 MiB") and groups(found)["a2"][0] == "healthy"


def test_the_others_are_asked_only_what_can_tell_and_then_more(fleet):
    nodes = {f"gpu{i:03}": H100 for i in range(1, 9)} | {"gpu009": "one-of-four-lost"}
    found, _ = fleet(nodes)
    asked = hosts.hosts().asks
    everything = len(needs.asks_of(needs.every()))
    assert asked["gpu001"] == [everything]
    assert all(asked[n] == asked["gpu002"] and len(asked[n]) == 1 for n in nodes if n not in ("gpu001", "gpu009"))
    assert asked["gpu002"][0] < everything * 0.45 and len(asked["gpu009"]) == 2
    assert sum(asked["gpu009"]) <= everything
    assert found.asked.commands == sum(map(sum, asked.values())) < found.asked.all_commands * 0.55
    assert found.asked.all_commands == everything * len(nodes)
    whole, _ = fleet({"gpu001": H100})
    assert found.asked.received < 9 * whole.asked.received * 0.8


def test_what_only_a_full_look_shows_is_asked_of_the_others_too(fleet, monkeypatch):
    from kbtui.fleet import judge
    from kbtui.fleet.verdict import Verdict

    real = judge.verdict

    def verdict(found, through):
        seen = real(found, through)
        odd = found.facts.get("dkms.nvidia.status", {}).get("reason") != "not looked at"
        return Verdict(health="fault", path=("dkms-module-not-built-for-new-kernel",)) if odd else seen

    monkeypatch.setattr(
        judge,
        "verdict",
        lambda found, through: (verdict if "dkms.nvidia.status" in found.facts else real)(found, through),
    )
    found, _ = fleet({"a1": {"machine": H100, "delay": 0.3}, "a2": H100, "a3": H100})
    assert [len(hosts.hosts().asks[n]) for n in ("a1", "a2", "a3")] == [1, 2, 2]
    assert groups(found) == {"a[1-3]": ("fault", "dkms-module-not-built-for-new-kernel")}


def test_when_the_first_node_does_not_answer_another_is_probed_fully(fleet):
    fleet(
        {"a1": {"fails": "unreachable"}, "a2": {"machine": H100, "delay": 0.3}, "a3": {"machine": H100, "delay": 0.3}}
    )
    asked = hosts.hosts().asks
    everything = len(needs.asks_of(needs.every()))
    assert sorted(sum(asked[n]) for n in ("a2", "a3"))[1] == everything


def test_a_stop_keeps_what_came(fleet):
    stop = threading.Event()
    stop.set()
    found, _ = fleet({"a1": H100, "a2": H100}, stop=stop)
    assert groups(found) == {"a[1-2]": ("stopped", "stopped before its answer")} and found.code == 3


def test_many_nodes_are_judged_by_children(fleet):
    nodes = {f"n{i}": H100 for i in range(14)} | {"n14": "row-remap-pending", "n15": {"fails": "refused"}}
    found, _ = fleet(nodes)
    assert groups(found)["n[0-13]"] == ("healthy", "") and groups(found)["n14"][0] == "fault"


def test_recordings_are_judged_the_same_way(engine):
    paths = {n: str(hosts.MACHINES / f"{n}.tar.gz") for n in (H100, "pcie-x1", "power-limit-lowered")}
    told = list(recorded(engine, Order(), paths))
    found = told[-1].value
    assert isinstance(found, FleetOut) and found.count == 3
    assert groups(found)[H100] == ("healthy", "")
    assert sum(g.state == "fault" for g in found.groups) == 2


@pytest.mark.parametrize("machine", ["secure-boot-unsigned-module", "fabric-manager-stopped", "nouveau-loaded-no-x"])
def test_a_pruned_look_finds_the_same_cause_as_a_whole_one(fleet, machine):
    found, _ = fleet({"a1": H100, "a2": machine, "a3": H100})
    whole, _ = fleet({"a2": machine})
    path = {g.folded: g.path for g in found.groups}["a2"]
    assert path and path == whole.groups[0].path
