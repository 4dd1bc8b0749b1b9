"""Belief: the probability of every end, given the entries and what was observed.

A path runs from an entry down the causes to an end: a root cause, or *unknown below* a problem. Inside a problem the
mass is split by shares (`kbtui.kb.nodes`); an observation about a problem multiplies every path through it and no
other. One forward pass gives the mass of the ends, one backward pass the mass through each problem; paths are never
listed. Exact under these assumptions: one fault a path, observations independent given the path, and one source
(a log line, a set of facts, an answer) counted once on a path, in its strongest use, or, where a cause is refuted by
what speaks for its parent, in the cause's.

The last rule is why a mass carries a *state*: which shared sources the path has used so far, and how strongly.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from msgspec import Struct

from kbtui.kb.knowledge import ProblemIndex

State = tuple[tuple[str, float], ...]
MAX_STATES = 64
"""States kept at one problem; beyond that the lightest ride along with the heaviest."""


class Weight(Struct, frozen=True):
    """One observation about one problem: what it does to the odds, and the source that it counts as."""

    problem: str
    ratio: float
    source: str


class Belief(Struct, frozen=True):
    """Probabilities; `ends`, `unknown_below`, `unknown` and `no_fault` sum to one."""

    ends: dict[str, float]
    unknown_below: dict[str, float]
    unknown: float
    no_fault: float
    through: dict[str, float]
    """For each reached problem, the probability that the truth lies on a path through it."""
    paths: dict[str, list[list[str]]]
    """For each end, its heaviest path first (entry first, the end last), then the others by the parent they use."""

    @property
    def unknown_share(self) -> float:
        """Everything that has no root cause yet."""
        return self.unknown + sum(self.unknown_below.values())


def stronger(a: float, b: float) -> float:
    """The ratio that moves the odds more; pruning beats all."""
    if a == 0 or b == 0:
        return 0.0
    return a if abs(math.log(a)) >= abs(math.log(b)) else b


def deeper(above: float, here: float) -> float:
    """The ratio in force below a problem that uses a source which one above it used already: the stronger of the two, but
    where they point opposite ways that of the deeper problem, which says more exactly what the source means."""
    if above == 0 or here == 0:
        return 0.0
    if (above - 1) * (here - 1) < 0:
        return here
    return stronger(above, here)


def reach(problems: Mapping[str, ProblemIndex], entries: Iterable[str]) -> list[ProblemIndex]:
    """The entries and all that lies below them, in the order of `problems`; the others carry no mass."""
    found: set[str] = set()
    todo = list(entries)
    while todo:
        name = todo.pop()
        if name not in found:
            found.add(name)
            todo += [child for child, _ in problems[name].causes]
    return [problems[name] for name in problems if name in found]


def infer(
    problems: Iterable[ProblemIndex],
    entries: Mapping[str, float],
    weights: Iterable[Weight],
    *,
    unknown: float = 0.0,
    no_fault: float = 0.0,
    closed: frozenset[str] = frozenset(),
    with_paths: bool = True,
    only_ends: bool = False,
    splits: dict[str, Split] | None = None,
) -> Belief:
    """Belief over `problems` (parents before their causes).

    entries: problem to its weight as a starting point. unknown, no_fault: the weight of matching nothing. closed:
    root causes whose fix was tried and verified in vain. with_paths: leave out the paths where only odds are wanted; only_ends:
    and what runs through each problem, too.
    splits: shares already worked out, filled as they are; only for calls with the same problems and the same `closed`.
    """
    own, shared = _split(weights)
    splits = {} if splits is None else splits
    states: dict[str, dict[State, float]] = {}
    best: dict[str, tuple[float, str]] = {}
    parents: dict[str, list[str]] = {}
    reached: list[tuple[ProblemIndex, Split]] = []
    ends: dict[str, float] = {}
    below: dict[str, float] = {}
    for problem in problems:
        name = problem.id
        masses = states.get(name)
        entry = entries.get(name, 0.0)
        if entry:
            masses = states.setdefault(name, {})
            masses[()] = masses.get((), 0.0) + entry
            if entry >= best.get(name, (0.0, ""))[0]:
                best[name] = (entry, "")
        if not masses:
            continue
        factor = own.get(name, 1.0)
        after = _through(masses, factor, shared.get(name, {}))
        states[name] = after
        total = sum(after.values())
        scale = total / (sum(masses.values()) or 1.0)
        heavy = best[name][0] * scale
        best[name] = (heavy, best[name][1])
        split = splits.get(name) or splits.setdefault(name, _shares(problem, closed))
        reached.append((problem, split))
        if split.own:
            ends[name] = total * split.own
        below[name] = total * split.unknown
        for child, share in split.causes:
            into = states.setdefault(child, {})
            for state, mass in after.items():
                into[state] = into.get(state, 0.0) + mass * share
            parents.setdefault(child, []).append(name)
            if heavy * share > best.get(child, (-1.0, ""))[0]:
                best[child] = (heavy * share, name)
    through = {} if only_ends else _backward(reached, states, own, shared)
    total = sum(ends.values()) + sum(below.values()) + unknown + no_fault
    norm = 1 / total if total else 0.0
    return Belief(
        ends={k: v * norm for k, v in ends.items()},
        unknown_below={k: v * norm for k, v in below.items()},
        unknown=unknown * norm if total else 1.0,
        no_fault=no_fault * norm,
        through={k: min(1.0, v * norm) for k, v in through.items()},
        paths={name: _paths(name, best, parents, entries) for name in ends} if with_paths and not only_ends else {},
    )


class Split(Struct, frozen=True):
    """How the mass inside one problem is shared; sums to 1, less what was closed."""

    own: float
    unknown: float
    causes: list[tuple[str, float]]


def _shares(problem: ProblemIndex, closed: frozenset[str]) -> Split:
    total = sum(share for _, share in problem.causes) + problem.unknown + (problem.own if problem.has_fix else 0.0)
    own = problem.own / total if problem.has_fix and problem.id not in closed else 0.0
    return Split(own, problem.unknown / total, [(child, share / total) for child, share in problem.causes])


def _split(weights: Iterable[Weight]) -> tuple[dict[str, float], dict[str, dict[str, float]]]:
    """Each problem's product over sources that no other problem uses, and its ratios for those that others do."""
    by_problem: dict[str, dict[str, float]] = {}
    users: dict[str, set[str]] = {}
    for weight in weights:
        ratios = by_problem.setdefault(weight.problem, {})
        ratios[weight.source] = stronger(ratios.get(weight.source, 1.0), weight.ratio)
        users.setdefault(weight.source, set()).add(weight.problem)
    own: dict[str, float] = {}
    shared: dict[str, dict[str, float]] = {}
    for name, ratios in by_problem.items():
        for source in sorted(ratios):
            if len(users[source]) == 1:
                own[name] = own.get(name, 1.0) * ratios[source]
            else:
                shared.setdefault(name, {})[source] = ratios[source]
    return own, shared


def _step(state: State, ratios: Mapping[str, float]) -> tuple[State, float]:
    """The state after a problem that uses shared sources, and what that does to the mass."""
    if not ratios:
        return state, 1.0
    used = dict(state)
    factor = 1.0
    for source, ratio in ratios.items():
        old = used.get(source, 1.0)
        new = deeper(old, ratio)
        factor *= new / old if old else 0.0
        used[source] = new
    return tuple(sorted(used.items())), factor


def _through(masses: dict[State, float], factor: float, ratios: Mapping[str, float]) -> dict[State, float]:
    if not ratios:
        return {state: mass * factor for state, mass in masses.items()}
    after: dict[State, float] = {}
    for state, mass in masses.items():
        fresh, change = _step(state, ratios)
        after[fresh] = after.get(fresh, 0.0) + mass * factor * change
    if len(after) > MAX_STATES:
        order = sorted(after, key=lambda s: after[s], reverse=True)
        for state in order[MAX_STATES:]:
            after[order[0]] += after.pop(state)
    return after


def _backward(
    reached: list[tuple[ProblemIndex, Split]],
    states: Mapping[str, Mapping[State, float]],
    own: Mapping[str, float],
    shared: Mapping[str, Mapping[str, float]],
) -> dict[str, float]:
    """The mass of all paths through each problem."""
    down: dict[str, dict[State, float]] = {}
    through: dict[str, float] = {}
    for problem, split in reversed(reached):
        mine: dict[State, float] = {}
        for state in states[problem.id]:
            value = split.own + split.unknown
            for child, share in split.causes:
                below = down.get(child)
                if below is not None:
                    ratios = shared.get(child)
                    fresh, change = _step(state, ratios) if ratios else (state, 1.0)
                    value += share * own.get(child, 1.0) * change * below.get(fresh, next(iter(below.values())))
            mine[state] = value
        down[problem.id] = mine
        through[problem.id] = sum(mass * mine[state] for state, mass in states[problem.id].items())
    return through


def _paths(
    end: str, best: Mapping[str, tuple[float, str]], parents: Mapping[str, list[str]], entries: Mapping[str, float]
) -> list[list[str]]:
    def climb(name: str) -> list[str]:
        path = [name]
        while (up := best[path[0]][1]) != "":
            path.insert(0, up)
        return path

    first = climb(end)
    others = [[*climb(parent), end] for parent in parents.get(end, []) if parent not in first[-2:-1]]
    if len(first) > 1 and end in entries:
        others.insert(0, [end])
    return [first, *others[:4]]
