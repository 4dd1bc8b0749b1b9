"""Memory estimates: against published measurements, and by what must hold of any formula."""

import statistics

import pytest
from msgspec.structs import replace

from benchmarks import plan_memory
from kbtui.errors import InputError
from kbtui.planner import memory, models
from kbtui.planner.memory import Run, estimate
from kbtui.planner.rows import Dated


@pytest.fixture
def dated(tables):
    return Dated(tables)


@pytest.mark.parametrize("held", [False, True])
def test_published_measurements_are_met(dated, held):
    rows = [row for row in plan_memory.errors(dated) if row[0]["held"] is held]
    ours = [abs(e) for _, e, _ in rows]
    assert len(rows) >= 25
    assert statistics.median(ours) < 0.06
    assert max(ours) < 0.45
    assert sum(e <= memory.ERROR for e in ours) >= 0.9 * len(ours), "the error bar holds what it says"
    both = [(abs(e), abs(t)) for _, e, t in rows if t is not None]
    assert len(both) >= 25
    assert statistics.median(e for e, _ in both) < statistics.median(t for _, t in both) / 3
    assert all(entry["source"].startswith(("https://", "own measurement")) for entry, _, _ in rows)


def test_every_model_has_as_many_parameters_as_its_shapes_say(tables):
    for row in tables.rows("model-sizes"):
        m = models.typed(row)
        attention = m.hidden * m.head_dim * 2 * (m.heads + m.kv_heads)
        feed = (3 if m.gated else 2) * m.hidden * m.ffn * m.experts + (m.hidden * m.experts if m.experts > 1 else 0)
        assert m.layers * (attention + feed) + m.embedding == pytest.approx(m.params, rel=0.02), m.name


@pytest.mark.parametrize("asked", ["Llama-3-70B", "meta-llama/Meta-Llama-3-70B-Instruct", "llama_3_70b", "LLAMA3 70b"])
def test_a_model_is_found_however_it_is_spelt(dated, asked):
    assert models.find(dated, asked).name == "llama-3-70b"


def test_a_model_of_later_is_refused_with_its_date(tables):
    with pytest.raises(InputError, match="2024-04"):
        models.find(Dated(tables, "2023-01"), "llama-3-8b")


def test_more_of_anything_never_needs_less(dated):
    base = Run(model=models.find(dated, "llama-3-8b"), method="qlora", batch=1, seq=512)
    need = estimate(base).per_card_gib
    for more in ({"batch": 2}, {"seq": 1024}, {"rank": 64}, {"checkpointing": False}, {"precision": "nf4"}):
        assert estimate(replace(base, **more)).per_card_gib >= need, more


def test_methods_in_the_order_of_their_needs(dated):
    model = models.find(dated, "llama-2-7b")
    need = {
        "full": estimate(Run(model=model, method="full")).per_card_gib,
        "bf16 full": estimate(Run(model=model, method="full", precision="bf16", optimiser="adamw-bf16")).per_card_gib,
        "lora": estimate(Run(model=model, method="lora", precision="bf16")).per_card_gib,
        "inference": estimate(Run(model=model, method="inference", precision="bf16")).per_card_gib,
        "qlora": estimate(Run(model=model, method="qlora")).per_card_gib,
    }
    assert list(need) == sorted(need, key=need.__getitem__, reverse=True)
    assert need["full"] > 6.74e9 * 16 / memory.GIB, "4 + 4 + 8 bytes a parameter"


def test_shards_divide_what_they_say(dated):
    model = models.find(dated, "llama-2-7b")

    def part(shard, name):
        parts = estimate(Run(model=model, method="full", cards=4, shard=shard)).parts
        return sum(p.gib for p in parts if p.name == name)

    assert part("zero1", "optimiser") == pytest.approx(part("none", "optimiser") / 4)
    assert part("zero1", "gradients") == part("none", "gradients")
    assert part("zero2", "gradients") == pytest.approx(part("none", "gradients") / 4)
    assert part("zero3", "weights") == pytest.approx(part("none", "weights") / 4)


def test_the_parts_add_up_and_each_has_its_formula(dated):
    found = estimate(Run(model=models.find(dated, "mixtral-8x7b"), method="lora", precision="bf16"), have_gib=80)
    assert sum(p.gib for p in found.parts) == pytest.approx(found.per_card_gib)
    assert all(p.formula for p in found.parts)
    assert found.low_gib < found.per_card_gib < found.high_gib


def test_70b_with_qlora_on_four_cards_and_on_one(plan):
    four = plan("fine-tune", gpus="4x RTX 3090", model="llama-3-70b", method="qlora")
    one = plan("fine-tune", gpus="RTX 3090", model="llama-3-70b", method="qlora")
    state = {p.cards.__len__(): next(x.state for x in p.lines if x.area == "run") for p in (four, one)}
    assert state == {4: "tight", 1: "fails"}
    mending = [c for c in one.changes if "memory" in c.mends]
    assert mending
    costs = [c.cost is None for c in mending]
    assert costs == sorted(costs), "what costs nothing comes first"


def test_what_does_not_fit_on_one_card_is_mended_by_a_smaller_method(plan):
    p = plan("train-pytorch", gpus="RTX 4090", model="llama-3-8b", method="full")
    assert next(x for x in p.lines if x.area == "run").state == "fails"
    assert any(c.title.startswith("QLoRA") for c in p.changes)


def test_a_context_longer_than_the_model_takes_is_refused(plan):
    with pytest.raises(InputError, match="8192"):
        plan("fine-tune", gpus="RTX 3090", model="llama-3-8b", seq=100_000)
