"""`kbtui show`: one node whole."""

from __future__ import annotations

import shlex
from argparse import Namespace
from collections.abc import Iterator

import msgspec

from kbtui.commands import answer, inputs, screen
from kbtui.commands.screen import style, wrap
from kbtui.diagnosis import render
from kbtui.engine import Engine
from kbtui.errors import InputError
from kbtui.kb.knowledge import Knowledge
from kbtui.kb.mistakes import did_you_mean
from kbtui.machine.catalogue import SPECS
from kbtui.machine.facts import Facts


def run(args: Namespace) -> int:
    """0; an unknown id is bad input."""
    engine = Engine.open()
    knowledge = engine.knowledge
    kind = knowledge.kind_of(args.id)
    if not kind:
        every = [i for k in ("problem", "question", "concept", "goal", "table", "probe") for i in knowledge.ids(k)]
        raise InputError(f"there is no node {args.id!r} ({did_you_mean(args.id, every)})")
    if args.json:
        node = msgspec.to_builtins(getattr(knowledge, kind)(args.id))
        print(
            msgspec.json.encode(
                {"schema": "kbtui.node/1", "id": args.id, "node": node, "origin": knowledge.built.origins.get(args.id)}
            ).decode()
        )
        return 0
    zh = inputs.chinese(args.lang)
    print(style(screen.clean(engine.title(args.id, zh=zh)), "bold"), f"({args.id}, {kind})")
    if kind == "problem" and knowledge.built.credit:
        for line in _credit(knowledge, args.id):
            print(style(screen.clean(line), "dim"))
    if args.why:
        for line in _why(knowledge, args.id):
            print(screen.clean(line))
    for line in _problem(engine, args.id, zh) if kind == "problem" else _other(knowledge, kind, args.id, zh):
        print(line)
    if kind == "problem":
        for fix in render.fixes(knowledge.problem(args.id), Facts(), engine.tables):
            print()
            answer.fix(fix, zh)
    return 0


def _why(knowledge: Knowledge, name: str) -> Iterator[str]:
    """Every file that had to do with the node, and what was refused."""
    built = knowledge.built
    if name in built.origins:
        pack, file, digest = built.origins[name]
        yield f"from pack {pack}, {file}, hash {digest}"
    for what, pack, file, digest in built.over.get(name, ()):
        yield f"{what} {pack}, {file}, hash {digest}" if what == "replaces" else f"added to by {pack}, {file}"
    for mistake in built.mistakes:
        if mistake.file.endswith(f"/{name}.yaml") or f"{name!r}" in mistake.message:
            yield f"left out: {mistake}"


def _credit(knowledge: Knowledge, name: str) -> Iterator[str]:
    """Who found it, and what it was worth: "2026-03: helped 7 times, 9 h saved"."""
    author, fate = knowledge.problem(name).author, knowledge.built.learned.get(name)
    if author:
        yield f"found by {author}"
    if fate and fate.helped:
        saved = (
            f", {fate.saved / 60:.0f} h saved" if fate.saved >= 60 else f", {fate.saved} min saved" * (fate.saved > 0)
        )
        yield f"{fate.first}: helped {fate.helped} time{'s' * (fate.helped > 1)}{saved}"
        if len(fate.fixes) > 1:
            yield from (f"  {fix}: {f.helped} of {f.tried} times" for fix, f in fate.fixes.items())


def _problem(engine: Engine, name: str, zh: bool) -> Iterator[str]:
    knowledge = engine.knowledge
    node, index = knowledge.problem(name), knowledge.problems[name]
    yield wrap((zh and node.zh and node.zh.summary) or node.summary)
    if node.at_once:
        yield style(wrap("! " + ((zh and node.zh and node.zh.at_once) or node.at_once)), "red")
    if knowledge.parents[name]:
        yield "\n" + style("can explain", "bold")
        yield from (f"  {p}  {engine.title(p, zh=zh)}" for p in sorted(knowledge.parents[name]))
    if index.causes:
        yield "\n" + style("can be explained by", "bold")
        yield from (f"  {c}  {engine.title(c, zh=zh)}" for c, _ in sorted(index.causes, key=lambda e: -e[1]))
    leads_here = engine.leads_to(name)
    if leads_here:
        yield "\n" + style("fixes that may lead here", "bold")
        yield from (f"  {p}  {engine.title(p, zh=zh)}" for p in leads_here)
    yield "\n" + style("evidence", "bold")
    for evidence in node.evidence:
        word = f"supports {evidence.supports}" if evidence.supports else f"refutes {evidence.refutes}"
        what = evidence.sign or evidence.condition or f"question {evidence.question}"
        yield wrap(f"{word}: {what}{f' (otherwise {evidence.otherwise})' if evidence.otherwise else ''}", "  ")
    if node.concepts:
        yield "\n" + style("to learn", "bold")
        yield from (f"  {c}" for c in node.concepts)
    if node.references:
        yield "\n" + style("read", "bold")
        yield from (f"  {r.title}: {r.url}" for r in node.references)


def _other(knowledge: Knowledge, kind: str, name: str, zh: bool) -> Iterator[str]:
    if kind == "concept":
        concept = knowledge.concept(name)
        yield wrap(concept.zh.summary if zh and concept.zh else concept.summary)
        yield from (f"  $ {command}" for command in concept.see)
        if concept.requires:
            yield "first: " + ", ".join(concept.requires)
        yield from (f"  {r.title}: {r.url}" for r in concept.references)
    elif kind == "question":
        question = knowledge.question(name)
        yield wrap((zh and question.zh and question.zh.how) or question.how)
        yield "asked for: " + ", ".join(
            p.id
            for p in knowledge.problems.values()
            if any(e.kind == "question" and e.about == name for e in p.evidence)
        )
    elif kind == "goal":
        goal = knowledge.goal(name)
        yield wrap(goal.summary)
        yield from (wrap(f"- {r.condition}: {r.because}", "  ") for r in goal.requires)
    elif kind == "probe":
        probe = knowledge.probe(name)
        words = shlex.join(probe.run) if probe.run else probe.read
        yield f"looks at: {words}" if words else "its pack is not trusted: it does not run (`kbtui trust FOLDER`)"
        for fact, sought in probe.facts.items():
            yield wrap(f"{fact}: {SPECS[fact].meaning if fact in SPECS else ''} ({probe.parse} {sought.find})", "  ")
    else:
        table = knowledge.table(name)
        yield f"{len(table.rows)} rows by {table.key}, reviewed {table.reviewed}"
        yield "  ".join(table.types)
        yield from ("  ".join(str(row.get(c) or "-") for c in table.types) for row in table.rows)
