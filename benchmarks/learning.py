"""What a team's closed cases are worth: merged by git, counted, and paid back in minutes.

    python benchmarks/learning.py [--cases N] [--people N] [--hubs N] [--seed S] [--plot docs/learning.svg]

People close cases on clones of one repository, each pulling and pushing now and then: git must merge them without a
conflict, and the counts must be those of a direct computation over what was simulated. The faults come from a local
distribution unlike the shipped one: below each hub the cause that the nodes think rarest is the commonest here. The
expected cost is that of repairing in the order that belief gives, paid under the true distribution.
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from kbtui.diagnosis.advice import SERVICE, FixCost, repair_cost
from kbtui.diagnosis.belief import infer
from kbtui.kb import learned
from kbtui.kb.cache import open_knowledge
from kbtui.kb.knowledge import Knowledge, ProblemIndex
from kbtui.kb.learned import Fate
from kbtui.kb.packs import shipped
from kbtui.team import git, learn, outcomes
from kbtui.team.outcomes import Outcome, Tried

STEPS = (0, 5, 10, 20, 50, 100, 200)
Local = dict[str, dict[str, float]]
"""hub to {cause: its true share here}."""


def hubs_of(knowledge: Knowledge, most: int) -> list[str]:
    """Problems without a fix whose causes, at least four, are root causes: the widest first."""
    problems = knowledge.problems
    wide = {n: sum(problems[c].has_fix for c, _ in p.causes) for n, p in problems.items() if not p.has_fix}
    return [n for n, count in sorted(wide.items(), key=lambda i: (-i[1], i[0])) if count >= 4][:most]


def local_of(knowledge: Knowledge, hubs: list[str]) -> Local:
    """A distribution that turns the nodes' order round: each cause half as common as the one before it."""
    out: Local = {}
    for hub in hubs:
        order = sorted(knowledge.problems[hub].causes, key=lambda c: (c[1], c[0]))
        names = [c for c, _ in order if knowledge.problems[c].has_fix][:6]
        weights = [0.5**i for i in range(len(names))]
        out[hub] = {n: w / sum(weights) for n, w in zip(names, weights, strict=True)}
    return out


def draw(local: Local, number: int, chance: random.Random) -> Outcome:
    """One closed case."""
    hub = chance.choice(sorted(local))
    end = chance.choices(list(local[hub]), list(local[hub].values()))[0]
    minutes = chance.randint(5, 40)
    return Outcome(
        schema="kbtui.outcome/1",
        id=f"20260101-{number:06d}-{chance.getrandbits(24):06x}",
        closed=f"2026-{1 + number % 12:02d}",
        path=[hub, end],
        end=end,
        minutes=minutes + 10,
        tried=[Tried(end, "helped", minutes)],
    )


def close_on_clones(cases: list[Outcome], people: int, room: Path) -> tuple[Path, int]:
    """Each person closes their share on a clone, pulling and pushing every few cases; a fresh clone, and the merges."""
    bare = room / "team.git"
    git.git("init", "--quiet", "--bare", "--initial-branch=main", str(bare))
    clones = [room / f"person-{i}" for i in range(people)]
    for number, clone in enumerate(clones):
        git.git("clone", "--quiet", str(bare), str(clone))
        for key, value in {"user.name": f"person {number}", "user.email": f"p{number}@example.org"}.items():
            git.git("config", key, value, at=clone)
        if number == 0:
            (clone / "pack.yaml").write_text("title: A simulated team\noutcomes: true\n")
            git.git("add", "-A", at=clone)
            git.git("commit", "--quiet", "-m", "A pack", at=clone)
            git.git("push", "--quiet", "origin", "HEAD:main", at=clone)
            git.git("branch", "--quiet", "--set-upstream-to=origin/main", at=clone)
    for number, case in enumerate(cases):
        clone = clones[number % people]
        outcomes.write(case, clone)
        if number // people % 4 == 3 or number >= len(cases) - people:
            git.git("add", "-A", at=clone)
            git.git("commit", "--quiet", "-m", f"Closed {case.id}", at=clone)
            git.git("pull", "--quiet", "--no-rebase", "--no-edit", "origin", "main", at=clone)  # fails on a conflict
            git.git("push", "--quiet", "origin", "HEAD:main", at=clone)
    fresh = room / "fresh"
    git.git("clone", "--quiet", str(bare), str(fresh))
    return fresh, int(git.line("rev-list", "--count", "--merges", "HEAD", at=fresh))


def direct(cases: list[Outcome], problem: ProblemIndex) -> dict[str, float]:
    """The posterior mean of a problem's shares, worked out from the simulated cases alone."""
    seen = Counter(c.end for c in cases if c.path[0] == problem.id)
    weight = {child: share + seen[child] for child, share in problem.causes} | {"unknown": problem.unknown}
    return {name: w / sum(weight.values()) for name, w in weight.items()}


def cost(knowledge: Knowledge, hub: str, truth: dict[str, float], fates: dict[str, Fate]) -> float:
    """Expected minutes below a hub, in the order that belief gives with these counts, paid under the true shares."""
    problems = [learned.moved(p, fates.get(p.id)) for p in knowledge.problems.values()]
    belief = infer(problems, {hub: 1.0}, (), with_paths=False)
    fixes = {n: FixCost(n, knowledge.problems[n].minutes + 1.0) for n in belief.ends}
    left, total = 1.0, 0.0
    for end in repair_cost(belief, fixes).order:
        total += left * fixes[end].minutes
        left -= truth.get(end, 0.0)
    return total + max(0.0, left) * SERVICE


def run(cases: int, people: int, hubs: int, seed: int) -> tuple[str, list[tuple[int, float]], float]:
    """What is said, the curve (cases, expected minutes), and the cost where the true shares are known."""
    chance = random.Random(seed)
    knowledge, _ = open_knowledge([shipped()])
    local = local_of(knowledge, hubs_of(knowledge, hubs))
    drawn = [draw(local, i, chance) for i in range(cases)]
    with tempfile.TemporaryDirectory() as room:
        folder, merges = close_on_clones(drawn, people, Path(room))
        found = list(outcomes.read(folder))
        learn.write(learn.count(found), folder)
    assert sorted(o.id for o in found) == sorted(o.id for o in drawn)
    counted = learn.count(found).problems
    worst = 0.0
    for hub in local:
        now = learn.split(learned.moved(knowledge.problems[hub], counted.get(hub)))
        worst = max(worst, *(abs(now[n] - p) for n, p in direct(drawn, knowledge.problems[hub]).items()))
    steps = [n for n in STEPS if n <= cases]
    curve = [(n, _mean(knowledge, local, learn.count(drawn[:n]).problems)) for n in steps]
    sure = {h: Fate(causes={c: round(p * 1e6) for c, p in truth.items()}) for h, truth in local.items()}
    said = (
        f"{cases} cases by {people} people on {people} clones: {merges} merges, no conflict; "
        f"shares differ from the direct computation by at most {worst:.1e}"
    )
    return said, curve, _mean(knowledge, local, sure)


def _mean(knowledge: Knowledge, local: Local, fates: dict[str, Fate]) -> float:
    return sum(cost(knowledge, hub, truth, fates) for hub, truth in local.items()) / len(local)


def plot(curve: list[tuple[int, float]], best: float) -> str:
    """The curve as an SVG that reads on light and on dark ground."""
    width, height, left, top, right, below = 640, 300, 60, 30, 20, 46
    most = max(y for _, y in curve) * 1.1
    x = [left + (width - left - right) * i / (len(curve) - 1) for i in range(len(curve))]

    def at(minutes: float) -> float:
        return top + (height - top - below) * (1 - minutes / most)

    line = " ".join(f"{px:.1f},{at(y):.1f}" for px, (_, y) in zip(x, curve, strict=True))
    marks = "".join(
        f'<circle cx="{px:.1f}" cy="{at(y):.1f}" r="3.5" fill="#2a78c2"/>'
        f'<text x="{px:.1f}" y="{at(y) - 9:.1f}" text-anchor="middle">{y:.0f}</text>'
        f'<text x="{px:.1f}" y="{height - below + 18}" text-anchor="middle">{n}</text>'
        for px, (n, y) in zip(x, curve, strict=True)
    )
    return f"""\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" aria-labelledby="t">
<title id="t">Expected minutes of repair fall as closed cases accumulate</title>
<style>text {{ font: 12px sans-serif; fill: #777 }}</style>
<line x1="{left}" y1="{height - below}" x2="{width - right}" y2="{height - below}" stroke="#999"/>
<line x1="{left}" y1="{at(best):.1f}" x2="{width - right}" y2="{at(best):.1f}" stroke="#b5651d" stroke-dasharray="5 4"/>
<text x="{left + 4}" y="{at(best) + 15:.1f}">{best:.0f}: where the true shares are known</text>
<polyline points="{line}" fill="none" stroke="#2a78c2" stroke-width="2"/>
{marks}
<text x="{left}" y="16">Expected minutes of repair, mean over the hubs</text>
<text x="{(left + width - right) / 2:.0f}" y="{height - 8}" text-anchor="middle">closed cases</text>
</svg>
"""


def main() -> None:
    """Print the figures and write the plot."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=200)
    parser.add_argument("--people", type=int, default=5)
    parser.add_argument("--hubs", type=int, default=8)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--plot", type=Path, metavar="FILE")
    args = parser.parse_args()
    try:
        said, curve, best = run(args.cases, args.people, args.hubs, args.seed)
    except subprocess.SubprocessError as error:
        sys.exit(str(error))
    print(said)
    print(", ".join(f"{n} cases: {minutes:.1f} min" for n, minutes in curve) + f"; true shares known: {best:.1f} min")
    if args.plot:
        args.plot.write_text(plot(curve, best), encoding="utf-8")


if __name__ == "__main__":
    main()
