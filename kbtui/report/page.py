"""The learning path as one HTML file: readable on paper and on a phone, light and dark, without any script."""

from __future__ import annotations

from kbtui.report import html, svg
from kbtui.report.html import block, code, tag, text
from kbtui.report.model import Branch, Effect, Lesson, Piece, Question, Remedy, Report, Root, Step
from kbtui.report.words import Words


def write(report: Report) -> str:
    """The whole file."""
    words = Words(report.lang == "zh")
    sections = _sections(report, words)
    contents = " ".join(f'<a href="#{name}">{text(title)}</a>' for name, title, body in sections if body)
    state = {"solved": tag("helped", words("solved"))}.get(report.outcome, "")
    head = [
        "<header>",
        f'<p class="kicker">{text(report.clock)} · {text(words.time(report.worked))} {state}</p>',
        f"<h1>{text(report.title)}</h1>",
        f'<p class="lead">{text(report.summary)}</p>',
        *(f'<p class="danger"><b>{text(words("h.danger"))}</b> {text(d)}</p>' for d in report.danger),
        f'<nav aria-label="{text(words("h.contents"))}">{contents}</nav>',
        "</header>",
    ]
    body = [html.section(name, title, inner) for name, title, inner in sections if inner]
    foot = "".join(f"<p>{text(n)}</p>" for n in report.notes)
    return html.page(report.lang, report.title, "\n".join([*head, *body, f"<footer>{foot}</footer>"]))


def _sections(report: Report, words: Words) -> list[tuple[str, str, str]]:
    roots = [_root(root, number, len(report.roots), words) for number, root in enumerate(report.roots, 1)]
    picture = svg.draw(report.graph, words("h.picture"))
    which = "picture" if report.roots else "picture.open"
    return [
        ("picture", words("h.picture"), f"{_intro(words, which)}<figure>{picture}</figure>" if picture else ""),
        ("root", words("h.roots" if report.roots[1:] else "h.root"), "".join(roots)),
        ("path", words("h.path"), _intro(words, "path") + _walk(report.steps, words)),
        ("branches", words("h.branches"), html.items([_branch(b, words) for b in report.branches], "plain branches")),
        ("theory", words("h.theory"), _theory(report.lessons, words)),
        ("questions", words("h.questions"), _questions(report.questions, words)),
        ("prevention", words("h.prevention"), _prevention(report, words)),
        ("machine", words("h.machine"), html.facts(report.machine) if report.machine else ""),
        ("sources", words("h.sources"), html.items([_source(s.title, s.url, s.why) for s in report.sources])),
    ]


def _intro(words: Words, name: str) -> str:
    return f'<p class="intro">{text(words(f"intro.{name}"))}</p>'


def _source(title: str, url: str, why: str) -> str:
    return html.link(title, url) + (f' <span class="soft">{text(why)}</span>' if why else "")


def _walk(steps: list[Step], words: Words) -> str:
    days = ["", *(s.clock[:10] for s in steps)]
    shown = [_step(s, words, s.clock.removeprefix(day).strip()) for day, s in zip(days, steps, strict=False)]
    return '<ol class="walk">' + "\n".join(shown) + "</ol>"


def _step(step: Step, words: Words, when: str) -> str:
    took = f" · {text(words('took', time=words.time(step.took)))}" if step.took >= 1 else ""
    outcome = f" {tag(step.outcome, words(step.outcome))}" if step.outcome else ""
    out = [
        f'<li id="step-{step.number}" class="{text(step.kind)} {text(step.outcome)}" style="--deep:{min(step.depth, 6)}">',
        f'<p class="when">{step.number} · {text(when)}{took}</p><p class="step">{text(step.title)}{outcome}</p>',
    ]
    if step.kind == "page":
        out.append(f"<p>{html.link(step.said or step.url, step.url)}</p>")
    elif step.said:
        out.append(block(step.said))
    plain = step.kind in ("asked", "page")
    out.append(html.items([text(s) if plain else code(s) for s in step.seen], "plain"))
    out.append(html.items([_effect(e, words) for e in step.effects], "plain effects"))
    return "".join([*out, "</li>"])


def _effect(effect: Effect, words: Words) -> str:
    if effect.kind == "unknown":
        return f"{tag('unknown', words('unknown_leads'))} {effect.share:.0%}"
    share = f' <span class="soft">{effect.share:.0%}</span>' if effect.share else ""
    because = f"<br>{code(effect.because)}" if effect.because else ""
    return f"{tag(effect.kind, words(effect.kind))} {text(effect.problem.title)}{share}{because}"


def _branch(branch: Branch, words: Words) -> str:
    why = code(branch.because) if branch.state == "ruled_out" else text(branch.because)
    share = f" {words('open.share', share=f'{branch.share:.0%}')}" if branch.share > 0.005 else ""
    step = f' <a href="#step-{branch.step}">{text(words("step", number=branch.step))}</a>' if branch.step else ""
    return (
        f"<p>{tag(branch.state, words(f'state.{branch.state}'))} {text(branch.problem.title)}</p>"
        f'<p class="soft">{why}{text(share)}{step}</p>'
    )


def _root(root: Root, number: int, of: int, words: Words) -> str:
    count = f"{number}. " if of > 1 else ""
    step = f' <a href="#step-{root.step}">{text(words("step", number=root.step))}</a>' if root.step else ""
    out = [f'<div class="card"><h3>{count}{text(root.problem.title)}</h3><p>{text(root.summary)}</p></div>']
    if len(root.path) > 1:
        out.append(f'<p class="soft">{text(" → ".join(p.title for p in root.path))}</p>')
    if root.evidence:
        told = html.items([_piece(p, words) for p in root.evidence], "plain")
        out.append(f"<h3>{text(words('h.evidence'))}</h3>{told}")
    if root.fix:
        out.append(_fix(root.fix, words))
    proof = text(words(f"proof.{root.proof.by}", what=root.proof.what))
    check = f" {code(root.proof.check)}" if root.proof.check and root.proof.by != "machine" else ""
    out.append(f"<h3>{text(words('h.proof'))}</h3><p>{proof}{check}{step}</p>")
    if root.tries[1:]:
        out.append(f"<h3>{text(words('h.tries'))}</h3>{html.items([text(t) for t in root.tries])}")
    return "".join(out)


def _piece(piece: Piece, words: Words) -> str:
    """A line of a log is shown whole, with the telling part marked; a fact as it is."""
    origin = f' <span class="soft">{text(piece.origin)}</span>' if piece.origin else ""
    caveat = f'<p class="intro">{text(words("caveat", what=piece.caveat))}</p>' if piece.caveat else ""
    before, found, after = piece.raw.partition(piece.text)
    if piece.raw and found:
        return f"<pre><code>{text(before)}<mark>{text(found)}</mark>{text(after)}</code></pre>{caveat}"
    return f"{code(piece.text)}{origin}{caveat}"


def _fix(fix: Remedy, words: Words) -> str:
    told = [f"{fix.minutes} {words('minutes')}", f"{words('risk')}: {words(f'risk.{fix.risk}')}"]
    told += [f"{words('needs')}: {words.join(fix.needs)}"] if fix.needs else []
    told += [words("hurts")] if fix.hurts == "other users" else []
    told += [f"{words('destroys')}: {words.join(fix.destroys)}"] if fix.destroys else []
    steps = "".join(f"<li>{block(a.text) if a.kind == 'run' else text(a.text)}</li>" for a in fix.actions)
    undo = f"<p><b>{text(words('h.undo'))}</b> {text(fix.undo)}</p>" if fix.undo else ""
    others = ""
    if fix.others:
        said = f"{words('chosen', count=len(fix.others) + 1)} {words('others', titles=words.join(fix.others))}"
        others = f'<p class="soft">{text(said)}</p>'
    return (
        f'<h3>{text(words("h.fix"))}: {text(fix.title)}</h3><p class="soft">{text(" · ".join(told))}</p>'
        f'<ol class="do">{steps}</ol>{undo}{others}'
    )


def _theory(lessons: list[Lesson], words: Words) -> str:
    out = []
    for number, lesson in enumerate(lessons, 1):
        why = [words("behind", titles=words.join(lesson.behind))] if lesson.behind else []
        why += [words("before", titles=words.join(lesson.before))] if lesson.before else []
        see = f'<p class="intro">{text(words("see"))}</p>{block(chr(10).join(lesson.see))}' if lesson.see else ""
        out.append(
            f'<article id="learn-{text(lesson.problem.id)}"><h3>{number}. {text(lesson.problem.title)}</h3>'
            f"<p>{text(lesson.summary)}</p>"
            + "".join(f'<p class="intro">{text(w)}</p>' for w in why)
            + f"{see}</article>"
        )
    return _intro(words, "theory") + "".join(out) if out else ""


def _questions(questions: list[Question], words: Words) -> str:
    """Answers are folded away on a screen; on paper they stand after the questions, numbered alike."""
    if not questions:
        return ""
    asked, answers = "", ""
    for question in questions:
        answer = text(question.answer) + (block("\n".join(question.show)) if question.show else "")
        asked += f"<li>{text(question.ask)}<details><summary>{text(words('answer'))}</summary>{answer}</details></li>"
        answers += f"<li>{answer}</li>"
    return f'<ol>{asked}</ol><div class="on-paper"><h3>{text(words("h.answers"))}</h3><ol>{answers}</ol></div>'


def _prevention(report: Report, words: Words) -> str:
    told = [
        f"{text(words('prevent', goal=i.goal.title, because=i.because))} {code(i.condition)}<br>"
        f"{text(words(f'prevent.{i.then}'))}<br>{text(words('prevent.check'))} {code(i.command)}"
        f"<br>{text(words('prevent.plan'))} {code(i.plan)}"
        for i in report.prevention
    ]
    if report.opened_by:
        told.append(text(words("prevent.opener", titles=words.join(report.opened_by))))
    return html.items(told) if told else f"<p>{text(words('prevent.none'))}</p>"
