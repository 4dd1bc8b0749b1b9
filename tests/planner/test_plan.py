"""Whole plans: what fails, by how much, and what would mend it."""

import pytest

from kbtui.errors import FactError, InputError
from kbtui.planner.lines import verdict

STORY = (
    "psu.watts=500", "psu.age_years=6", "psu.plugs=2x 6-pin", "cpu.cores=2", "ram.total_gib=4", "case.gpu_length_mm=270",
    "os.id=fedora", "os.version=22",
)  # fmt: skip


def line(plan, name):
    found = [x for x in plan.lines if x.name == name]
    assert found, f"no line {name} among {[x.name for x in plan.lines]}"
    return found[0]


def test_a_supply_and_a_case_too_small_fail_with_their_margins(plan):
    p = plan("train-pytorch", "gpu.model=RTX 5090", "psu.watts=850", "case.gpu_length_mm=300")
    assert (line(p, "supply").state, line(p, "supply").margin) == ("fails", "-150 W")
    assert (line(p, "length").state, line(p, "length").margin) == ("fails", "-4 mm")
    assert line(p, "supply").prevents == "psu-undersized"
    assert p.verdict == "fails"
    assert any(c.title.startswith("A supply of at least 1000 W") for c in p.changes)


def test_a_newer_cuda_on_an_older_driver_is_legal_and_says_why(plan):
    p = plan("train-pytorch", "gpu.model=RTX 4090", "driver.version=535.104.05", "torch.cuda_version=12.4")
    found = line(p, "driver for CUDA")
    assert found.state == "fine"
    assert "minor-version compatibility" in found.why
    assert "the driver itself is of CUDA 12.2" in found.why
    assert next(x.value for x in p.picks if x.part == "build").endswith("cu124")
    assert not any("driver branch" in s.title for s in p.steps), "a driver that is there is not installed again"


def test_another_major_cuda_is_not_legal(plan):
    p = plan("train-pytorch", "gpu.model=RTX 4090", "driver.version=535.104.05", "torch.cuda_version=13.0")
    assert line(p, "driver for CUDA").state in ("fails", "unknown")
    assert line(p, "serves the goal").state == "fails"


def test_the_story_comes_out_as_it_did(plan):
    p = plan("train-theano", *STORY, gpus="GTX 770 4GB", as_of="2015-12")
    failing = {x.name for x in p.lines if x.state == "fails"}
    assert failing == {"supply", "plugs", "CUDA toolkit"}
    assert line(p, "length").margin == "+3 mm"
    assert {line(p, "processor").state, line(p, "RAM").state, line(p, "supply age").state} == {"tight"}
    cheap = [c for c in p.changes if "GTX 960" in c.title]
    assert cheap
    assert {"supply", "plugs"} <= set(cheap[0].mends)
    assert any("ubuntu-14.04" in c.title and c.cost == 0 for c in p.changes)


def test_the_card_that_would_have_done(plan):
    p = plan("train-theano", *STORY[:2], "psu.plugs=2x 6-pin", *STORY[3:6], "os.id=ubuntu", "os.version=14.04",
             gpus="GTX 960 4GB", as_of="2015-12")  # fmt: skip
    assert not [x.name for x in p.lines if x.state == "fails"]


def test_the_first_tensorflow_did_not_take_a_kepler_card(plan):
    old = plan("train-tensorflow", gpus="GTX 770 4GB", as_of="2015-12")
    assert line(old, "serves the goal").state == "fails"
    assert "3.5" in line(old, "serves the goal").why
    new = plan("train-tensorflow", gpus="GTX 960 4GB", as_of="2015-12")
    assert line(new, "serves the goal").value == "tensorflow 0.6"


def test_nothing_of_a_plan_is_younger_than_its_day(plan):
    p = plan("train-theano", *STORY, gpus="GTX 770 4GB", as_of="2015-12")
    said = " ".join(
        [x.value + x.requirement for x in p.lines] + [x.value for x in p.picks] + [c.title for c in p.changes]
    )
    for younger in ("GTX 1060", "RTX", "CUDA 8", "ubuntu-16.04", "470 is its last"):
        assert younger not in said


def test_a_card_that_did_not_exist_is_refused_with_its_date(plan):
    with pytest.raises(InputError, match="2016-05"):
        plan("train-theano", gpus="GTX 1080", as_of="2015-12")


@pytest.mark.parametrize(
    ("asked", "near"),
    [
        ("RTX 9090", "RTX"),
        ("RTX 4090 Super", "RTX 40"),
        ("GTX 770 3GB", "2 GB or 4 GB"),
        ("GeForse GTX 1080", None),
        ("Voodoo 2", "no table"),
    ],
)
def test_a_card_that_there_is_not_gets_the_nearest_right_name(plan, asked, near):
    if near is None:
        assert plan("train-pytorch", gpus=asked).cards == ["GeForce GTX 1080"]
        return
    with pytest.raises(InputError, match=near):
        plan("train-pytorch", gpus=asked)


@pytest.mark.parametrize(
    "said", ["psu.watts=-5", "case.gpu_length_mm=0", "cpu.cores=-1", "psu.watts=99999", "ram.total_gib=-4"]
)
def test_what_cannot_be_is_refused(plan, said):
    with pytest.raises(FactError, match="expected"):
        plan("train-pytorch", "gpu.model=RTX 4090", said)


def test_goals_models_and_methods_that_there_are_not(plan):
    with pytest.raises(InputError, match="train-pytorch"):
        plan("train-pytorhc")
    with pytest.raises(InputError, match="llama-3-70b"):
        plan("fine-tune", gpus="RTX 3090", model="lama-3-70b")
    with pytest.raises(InputError, match="qlora"):
        plan("fine-tune", gpus="RTX 3090", model="llama-3-8b", method="qlor")


def test_unknown_asks_one_question_and_names_the_fact_that_answers_it(plan):
    from kbtui.machine.catalogue import find

    for p in (plan("train-pytorch", "gpu.model=RTX 4090"), plan("train-pytorch"), plan("serve", gpus="8x Tesla P40")):
        unknown = [x for x in p.lines if x.state == "unknown"]
        assert unknown
        for x in unknown:
            assert x.question.endswith("?"), x
            assert x.question.count("?") == 1, x
            assert find(x.fact), x
        assert not any(x.value for x in unknown if not x.why and x.name != "driver for CUDA" and x.value)


def test_every_line_says_where_its_numbers_come_from(plan, engine):
    p = plan(
        "train-pytorch", "psu.watts=2000", "psu.atx=3.1", "case.gpu_slots=8", gpus="4x RTX 4090", model="llama-3-8b"
    )
    for x in p.lines:
        assert x.origin
        assert not x.prevents or x.prevents in engine.knowledge.problems, x
    for step in p.steps:
        assert step.check
        assert all(b in engine.knowledge.problems for b in step.breaks), step
    assert p.verdict == verdict(p.lines)


def test_more_cards_ask_more_of_the_supply_the_mains_and_the_air(plan):
    p = plan(
        "train-pytorch", "psu.watts=1600", "case.gpu_slots=8", "mains.volts=120", "mains.amps=15", gpus="4x RTX 3090"
    )
    assert line(p, "supply").requirement == "at least 1800 W rated"
    assert line(p, "supply").state == "fails"
    assert line(p, "slots").state == "fails"
    assert line(p, "mains").state == "fails"
    assert line(p, "Above 4G Decoding").state == "unknown"
    assert any(c.title.startswith("3 of these cards") for c in p.changes)


def test_a_server_card_in_a_desktop_lacks_air_and_its_own_plug(plan):
    p = plan("serve", "machine.form=desktop", "psu.plugs=2x 8-pin", gpus="Tesla P40")
    assert line(p, "air").state == "fails"
    assert line(p, "plugs").prevents == "tesla-card-needs-eps-plug"
    assert line(p, "plugs").state == "tight"
    assert line(p, "supported until").value.startswith("driver branch 580 is its last")


def test_an_adapter_needs_a_plug_for_every_150_watts(plan):
    assert line(plan("serve", "psu.plugs=2x 8-pin", gpus="RTX 4090"), "plugs").state == "fails"
    assert line(plan("serve", "psu.plugs=3x 8-pin", gpus="RTX 4090"), "plugs").state == "tight"
    assert line(plan("serve", "psu.plugs=1x 16-pin", gpus="RTX 4090"), "plugs").state == "fine"
    assert line(plan("serve", "psu.plugs=1x 8-pin,1x 6-pin", gpus="GTX 770 2GB"), "plugs").state == "fine"


def test_the_readers_own_length_and_plugs_override_the_table(plan):
    p = plan(
        "serve",
        "gpu.model=RTX 5090",
        "gpu.length_mm=360",
        "case.gpu_length_mm=365",
        "gpu.plugs=2x 16-pin",
        "psu.plugs=1x 16-pin",
    )
    assert (line(p, "length").state, line(p, "length").margin) == ("tight", "+5 mm")
    assert line(p, "plugs").requirement == "2x 16-pin"
    assert line(p, "plugs").state == "fails"


def test_a_library_on_top_that_does_not_take_the_card_fails(plan):
    assert line(plan("serve-vllm", gpus="GTX 1080"), "vllm").state == "fails"
    assert line(plan("serve-vllm", gpus="RTX 3090"), "vllm").state == "fine"
    assert line(plan("fine-tune", gpus="GTX 980"), "bitsandbytes").state == "fails"
