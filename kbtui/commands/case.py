"""`kbtui case`: saved cases, and `--save`."""

from __future__ import annotations

import sys
import time
from argparse import Namespace

import msgspec

from kbtui.commands import answer, inputs, screen
from kbtui.diagnosis import case, render
from kbtui.diagnosis.elsewhere import redactor_for
from kbtui.diagnosis.result import Diagnosis
from kbtui.engine import Engine, Request, to_request
from kbtui.errors import InputError, KbtuiError
from kbtui.kb import learned
from kbtui.machine.facts import Facts
from kbtui.redaction import Redactor

OUTCOMES = ("helped", "did-not-help", "made-worse")


def run(args: Namespace) -> int:
    """0; 1 for a replay that ends elsewhere."""
    if args.action == "list":
        return _list(args)
    if not args.case:
        raise InputError(f"say which case: kbtui case {args.action} CASE (`kbtui case list` shows them)")
    path = case.path_of(args.case)
    if args.action == "export":
        state = case.load(path)
        return _export(state, redactor_for(state.text, state.facts))
    engine = Engine.open()
    if args.action == "answer":
        _answer(args, engine, path.stem)
    state = case.load(path)
    found = engine.diagnose(to_request(state))
    if args.action in ("answer", "resume"):
        _record_found(engine, found, state.id)
    if args.action == "replay":
        return _replay(args, engine, state, found)
    _print(found, args, state)
    return 0


def begin(engine: Engine, request: Request) -> Diagnosis:
    """Keep a request as a new case and answer it."""
    request.case = case.new_id(request.text)
    case.record(
        request.case,
        "begin",
        text=request.text,
        machine=request.machine,
        notes=request.notes,
        facts=msgspec.to_builtins(request.facts),
        answers=request.answers,
        closed=sorted(request.closed),
        withdrawn=sorted(request.withdrawn),
        hits=msgspec.to_builtins(request.hits) if request.hits is not None else None,
        logs=msgspec.to_builtins(request.logs),
    )
    found = engine.diagnose(request)
    if request.look and found.machine == request.machine:  # not where the text is about another machine
        seen = [f for f in request.look.facts if f.kind in ("live", "bundle") and f.state != "unknown"]
        case.record(request.case, "look", facts=msgspec.to_builtins(seen))
    _record_found(engine, found, request.case)
    return found


def _record_found(engine: Engine, found: Diagnosis, name: str) -> None:
    case.record(name, "found", knowledge=engine.knowledge.built.stamp, causes=[c.id for c in found.causes[:5]])


def _list(args: Namespace) -> int:
    states = list(case.every())
    if args.json:
        rows = [
            {
                "id": s.id,
                "began": s.began,
                "text": s.text[:200],
                "found": s.found[:3],
                "epoch": s.epoch,
                "solved_by": s.solved_by,
            }
            for s in states
        ]
        print(msgspec.json.encode({"schema": "kbtui.cases/1", "cases": rows}).decode())
        return 0
    for state in states:
        mark = f"solved: {state.solved_by}" if state.solved_by else (state.found[0] if state.found else "unknown")
        said = " ".join(state.text.split())
        print(screen.clean(f"{state.id}  {mark}  {said[:60]}"))
    if not states:
        print("no cases yet; `kbtui diagnose TEXT --save` keeps one")
    return 0


def _answer(args: Namespace, engine: Engine, name: str) -> None:
    if not args.values and not args.sets:
        raise InputError(
            "say what you found: QUESTION=yes|no|unknown, CAUSE=helped|did-not-help|made-worse (CAUSE/2: its second fix), "
            "--set FACT=VALUE"
        )
    events: list[tuple[str, dict[str, object]]] = []
    for item in args.values:
        left, _, right = item.partition("=")
        if right in OUTCOMES:
            cause, fix = _fix(engine, left, name)
            events.append(("tried", {"cause": cause, "outcome": right, **fix}))
        else:
            said = inputs.parse_answers([item], engine.knowledge)
            events += [("answer", {"question": q, "said": a}) for q, a in said.items()]
    events += [("fact", {"fact": msgspec.to_builtins(f)}) for f in inputs.parse_sets(args.sets)]
    for kind, what in events:
        case.record(name, kind, **what)
    if any(what.get("outcome") == "helped" for _, what in events):
        _close(engine, name)


def _fix(engine: Engine, said: str, name: str) -> tuple[str, dict[str, str]]:
    """CAUSE, CAUSE/2 or CAUSE/words of the title: the cause and which of its fixes, the one that was advised where none is
    named."""
    cause, _, which = said.partition("/")
    inputs.check_ids([cause], engine.knowledge)
    if engine.knowledge.kind_of(cause) != "problem":
        raise InputError(f"{cause!r} is no problem")
    fixes = engine.knowledge.problem(cause).fixes
    names = [learned.fix_id(f.title) for f in fixes]
    if which:
        fitting = [n for at, n in enumerate(names, 1) if which == str(at) or (not which.isdecimal() and which in n)]
        if len(fitting) != 1:
            listed = "; ".join(f"{at}: {f.title}" for at, f in enumerate(fixes, 1))
            raise InputError(f"{which!r} is none of the fixes of {cause}: {listed or 'it has none'}")
        return cause, {"fix": fitting[0]}
    if not fixes:
        return cause, {}
    fate = engine.knowledge.built.learned.get(cause)
    facts = next(e.value for e in engine.stages(to_request(case.load(case.path_of(name)))) if e.stage == "facts")
    assert isinstance(facts, Facts)
    chosen = render.best(engine.knowledge.problem(cause), facts, engine.tables, fate) or fixes[0]
    if len(fixes) > 1:
        print(
            f"kbtui: counted for the fix {chosen.title!r}; another one: {cause}/NUMBER={'|'.join(OUTCOMES)}",
            file=sys.stderr,
        )
    return cause, {"fix": learned.fix_id(chosen.title)}


def _close(engine: Engine, name: str) -> None:
    """What was found and how long it took, for `kbtui learn`; a pack that cannot be written loses no answer."""
    from kbtui.team import outcomes

    try:
        outcomes.close(engine, case.path_of(name))
    except KbtuiError as error:
        print(f"kbtui: the outcome was not counted: {error}", file=sys.stderr)


def _replay(args: Namespace, engine: Engine, state: case.State, found: Diagnosis) -> int:
    now = [c.id for c in found.causes[:5]]
    same = now == state.found
    changed = engine.knowledge.built.stamp != state.knowledge
    if args.json:
        print(
            msgspec.json.encode(
                {
                    "schema": "kbtui.replay/1",
                    "case": state.id,
                    "same": same,
                    "then": state.found,
                    "now": now,
                    "knowledge_changed": changed,
                }
            ).decode()
        )
        return 0 if same else 1
    why = " (the knowledge has changed since)" if changed else ""
    print(f"{state.id}: {'the same result' if same else 'another result'}{why}")
    if not same:
        print(f"then: {', '.join(state.found)}\nnow:  {', '.join(now)}")
    return 0 if same else 1


def _export(state: case.State, redactor: Redactor) -> int:
    told = msgspec.to_builtins(state)
    redactor.value(told)  # a name may be given away after it was first told
    out = {"schema": "kbtui.case/1", **redactor.value(told)}
    print(msgspec.json.format(msgspec.json.encode(out), indent=2).decode())
    return 0


def _print(found: Diagnosis, args: Namespace, state: case.State) -> None:
    if args.json:
        print(msgspec.json.encode(found).decode())
        return
    began = time.strftime("%Y-%m-%d %H:%M", time.localtime(state.began))
    print(screen.style(f"case {state.id}, begun {began}, epoch {state.epoch}", "dim"))
    for cause, outcome in state.tried:
        print(f"tried {cause}: {outcome}")
    if state.solved_by:
        print(f"solved by {state.solved_by}")
        return
    answer.diagnosis(found, zh=inputs.chinese(args.lang))
