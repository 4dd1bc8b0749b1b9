"""Differences by majority within a kind."""

from __future__ import annotations

from kbtui.fleet.differ import differences, kinds
from kbtui.fleet.group import grouped
from kbtui.fleet.judge import Judged
from kbtui.fleet.markdown import difference, head
from kbtui.fleet.result import Asked
from kbtui.fleet.verdict import Verdict

HEALTHY = Verdict(health="healthy")


def node(kind=("DGX H100", "Xeon 8480C", "H100 80GB HBM3"), **alike):
    facts = {name.replace("__", "."): v if isinstance(v, dict) else {"": v} for name, v in alike.items()}
    return Judged(verdict=HEALTHY, alike=facts, kind=kind)


def said(judged):
    return [(d.fact, d.value, d.usual, d.nodes, d.alike, d.even) for d in differences(judged)]


def test_the_odd_one_out_is_found_by_majority():
    fleet = {f"a{i}": node(driver__version="580.95.05") for i in range(5)} | {"b": node(driver__version="570.86.15")}
    assert said(fleet) == [("driver.version", "570.86.15", "580.95.05", ("b",), 5, False)]


def test_alike_nodes_and_nodes_that_do_not_know_make_no_difference():
    assert said({"a": node(driver__version="580"), "b": node(driver__version="580"), "c": node()}) == []


def test_of_two_nodes_nobody_can_say_which_is_right():
    (found,) = differences({"a": node(driver__version="580"), "b": node(driver__version="570")})
    assert found.even and {found.value, found.usual} == {"570", "580"}


def test_where_no_value_has_more_than_half_it_is_open():
    fleet = {"a": node(nccl__version="2.20"), "b": node(nccl__version="2.21"), "c": node(nccl__version="2.22")}
    assert all(d.even for d in differences(fleet)) and len(differences(fleet)) == 2


def test_other_kinds_are_not_held_against_each_other():
    l40s = ("R760", "Xeon 6438Y", "L40S")
    fleet = {f"a{i}": node(cpu__cores=128) for i in range(3)} | {
        f"b{i}": node(kind=l40s, cpu__cores=64) for i in range(3)
    }
    assert said(fleet) == [] and len(kinds(fleet)) == 2


def test_a_node_that_cannot_tell_its_cards_goes_with_the_kind_that_fits():
    fleet = {f"a{i}": node(kernel__release="6.8.0-48") for i in range(3)}
    fleet["lost"] = node(kind=("DGX H100", "", ""), kernel__release="6.8.0-49")
    assert said(fleet) == [("kernel.release", "6.8.0-49", "6.8.0-48", ("lost",), 3, False)]


def test_one_card_of_many_is_named():
    wide = {f"0000:{bus}:00.0": 16 for bus in ("18", "2a", "3a")}
    fleet = {f"a{i}": node(gpu__link_width=wide) for i in range(3)}
    fleet["b"] = node(gpu__link_width=wide | {"0000:2a:00.0": 8})
    (found,) = differences(fleet)
    assert (found.value, found.usual, found.nodes, found.places) == ("8", "16", ("b",), ("0000:2a:00.0",))


def test_interfaces_are_held_against_those_of_the_same_name():
    fleet = {f"a{i}": node(net__mtu={"eth0": 1500, "ib0": 4092}) for i in range(3)}
    fleet["b"] = node(net__mtu={"eth0": 1500, "ib0": 2044})
    assert said(fleet) == [("net.mtu", "2044", "4092", ("b",), 3, False)]


def test_healthy_nodes_that_differ_are_a_group_of_their_own(engine):
    fleet = {f"a{i}": node(driver__version="580.95.05", nccl__version="2.27") for i in range(5)}
    fleet |= {n: node(driver__version="570.86.15", nccl__version="2.27") for n in ("b1", "b2")}
    found = grouped(engine, ["gpu-usable"], fleet, {}, Asked(seconds=0.0))
    assert [(g.state, g.folded, g.reason) for g in found.groups] == [
        ("differs", "b[1-2]", "driver 570.86.15"),
        ("healthy", "a[0-4]", ""),
    ]
    assert found.healthy == 5 and found.code == 1
    assert head(found, zh=False) == "gpu-usable: 7 nodes: 5 healthy, 2 not like their kind"
    assert head(found, zh=True) == "gpu-usable: 7 个节点: 5 正常, 2 与同类不同"
    assert difference(found.differences[0], zh=False) == "driver 570.86.15, 580.95.05 on 5 of its kind"


def test_numbers_that_lie_close_are_the_same():
    fleet = {f"a{i}": node(ram__total_gib=1005.9 + i / 10) for i in range(5)} | {"b": node(ram__total_gib=973.9)}
    assert said(fleet) == [("ram.total_gib", "973.9", "1005.9", ("b",), 5, False)]
