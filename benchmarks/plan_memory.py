"""Memory estimates of `kbtui plan` against published measurements; prints the median and the worst error.

`python -m benchmarks.plan_memory` reads benchmarks/plan_memory.yaml. Measurements that were there while the formula's constants
were set are told apart from those that were held out. Beside each stands what `accelerate estimate-memory` answers, where it has an
answer (inference, and full training with Adam, on one card): plan_memory_accelerate.yaml, made by plan_memory_accelerate.py.
"""

from __future__ import annotations

import statistics
from pathlib import Path

import yaml

from kbtui.engine import Engine
from kbtui.planner import memory, models
from kbtui.planner.rows import Dated

MEASURED = Path(__file__).with_suffix(".yaml")
ACCELERATE = Path(__file__).with_name("plan_memory_accelerate.yaml")
_UNIT = {"GB": 1e9, "GiB": memory.GIB}


def measurements() -> list[dict]:
    """Every measurement: model, settings, GiB as PyTorch's allocator counts them, source."""
    data = yaml.safe_load(MEASURED.read_text())
    return [
        {**entry, "source": group["source"], "held": group.get("held", False)}
        for group in data
        for entry in expand(group)
    ]


def expand(group: dict) -> list[dict]:
    """The entries of one source, with what they share."""
    shared = group.get("shared", {})
    return [{**shared, **entry, "gib": entry["peak"] * _UNIT[group["unit"]] / memory.GIB} for entry in group["entries"]]


def run_of(entry: dict, dated: Dated) -> memory.Run:
    """What a measurement says of its run."""
    names = set(memory.Run.__struct_fields__) - {"model"}
    settings = {k: v for k, v in entry.items() if k in names}
    return memory.Run(model=models.find(dated, entry["model"]), **{"context": False, **settings})


def accelerate(run: memory.Run, answers: dict[str, dict]) -> float | None:
    """What accelerate answered in GiB: the model in a type, or its peak of training with Adam, of its two rows the one that comes
    nearer to the fp32 states of mixed precision. It knows no adapters, no other optimiser, no activations and one card."""
    said = answers.get(run.model.name)
    if said is None or run.cards > 1 or run.method in ("lora", "qlora") or run.optimiser != "adamw":
        return None
    if run.method == "full":
        return said["float32"]["adam"]
    kind = {"fp32": "float32", "bf16": "float16", "fp16": "float16", "int8": "int8"}.get(run.precision, "int4")
    return said[kind]["loaded"]


def errors(dated: Dated) -> list[tuple[dict, float, float | None]]:
    """Each measurement with our relative error and accelerate's, where it answers."""
    answers = yaml.safe_load(ACCELERATE.read_text())
    out = []
    for entry in measurements():
        run = run_of(entry, dated)
        ours = memory.estimate(run).per_card_gib / entry["gib"] - 1
        theirs = accelerate(run, answers)
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
    print()
    for held in (False, True):
        print(
            summary(
                [row for row in rows if row[0]["held"] is held],
                "held out" if held else "there while the constants were set",
            )
        )
    print(summary(rows, "all"))


def summary(rows: list[tuple[dict, float, float | None]], what: str) -> str:
    """Median and worst of some of them, and the same of accelerate on those that it answers."""
    off = [abs(o) for _, o, _ in rows]
    both = [(abs(o), abs(t)) for _, o, t in rows if t is not None]
    within = sum(e <= memory.ERROR for e in off)
    text = f"{what}: {len(rows)} measurements, median error {statistics.median(off):.1%}, worst {max(off):.1%}, {within} within {memory.ERROR:.0%}"
    if both:
        ours, theirs = [o for o, _ in both], [t for _, t in both]
        text += f"; accelerate answers {len(both)}: median {statistics.median(theirs):.1%}, worst {max(theirs):.1%} (ours on these: "
        text += f"{statistics.median(ours):.1%}, {max(ours):.1%})"
    return text


if __name__ == "__main__":
    main()
