"""What kbtui sees of a machine, in one line: system, card, driver, CUDA, framework."""

from __future__ import annotations

from collections.abc import Sequence

from kbtui.machine.facts import Fact, Facts
from kbtui.tui.inert import line

_FRAMEWORKS = (("torch.version", "torch"), ("tensorflow.version", "tensorflow"), ("jax.version", "jax"))


def summary(facts: Facts, separator: str) -> str:
    """The parts that are known, in a fixed order, as inert text; "" while nothing is."""
    parts = [_text(facts, "os.name"), _cards(facts)]
    for name, label in (("driver.version", "driver"), ("cuda.toolkit.version", "CUDA"), *_FRAMEWORKS):
        if value := _text(facts, name):
            parts.append(f"{label} {value}")
    return f" {separator} ".join(p for p in parts if p)


def _text(facts: Facts, name: str) -> str:
    fact = facts.get(name)
    return line(str(fact.value), 40) if fact.state == "known" else ""


def _cards(facts: Facts) -> str:
    models = [line(str(f.value), 40) for f in facts if f.name == "gpu.model" and f.state == "known"]
    named = facts.get("gpus.names")
    if not models and isinstance(named.value, Sequence) and not isinstance(named.value, str):
        models = [line(str(name), 40) for name in named.value]
    counted = {model: models.count(model) for model in models}
    return ", ".join(f"{n} x {model}" if n > 1 else model for model, n in counted.items())


def no_gpu(facts: Facts) -> bool:
    """Whether the machine was looked at and surely has no NVIDIA card."""
    fact: Fact = facts.get("gpus.count_pci")
    return fact.state == "known" and fact.value == 0
