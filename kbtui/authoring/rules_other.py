"""What lint asks of questions, concepts, goals and tables."""

from __future__ import annotations

from kbtui.authoring.place import Report
from kbtui.authoring.world import World, check_condition
from kbtui.errors import FactError
from kbtui.kb.build import Nodes
from kbtui.kb.mistakes import Mistake, did_you_mean
from kbtui.kb.nodes import Concept, Goal, MoreRows, Question, Table
from kbtui.machine.catalogue import find


def check_question(report: Report, node: Question, world: World) -> None:
    """A question is a question, and the fact that it sets is a yes/no fact of the catalogue."""
    if not node.title.rstrip().endswith("?"):
        report.no(("title",), "a question ends with a question mark")
    if node.fact:
        try:
            spec = find(node.fact)
        except FactError as error:
            report.no(("fact",), str(error))
        else:
            if spec.type != "bool" or spec.scope:
                report.no(("fact",), f"{spec.name} is no yes/no fact of the machine", "a question sets a bool fact")
    if node.applies:
        check_condition(report, ("applies",), node.applies, world)
    if node.zh is None:
        report.warn(("title",), "no Chinese twin", "zh: {title: ..., how: ...}")


def check_concept(report: Report, node: Concept, world: World) -> None:
    """What it requires exists, and it says where to read on."""
    for i, name in enumerate(node.requires):
        if name not in world.ids["concept"]:
            report.no(("requires", i), f"there is no concept {name!r}", did_you_mean(name, world.ids["concept"]))
    if not node.references:
        report.no(("title",), "a concept needs a reference that was read")
    if node.zh is None:
        report.warn(("title",), "no Chinese twin", "zh: {title: ..., summary: ...}")


def check_goal(report: Report, node: Goal, world: World) -> None:
    """Every requirement parses, and the problem that it prevents exists."""
    if not node.requires:
        report.no(("requires",), "a goal requires something")
    for i, requirement in enumerate(node.requires):
        check_condition(report, ("requires", i, "condition"), requirement.condition, world)
        if requirement.problem and requirement.problem not in world.ids["problem"]:
            report.no(
                ("requires", i, "problem"),
                f"there is no problem {requirement.problem!r}",
                did_you_mean(requirement.problem, world.ids["problem"]),
            )


def check_more_rows(report: Report, node: MoreRows, world: World) -> None:
    """Rows for a table that there is, with its columns and types, and where they come from."""
    if node.adds not in world.ids["table"]:
        report.no(("adds",), f"there is no table {node.adds!r}", did_you_mean(node.adds, world.ids["table"]))
    if not node.sources:
        report.no(("adds",), "rows name their sources")


def check_table(report: Report, node: Table) -> None:
    """Rows hold the declared columns, of the declared types, and no key twice."""
    if node.key not in node.types:
        report.no(("key",), f"the key {node.key!r} is no column", did_you_mean(node.key, node.types))
    if not node.sources:
        report.no(("title",), "a table names its sources")
    seen: dict[str, int] = {}
    for i, row in enumerate(node.rows):
        for column, value in row.items():
            if column not in node.types:
                report.no(("rows", i, column), f"column {column!r} has no type", did_you_mean(column, node.types))
            elif value is not None and not _fits(value, node.types[column]):
                report.no(("rows", i, column), f"expected {node.types[column]}, got {value!r}")
        key = (row.get(node.key) or "").lower()
        if not key:
            report.no(("rows", i), f"the row has no {node.key}")
        elif key in seen:
            report.no(("rows", i, node.key), f"{key!r} stands twice (first as row {seen[key] + 1})")
        seen.setdefault(key, i)


def _fits(value: str, kind: str) -> bool:
    if kind == "bool":
        return value in ("true", "false")
    if kind in ("int", "float"):
        try:
            float(value)
        except ValueError:
            return False
        return kind == "float" or "." not in value
    return kind == "text" or value[:1].isdigit()


def concept_circles(nodes: Nodes) -> list[Mistake]:
    """Concepts that require each other: nobody could begin."""
    requires = {
        name: loaded.node.requires
        for (kind, name), loaded in nodes.items()
        if kind == "concept" and isinstance(loaded.node, Concept)
    }
    out: list[Mistake] = []
    done: set[str] = set()

    def visit(name: str, path: tuple[str, ...]) -> None:
        if name in path:
            circle = " -> ".join((*path[path.index(name) :], name))
            out.append(Mistake(nodes["concept", name].file, 1, 1, f"concepts require each other: {circle}"))
            return
        if name in done:
            return
        for other in requires.get(name, ()):
            visit(other, (*path, name))
        done.add(name)

    for name in sorted(requires):
        visit(name, ())
    return out
