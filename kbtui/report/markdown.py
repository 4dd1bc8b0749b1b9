"""The learning path as Markdown: for a wiki, an issue, a repository. The drawing is Mermaid; answers stand at the end."""

from __future__ import annotations

import re

from kbtui.report.exports import mermaid
from kbtui.report.model import Branch, Effect, Lesson, Report, Root, Step
from kbtui.report.words import Words

_SPECIAL = re.compile(r"[\\`*\[\]|]|<(?=[A-Za-z/!?])|(?<!\w)_|_(?!\w)|^[#>+-](?=\s)|~(?=~)")
"""What could be markup where it stands; an underscore within a name is none."""


def write(report: Report) -> str:
    """The whole page."""
    words = Words(report.lang == "zh")
    out = [f"# {inline(report.title)}", "", inline(report.summary), ""]
    for danger in report.danger:
        out += [f"> **{words('h.danger')}:** {inline(danger)}", ""]
    if report.machine:
        out += [f"## {words('h.machine')}", "", "| | |", "| --- | --- |"]
        out += [f"| {inline(p.label)} | {inline(p.value)} |" for p in report.machine] + [""]
    if report.graph:
        out += [
            f"## {words('h.picture')}",
            "",
            words("intro.picture" if report.roots else "intro.picture.open"),
            "",
            "```mermaid",
            mermaid(report.graph),
            "```",
            "",
        ]
    out += [f"## {words('h.path')}", "", words("intro.path"), ""]
    day = ""
    for step in report.steps:
        out += _step(step, words, step.clock.removeprefix(day).strip())
        day = step.clock[:10]
    out.append("")
    if report.branches:
        out += [f"## {words('h.branches')}", ""]
        out += [_branch(b, words) for b in report.branches] + [""]
    for number, root in enumerate(report.roots, 1):
        out += _root(root, f" {number}" if report.roots[1:] else "", words)
    if report.lessons:
        out += [f"## {words('h.theory')}", "", words("intro.theory"), ""]
        for number, lesson in enumerate(report.lessons, 1):
            out += _lesson(number, lesson, words)
    out += _prevention(report, words)
    out += _questions(report, words)
    if report.sources:
        out += [f"## {words('h.sources')}", ""]
        out += [f"- {link(s.title, s.url)}" + (f" ({inline(s.why)})" if s.why else "") for s in report.sources] + [""]
    out += [f"## {words('h.notes')}", "", *(f"- {inline(n)}" for n in report.notes)]
    return "\n".join(out).rstrip() + "\n"


def inline(text: str) -> str:
    """A text within a line: nothing in it is markup."""
    return inline_part(" ".join(text.split()))


def prose(text: str) -> str:
    """A node's own words within a line: what stands between back-ticks is code, nothing else is markup."""
    parts = re.split(r"`([^`\n]+)`", " ".join(text.split()))
    return "".join(code(p) if n % 2 else inline_part(p) for n, p in enumerate(parts))


def inline_part(text: str) -> str:
    """`inline` for a piece of a line: the spaces at its ends stay."""
    return _SPECIAL.sub(r"\\\g<0>", text)


def code(text: str) -> str:
    """A text as code within a line."""
    text = " ".join(text.split())
    ticks = "`" * (max((len(t) for t in re.findall(r"`+", text)), default=0) + 1)
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{ticks}{pad}{text}{pad}{ticks}" if text else ""


def block(text: str, indent: str = "") -> list[str]:
    """A text as a block of code, whatever back-ticks it holds."""
    fence = "`" * max(3, max((len(t) for t in re.findall(r"`+", text)), default=0) + 1)
    return [f"{indent}{line}".rstrip() for line in (f"{fence}text", *text.strip("\n").split("\n"), fence)]


def link(title: str, url: str) -> str:
    """A link, or the plain words where the address was redacted."""
    if re.fullmatch(r"https?://[^\s<>()]+", url):
        return f"[{inline(title)}]({url})"
    return f"{inline(title)} ({code(url)})" if url else inline(title)


def _step(step: Step, words: Words, when: str) -> list[str]:
    outcome = f" **{words(step.outcome)}**" if step.outcome else ""
    indent = "  " * step.depth
    out = [
        f"{indent}- {step.number} · {when} ({words('took', time=words.time(step.took))}) **{inline(step.title)}**{outcome}"
    ]
    inner = indent + "  "
    if step.kind == "page":
        out.append(f"{inner}{link(step.said or step.url, step.url)}")
    elif step.said:
        out += ["", *block(step.said, inner), ""]
    out += [f"{inner}- {code(s) if step.kind in ('looked', 'stated') else inline(s)}" for s in step.seen]
    out += [f"{inner}- {_effect(e, words)}" for e in step.effects]
    return out


def _effect(effect: Effect, words: Words) -> str:
    if effect.kind == "unknown":
        return f"*{words('unknown_leads')}* ({effect.share:.0%})"
    said = f"*{words(effect.kind)}*: {inline(effect.problem.title)}"
    said += f" ({effect.share:.0%})" if effect.share else ""
    return said + (f": {code(effect.because)}" if effect.because else "")


def _branch(branch: Branch, words: Words) -> str:
    said = f"- **{inline(branch.problem.title)}**: {words(f'state.{branch.state}')}."
    if branch.state == "ruled_out":
        said += f" {code(branch.because)}"
    elif branch.because:
        said += f" {inline(branch.because)}"
    if branch.share > 0.005 and branch.state == "open":
        said += f" ({words('open.share', share=f'{branch.share:.0%}')})"
    return said + (f" ({words('step', number=branch.step)})" if branch.step else "")


def _root(root: Root, number: str, words: Words) -> list[str]:
    out = [f"## {words('h.root')}{number}: {inline(root.problem.title)}", "", inline(root.summary), ""]
    if len(root.path) > 1:
        out += [f"{words('way')}: {' → '.join(inline(p.title) for p in root.path)}", ""]
    if root.evidence:
        out += [f"### {words('h.evidence')}", ""]
        for piece in root.evidence:
            caveat = f" {inline(words('caveat', what=piece.caveat))}" if piece.caveat else ""
            out.append(f"- {code(piece.text)}" + (f" ({inline(piece.origin)})" if piece.origin else "") + caveat)
        out.append("")
    if root.fix:
        fix = root.fix
        needs = f", {words('needs')}: {words.join(fix.needs)}" if fix.needs else ""
        hurts = f", {words('hurts')}" if fix.hurts == "other users" else ""
        out += [f"### {words('h.fix')}: {inline(fix.title)}", ""]
        out += [f"{fix.minutes} {words('minutes')}, {words('risk')}: {words(f'risk.{fix.risk}')}{needs}{hurts}", ""]
        for place, action in enumerate(fix.actions, 1):
            out.append(f"{place}. {code(action.text) if action.kind == 'run' else inline(action.text)}")
        if fix.undo:
            out += ["", f"{words('h.undo')}: {inline(fix.undo)}"]
        if fix.others:
            out += [
                "",
                inline(words("chosen", count=len(fix.others) + 1)),
                inline(words("others", titles=words.join(fix.others))),
            ]
        out += ["", f"### {words('h.proof')}", "", code(fix.verify), ""]
    out += [inline(words(f"proof.{root.proof.by}", what=root.proof.what)), ""]
    if root.tries[1:]:
        out += [f"{words('h.tries')}:", "", *(f"- {inline(t)}" for t in root.tries), ""]
    return out


def _lesson(number: int, lesson: Lesson, words: Words) -> list[str]:
    out = [f"### {number}. {inline(lesson.problem.title)}", "", inline(lesson.summary), ""]
    why = [words("behind", titles=words.join(lesson.behind))] if lesson.behind else []
    why += [words("before", titles=words.join(lesson.before))] if lesson.before else []
    out += [f"*{inline(w)}*  " for w in why] + ([""] if why else [])
    if lesson.see:
        out += [f"{words('see')}:", "", *block("\n".join(lesson.see)), ""]
    return out


def _prevention(report: Report, words: Words) -> list[str]:
    out = [f"## {words('h.prevention')}", ""]
    for item in report.prevention:
        said = words("prevent", goal=item.goal.title, because=item.because)
        out.append(f"- {inline(said)} {code(item.condition)}. {inline(words(f'prevent.{item.then}'))}")
        out.append(
            f"  {inline(words('prevent.check'))} {code(item.command)}; {inline(words('prevent.plan'))} {code(item.plan)}"
        )
    if report.opened_by:
        out.append(f"- {inline(words('prevent.opener', titles=words.join(report.opened_by)))}")
    return [*out, *([] if out[2:] else [words("prevent.none")]), ""]


def _questions(report: Report, words: Words) -> list[str]:
    if not report.questions:
        return []
    out = [f"## {words('h.questions')}", ""]
    for number, question in enumerate(report.questions, 1):
        out += [f"{number}. {inline(question.ask)}", "", f"   <details><summary>{words('answer')}</summary>", ""]
        out += [f"   {inline(question.answer)}", ""]
        out += [*block("\n".join(question.show), "   "), ""] if question.show else []
        out += ["   </details>", ""]
    return out
