"""Does the run fit the cards; and if not, what to change, cheapest first."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from kbtui.errors import InputError
from kbtui.kb.mistakes import did_you_mean
from kbtui.planner import memory, models
from kbtui.planner.cards import TABLE, Card
from kbtui.planner.lines import Change, Estimate, Line, State
from kbtui.planner.memory import Run
from kbtui.planner.rows import Dated, number

METHODS = ("inference", "full", "lora", "qlora", "ddp", "zero1", "zero2", "zero3", "fsdp")
PRECISIONS = ("mixed", "bf16", "fp16", "fp32", "int8", "nf4", "nf4-dq")
_PROBLEM = {
    "inference": "llm-loaded-in-full-precision",
    "full": "optimizer-states-too-big",
    "lora": "batch-or-model-too-big",
    "qlora": "batch-or-model-too-big",
}
_MOST_CARDS = 64


def refuse_method(method: str | None, precision: str | None) -> None:
    """InputError for a method or a precision that there is not."""
    if method is not None and method not in METHODS:
        raise InputError(f"there is no method {method!r} ({did_you_mean(method, METHODS)})")
    if precision is not None and precision not in PRECISIONS:
        raise InputError(f"there is no precision {precision!r} ({did_you_mean(precision, PRECISIONS)})")


def run_of(
    dated: Dated, model: str, method: str, cards: list[Card], precision: str | None, batch: int, seq: int | None
) -> Run:
    """The run that the reader asks for; on several cards in the way that needs the least change and fits. InputError for a
    method, precision or size that there is not."""
    refuse_method(method, precision)
    if batch < 1 or (seq is not None and seq < 1):
        raise InputError("--batch and --seq are at least 1")
    found = models.find(dated, model)
    if seq is not None and found.context and seq > found.context:
        raise InputError(f"{found.name} takes {found.context} tokens at most, not {seq}")
    shard = "none"
    if method in ("ddp", "zero1", "zero2", "zero3", "fsdp"):
        shard, method = ("none" if method == "ddp" else method), "full"
    run = Run(
        model=found, method=method, precision=precision or _usual(method, cards), batch=batch, cards=max(1, len(cards)),
        seq=seq or min(found.context or 2048, 2048), shard=shard,
    )  # fmt: skip
    if len(cards) > 1 and shard == "none":
        have = have_gib(cards)
        ways = (
            ("split",) if method == "inference" else ("none", "zero2", "fsdp") if method == "full" else ("none", "fsdp")
        )
        tried = [replace(run, shard=way) for way in ways]
        run = next((r for r in tried if have is not None and memory.estimate(r).per_card_gib <= have), tried[-1])
    return run


def _usual(method: str, cards: list[Card]) -> str:
    half = "bf16" if not cards or all((c.cc or "9") >= "8" or len(c.cc or "") > 3 for c in cards) else "fp16"
    return {"full": "mixed", "qlora": "nf4-dq"}.get(method, half)


def have_gib(cards: list[Card]) -> float | None:
    """The memory of the smallest card."""
    sizes = [c.vram_gib for c in cards]
    return None if not sizes or None in sizes else min(s for s in sizes if s is not None)


def judge(found: Estimate) -> State:
    """fine with the whole error bar, fails without it."""
    if found.have_gib is None:
        return "unknown"
    if found.high_gib <= found.have_gib:
        return "fine"
    return "tight" if found.low_gib <= found.have_gib else "fails"


def lines(run: Run, found: Estimate, cards: list[Card]) -> Iterator[Line]:
    """The line about memory, and one about what joins the cards."""
    per = f"{found.per_card_gib:.1f} GiB on each card ({found.low_gib:.1f} to {found.high_gib:.1f})"
    value = "" if found.have_gib is None else f"{found.have_gib:g} GiB ({cards[0].name})"
    state = judge(found)
    yield Line(
        area="run", name="memory", requirement=per, value=value, state=state,
        margin="" if found.have_gib is None else f"{found.have_gib - found.per_card_gib:+.1f} GiB", origin=f"formula of the parts; {models.TABLE}; {TABLE}",
        prevents=_PROBLEM[run.method], why=_way(run), question="Which card is it, and with how much memory?" if state == "unknown" else "",
        fact="gpu.memory_total_mib" if state == "unknown" and cards else "gpu.model" if state == "unknown" else "",
    )  # fmt: skip


def _way(run: Run) -> str:
    if run.cards == 1:
        return ""
    said = {
        "none": "a whole copy on each card (DistributedDataParallel)",
        "split": "layers split over the cards",
        "fsdp": "sharded over the cards (FSDP)",
    }
    return f"{run.cards} cards: {said.get(run.shard, f'DeepSpeed {run.shard}')}."


def changes(run: Run, have: float | None, dated: Dated) -> list[Change]:
    """What makes it fit, each alone where it can, else together; what costs nothing first."""
    if have is None or memory.estimate(run).high_gib <= have:
        return []
    out: list[Change] = []
    together = run
    for title, twin in _free(run):
        if memory.estimate(twin).per_card_gib <= have * 0.98:
            out.append(_change(title, run, twin, have))
        merged = _merge(together, run, twin)
        if memory.estimate(merged).per_card_gib < memory.estimate(together).per_card_gib:
            together = merged
    if not out and memory.estimate(together).per_card_gib <= have:
        titles = [t for t, twin in _free(run) if _merge(run, run, twin) != run]
        out.append(_change("Together: " + "; ".join(map(_small, titles)), run, together, have))
    out += _more(run, have)
    out += _smaller(run, have, dated)
    return out


def _small(title: str) -> str:
    """A title within a sentence; LoRA stays LoRA."""
    first = title.partition(" ")[0]
    return title if any(c.isupper() for c in first[1:]) else title[0].lower() + title[1:]


def _free(run: Run) -> Iterator[tuple[str, Run]]:
    """Settings that cost nothing but time or a little quality."""
    if run.method != "inference":
        if not run.checkpointing:
            yield "Switch activation checkpointing on", replace(run, checkpointing=True)
        if run.batch > 1:
            yield "Batch 1 with gradient accumulation", replace(run, batch=1)
        if run.seq > 512:
            yield f"Sequences of {run.seq // 4} tokens", replace(run, seq=run.seq // 4)
        if run.method == "full" and run.precision == "mixed":
            yield "Weights in bf16 with an 8-bit optimiser", replace(run, precision="bf16", optimiser="adamw-8bit")
        if run.cards > 1 and run.shard != "fsdp":
            yield "Shard weights, gradients and optimiser over the cards (FSDP, ZeRO-3)", replace(run, shard="fsdp")
        if run.method == "full":
            yield (
                "LoRA instead of training every weight",
                replace(
                    run, method="lora", precision="bf16", optimiser="adamw", shard="none" if run.cards == 1 else "fsdp"
                ),
            )
        if run.method != "qlora":
            yield (
                "QLoRA: 4-bit weights and adapters",
                replace(
                    run,
                    method="qlora",
                    precision="nf4-dq",
                    optimiser="adamw",
                    shard="none" if run.cards == 1 else "fsdp",
                ),
            )
        if run.method == "full":
            yield (
                "Keep weights and optimiser in RAM (offloading; slow)",
                replace(run, offload=True, optimiser="paged-8bit", precision="bf16", gradients_freed=True),
            )
    else:
        if run.precision in ("mixed", "fp32", "bf16", "fp16"):
            yield "8-bit weights", replace(run, precision="int8")
        if not run.precision.startswith("nf4"):
            yield "4-bit weights", replace(run, precision="nf4-dq")
        if run.seq > 512:
            yield f"At most {run.seq // 4} tokens of context", replace(run, seq=run.seq // 4)
        if run.batch > 1:
            yield "One request at a time", replace(run, batch=1)


def _merge(base: Run, start: Run, twin: Run) -> Run:
    """`base` with every setting in which `twin` differs from `start`."""
    differ = {f: getattr(twin, f) for f in Run.__struct_fields__ if getattr(twin, f) != getattr(start, f)}
    return replace(base, **differ)


def _change(title: str, run: Run, twin: Run, have: float) -> Change:
    before, after = memory.estimate(run).per_card_gib, memory.estimate(twin).per_card_gib
    return Change(
        title=title, why=f"{after:.1f} GiB a card instead of {before:.1f}, of {have:g}", mends=["memory"], cost=0
    )


def _more(run: Run, have: float) -> Iterator[Change]:
    """More cards of the same kind, where the work is shared over them."""
    way = "split" if run.method == "inference" else "fsdp"
    count = run.cards * 2
    while count <= _MOST_CARDS:
        twin = replace(run, cards=count, shard=way)
        need = memory.estimate(twin).per_card_gib
        if need <= have * 0.98:
            yield Change(title=f"{count} of these cards", why=f"{need:.1f} GiB a card, of {have:g}", mends=["memory"])
            return
        count *= 2


def _smaller(run: Run, have: float, dated: Dated) -> Iterator[Change]:
    """The largest model of the same family that fits."""
    family = run.model.name.rpartition("-")[0]
    rows = [r for r in dated.rows("model-sizes") if (r["name"] or "").rpartition("-")[0] == family]
    for row in sorted(rows, key=lambda r: number(r, "params_b") or 0, reverse=True):
        model = models.typed(row)
        if model.params < run.model.params:
            need = memory.estimate(replace(run, model=model)).per_card_gib
            if need <= have:
                yield Change(
                    title=f"{model.name} instead of {run.model.name}",
                    why=f"{need:.1f} GiB a card, of {have:g}",
                    mends=["memory"],
                    cost=0,
                )
                return
