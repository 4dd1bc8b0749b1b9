"""Memory estimates of `kbtui plan` against published measurements; prints the median and the worst error.

`python -m benchmarks.plan_memory` reads benchmarks/plan_memory.yaml. Beside each it prints the answer of
`accelerate estimate-memory` where that has one (inference, and full training with Adam), by its published rule.
"""

from __future__ import annotations

import statistics
from pathlib import Path

import yaml

from kbtui.engine import Engine
from kbtui.planner import memory, models
from kbtui.planner.rows import Dated

MEASURED = Path(__file__).with_suffix(".yaml")
_UNIT = {"GB": 1e9, "GiB": memory.GIB}


def measurements() -> list[dict]:
    """Every measurement: model, settings, GiB as PyTorch's allocator counts them, source."""
    data = yaml.safe_load(MEASURED.read_text())
    return [{**entry, "source": group["source"]} for group in data for entry in expand(group)]


def expand(group: dict) -> list[dict]:
    """The entries of one source, with what they share."""
    shared = group.get("shared", {})
    return [{**shared, **entry, "gib": entry["peak"] * _UNIT[group["unit"]] / memory.GIB} for entry in group["entries"]]


def run_of(entry: dict, dated: Dated) -> memory.Run:
    """What a measurement says of its run."""
    names = set(memory.Run.__struct_fields__) - {"model"}
    settings = {k: v for k, v in entry.items() if k in names}
    return memory.Run(model=models.find(dated, entry["model"]), **{"context": False, **settings})


def accelerate(run: memory.Run) -> float | None:
    """`accelerate estimate-memory`: the weights in a type, or the largest of model, gradients and four times fp32 for
    Adam (accelerate/utils/memory and commands/estimate.py); it knows no adapters, no activations and one card."""
    if run.cards > 1 or run.method in ("lora", "qlora"):
        return None
    if run.method == "full":
        return run.model.params * 4 * 4 / memory.GIB
    size = {"fp32": 4, "bf16": 2, "fp16": 2, "int8": 1}.get(run.precision, 0.5)
    return run.model.params * size / memory.GIB


def errors(dated: Dated) -> list[tuple[dict, float, float | None]]:
    """Each measurement with our relative error and accelerate's, where it answers."""
    out = []
    for entry in measurements():
        run = run_of(entry, dated)
        ours = memory.estimate(run).per_card_gib / entry["gib"] - 1
        theirs = accelerate(run)
        out.append((entry, ours, None if theirs is None else theirs / entry["gib"] - 1))
    return out


def main() -> None:
    """Print the table and the summary."""
    dated = Dated(Engine.open().tables)
    rows = errors(dated)
    for entry, ours, theirs in rows:
        other = "" if theirs is None else f"  accelerate {theirs:+.0%}"
        what = f"{entry['model']} {entry['method']} {entry.get('precision', '')} b{entry.get('batch', 1)} x{entry.get('cards', 1)}"
        print(f"{what:52} {entry['gib']:6.1f} GiB  {ours:+.0%}{other}")
    by_source: dict[str, list[float]] = {}
    for entry, ours, _ in rows:
        by_source.setdefault(entry["source"].partition(" ")[0], []).append(abs(ours))
    print()
    for source, found in by_source.items():
        print(f"{source}: {len(found)}, median {statistics.median(found):.1%}, worst {max(found):.1%}")
    off = [abs(o) for _, o, _ in rows]
    both = [(abs(o), abs(t)) for _, o, t in rows if t is not None]
    within = sum(e <= memory.ERROR for e in off)
    print(
        f"\n{len(rows)} measurements: median error {statistics.median(off):.1%}, worst {max(off):.1%}, {within} within {memory.ERROR:.0%}"
    )
    print(
        f"where accelerate estimate-memory answers ({len(both)}): median {statistics.median(o for o, _ in both):.1%}"
        f" against its {statistics.median(t for _, t in both):.1%}"
    )


if __name__ == "__main__":
    main()
