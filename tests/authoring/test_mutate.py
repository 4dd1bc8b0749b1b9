"""A lost piece of evidence is noticed exactly when a test depends on it."""

from __future__ import annotations

from kbtui.authoring.mutate import unnoticed


def test_the_index_is_as_before_and_every_item_is_tried(engine):
    name = "secure-boot-unsigned-module"
    before = list(engine.knowledge.problems[name].evidence)
    lost = list(unnoticed(engine, [name]))
    assert engine.knowledge.problems[name].evidence == before
    assert {item.number for item in lost} < set(range(len(before)))


def test_a_refutation_with_a_test_of_its_own_is_noticed(engine):
    name = "secure-boot-unsigned-module"
    refutes = next(
        i for i, e in enumerate(engine.knowledge.problems[name].evidence) if e.about == "not secure_boot.enabled"
    )
    assert refutes not in {item.number for item in unnoticed(engine, [name])}
