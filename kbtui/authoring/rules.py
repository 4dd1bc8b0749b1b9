"""What lint asks of a problem beyond its shape: evidence that can speak for and against, ids that exist."""

from __future__ import annotations

import re

from kbtui.authoring.place import Path, Report
from kbtui.authoring.rules_fix import check_fix
from kbtui.authoring.world import World, check_condition
from kbtui.errors import SignError
from kbtui.kb import signs
from kbtui.kb.mistakes import did_you_mean
from kbtui.kb.nodes import Evidence, Extension, Often, Problem
from kbtui.machine.catalogue import SPECS


def check_problem(report: Report, node: Problem | Extension, world: World) -> None:
    """All rules of one problem, or of what extends one."""
    for i, evidence in enumerate(node.evidence):
        _evidence(report, ("evidence", i), evidence, world)
    for side, listed in (("causes", node.causes), ("cause_of", getattr(node, "cause_of", []))):
        for i, entry in enumerate(listed):
            _edge(report, (side, i), entry, world)
    for i, fix in enumerate(node.fixes):
        check_fix(report, ("fixes", i), fix, world)
    for i, concept in enumerate(node.concepts):
        if concept not in world.ids["concept"]:
            report.no(("concepts", i), f"there is no concept {concept!r}", did_you_mean(concept, world.ids["concept"]))
    for i in range(len(node.tests)):
        _test(report, ("tests", i), i, node, world)
    for i, said in enumerate(node.aka):
        if not 2 <= len(said) <= 160:
            report.no(("aka", i), f"{len(said)} characters; an aka has 2 to 160: how one person puts it")
    if isinstance(node, Problem):
        _whole(report, node, world)


def _evidence(report: Report, path: Path, evidence: Evidence, world: World) -> None:
    kinds = [k for k in ("sign", "condition", "question") if getattr(evidence, k) is not None]
    if len(kinds) != 1:
        said = " and ".join(kinds) or "none of them"
        report.no(path, f"expected exactly one of sign, condition and question, got {said}")
        return
    if (evidence.supports is None) == (evidence.refutes is None):
        report.no(
            path, "expected exactly one of supports and refutes", "how strongly: weakly, clearly, strongly, certainly"
        )
    if evidence.where and not evidence.sign:
        report.no((*path, "in"), "only a sign has `in`")
    if evidence.sign:
        try:
            signs.check(evidence.sign)
        except SignError as error:
            report.no((*path, "sign"), str(error))
    if evidence.condition:
        check_condition(report, (*path, "condition"), evidence.condition, world)
    if evidence.question and evidence.question not in world.ids["question"]:
        report.no(
            (*path, "question"),
            f"there is no question {evidence.question!r}",
            did_you_mean(evidence.question, world.ids["question"]),
        )


def _edge(report: Report, path: Path, entry: dict[str, Often], world: World) -> None:
    if len(entry) != 1:
        report.no(path, f"expected one `id: often | sometimes | rarely`, got {len(entry)}")
    for name in entry:
        if name not in world.ids["problem"]:
            hint = did_you_mean(name, world.ids["problem"])
            report.no((*path, name), f"there is no problem {name!r}", hint, key=True)
        if name == report.loaded.id:
            report.no((*path, name), "a problem cannot be its own cause", key=True)


def _test(report: Report, path: Path, number: int, node: Problem | Extension, world: World) -> None:
    from kbtui.errors import KbtuiError
    from kbtui.machine.given import facts_from

    test = node.tests[number]
    if not test.text and not test.facts and not test.answers:
        report.no(path, "a test needs text, facts or answers")
    for name, value in test.facts.items():
        try:
            facts_from({name: value}, "test")
        except KbtuiError as error:
            report.no((*path, "facts", name), str(error), key=True)
    for question in test.answers:
        if question not in world.ids["question"]:
            report.no(
                (*path, "answers", question),
                f"there is no question {question!r}",
                did_you_mean(question, world.ids["question"]),
            )
    if test.text:
        _own_letters(report, path, test.text, node)


def _own_letters(report: Report, path: Path, text: str, node: Problem | Extension) -> None:
    if any(text.strip().lower() == said.strip().lower() for said in node.aka):
        report.no((*path, "text"), "the test is an aka word for word, so it cannot fail", "let another voice say it")


def _whole(report: Report, node: Problem, world: World) -> None:
    if node.applies:
        condition = check_condition(report, ("applies",), node.applies, world)
        for fact in sorted(condition.facts if condition else ()):
            if fact in SPECS and not SPECS[fact].stable:
                report.no(
                    ("applies",),
                    f"{fact} can change with the problem; `applies` takes stable facts only",
                    "make it evidence that refutes",
                )
    if node.fixes:
        if not any(e.supports for e in node.evidence):
            report.no(("evidence",), "a root cause needs evidence for it", "a sign, a condition or a question")
        if not any(e.refutes or e.otherwise for e in node.evidence):
            report.no(
                ("evidence",), "a root cause needs evidence against it", "a condition that refutes, or `otherwise`"
            )
        if not node.references:
            report.no(("fixes",), "a root cause needs a reference that was read")
        if node.reviewed is None:
            report.no(("fixes",), "a root cause says when it was reviewed", "reviewed: 2026-11")
        if not node.tests:
            report.no(("fixes",), "a root cause needs tests", "what another person would type, and what refutes it")
    elif not node.causes and report.loaded.id not in world.explained:
        report.no(("title",), "neither a fix nor a cause: the graph ends here with nothing to do")
    if node.zh is None:
        report.warn(("title",), "no Chinese twin", "zh: {title: ..., summary: ..., aka: [...]}")
    elif node.at_once and not node.zh.at_once:
        report.warn(("zh",), "at_once has no Chinese twin")
    if re.search(r"\b(simply|just)\b", node.summary, re.IGNORECASE):
        report.warn(("summary",), "leave out 'simply' and 'just': nothing is simple at 2 a.m.")
