"""Belief and advice on 100, 1,000 and 10,000 reachable ends: seconds, and seconds an end, which should not grow."""

from __future__ import annotations

import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from benchmarks.synthetic import graph
from kbtui.diagnosis.advice import FixCost, Look, next_step
from kbtui.diagnosis.belief import Belief, Weight, infer


def once(ends: int) -> tuple[float, float]:
    """Seconds of one belief and of one advice with a question for every fifth end."""
    problems = graph(ends)
    fixes = {p.id: FixCost(p.id, p.minutes) for p in problems if p.has_fix}
    looks = [
        Look(
            "question", f"q{i}", 1.0, (Weight(f"e{i}", 6.0, f"answer:q{i}"),), (Weight(f"e{i}", 1 / 6, f"answer:q{i}"),)
        )
        for i in range(0, ends, 5)
    ]

    def think(more: tuple[Weight, ...] = ()) -> Belief:
        return infer(problems, {"top": 1.0}, more, unknown=0.3, only_ends=bool(more))

    start = time.perf_counter()
    believed = think()
    middle = time.perf_counter()
    next_step(believed, think, fixes, looks)
    return middle - start, time.perf_counter() - middle


def main() -> None:
    """Print a line a size."""
    print(f"{'ends':>6} {'belief ms':>10} {'us/end':>7} {'advice ms':>10} {'us/end':>7}")
    for ends in (100, 1_000, 10_000):
        runs = [once(ends) for _ in range(5)]
        belief, advice = (statistics.median(r[i] for r in runs) for i in (0, 1))
        print(
            f"{ends:>6} {belief * 1e3:>10.2f} {belief / ends * 1e6:>7.2f} {advice * 1e3:>10.1f} {advice / ends * 1e6:>7.1f}"
        )


if __name__ == "__main__":
    main()
