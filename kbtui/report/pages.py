"""Every node as a page of a site, in Markdown: linked to its neighbours, with the graph around it drawn.

One page a node, English first and the Chinese twin at its end, so that a search finds either; one page a list. Nothing
of a machine or a case is in them: only what the packs say.
"""

from __future__ import annotations

import posixpath
from collections import defaultdict
from collections.abc import Iterable, Iterator

from kbtui.engine import Engine
from kbtui.report.markdown import code, inline

FOLDERS = {
    "problem": "problems",
    "concept": "concepts",
    "goal": "goals",
    "question": "questions",
    "table": "tables",
    "probe": "probes",
}
_LISTS = {
    "problem": ("Problems", "What people see, and what lies behind it, by area."),
    "concept": ("Concepts", "The theory behind the problems, in an order in which it can be read."),
    "goal": ("Goals", "What a machine can be held against with `kbtui check` and `kbtui plan`."),
    "question": ("Questions", "What only a person can see."),
    "table": ("Tables", "Facts of the field, each with its source and the month of its review."),
    "probe": ("Probes", "What the packs look at beyond what kbtui knows."),
}


class Site:
    """Where each node's page is, and links between them."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.knowledge = engine.knowledge
        self.goals_of: dict[str, list[tuple[str, str]]] = defaultdict(list)
        """problem to the (goal, reason) that ask for its absence."""
        for goal in self.knowledge.ids("goal"):
            for required in self.knowledge.goal(goal).requires:
                if required.problem:
                    self.goals_of[required.problem].append((goal, required.because))
        self.needed_by: dict[str, list[str]] = defaultdict(list)
        """concept or question to the problems that name it."""
        for name in sorted(self.knowledge.problems):
            node = self.knowledge.problem(name)
            for about in dict.fromkeys([*node.concepts, *(e.question for e in node.evidence if e.question)]):
                self.needed_by[about].append(name)

    def path(self, node: str, kind: str = "") -> str:
        """`problems/driver/nouveau-conflict.md`; "" for an id that is no node. `kind`: where a table is called like a
        concept."""
        kind = kind or self.knowledge.kind_of(node)
        if not kind:
            return ""
        area = f"{self.knowledge.problems[node].area or 'other'}/" if kind == "problem" else ""
        return f"{FOLDERS[kind]}/{area}{node}.md"

    def link(self, node: str, page: str, *, zh: bool = False) -> str:
        """A link from one page to a node's; its id as code where there is no such node."""
        target = self.path(node)
        if not target:
            return code(node)
        return f"[{inline(self.engine.title(node, zh=zh))}]({posixpath.relpath(target, posixpath.dirname(page))})"

    def links(self, nodes: Iterable[str], page: str) -> list[str]:
        """A list of them."""
        return [f"- {self.link(n, page)}" for n in nodes]


def pages(engine: Engine) -> Iterator[tuple[str, str]]:
    """(path within the site, Markdown) of every node, of every list and of the first page."""
    from kbtui.report import pages_other, pages_problem

    site = Site(engine)
    knowledge = engine.knowledge
    for name in knowledge.problems:
        yield site.path(name), pages_problem.page(site, name)
    for kind in FOLDERS:
        if kind != "problem":
            for name in knowledge.ids(kind):
                yield site.path(name, kind), getattr(pages_other, kind)(site, name)
    yield from _lists(site)


def _lists(site: Site) -> Iterator[tuple[str, str]]:
    knowledge = site.knowledge
    areas: dict[str, list[str]] = defaultdict(list)
    for name, problem in knowledge.problems.items():
        areas[problem.area or "other"].append(name)
    counts = {kind: len(knowledge.ids(kind)) for kind in FOLDERS}
    listed = [
        f"- [{_LISTS[k][0]}]({f}/index.md) ({counts[k]}): {_LISTS[k][1]}" for k, f in FOLDERS.items() if counts[k]
    ]
    yield "index.md", "\n".join(["# What breaks, why, and what to do", "", *listed, ""])
    by_area = [f"- [{area}]({area}/index.md) ({len(names)})" for area, names in sorted(areas.items())]
    yield "problems/index.md", _list("problem", by_area)
    for area, names in sorted(areas.items()):
        yield f"problems/{area}/index.md", _area(site, area, names)
    for kind, folder in FOLDERS.items():
        if kind != "problem" and counts[kind]:
            names = in_reading_order(site) if kind == "concept" else sorted(knowledge.ids(kind))
            yield f"{folder}/index.md", _list(kind, [_own(site, n, kind) for n in names])


def _list(kind: str, lines: list[str]) -> str:
    title, about = _LISTS[kind]
    return "\n".join([f"# {title}", "", about, "", *lines, ""])


def _area(site: Site, area: str, names: list[str]) -> str:
    page = f"problems/{area}/index.md"
    hubs = [n for n in names if not site.knowledge.problems[n].has_fix]
    roots = [n for n in names if n not in hubs]
    out = [f"# {area.capitalize()}", ""]
    for title, listed in (("What people see", hubs), ("Root causes", roots)):
        if listed:
            out += [f"## {title}", "", *(_both(site, n, page) for n in sorted(listed)), ""]
    return "\n".join(out)


def _both(site: Site, name: str, page: str) -> str:
    english, chinese = site.engine.title(name, zh=False), site.engine.title(name, zh=True)
    return f"- {site.link(name, page)}" + (f" · {inline(chinese)}" if chinese != english else "")


def _own(site: Site, name: str, kind: str) -> str:
    """A node of a list of its own kind, whatever else has its id."""
    node = getattr(site.knowledge, kind)(name)
    twin = getattr(node, "zh", None)
    return f"- [{inline(node.title)}]({name}.md)" + (f" · {inline(twin.title)}" if twin else "")


def in_reading_order(site: Site) -> list[str]:
    """Every concept, after all that it requires; else by id."""
    out: dict[str, None] = {}

    def visit(name: str, above: frozenset[str]) -> None:
        if name in out or name in above or site.knowledge.kind_of(name) != "concept":
            return
        for before in site.knowledge.concept(name).requires:
            visit(before, above | {name})
        out[name] = None

    for name in sorted(site.knowledge.ids("concept")):
        visit(name, frozenset())
    return list(out)
