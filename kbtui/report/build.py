"""A walk to the one struct that all writers read. Redacted and free of control characters: it is made to leave."""

from __future__ import annotations

from kbtui.kb.knowledge import Knowledge
from kbtui.machine.facts import Fact
from kbtui.report import steps, study
from kbtui.report.model import SCHEMA, Branch, Named, Pair, Report, Root
from kbtui.report.path import Path, clock
from kbtui.report.private import private
from kbtui.report.tree import tree
from kbtui.report.walk import Walk
from kbtui.report.words import Words

_MACHINE = {
    "os": ("os.name", "os.version"),
    "kernel": ("kernel.release",),
    "gpu": ("gpu.model",),
    "driver": ("driver.version", "driver.flavour"),
    "secure_boot": ("secure_boot.enabled",),
    "cuda": ("cuda.toolkit.version",),
}
_FRAMEWORKS = {"torch.version": "PyTorch", "tensorflow.version": "TensorFlow", "jax.version": "JAX"}


def report(walk: Walk, *, zh: bool) -> Report:
    """The learning path of a walk, in one language."""
    words = Words(zh)
    path = Path(walk, words, steps.numbers(walk))
    made = steps.steps(walk, path, words)
    roots, branches = path.roots(), path.branches()
    first, last = walk.weighed[0][1], walk.weighed[-1][1]
    entries = [path.named(e.id) for e in first.entry]
    on_path = _on_path(path, roots, branches, entries)
    theory = study.lessons(path, on_path)
    solved = path.solved()
    began, ended = walk.turns[0].at, walk.turns[-1].at
    symptom = roots[0].path[0] if roots and roots[0].path else entries[0] if entries else None
    likeliest = max((c.probability for c in last.causes), default=0.0)
    fine = not roots and not walk.state.text.strip() and last.no_fault_share > likeliest
    danger = {(zh and d.text_zh) or d.text: None for _, found in walk.weighed for d in found.at_once}
    out = Report(
        schema=SCHEMA,
        lang="zh" if zh else "en",
        case=walk.state.id,
        title=words("began")
        if fine
        else symptom.title
        if symptom
        else " ".join(walk.state.text.split())[:80] or walk.state.id,
        outcome="fine" if fine else "solved" if solved else "unknown" if last.unknown_share > 0.5 else "open",
        summary="",
        began=began,
        ended=ended,
        clock=clock(began),
        seconds=walk.seconds,
        worked=walk.worked,
        machine=machine_table(walk.known(), words),
        symptom=walk.turns[0].state.text,
        entries=entries,
        danger=list(danger),
        steps=made,
        branches=branches,
        roots=roots,
        graph=tree(words, branches, roots, entries),
        lessons=theory,
        questions=study.questions(words, roots, branches, theory),
        prevention=study.prevention(path, [path.named(p) for p in reversed(on_path)]),
        opened_by=study.openers(path, roots),
        sources=study.sources(path, on_path, theory),
        notes=_notes(walk, path, words),
    )
    out.summary = _summary(out, path, words)
    return private(out, walk)


def _on_path(path: Path, roots: list[Root], branches: list[Branch], entries: list[Named]) -> list[str]:
    """The problems whose theory matters: the ways to what was found, what was dived into; else the likeliest way."""
    knowledge: Knowledge = path.walk.engine.knowledge
    names = [p.id for r in roots for p in r.path]
    names += [s for t in path.walk.turns if t.kind == "at" for s in t.state.stack]
    if not names:
        top = next((c for c in path.walk.weighed[-1][1].causes if c.probability > 0), None)
        names = list(top.path) if top else [b.id for b in entries[:1]]
    return [n for n in dict.fromkeys(names) if n in knowledge.problems]


def _summary(report: Report, path: Path, words: Words) -> str:
    if report.outcome == "fine":
        share = f"{path.walk.weighed[-1][1].no_fault_share:.0%}"
        took = words("lead.took", steps=len(report.steps), worked=words.time(report.worked))
        return ("" if words.zh else " ").join([words("lead.fine", date=report.clock, share=share), took])
    said = [words("lead", date=report.clock, symptom=words.stop(report.title))]
    roots = report.roots
    if roots:
        last = roots[-1]
        title = words.stop(last.problem.title)
        said.append(words("lead.roots", count=len(roots), root=title) if roots[1:] else words("lead.root", root=title))
        if last.fix and report.outcome == "solved":
            said.append(words("lead.fixed", fix=last.fix.title, proof=words(f"by.{last.proof.by}")))
    if report.outcome != "solved":
        said.append(words("lead.open"))
        held = {r.problem.id for r in roots}
        top = next((c for c in path.walk.weighed[-1][1].causes if c.probability > 0 and c.id not in held), None)
        if report.outcome == "unknown" or top is None:
            said.append(words("lead.unknown"))
        else:
            share = f"{top.probability:.0%}"
            said.append(words("lead.leads", cause=words.stop(path.named(top.id).title), share=share))
    said.append(words("lead.took", steps=len(report.steps), worked=words.time(report.worked)))
    return ("" if words.zh else " ").join(said)


def machine_table(known: dict[tuple[str, str], Fact], words: Words) -> list[Pair]:
    """What machine it was, as far as it was seen."""
    out = []
    for label, names in _MACHINE.items():
        values: dict[str, None] = {}
        for name in names:
            values.update({_value(fact, words): None for (n, _), fact in known.items() if n == name})
        said = [v for v in values if not any(v != other and v in other for other in values)]
        if said:
            out.append(Pair(words(f"m.{label}"), " ".join(said) if label == "os" else words.join(said)))
    frames = [f"{title} {known[name, ''].value}" for name, title in _FRAMEWORKS.items() if (name, "") in known]
    if frames:
        out.append(Pair(words("m.framework"), words.join(frames)))
    return out


def _value(fact: Fact, words: Words) -> str:
    if isinstance(fact.value, bool):
        return words("m.on") if fact.value else words("m.off")
    return str(fact.value)


def _notes(walk: Walk, path: Path, words: Words) -> list[str]:
    out = []
    if walk.state.knowledge and walk.state.knowledge != walk.engine.knowledge.built.stamp:
        then = [words.stop(path.named(n).title) for n in walk.state.found[:3]]
        if then:
            out.append(words("note.knowledge", then=words.join(then)))
    if walk.torn:
        out.append(words("note.torn", count=walk.torn))
    return [*out, words("note.private")]
