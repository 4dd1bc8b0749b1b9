"""What the search index holds of each node."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kbtui.kb.knowledge import Knowledge
from kbtui.kb.search import Doc

_SYNTAX = re.compile(r"\\[a-zA-Z]|[\\^$.|?*+()\[\]{}]|\{\d+,?\d*\}")


def documents(knowledge: Knowledge) -> Iterator[Doc]:
    """One document a problem, concept, question and goal."""
    for name in knowledge.problems:
        node = knowledge.problem(name)
        zh = node.zh
        signs = " ".join(_SYNTAX.sub(" ", e.sign) for e in node.evidence if e.sign)
        yield Doc(
            name,
            "problem",
            node.title,
            tuple(node.aka),
            node.summary,
            zh.title if zh else "",
            tuple(zh.aka) if zh else (),
            (zh.summary or "") if zh else "",
            signs,
        )
    for name in knowledge.ids("concept"):
        concept = knowledge.concept(name)
        twin = concept.zh
        yield Doc(
            name,
            "concept",
            concept.title,
            tuple(concept.aka),
            concept.summary,
            twin.title if twin else "",
            tuple(twin.aka) if twin else (),
            twin.summary if twin else "",
            "",
        )
    for name in knowledge.ids("question"):
        question = knowledge.question(name)
        yield Doc(
            name, "question", question.title, (), question.how, question.zh.title if question.zh else "", (), "", ""
        )
    for name in knowledge.ids("goal"):
        goal = knowledge.goal(name)
        yield Doc(name, "goal", goal.title, (), goal.summary, goal.zh.title if goal.zh else "", (), "", "")
