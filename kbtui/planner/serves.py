"""Does a card serve the goal at all, with how much memory and which number formats, and for how long."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from kbtui.conditions.versions import parse_version
from kbtui.planner.cards import TABLE, Card
from kbtui.planner.lines import Line, State
from kbtui.planner.machine import Machine
from kbtui.planner.purposes import Purpose
from kbtui.planner.rows import Dated
from kbtui.planner.stack import Stack

_WHEELS = "table wheels (release notes and metadata of each framework)"
_ARCH = "table gpu-arch (CMake's and nvcc's lists, NVIDIA's driver lists)"
_THREADS_A_CARD = 4


def lines(machine: Machine, cards: list[Card], purpose: Purpose, stack: Stack, dated: Dated) -> Iterator[Line]:
    """Code for the card, formats, support, and the processor and memory beside it."""
    card = cards[0]
    yield _code(card, purpose, stack, dated.as_of)
    yield from _add_ons(card, purpose, dated)
    yield from _memory(card)
    yield from _formats(card, purpose, dated)
    yield from _future(card, dated)
    yield from _host(machine, cards)


def _code(card: Card, purpose: Purpose, stack: Stack, as_of: str | None) -> Line:
    line = partial(
        Line, area="buy", name="serves the goal", prevents="binary-dropped-old-gpu-arch", origin=f"{_WHEELS}; {_ARCH}",
        requirement=f"a {purpose.framework} build with code for {card.cc or 'the card'}",
    )  # fmt: skip
    if card.cc is None:
        return line(value="", state="unknown", question="Which compute capability does the card have?", fact="gpu.cc")
    if stack.build is None or stack.answer is None:
        last = "; ".join(stack.passed[:2])
        there = "none that was there" if as_of else "none that takes the card"
        return line(value=there if stack.passed else "none in the tables", state="fails" if stack.passed else "unknown", why=last,
                    question="" if stack.passed else f"Which build of {purpose.framework} would you install?", fact="" if stack.passed else "torch.version")  # fmt: skip
    states: dict[str, State] = {"yes": "fine", "ptx": "tight", "partly": "tight", "no": "fails"}
    return line(
        value=stack.build["build"] or "",
        state=states[stack.answer.runs],
        why=stack.answer.why[0].upper() + stack.answer.why[1:] + ".",
    )


def _add_ons(card: Card, purpose: Purpose, dated: Dated) -> Iterator[Line]:
    """Libraries on top that the work needs, and the cards that they take."""
    wanted = "serve" if purpose.name == "serve-vllm" else purpose.method
    for row in dated.rows("add-ons"):
        low = row.get("cc_min")
        if row.get("method") != wanted or not low or card.cc is None:
            continue
        fits = parse_version(card.cc) >= parse_version(low)
        yield Line(
            area="buy",
            name=row["name"] or "",
            requirement=f"compute capability {low} or higher",
            value=card.cc,
            state="fine" if fits else "fails",
            origin="table add-ons (each project's own documentation)",
            prevents="binary-lacks-gpu-arch",
        )


def _memory(card: Card) -> Iterator[Line]:
    if card.vram_gib is not None:
        return
    sizes = " or ".join(f"{s:g} GB" for s in card.sizes) or "a size that no table tells"
    yield Line(
        area="buy", name="memory", requirement="the memory of the very card", value="", state="unknown", origin=TABLE,
        prevents="card-memory-too-small", why=f"{card.name} is sold with {sizes}.",
        question="How much memory does the very card have?", fact="gpu.memory_total_mib",
    )  # fmt: skip


def _formats(card: Card, purpose: Purpose, dated: Dated) -> Iterator[Line]:
    arch = dated.row("gpu-arch", card.cc) if card.cc else None
    if arch is None or purpose.framework == "theano" or (dated.as_of or "9999") < "2017-05":
        return
    tensor, bf16, fp8 = (arch.get(k) == "true" for k in ("tensor_cores", "bf16", "fp8"))
    have = (
        ["fp32"]
        + (["fp16 on tensor cores"] if tensor and not card.name.startswith("GeForce GTX") else [])
        + (["bf16"] if bf16 else [])
        + (["fp8"] if fp8 else [])
    )
    yield Line(
        area="buy", name="formats", requirement="bf16 for today's training recipes", value=", ".join(have), state="fine" if bf16 else "tight",
        origin=_ARCH, prevents="bf16-not-supported-by-gpu" if tensor else "half-precision-slow-on-old-gpu",
        why="" if bf16 else "Recipes written for bf16 must be changed to fp16 with loss scaling, or fp32.",
    )  # fmt: skip


def _future(card: Card, dated: Dated) -> Iterator[Line]:
    line = partial(
        Line,
        area="buy",
        name="supported until",
        origin=f"{_ARCH}; table driver-branches (endoflife.date)",
        prevents="legacy-gpu-needs-older-branch",
    )
    if dated.as_of:
        own = parse_version(card.cc or "0")
        newer = [
            r for r in dated.rows("gpus") if r.get("cc") and parse_version(r["cc"] or "").numbers[0] > own.numbers[0]
        ]
        names = sorted({r.get("architecture") or "" for r in newer if r.get("architecture")})
        since = f"; newer architectures were out: {', '.join(names)}" if names else ""
        ended = card.last_branch is not None and dated.over(
            (dated.row("driver-branches", card.last_branch) or {}).get("support_ends")
        )
        yield line(requirement="drivers and CUDA still made for it", value=f"{card.architecture}, released {card.released}{since}", state="fails" if ended else "tight" if len(names) > 0 else "fine",
                   why="The end of an architecture's support was not announced then; the oldest goes first.")  # fmt: skip
        return
    arch = dated.row("gpu-arch", card.cc) if card.cc else None
    last_cuda = arch.get("last_cuda") if arch else None
    requirement = "drivers and CUDA still made for it"
    if card.current:
        yield line(requirement=requirement, value="current: no end is announced", state="fine")
    elif card.last_branch is not None:
        branch = dated.row("driver-branches", card.last_branch) or {}
        ends = branch.get("support_ends")
        state: State = "unknown" if not ends else "fails" if dated.over(ends) else "tight"
        value = (
            f"driver branch {card.last_branch} is its last"
            + (f", ends {ends}" if ends else "")
            + (f"; CUDA {last_cuda} is its last" if last_cuda else "")
        )
        why = "After that neither new kernels nor security holes are cared for." if state != "unknown" else ""
        yield line(
            requirement=requirement,
            value=value,
            state=state,
            why=why,
            question="" if ends else "Is this old branch enough for you?",
            fact="" if ends else "driver.version",
        )
    else:
        yield line(
            requirement=requirement,
            value="no table tells",
            state="unknown",
            question="Which driver branch does NVIDIA name for the card?",
            fact="gpu.last_driver_branch",
        )


def _host(machine: Machine, cards: list[Card]) -> Iterator[Line]:
    cores, ram = machine.number("cpu.cores"), machine.number("ram.total_gib")
    need = _THREADS_A_CARD * len(cards)
    line = partial(Line, area="buy", name="processor", prevents="cpu-too-weak-for-training", requirement=f"{need} threads: {_THREADS_A_CARD} a card load and prepare batches",
                   origin=f"assumed: {_THREADS_A_CARD} loading workers a card")  # fmt: skip
    if cores is None:
        yield line(value="", state="unknown", question="How many threads does the processor have?", fact="cpu.cores")
    else:
        yield line(value=f"{cores:g} ({machine.origin('cpu.cores')})", margin=f"{cores - need:+g}", state="fine" if cores >= need else "tight",
                   why="" if cores >= need else "The card waits for the processor: prepare the data beforehand.")  # fmt: skip
    if machine.truth("cpu.has_avx") is False:
        yield Line(area="buy", name="AVX", requirement="AVX, which TensorFlow's builds use from 1.6 on", value="the processor has none", state="fails",
                   origin="TensorFlow 1.6 release notes", prevents="cpu-lacks-avx")  # fmt: skip
    most = max((c.vram_gib or 0 for c in cards), default=0)
    if not most:
        return
    want = max(most, 8 if cards[0].released and cards[0].released >= "2016" else 0)
    line = partial(Line, area="buy", name="RAM", prevents="host-ram-exhausted", requirement=f"{want:g} GiB: as much as the largest card's memory",
                   origin="assumed: a checkpoint passes through RAM once on its way to the card")  # fmt: skip
    if ram is None:
        yield line(value="", state="unknown", question="How much RAM has the machine (GiB)?", fact="ram.total_gib")
    else:
        state: State = (
            "fine" if ram >= 2 * want else "tight" if ram >= want * 0.9 else "fails" if ram < want / 2 else "tight"
        )
        yield line(value=f"{ram:.3g} GiB ({machine.origin('ram.total_gib')})", margin=f"{ram - want:+.3g} GiB", state=state,
                   why="" if state == "fine" else "Data, desktop and checkpoint share it: swapping stops training.")  # fmt: skip
