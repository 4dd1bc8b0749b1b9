"""Does a card serve the goal, with which formats, for how long; and what stands beside it."""

import pytest


def line(plan, name):
    return next((x for x in plan.lines if x.name == name), None)


@pytest.mark.parametrize(
    ("goal", "card", "state", "value"),
    [
        ("train-pytorch", "RTX 5090", "fine", "torch 2.15 cu132"),
        ("train-pytorch", "GTX 1080", "fine", "torch 2.15 cu126"),
        ("train-pytorch", "GTX 770 4GB", "fails", "none that takes the card"),
        ("train-tensorflow", "RTX 5090", "tight", "tensorflow 2.21"),
        ("use-cupy", "Tesla K80", "fine", "cupy 13 cuda11x"),
        ("train-jax", "GTX 770 4GB", "fails", "none that takes the card"),
    ],
)
def test_the_build_that_runs_on_the_card(plan, goal, card, state, value):
    found = line(plan(goal, gpus=card), "serves the goal")
    assert (found.state, found.value) == (state, value), found


@pytest.mark.parametrize(("card", "said"), [("RTX 4090", "fp8"), ("RTX 3090", "bf16"), ("GTX 1080", "fp32")])
def test_formats(plan, card, said):
    found = line(plan("train-pytorch", gpus=card), "formats")
    assert found.value.split(", ")[-1] == said
    assert found.state == ("tight" if said == "fp32" else "fine")


def test_formats_of_2015_are_not_those_of_today(plan):
    assert line(plan("train-theano", gpus="GTX 960 4GB", as_of="2015-12"), "formats") is None


@pytest.mark.parametrize(
    ("card", "state", "said"),
    [("RTX 4090", "fine", "no end is announced"), ("GTX 1080", "tight", "branch 580 is its last, ends 2028"), ("Tesla K80", "fails", "branch 470 is its last, ends 2024")],
)  # fmt: skip
def test_for_how_long(plan, card, state, said):
    found = line(plan("train-pytorch", gpus=card), "supported until")
    assert found.state == state
    assert said in found.value


@pytest.mark.parametrize(("cores", "state"), [("2", "tight"), ("4", "fine"), ("32", "fine")])
def test_threads_that_load_and_prepare(plan, cores, state):
    assert line(plan("train-pytorch", f"cpu.cores={cores}", gpus="RTX 3090"), "processor").state == state


@pytest.mark.parametrize(("gib", "state"), [("8", "fails"), ("16", "tight"), ("24", "tight"), ("64", "fine")])
def test_ram_as_large_as_the_card(plan, gib, state):
    assert line(plan("train-pytorch", f"ram.total_gib={gib}", gpus="RTX 3090"), "RAM").state == state


def test_a_processor_without_avx(plan):
    assert line(plan("train-tensorflow", "cpu.has_avx=false", gpus="RTX 3090"), "AVX").state == "fails"
    assert line(plan("train-tensorflow", gpus="RTX 3090"), "AVX") is None


def test_a_name_with_two_memory_sizes_asks_for_the_one(plan):
    found = line(plan("train-pytorch", gpus="GTX 1060"), "memory")
    assert found is None or found.fact == "gpu.memory_total_mib"
    assert line(plan("train-theano", gpus="GTX 770"), "memory").question == "How much memory does the very card have?"
