"""Every mistake of the packs' files: shape first, then what only the whole can tell (ids, circles, conditions)."""

from __future__ import annotations

from kbtui.authoring.place import Report
from kbtui.authoring.rules import check_problem
from kbtui.authoring.rules_other import (
    check_concept,
    check_goal,
    check_more_rows,
    check_question,
    check_table,
    concept_circles,
)
from kbtui.authoring.rules_probe import check_probe, declared_twice
from kbtui.authoring.world import World, survey
from kbtui.kb import manifest, team
from kbtui.kb.build import join_edges, sort_causes
from kbtui.kb.layers import merge, stale_override
from kbtui.kb.load import Loaded, load_pack
from kbtui.kb.mistakes import Mistake
from kbtui.kb.nodes import Concept, Extension, Goal, MoreRows, Problem, Question, Table
from kbtui.kb.packs import Pack
from kbtui.machine.team import TeamProbe


def lint(packs: list[Pack], *, shipped: bool = True) -> list[Mistake]:
    """Mistakes of all packs in file order; without `shipped`, of what others brought. Every pack is taken as trusted:
    lint is for its author."""
    mistakes: list[Mistake] = []
    layers = []
    for pack in packs:
        nodes, wrong = load_pack(pack)
        layers.append((pack, True, nodes))
        if shipped or not pack.shipped:
            mistakes += [*wrong, *_beside(pack)]
    merged, wrong = merge(layers)
    mistakes += wrong
    team.declare({name: loaded.node for (_, name), loaded in merged.items() if isinstance(loaded.node, TeamProbe)})
    world = survey(merged)
    everything = [loaded for _, _, nodes in layers for loaded in nodes]
    for loaded in everything:
        if loaded.pack.shipped and not shipped:
            continue
        mistakes += check_node(loaded, world)
    mistakes += [*_overrides(everything), *declared_twice(merged)]
    problems = {name: loaded for (kind, name), loaded in merged.items() if kind == "problem"}
    circles: list[Mistake] = []
    sort_causes(join_edges(problems, []), problems, circles)
    return sorted({*mistakes, *circles, *concept_circles(merged)})


def _beside(pack: Pack) -> list[Mistake]:
    """Of pack.yaml, notices.yaml and learned.yaml."""
    return [*manifest.notices(pack)[1], *manifest.learned(pack)[1]]


def check_node(loaded: Loaded, world: World) -> list[Mistake]:
    """The rules of one node."""
    report = Report(loaded)
    node = loaded.node
    if isinstance(node, (Problem, Extension)):
        check_problem(report, node, world)
    elif isinstance(node, Question):
        check_question(report, node, world)
    elif isinstance(node, Concept):
        check_concept(report, node, world)
    elif isinstance(node, Goal):
        check_goal(report, node, world)
    elif isinstance(node, Table):
        check_table(report, node)
    elif isinstance(node, MoreRows):
        check_more_rows(report, node, world)
    elif isinstance(node, TeamProbe):
        check_probe(report, node)
    return report.mistakes


def _overrides(everything: list[Loaded]) -> list[Mistake]:
    seen: dict[str, Loaded] = {}
    out = []
    for loaded in everything:
        if not isinstance(loaded.node, Problem):
            continue
        old = seen.get(loaded.id)
        if old is not None and (stale := stale_override(old, loaded.node)):
            out.append(Mistake(loaded.file, 1, 1, stale, level="warning"))
        seen[loaded.id] = loaded
    return out
