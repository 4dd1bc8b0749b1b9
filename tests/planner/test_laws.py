"""Laws that hold of every plan, whatever the numbers."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kbtui.planner.lines import WORST

CARDS = st.sampled_from(
    ["GTX 960 4GB", "GTX 1080", "RTX 3060 12 GB", "RTX 3090", "RTX 4090", "RTX 5090", "Tesla P40", "A100 PCIe 80 GB"]
)
LAW = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def state(plan, name):
    return next((WORST[x.state] for x in plan.lines if x.name == name), None)


@given(card=CARDS, watts=st.integers(300, 1500), more=st.integers(1, 1500), atx=st.sampled_from(["2.4", "3.0", "3.1"]))
@LAW
def test_more_watts_never_make_the_supply_worse(plan, card, watts, more, atx):
    small = plan("train-pytorch", f"psu.watts={watts}", f"psu.atx={atx}", "cpu.watts=125", gpus=card)
    large = plan("train-pytorch", f"psu.watts={watts + more}", f"psu.atx={atx}", "cpu.watts=125", gpus=card)
    assert state(large, "supply") >= state(small, "supply")
    if state(small, "peaks") is not None:
        assert state(large, "peaks") >= state(small, "peaks")


@given(card=CARDS, room=st.integers(150, 400), more=st.integers(1, 200))
@LAW
def test_more_room_never_makes_the_length_worse(plan, card, room, more):
    small = plan("serve", f"case.gpu_length_mm={room}", gpus=card)
    large = plan("serve", f"case.gpu_length_mm={room + more}", gpus=card)
    assert state(large, "length") >= state(small, "length")


@given(card=st.sampled_from(["GTX 960 4GB", "RTX 3090", "RTX 4090", "RTX 5090"]), count=st.integers(1, 7))
@LAW
def test_another_card_never_asks_for_less(plan, card, count):
    sets = (
        "psu.watts=1600",
        "psu.atx=3.1",
        "case.gpu_slots=8",
        "cpu.cores=16",
        "cpu.watts=125",
        "mains.volts=230",
        "mains.amps=16",
        "board.slot_lanes=8",
    )
    few, many = (plan("train-pytorch", *sets, gpus=f"{n}x {card}") for n in (count, count + 1))
    for name in ("supply", "slots", "processor", "mains", "slot", "peaks"):
        if state(few, name) is not None:
            assert state(many, name) <= state(few, name), name


@given(
    card=st.sampled_from(["RTX 3090", "A100 PCIe 80 GB"]),
    count=st.sampled_from([1, 2, 4]),
    model=st.sampled_from(["llama-3-8b", "llama-3-70b", "qwen2.5-32b"]),
)
@LAW
def test_more_cards_never_need_more_memory_a_card(plan, card, count, model):
    few, many = (plan("fine-tune", gpus=f"{n}x {card}", model=model, method="zero3") for n in (count, count * 2))
    assert many.estimate.per_card_gib <= few.estimate.per_card_gib * 1.2, "gathering layers costs a little"
    if count > 1:
        assert many.estimate.per_card_gib <= few.estimate.per_card_gib


@given(days=st.tuples(st.integers(0, 130), st.integers(0, 130)))
@LAW
def test_a_later_day_never_takes_a_build_away(plan, days):
    """A card that had a build goes on having one: old builds can still be had."""
    early, late = (f"{2015 + (9 + d) // 12}-{(9 + d) % 12 + 1:02}" for d in sorted(days))
    before, after = (plan("train-tensorflow", gpus="GTX 960 4GB", as_of=day) for day in (early, late))
    has = [any(p.part == "build" for p in made.picks) for made in (before, after)]
    assert has[1] >= has[0]


@given(card=CARDS, driver=st.sampled_from(["390.157", "470.256.02", "535.104.05", "580.65.06", "595.91.07"]))
@LAW
def test_a_plan_contradicts_itself_nowhere(plan, card, driver):
    """What is chosen passes its own checks: only what was given can fail."""
    made = plan("train-pytorch", f"driver.version={driver}", gpus=card)
    build = next((p.value for p in made.picks if p.part == "build"), None)
    serves = next(x for x in made.lines if x.name == "serves the goal")
    assert (serves.state == "fails") is (build is None)
    for x in made.lines:
        if x.name in ("driver for CUDA", "Python", "C library") and build:
            assert x.state == "fine", x
