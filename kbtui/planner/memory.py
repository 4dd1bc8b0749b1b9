"""How much memory a run needs on each card: the formula, term by term.

Weights, gradients and optimiser state follow from the number of parameters (Rajbhandari et al. 2020, "ZeRO"); activations
from the shapes of a layer (Korthikanti et al. 2022, "Reducing activation recomputation in large transformer models", with
attention that keeps no score matrix); the KV cache from the published configuration. Sizes are in bytes until the end.
"""

from __future__ import annotations

from msgspec import Struct

from kbtui.planner.lines import Estimate, Part

GIB = 1024**3
ERROR = 0.2
"""The error bar: nine of ten published measurements lie within it (`benchmarks/plan_memory.py`)."""
CONTEXT_GIB = 1.0
"""CUDA context, the libraries' workspaces and what the allocator holds in reserve: one process on one card."""
_LINEAR_BYTES = {
    "fp32": 4.0,
    "bf16": 2.0,
    "fp16": 2.0,
    "int8": 1.0,
    "nf4": 0.5 + 4 / 64,
    "nf4-dq": 0.5 + (1 + 4 / 256) / 64,
}
"""Of a weight of a linear layer. 4 bit: a scale for every 64 weights, of 4 bytes, or of 1 byte when quantised again."""
_SMALL_BYTES = {"fp32": 4.0}
"""Embeddings and output layer stay at 2 bytes where the linear layers are smaller."""
_OPTIMISER_BYTES = {"adamw": 8.0, "adamw-bf16": 4.0, "adamw-8bit": 2.0, "paged-8bit": 0.0, "sgd": 0.0, "momentum": 4.0}
_LOGITS_BYTES = 10
"""A logit in training: 2 as computed, 4 as fp32, 4 for its gradient."""


class Model(Struct, frozen=True, kw_only=True):
    """A row of `model-sizes`, typed."""

    name: str
    params: float
    layers: int
    hidden: int
    ffn: int
    heads: int
    kv_heads: int
    head_dim: int
    vocab: int
    gated: bool
    tied: bool
    experts: int = 1
    used: int = 1
    context: int | None = None

    @property
    def embedding(self) -> float:
        """Parameters of embedding and output layer."""
        return float(self.vocab * self.hidden * (1 if self.tied else 2))

    @property
    def linear(self) -> float:
        """Parameters of everything else: the layers."""
        return self.params - self.embedding


class Run(Struct, frozen=True, kw_only=True):
    """What is run, and how."""

    model: Model
    method: str = "full"
    """inference, full, lora, qlora"""
    precision: str = "mixed"
    """mixed (fp32 weights, bf16 computing), bf16, fp16, fp32, int8, nf4, nf4-dq"""
    batch: int = 1
    """Sequences on one card at once."""
    seq: int = 1024
    """Tokens of a sequence."""
    cards: int = 1
    shard: str = "none"
    """none (a whole copy on each card), zero1, zero2, zero3, fsdp; for inference: split"""
    rank: int = 16
    optimiser: str = "adamw"
    checkpointing: bool = True
    compiled: bool = False
    chunked_loss: bool = False
    offload: bool = False
    """Weights and optimiser state in RAM, layers brought in turn."""
    gradients_freed: bool = False
    """The optimiser steps inside the backward pass, so that only one gradient is alive."""
    context: bool = True
    """Count the CUDA context; what an allocator reports leaves it out."""


def estimate(run: Run, have_gib: float | None = None) -> Estimate:
    """The peak on each card, with its terms and its error bar."""
    parts = [p for p in (*_states(run), *_working(run)) if p.gib > 0.005]
    if run.context:
        parts.append(
            Part(
                name="framework",
                gib=CONTEXT_GIB,
                formula="CUDA context, workspaces and the allocator's reserve of one process",
            )
        )
    total = sum(p.gib for p in parts)
    return Estimate(
        model=run.model.name, method=run.method, cards=run.cards, per_card_gib=total, low_gib=total * (1 - ERROR),
        high_gib=total * (1 + ERROR), have_gib=have_gib, parts=parts, assumptions=assumptions(run),
    )  # fmt: skip


def adapters(run: Run) -> float:
    """Parameters of LoRA adapters on every linear layer of the blocks."""
    m = run.model
    width, kv = m.heads * m.head_dim, m.kv_heads * m.head_dim
    attention = 2 * (m.hidden + width) + 2 * (m.hidden + kv)
    feed = (3 if m.gated else 2) * (m.hidden + m.ffn) * m.experts
    return float(run.rank * m.layers * (attention + feed))


def weight_bytes(run: Run) -> float:
    """All weights, on one card."""
    m, kind = run.model, stored(run)
    small = _SMALL_BYTES.get(kind, 2.0)
    return m.linear * _LINEAR_BYTES[kind] + m.embedding * small


def stored(run: Run) -> str:
    """In which form the weights lie in memory."""
    if run.method == "qlora":
        return run.precision if run.precision.startswith("nf4") else "nf4-dq"
    if run.precision == "mixed":
        return "fp32" if run.method == "full" else "bf16"
    return run.precision


def _states(run: Run) -> list[Part]:
    m, n = run.model, run.cards
    split = run.shard in ("zero3", "fsdp", "split") and n > 1
    whole = weight_bytes(run)
    weights = whole / (n if split else 1)
    note = f" / {n} cards" if split else ""
    if run.offload:
        weights, note = 0.0, ", kept in RAM"
    out = [Part(name="weights", gib=weights / GIB, formula=f"{m.params / 1e9:.3g}e9 parameters as {stored(run)}{note}")]
    if run.method == "full" and run.precision == "mixed":
        out.append(
            Part(
                name="half copies",
                gib=m.linear * 2 / (n if split else 1) / GIB,
                formula="2 bytes a parameter while computing",
            )
        )
    if split or run.offload:
        layer = m.linear / m.layers * min(2.0, _LINEAR_BYTES[stored(run)])
        if run.method != "inference":
            out.append(
                Part(
                    name="gathered layers",
                    gib=(2 * layer + m.embedding / (1 if m.tied else 2) * 2) / GIB,
                    formula="two layers and the output layer at a time, whole",
                )
            )
    if run.method == "inference":
        return out
    trained = m.params if run.method == "full" else adapters(run)
    each = 4.0 if run.method != "full" or run.precision in ("mixed", "fp32") else 2.0
    if run.method != "full":
        out.append(
            Part(
                name="adapters",
                gib=trained * each / GIB,
                formula=f"rank {run.rank} on every linear layer: {trained / 1e6:.0f}e6 parameters, fp32",
            )
        )
    shared = n if n > 1 and run.shard in ("zero2", "zero3", "fsdp") else 1
    gradients = 0.0 if run.gradients_freed else trained * each / shared
    out.append(
        Part(
            name="gradients",
            gib=gradients / GIB,
            formula=f"{each:g} bytes a trained parameter" + (f" / {shared} cards" if shared > 1 else ""),
        )
    )
    shared = n if n > 1 and run.shard != "none" else 1
    size = _OPTIMISER_BYTES[run.optimiser]
    state = 0.0 if run.offload else trained * size / shared
    out.append(
        Part(
            name="optimiser",
            gib=state / GIB,
            formula=f"{run.optimiser}: {size:g} bytes a trained parameter"
            + (f" / {shared} cards" if shared > 1 else ""),
        )
    )
    if n > 1 and run.shard == "none" and run.method == "full":
        out.append(
            Part(
                name="buckets",
                gib=trained * each / GIB,
                formula="DistributedDataParallel copies gradients into buckets",
            )
        )
    return out


def layer_bytes(run: Run) -> float:
    """Activations of one layer that wait for the backward pass, for one token."""
    m = run.model
    width, kv, ffn = m.heads * m.head_dim, m.kv_heads * m.head_dim, m.ffn * m.used
    if run.compiled:
        out = 8 * m.hidden + 4 * width + 4 * kv + 4 * ffn
    elif m.gated:
        out = 12 * m.hidden + 6 * width + 6 * kv + 8 * ffn
    else:
        out = 10 * m.hidden + 4 * width + 4 * kv + 4 * ffn
    if stored(run).startswith(("nf4", "int8")) and not run.compiled:
        out += 6 * m.hidden + 2 * ffn
    return float(out * (2 if run.precision == "fp32" else 1))


def _working(run: Run) -> list[Part]:
    m, tokens = run.model, run.batch * run.seq
    out = []
    if stored(run).startswith(("nf4", "int8")):
        out.append(
            Part(name="unpacking", gib=m.hidden * m.ffn * 2 / GIB, formula="the largest matrix, unpacked to 2 bytes")
        )
    if run.method == "inference":
        size = 2 * m.layers * m.kv_heads * m.head_dim * 2 * tokens / (run.cards if run.shard == "split" else 1)
        out.append(
            Part(
                name="KV cache",
                gib=size / GIB,
                formula=f"2 x {m.layers} layers x {m.kv_heads} heads x {m.head_dim} x 2 bytes x {tokens} tokens",
            )
        )
        out.append(
            Part(
                name="activations",
                gib=min(tokens, 2048) * layer_bytes(run) / GIB,
                formula="one layer of the prompt, at most 2048 tokens at once",
            )
        )
        return out
    one = tokens * layer_bytes(run)
    if run.checkpointing:
        kept = tokens * m.hidden * 2 * m.layers
        out.append(
            Part(
                name="activations",
                gib=(kept + one) / GIB,
                formula=f"checkpointing: {m.layers} layer inputs and one layer whole, {tokens} tokens",
            )
        )
    else:
        out.append(
            Part(
                name="activations",
                gib=one * m.layers / GIB,
                formula=f"{layer_bytes(run) / 1024:.0f} KiB a token and layer x {m.layers} layers x {tokens} tokens",
            )
        )
    logits = tokens * m.vocab * _LOGITS_BYTES / (8 if run.chunked_loss else 1)
    out.append(
        Part(
            name="logits",
            gib=logits / GIB,
            formula=f"{tokens} tokens x {m.vocab} words x {_LOGITS_BYTES} bytes"
            + (" / 8 chunks" if run.chunked_loss else ""),
        )
    )
    return out


def assumptions(run: Run) -> list[str]:
    """What the numbers rest on, as sentences."""
    out = [
        f"batch {run.batch} of {run.seq} tokens on each card",
        "attention that keeps no score matrix (flash or memory-efficient)",
    ]
    if run.method != "inference":
        out.append("activation checkpointing " + ("on" if run.checkpointing else "off"))
        out.append(f"optimiser {run.optimiser}")
    if run.method in ("lora", "qlora"):
        out.append(f"adapters of rank {run.rank} on every linear layer")
    out.append(
        f"nothing else on the card; {CONTEXT_GIB:g} GiB for the CUDA context and reserve"
        if run.context
        else "as PyTorch's allocator counts: without the CUDA context"
    )
    out.append(f"error bar {ERROR:.0%}: nine of ten published measurements lie within it")
    return out
