"""Does a build run on a card, and on a driver: the rules that the vendors state, over the rows of the tables.

Machine code for X.Y runs on X.Z with Z >= Y; PTX for X.Y is compiled for any later card at its first use. A build whose
CUDA knows nothing of the card's generation has no libraries for it. Sources: CUDA C++ programming guide, binary and PTX
compatibility; CUDA compatibility guide, minor-version compatibility.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from kbtui.conditions.versions import Version, parse_version
from kbtui.machine.derived import Row
from kbtui.planner.rows import Dated, version

Runs = Literal["yes", "ptx", "partly", "no"]
_CUDNN_DROPS = parse_version("9.11")
_CUDNN_CC = parse_version("7.5")


class Answer(NamedTuple):
    """Whether it runs, and why in one sentence."""

    runs: Runs
    why: str


class Drives(NamedTuple):
    """Whether a driver runs a CUDA: in full, by minor-version compatibility, or not."""

    how: Literal["full", "minor", "no", "unknown"]
    lowest: str
    """The lowest driver that runs it at all."""
    full: str
    """The lowest driver with everything of it; "" where no table tells."""


def on_card(build: Row, cc: str, dated: Dated) -> Answer:
    """Whether a row of `wheels` runs on a compute capability."""
    card = parse_version(cc)
    arch = dated.row("gpu-arch", cc)
    first = version(arch, "first_cuda") if arch else None
    cuda = version(build, "cuda")
    codes = (build.get("archs") or "").split()
    answer = _by_code(codes, card, cuda, first) if codes else _by_range(build, card, cuda, first)
    if answer.runs in ("yes", "ptx") and card < _CUDNN_CC and build.get("framework") == "torch":
        cudnn = version(build, "cudnn")
        if cudnn and cudnn >= _CUDNN_DROPS:
            return Answer(
                "partly", f"it has code for {cc}, but its cuDNN {cudnn.text} refuses cards below 7.5: no convolutions"
            )
    return answer


def _by_code(codes: list[str], card: Version, cuda: Version | None, first: Version | None) -> Answer:
    machine = [parse_version(c) for c in codes if not c.startswith("ptx")]
    fits = [c for c in machine if c.numbers[0] == card.numbers[0] and c <= card]
    if fits:
        best = max(fits)
        exact = best == card
        return Answer("yes", f"it holds code for {best.text}" + ("" if exact else f", which {card.text} runs too"))
    held = ", ".join(c.text for c in sorted(machine))
    ptx = [parse_version(c[3:]) for c in codes if c.startswith("ptx")]
    usable = [p for p in ptx if p <= card]
    if usable and cuda and first and first.numbers[0] <= cuda.numbers[0]:
        return Answer(
            "ptx",
            f"no code for {card.text}; PTX {max(usable).text} is compiled for it at the first start, which is slow and sometimes fails",
        )
    return Answer("no", f"it holds code for {held}: none that runs on {card.text}")


def _by_range(build: Row, card: Version, cuda: Version | None, first: Version | None) -> Answer:
    low, high = version(build, "cc_min"), version(build, "cc_max")
    if low and card < low:
        return Answer("no", f"it needs compute capability {low.text} or higher")
    if high and card > high:
        return Answer("no", f"it knows cards up to compute capability {high.text}")
    if cuda and first and first > cuda and first.numbers[0] > cuda.numbers[0]:
        return Answer("no", f"its CUDA {cuda.text} is older than the card's generation, which came with {first.text}")
    if cuda and first and first > cuda:
        return Answer(
            "ptx",
            f"its CUDA {cuda.text} is older than the card's generation ({first.text}): it starts through PTX, if at all",
        )
    return Answer(
        "yes", f"it takes compute capability {low.text} and higher" if low else "it compiles for the card at run time"
    )


def on_driver(cuda: str, driver: str, dated: Dated, *, windows: bool = False) -> Drives:
    """Whether a driver runs a program built for a CUDA. From CUDA 11 any driver of the same major CUDA does."""
    row = dated.row("cuda", cuda)
    if row is None:
        return Drives("unknown", "", "")
    tail = "_windows" if windows else ""
    full, lowest = row.get("min_driver" + tail), row.get("compat_driver" + tail) or row.get("min_driver" + tail)
    if not lowest:
        return Drives("unknown", "", full or "")
    have = parse_version(driver)
    if full and have >= parse_version(full):
        how: Literal["full", "minor", "no"] = "full"
    elif have >= parse_version(lowest):
        how = "minor"
    else:
        how = "no"
    return Drives(how, lowest, full or "")
