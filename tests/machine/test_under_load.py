"""Samples of a working card: what is kept of them, and when a load counts."""

from __future__ import annotations

from kbtui.machine.facts import Fact, Facts
from kbtui.machine.under_load import ENOUGH, EVERY, fold, samples

CARD = "0000:01:00.0"


def sample(**values: object) -> Facts:
    return Facts(Fact(name=f"gpu.{name}", value=value, entity=CARD, kind="live") for name, value in values.items())  # type: ignore[arg-type]


def worst(*taken: Facts) -> dict[str, object]:
    return {fact.name: fact.value for fact in fold(taken).facts}


def test_heat_power_and_reasons_are_the_worst_that_was_seen():
    found = worst(
        sample(utilization=100, temperature=71, power_watts=300.0, throttle_reasons=["sw_power_cap"]),
        sample(utilization=99, temperature=84, power_watts=340.5, throttle_reasons=["hw_thermal_slowdown"]),
        sample(utilization=97, temperature=80, power_watts=200.0, throttle_reasons=[]),
    )
    assert found["gpu.temperature"] == 84 and found["gpu.power_watts"] == 340.5
    assert found["gpu.throttle_reasons"] == ["sw_power_cap", "hw_thermal_slowdown"]


def test_an_idle_link_does_not_count_and_one_that_falls_under_load_does():
    slow = sample(utilization=0, link_gen=1, link_width=8)
    assert worst(slow, sample(utilization=100, link_gen=4, link_width=16))["gpu.link_gen"] == 4
    fallen = worst(sample(utilization=100, link_width=16), sample(utilization=100, link_width=4))
    assert fallen["gpu.link_width"] == 4
    assert "gpu.link_gen" not in worst(slow)


def test_counters_are_those_at_the_end_and_a_fault_that_was_ever_seen_stays():
    found = worst(
        sample(ecc_uncorrected=0, pcie_replays=3, lost=False, rows_remap_pending=True),
        sample(ecc_uncorrected=2, pcie_replays=90, lost=True),
    )
    assert found["gpu.ecc_uncorrected"] == 2 and found["gpu.pcie_replays"] == 90
    assert found["gpu.lost"] is True and found["gpu.rows_remap_pending"] is True


def test_a_load_counts_where_the_card_was_busy_most_of_the_time():
    idle, busy = sample(utilization=3), sample(utilization=98)
    assert fold([busy, busy, idle]).enough
    assert not fold([idle, idle, busy]).enough
    assert fold([idle, busy]).loads[0].busy == ENOUGH and fold([idle, busy]).enough
    assert not fold([Facts()]).enough and fold([Facts()]).loads == []


def test_what_is_not_known_is_not_made_up():
    assert worst(Facts([Fact(name="gpu.temperature", state="unknown", entity=CARD, reason="hung")])) == {}


def test_it_looks_for_as_long_as_was_said():
    pauses: list[float] = []
    taken = list(samples(Facts, 5 * EVERY - 1, pauses.append))
    assert len(taken) == 6 and sum(pauses) == 5 * EVERY - 1
    assert len(list(samples(Facts, 0, pauses.append))) == 1
