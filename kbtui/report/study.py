"""What there is to learn from a walk: theory, questions, what would have prevented it, where to read on."""

from __future__ import annotations

from kbtui import conditions
from kbtui.diagnosis import learning
from kbtui.diagnosis.goals import GPU_USABLE
from kbtui.errors import ConditionError
from kbtui.kb.nodes import Requirement
from kbtui.report.model import Branch, Lesson, Named, Prevention, Question, Root, Source
from kbtui.report.path import Path
from kbtui.report.words import Words

QUESTIONS = 3
MOST_LESSONS = 12
_WEIGHT = {"weakly": 1, "clearly": 2, "strongly": 3, "certainly": 4}


def lessons(path: Path, problems: list[str]) -> list[Lesson]:
    """The concepts behind these problems, in the order in which they can be read."""
    knowledge, zh = path.walk.engine.knowledge, path.words.zh
    out = []
    for lesson in learning.lessons(knowledge, problems)[:MOST_LESSONS]:
        node = knowledge.concept(lesson.concept)
        summary = node.zh.summary if zh and node.zh else node.summary
        out.append(
            Lesson(
                problem=path.named(lesson.concept),
                summary=" ".join(summary.split()),
                see=list(node.see),
                behind=[path.named(p).title for p in lesson.behind],
                before=[path.named(c).title for c in lesson.before],
            )
        )
    return out


def questions(words: Words, roots: list[Root], branches: list[Branch], theory: list[Lesson]) -> list[Question]:
    """Three, each of another kind where there is enough: the evidence that decided, what ruled a rival out, a concept."""
    root = max(reversed(roots), key=lambda r: _WEIGHT[r.evidence[0].strength] if r.evidence else 0, default=None)
    left = max((b for b in branches if b.state == "open"), key=lambda b: b.share, default=None)
    name = root.problem.title if root else left.problem.title if left else branches[0].problem.title if branches else ""
    made = [
        _decided(words, root),
        _vain(words, roots, branches) or _ruled(words, branches),
        _concept(words, name, theory),
        _verify(words, root),
        _ruled(words, branches),
        _chain(words, root),
    ]
    found: dict[str, Question] = {q.ask: q for q in made if q}
    for lesson in reversed(theory):
        extra = _concept(words, name, [lesson])
        if extra:
            found.setdefault(extra.ask, extra)
    return list(found.values())[:QUESTIONS]


def _decided(words: Words, root: Root | None) -> Question | None:
    if root is None or not root.evidence:
        return None
    piece = root.evidence[0]
    answer = words("q.decided.a", text=piece.text, origin=piece.origin or piece.effect, summary=root.summary)
    return Question(words("q.decided", root=root.problem.title), answer)


def _ruled(words: Words, branches: list[Branch]) -> Question | None:
    branch = next((b for b in branches if b.state == "ruled_out" and b.because), None)
    if branch is None:
        return None
    answer = words("q.ruled.a", because=words.stop(branch.because))
    return Question(words("q.ruled", branch=branch.problem.title), answer)


def _vain(words: Words, roots: list[Root], branches: list[Branch]) -> Question | None:
    branch = next((b for b in branches if b.state in ("in_vain", "worse", "reopened")), None)
    root = next((r for r in roots if branch and r.step > branch.step), None)
    if branch is None or root is None:
        return None
    answer = words("q.vain.a", because=branch.because, root=root.problem.title)
    return Question(words("q.vain", cause=branch.problem.title), answer)


def _concept(words: Words, root: str, theory: list[Lesson]) -> Question | None:
    behind = [le for le in theory if root in le.behind] or [le for le in theory if le.behind] or theory
    lesson = behind[-1] if behind else None
    if lesson is None:
        return None
    return Question(words("q.concept", concept=lesson.problem.title, root=root), lesson.summary, lesson.see)


def _verify(words: Words, root: Root | None) -> Question | None:
    if root is None or root.fix is None:
        return None
    proof = words(f"proof.{root.proof.by}", what=root.proof.what)
    answer = words("q.verify.a", check=words.stop(root.fix.verify), proof=proof)
    return Question(words("q.verify", fix=root.fix.title), answer)


def _chain(words: Words, root: Root | None) -> Question | None:
    if root is None or len(root.path) < 2:
        return None
    answer = words("q.chain.a", path=" → ".join(p.title for p in root.path))
    return Question(words("q.chain", root=root.problem.title, symptom=root.path[0].title), answer)


def prevention(path: Path, problems: list[Named]) -> list[Prevention]:
    """The conditions of goals that name a problem of the path; what was false from the start first, then the deepest."""
    knowledge = path.walk.engine.knowledge
    wanted = {p.id: p for p in problems}
    rank = {name: n for n, name in enumerate(wanted)}
    found: dict[str, tuple[int, Prevention]] = {}
    for goal in sorted(knowledge.ids("goal"), key=lambda g: g != GPU_USABLE):
        for required in knowledge.goal(goal).requires:
            if required.problem in wanted and required.condition not in found:
                made = _prevention(path, goal, required, wanted[required.problem])
                found[required.condition] = (rank[required.problem], made)
    return [made for _, made in sorted(found.values(), key=lambda item: (item[1].then != "false", item[0]))][:4]


def _prevention(path: Path, goal: str, required: Requirement, problem: Named) -> Prevention:
    because = (path.words.zh and required.zh) or required.because
    then = "unknown"
    try:
        facts = path.walk.facts_at(path.walk.weighed[0][0])
        outcome = conditions.parse(required.condition).evaluate(facts, path.walk.engine.tables)
        then = "unknown" if outcome.is_unknown else "true" if outcome.is_true else "false"
    except ConditionError:
        pass
    return Prevention(
        path.named(goal),
        problem,
        because.strip(),
        required.condition,
        then,
        f"kbtui check {goal}",
        f"kbtui plan {goal}",
    )


def openers(path: Path, roots: list[Root]) -> list[str]:
    """Titles of problems whose fixes are known to open one of these root causes."""
    names = [n for r in roots for n in path.walk.engine.leads_to(r.problem.id)]
    return [path.named(n).title for n in dict.fromkeys(names)][:3]


def sources(path: Path, problems: list[str], concepts: list[Lesson]) -> list[Source]:
    """Pages that the person found, then those that the nodes were written from; each address once."""
    knowledge = path.walk.engine.knowledge
    out: dict[str, Source] = {}
    for page in path.walk.state.elsewhere:
        if page.url.startswith(("http://", "https://")):
            out.setdefault(page.url, Source(page.title or page.url, page.url, page.helped))
    for name in problems:
        for r in knowledge.problem(name).references:
            out.setdefault(r.url, Source(r.title, r.url, path.named(name).title))
    for lesson in concepts:
        for r in knowledge.concept(lesson.problem.id).references:
            out.setdefault(r.url, Source(r.title, r.url, lesson.problem.title))
    return list(out.values())
