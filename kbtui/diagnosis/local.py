"""What holds here for a while (`kbtui.kb.notices`): said before any conclusion, and evidence where it names a problem."""

from __future__ import annotations

from collections.abc import Iterable

from kbtui.diagnosis.evidence import APPLIES, Observation
from kbtui.kb.knowledge import Knowledge
from kbtui.kb.nodes import RATIO
from kbtui.kb.notices import Notice, in_force
from kbtui.machine.facts import Facts


def holding(knowledge: Knowledge, facts: Facts) -> list[Notice]:
    """The notices that hold now on the machine that these facts are of."""
    if not knowledge.built.notices:
        return []
    host = facts.get("machine.hostname")
    return in_force(knowledge.built.notices, str(host.value) if host.state == "known" else "")


def said(notices: Iterable[Notice]) -> list[tuple[str, str]]:
    """As sentences, English and Chinese."""
    return [
        (f"Notice until {n.until}: {' '.join(n.text.split())}", f"通知（至 {n.until}）：{n.zh or n.text}")
        for n in notices
    ]


def observe(knowledge: Knowledge, notices: Iterable[Notice]) -> list[Observation]:
    """Those that name a problem, as evidence for it. One source each: two problems of one notice count once on a path."""
    return [
        Observation(
            problem=notice.problem,
            number=APPLIES,
            kind="notice",
            about=notice.text,
            truth=True,
            ratio=RATIO[notice.supports],
            strength=notice.supports,
            source=f"notice:{notice.text}",
            text=notice.text,
            origin="notice",
        )
        for notice in notices
        if notice.problem and notice.problem in knowledge.problems
    ]
