"""The advice against the exact optimum on small graphs, and against plain depth-first order on the shipped graph.

    python benchmarks/advice.py [--graphs N] [--faults N] [--seed S]

Small graphs: a hub with two to five root causes and up to four questions, drawn at random. The optimum is found by
dynamic programming over (fixes tried, answers given); the advice is followed through the same tree. Shipped graph:
faults are drawn from belief itself, below each hub; the advice is followed, and so is depth-first order (each fix as
the graph lists it). Figures are expected minutes to the end.
"""

from __future__ import annotations

import argparse
import functools
import random
import sys
from collections.abc import Iterable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from kbtui.diagnosis.advice import SERVICE, FixCost, Look, likelihoods, next_step, repair_cost
from kbtui.diagnosis.belief import Belief, Weight, infer
from kbtui.engine import Engine
from kbtui.kb.knowledge import ProblemIndex
from kbtui.kb.nodes import RATIO, SHARE


class Small:
    """One random small graph with its fixes and questions."""

    def __init__(self, chance: random.Random) -> None:
        count = chance.randint(2, 5)
        names = [f"c{i}" for i in range(count)]
        shares = [(n, SHARE[chance.choice(sorted(SHARE))]) for n in names]
        self.graph = [_problem("hub", shares, False), *(_problem(n, [], True) for n in names)]
        self.fixes = {n: FixCost(n, float(chance.choice([2, 5, 10, 20, 40, 90]))) for n in names}
        self.looks = []
        for i in range(chance.randint(0, 4)):
            about, source = chance.choice(names), f"answer:q{i}"
            yes, no = RATIO[chance.choice(sorted(RATIO))], 1 / RATIO[chance.choice(sorted(RATIO))]
            self.looks.append(
                Look(
                    "question",
                    f"q{i}",
                    float(chance.choice([1, 2, 5, 10])),
                    (Weight(about, yes, source),),
                    (Weight(about, no, source),),
                )
            )

    def belief(self, weights: tuple[Weight, ...], closed: frozenset[str]) -> Belief:
        """Belief after answers and fixes tried in vain."""
        return infer(self.graph, {"hub": 1.0}, weights, closed=closed, with_paths=False)

    def yes(self, look: Look, belief: Belief) -> float:
        """The exact chance of yes: each of these questions is about one problem."""
        a, b = likelihoods(look.yes[0].ratio, look.no[0].ratio)
        p = belief.through.get(look.yes[0].problem, 0.0)
        return p * a + (1 - p) * b


def _problem(name: str, causes: list[tuple[str, float]], fix: bool) -> ProblemIndex:
    return ProblemIndex(name, "", name, "", "", causes, fix, False, "", [], 0.0, [], [])


def optimum(small: Small) -> float:
    """Expected minutes of the best policy there is."""

    @functools.cache
    def best(answers: tuple[Weight, ...], asked: frozenset[str], closed: frozenset[str]) -> float:
        belief = small.belief(answers, closed)
        value = SERVICE
        for end, p in belief.ends.items():
            value = min(
                value, small.fixes[end].minutes + (1 - p) * (best(answers, asked, closed | {end}) if p < 1 else 0)
            )
        for look in small.looks:
            if look.id in asked:
                continue
            share = small.yes(look, belief)
            value = min(
                value,
                look.minutes
                + sum(
                    chance * best(in_order([*answers, *weights]), asked | {look.id}, closed)
                    for weights, chance in ((look.yes, share), (look.no, 1 - share))
                ),
            )
        return value

    return best((), frozenset(), frozenset())


def in_order(weights: Iterable[Weight]) -> tuple[Weight, ...]:
    """One order for the same answers, however they came: the key of what was worked out already."""
    return tuple(sorted(weights, key=lambda w: (w.problem, w.source, w.ratio)))


def followed(small: Small) -> float:
    """Expected minutes when each step is the advice's."""

    def walk(answers: tuple[Weight, ...], asked: frozenset[str], closed: frozenset[str]) -> float:
        belief = small.belief(answers, closed)
        left = [look for look in small.looks if look.id not in asked]
        step = next_step(belief, lambda more=(): small.belief((*answers, *more), closed), small.fixes, left)
        if step.kind == "none":
            return SERVICE
        if step.kind == "fix":
            p = belief.ends[step.id]
            return small.fixes[step.id].minutes + (1 - p) * walk(answers, asked, closed | {step.id})
        look = next(x for x in left if x.id == step.id)
        share = small.yes(look, belief)
        return look.minutes + sum(
            chance * walk((*answers, *weights), asked | {look.id}, closed)
            for weights, chance in ((look.yes, share), (look.no, 1 - share))
            if chance > 0
        )

    return walk((), frozenset(), frozenset())


def depth_first(engine: Engine, hub: str, belief: Belief, costs: dict[str, FixCost]) -> float:
    """Expected minutes when the fixes below a hub are tried in the order in which the graph lists them."""
    order: dict[str, None] = {}

    def visit(name: str) -> None:
        problem = engine.knowledge.problems[name]
        if problem.has_fix and name in costs:
            order.setdefault(name)
        for child, _ in problem.causes:
            visit(child)

    visit(hub)
    left, total = 1.0, 0.0
    for name in order:
        total += left * costs[name].minutes
        left -= belief.ends.get(name, 0.0)
    return total + max(0.0, left) * SERVICE


def main() -> None:
    """Print both comparisons."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--graphs", type=int, default=200)
    parser.add_argument("--seed", type=int, default=7)
    args = parser.parse_args()
    chance = random.Random(args.seed)
    pairs = [(followed(s), optimum(s)) for s in (Small(chance) for _ in range(args.graphs))]
    ratios = sorted(a / b for a, b in pairs)
    mean = sum(a for a, _ in pairs) / sum(b for _, b in pairs)
    print(
        f"{len(pairs)} small graphs: advice / optimum {mean:.4f} (of the sums), median {ratios[len(ratios) // 2]:.4f}, "
        f"95th {ratios[int(len(ratios) * 0.95)]:.4f}, worst {ratios[-1]:.4f}"
    )
    engine = Engine.open()
    problems = engine.knowledge.problems
    ours = theirs = 0.0
    hubs = [p.id for p in problems.values() if not p.has_fix and len(p.causes) >= 3]
    for hub in hubs:
        belief = infer(problems.values(), {hub: 1.0}, [], with_paths=False)
        costs = {e: FixCost(e, problems[e].minutes + 1.0) for e in belief.ends}
        ours += repair_cost(belief, costs).cost
        theirs += depth_first(engine, hub, belief, costs)
    if hubs:
        print(
            f"{len(hubs)} hubs of the shipped graph: advice {ours / len(hubs):.0f} min, depth-first "
            f"{theirs / len(hubs):.0f} min, ratio {ours / theirs:.2f}"
        )


if __name__ == "__main__":
    main()
