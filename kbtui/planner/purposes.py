"""What a goal asks of the plan: which framework, which kind of work, how much of a machine."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from kbtui.errors import InputError
from kbtui.kb.mistakes import did_you_mean

Work = Literal["train", "fine-tune", "serve", "use"]


class Purpose(Struct, frozen=True):
    """One goal as a plan reads it."""

    name: str
    framework: str
    work: Work
    method: str
    """How a run uses memory where the reader does not say: full, qlora, inference."""


PURPOSES = {
    p.name: p
    for p in (
        Purpose("gpu-usable", "torch", "use", "inference"),
        Purpose("train-pytorch", "torch", "train", "full"),
        Purpose("train-tensorflow", "tensorflow", "train", "full"),
        Purpose("train-jax", "jax", "train", "full"),
        Purpose("train-theano", "theano", "train", "full"),
        Purpose("use-cupy", "cupy", "use", "inference"),
        Purpose("fine-tune", "torch", "fine-tune", "qlora"),
        Purpose("serve", "torch", "serve", "inference"),
        Purpose("serve-vllm", "torch", "serve", "inference"),
    )
}
"""By goal. A goal of the packs that stands not here is planned as work with PyTorch."""


def purpose_of(goal: str, known: list[str]) -> Purpose:
    """The purpose of a goal; InputError with the nearest right word."""
    if goal in PURPOSES:
        return PURPOSES[goal]
    if goal in known:
        return Purpose(goal, "torch", "train", "full")
    goals = sorted({*known, *PURPOSES})
    words = set(goal.lower().replace("-", " ").split())
    sharing = [name for name in goals if words & set(name.split("-"))]  # "first TensorFlow" means train-tensorflow
    hint = (
        did_you_mean(goal, goals)
        or (sharing and f"did you mean {' or '.join(sharing)}?")
        or f"goals: {', '.join(goals)}"
    )
    raise InputError(f"there is no goal {goal!r} ({hint})")
