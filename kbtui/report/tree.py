"""The branches as one tree: paths that begin alike share their stations."""

from __future__ import annotations

from kbtui.report.model import Branch, Named, Node, Root
from kbtui.report.words import Words

_STATE = {"root": "root", "reopened": "in_vain", "in_vain": "in_vain", "worse": "in_vain"}


def tree(words: Words, branches: list[Branch], roots: list[Root], entries: list[Named]) -> list[Node]:
    """Stations, parents before their children; the right way first."""
    numbers = {root.problem.id: n for n, root in enumerate(roots, 1)}
    walked = [[p.id for p in root.path] for root in roots]
    left = max((b for b in branches if b.state == "open"), key=lambda b: b.share, default=None)
    likeliest = [p.id for p in left.path] if left and not roots else []
    paths = [*(root.path for root in roots), *(b.path for b in branches if b.problem.id not in numbers)]
    states = {b.problem.id: b for b in branches}
    found: dict[tuple[str, ...], Named] = {}
    for path in [*paths, *([[e] for e in entries[:1]] if not paths else [])]:
        for n in range(1, len(path) + 1):
            found.setdefault(tuple(p.id for p in path[:n]), path[n - 1])
    out: list[Node] = []

    def visit(key: tuple[str, ...]) -> None:
        problem = found[key]
        branch = states.get(problem.id)
        way = any(list(key) == w[: len(key)] for w in walked)
        ends = branch is not None and [p.id for p in branch.path] == list(key)
        state = _STATE.get(branch.state, branch.state) if branch and ends else "open"
        if way:
            state = "root" if problem.id in numbers else "walked"
        elif not ends and any(list(key) == [p.id for p in b.path][: len(key)] for b in branches):
            state = "walked" if list(key) == likeliest[: len(key)] else "passed"
        note = words(f"state.{branch.state}") if branch and (ends or state == "root") else ""
        number = numbers.get(problem.id, 0) if state == "root" else 0
        out.append(Node("/".join(key), "/".join(key[:-1]), problem, state, len(key) - 1, number, note))
        for child in found:
            if len(child) == len(key) + 1 and child[:-1] == key:
                visit(child)

    for key in list(found):
        if len(key) == 1:
            visit(key)
    return out
