"""The next step as a sentence, and why it is next."""

from __future__ import annotations

from msgspec import Struct

from kbtui import conditions
from kbtui.diagnosis import render
from kbtui.diagnosis.advice import Step
from kbtui.diagnosis.belief import Belief
from kbtui.diagnosis.entries import Entry
from kbtui.diagnosis.evidence import Lack, Observation
from kbtui.diagnosis.goals import Required
from kbtui.diagnosis.health import FAULT
from kbtui.diagnosis.result import NextOut
from kbtui.kb.knowledge import Knowledge
from kbtui.kb.nodes import Fix
from kbtui.machine.catalogue import SPECS
from kbtui.machine.facts import Facts
from kbtui.machine.look import command_for


class Context(Struct, frozen=True):
    """Everything that an explanation draws on."""

    knowledge: Knowledge
    facts: Facts
    tables: conditions.Tables
    belief: Belief
    observations: list[Observation]
    entries: list[Entry]
    lacks: list[Lack]
    required: list[Required]
    fault: bool
    """Whether the machine's own evidence shows one."""


def next_step(context: Context, step: Step, danger: list[str]) -> NextOut:
    """Danger first; then what the advice chose; then who else can help."""
    knowledge, belief = context.knowledge, context.belief
    if danger:
        node = knowledge.problem(danger[0])
        zh = (node.zh.at_once or "") if node.zh else ""
        return NextOut(
            "fix",
            danger[0],
            (node.at_once or "").strip(),
            "It can do harm: this comes before anything else.",
            zh.strip(),
            "可能造成损害：先做这件事。",
        )
    unmet = next((r for r in context.required if r.state == "false"), None)
    if belief.no_fault > FAULT and unmet:
        prevented = f" (kbtui show {unmet.problem})" if unmet.problem else ""
        return NextOut(
            "none",
            "",
            f"Nothing is broken, but this is missing for the goal: {unmet.text}{prevented}",
            f"No fault leads with {belief.no_fault:.0%}.",
            f"没有故障，但目标还缺这一条：{unmet.text_zh or unmet.text}{prevented}",
            f"最可能的是没有故障（{belief.no_fault:.0%}）。",
        )
    if belief.no_fault > FAULT:
        return NextOut(
            "none",
            "",
            "Nothing to do: what was looked at shows no fault. Where something does go wrong, say what you see.",
            f"No fault leads with {belief.no_fault:.0%}.",
            "无需处理：看过的地方没有故障。如果确实有问题，请说出你看到了什么。",
            f"最可能的是没有故障（{belief.no_fault:.0%}）。",
        )
    if belief.unknown > FAULT:
        return NextOut(
            "none",
            "",
            "Nothing known matches this well. Paste the whole error and the lines before it.",
            f"Unknown leads with {belief.unknown_share:.0%}.",
            "没有已知问题与此相符。请粘贴完整的报错及其前文。",
            f"最可能的是未知原因（{belief.unknown_share:.0%}）。",
        )
    saved = step.without - step.cost
    if step.kind == "question":
        question = knowledge.question(step.id)
        return NextOut(
            "question",
            step.id,
            question.title,
            f"The answer saves about {_minutes(saved)} on average: it tells the likeliest causes apart.",
            question.zh.title if question.zh else "",
            f"回答平均可省约 {saved:.0f} 分钟：它能区分最可能的几个原因。",
        )
    if step.kind == "probe":
        command, meaning = command_for(step.id), SPECS[step.id].meaning
        told = f"Run `{command}` and paste what it prints" if command else f"Find out whether {meaning}"
        return NextOut(
            "probe",
            step.id,
            f"{told} (or say --set {step.id}=...).",
            f"Knowing {step.id} saves about {_minutes(saved)} on average.",
            f"运行 `{command}`，把输出贴回来。" if command else f"查明 {step.id}。",
            f"知道 {step.id} 平均可省约 {saved:.0f} 分钟。",
        )
    if step.kind == "fix":
        node = knowledge.problem(step.id)
        fate = knowledge.built.learned.get(step.id)
        fix = render.best(node, context.facts, context.tables, fate) or render.cheapest(node, fate)
        likely = belief.ends.get(step.id, 0.0)
        others, others_zh = _others(fix, context.facts)
        return NextOut(
            "fix",
            step.id,
            fix.title,
            f"Trying it first is cheapest: {likely:.0%} likely, about {fix.minutes} minutes.{others}",
            fix.zh.title if fix.zh else "",
            f"先试它最省：可能性 {likely:.0%}，约 {fix.minutes} 分钟。{others_zh}",
        )
    reached = max(belief.through, key=lambda n: belief.through[n], default="")
    if reached and belief.ends:
        return _handoff(context, reached)
    return NextOut(
        "none",
        "",
        "Nothing known matches. Say what you see in other words, or paste the error itself.",
        "No problem of the graph fits.",
        "没有已知问题与此相符。请换一种说法，或直接粘贴报错。",
        "图中没有相符的问题。",
    )


def _minutes(saved: float) -> str:
    return "a minute" if saved < 1.5 else f"{saved:.0f} minutes"


def _others(fix: Fix, facts: Facts) -> tuple[str, str]:
    """Whom a fix would disturb, by name where that is known; in English and in Chinese."""
    if fix.hurts != "other users":
        return "", ""
    seen = [facts.get("gpu.other_users", card) for card in facts.entities("gpu")]
    names = sorted({str(n) for f in seen if isinstance(f.value, list) for n in f.value})
    if names:
        return (
            f" It ends the work of {', '.join(names)}: ask them first.",
            f"它会中断 {'、'.join(names)} 的工作：先问他们。",
        )
    if seen and all(f.state in ("known", "absent") for f in seen):
        return "", ""
    return " It can end the work of others on this machine: ask first.", "它可能中断本机上其他人的工作：先问一声。"


def _handoff(context: Context, reached: str) -> NextOut:
    """Who can do what this person cannot, or that nothing here is worth its cost."""
    knowledge, belief = context.knowledge, context.belief
    likely = max(belief.ends, key=lambda e: belief.ends[e])
    if belief.ends[likely] > FAULT:
        fix = render.cheapest(knowledge.problem(likely), knowledge.built.learned.get(likely))
        return NextOut(
            "handoff",
            likely,
            f"Hand it to somebody who has {' and '.join(fix.needs) or 'the time'} here: {fix.title}.",
            f"{belief.ends[likely]:.0%} likely; it cannot be done from where you are.",
            f"请交给有权限的人处理：{fix.zh.title if fix.zh else fix.title}。",
            f"可能性 {belief.ends[likely]:.0%}；在你这里做不了。",
        )
    return NextOut(
        "handoff",
        reached,
        "Hand it on: no fix that can be done from here is likely enough for what it costs.",
        f"{belief.unknown_share:.0%} of the belief is unknown; the causes above are what to tell.",
        "请转交他人：这里能做的修复都不太可能值得花这个时间。",
        f"{belief.unknown_share:.0%} 的可能性是未知；把上面列出的原因告诉对方。",
    )
