"""From a case to a draft of a node: what was typed, what turned out true, and tests made from the case itself.

Everything is redacted. A draft is text, YAML below a first line that names its file, so that it can be edited anywhere:

    # problems/driver/key-was-rejected-by-service.yaml
    kind: problem
    title: Key was rejected by service
    ...

`kbtui.authoring.submit` checks it, finds look-alikes and writes it.
"""

from __future__ import annotations

import re
import time
from typing import NamedTuple

import msgspec

from kbtui import conditions
from kbtui.authoring.wording import LONGEST, SHORTEST, aka_of, log_lines, prose_of, sign_of, slug, title_of
from kbtui.diagnosis.case import State
from kbtui.diagnosis.evidence import Observation
from kbtui.diagnosis.result import Diagnosis
from kbtui.engine import Engine, Request
from kbtui.errors import ConditionError, FactError
from kbtui.kb.nodes import Answer, Evidence, Extension, Fix, Need, Often, Problem, Reference, Step, Test
from kbtui.machine.facts import Fact, Facts
from kbtui.machine.given import facts_from
from kbtui.redaction import Redactor

MOST_EVIDENCE = 6
_LONGEST_TEST = 1500
_COMMAND = re.compile(r"^(?:\$ |sudo |pip |conda |apt |dnf |export |[a-z0-9_.-]+ --?\w)")


class Seen(NamedTuple):
    """What a case came to."""

    state: State
    found: Diagnosis
    observations: list[Observation]
    facts: Facts


def look_at(engine: Engine, state: State, request: Request) -> Seen:
    """Diagnose the case as it stands."""
    made = engine.think(request)
    return Seen(state, made.diagnosis, made.observations, made.facts)


def from_case(engine: Engine, seen: Seen, redactor: Redactor, title: str = "") -> str:
    """The draft of a node for what this case was about. `title`: the person's own, else one is taken from the text."""
    text = redactor.text(seen.state.text)
    title = redactor.text(title)[:LONGEST] or title_of(text) or "A problem to be named"
    evidence = _evidence(engine, seen, text)
    aka = aka_of(text, title)
    tests = _tests(seen, evidence, text, aka, redactor)
    told = {t.text.strip().lower() for t in tests if t.text}
    fixes, references = _from_elsewhere(seen.state, redactor)
    solved = seen.state.solved_by if seen.state.solved_by in engine.knowledge.problems else ""
    node = Problem(
        title=title if len(title) >= SHORTEST else f"{title} ...",
        summary=" ".join(prose_of(text))[:600] or f"The machine says: {title}",
        aka=[said for said in aka if said.strip().lower() not in told],
        causes=[{solved: "sometimes"}] if solved else [],
        cause_of=_parent(engine, seen),
        evidence=evidence,
        fixes=[] if solved else fixes,
        references=references,
        reviewed=this_month(),
        tests=tests,
    )
    return to_text(_area(engine, seen), slug(node.title, engine.knowledge.problems), node)


def this_month() -> str:
    """When it was reviewed: now."""
    return time.strftime("%Y-%m")


def to_text(area: str, name: str, node: Problem | Extension) -> str:
    """The node as YAML below the line that names its file."""
    import yaml

    class Dumper(yaml.SafeDumper):
        """Several lines as they are, lists set in, nothing shared."""

        def ignore_aliases(self, data: object) -> bool:
            return True

    def words(dumper: yaml.SafeDumper, said: str) -> yaml.ScalarNode:
        return dumper.represent_scalar("tag:yaml.org,2002:str", said, style="|" if "\n" in said else None)

    Dumper.add_representer(str, words)
    body = yaml.dump(msgspec.to_builtins(node), Dumper=Dumper, sort_keys=False, allow_unicode=True, width=160)
    return f"# problems/{area}/{name}.yaml\n{body}"


def _area(engine: Engine, seen: Seen) -> str:
    """Of the open problem, else of the likeliest cause, else of the entry."""
    problems = engine.knowledge.problems
    near = [*reversed(seen.state.stack), *(c.id for c in seen.found.causes[:1]), *(e.id for e in seen.found.entry[:1])]
    return next((problems[name].area for name in near if name in problems and problems[name].area), "runtime")


def _parent(engine: Engine, seen: Seen) -> list[dict[str, Often]]:
    """The open problem, or the entry, where it has causes already: the new node is one more of them."""
    problems = engine.knowledge.problems
    near = [*reversed(seen.state.stack), *(e.id for e in seen.found.entry[:1])]
    hub = next((n for n in near if n in problems and problems[n].causes and n != seen.state.solved_by), "")
    return [{hub: "rarely"}] if hub else []


def _evidence(engine: Engine, seen: Seen, text: str) -> list[Evidence]:
    """Signs of its own first, then what turned out true of the machine and of what the person answered."""
    known = [o for o in seen.observations if o.kind == "sign"]
    own = [line for line in log_lines(text) if not any(_says_all(o.text, o.raw, line) for o in known)]
    out = [Evidence(sign=sign_of(line), supports="clearly") for line in own[:2]]
    done: set[tuple[str, str]] = set()
    about = _about(seen)
    for item in sorted(seen.observations, key=lambda o: -o.ratio):
        if not item.truth or item.ratio <= 1 or (item.kind, item.about) in done or item.number < 0:
            continue
        if item.problem not in about or (item.kind == "sign" and not item.origin.startswith("line ")):
            continue  # what this machine shows of other troubles, and what stands in its logs alone
        done.add((item.kind, item.about))
        match item.kind:
            case "sign":
                out.append(Evidence(sign=item.about, supports="weakly"))
            case "condition" if _is_whole(engine, item.about):
                out.append(Evidence(condition=item.about, supports="weakly", otherwise="weakly"))
            case "question":
                out.append(Evidence(question=item.about, supports="weakly", otherwise="weakly"))
    return out[:MOST_EVIDENCE]


def _about(seen: Seen) -> set[str]:
    """The problems that the case is about: where it began, what is open, the ways to the likeliest causes."""
    ways = [name for cause in seen.found.causes[:3] for name in cause.path]
    return {*seen.state.stack, *(e.id for e in seen.found.entry), *ways}


def _says_all(found: str, raw: str, line: str) -> bool:
    """Whether a known sign, found in this very line, is most of what it says."""
    return line in raw and len(found) * 2 > len(line)


def _is_whole(engine: Engine, source: str) -> bool:
    try:
        return bool(conditions.parse(source, tables=engine.tables).reads)
    except ConditionError:
        return False


def _tests(seen: Seen, evidence: list[Evidence], text: str, aka: list[str], redactor: Redactor) -> list[Test]:
    """The person's words as one test, what the machine showed and what was answered as others."""
    out = []
    words = "\n".join([*prose_of(text), *log_lines(text)])[:_LONGEST_TEST].strip()
    facts = _told_facts(seen.facts, evidence, redactor)
    asked = [e.question for e in evidence if e.question]
    answers: dict[str, Answer] = {q: "yes" for q in asked if seen.state.answers.get(q) == "yes"}
    is_an_aka = any(words.lower() == said.lower() for said in aka)
    if words and (not is_an_aka or not (facts or answers)):
        out.append(Test(expect="top3", text=words if words.count("\n") == 0 else words + "\n"))
    if facts:
        out.append(Test(expect="supported", facts=facts))
    if answers:
        out.append(Test(expect="supported", answers=answers))
    return out


def _told_facts(facts: Facts, evidence: list[Evidence], redactor: Redactor) -> dict[str, str | list[str]]:
    """The known facts that the conditions read, as a test states them; none whose value would name somebody."""
    names = {n for e in evidence if e.condition for n in conditions.parse(e.condition).reads}
    out: dict[str, str | list[str]] = {}
    for fact in facts:
        if fact.name not in names or fact.state not in ("known", "absent"):
            continue
        name, value = _stated(fact)
        try:
            facts_from({name: value}, "test")
        except FactError:
            continue
        if redactor.value(value, fact.name) == value and (not fact.entity or fact.entity.isdecimal()):
            out[name] = value
    return out


def _stated(fact: Fact) -> tuple[str, str | list[str]]:
    head, _, rest = fact.name.partition(".")
    name = f"{head}[{fact.entity}].{rest}" if fact.entity else fact.name
    if fact.state == "absent":
        return name, "absent"
    if isinstance(fact.value, list | tuple):
        return name, [str(v) for v in fact.value]
    return name, str(fact.value).lower() if isinstance(fact.value, bool) else str(fact.value)


def _from_elsewhere(state: State, redactor: Redactor) -> tuple[list[Fix], list[Reference]]:
    """What was found elsewhere: each page a reference; what helped, the fix."""
    references = [Reference(title=redactor.text(f.title), url=f.url) for f in state.elsewhere]
    fixes = []
    for helped in [redactor.text(f.helped) for f in state.elsewhere if len(f.helped) >= SHORTEST]:
        command = helped.removeprefix("$ ") if _COMMAND.match(helped) else ""
        step = Step(run=command) if command else Step(do=helped)
        needs: list[Need] = ["root"] if command.startswith("sudo ") else []
        fixes.append(Fix(title=helped[:LONGEST], steps=[step], verify="ask: Does it work now?", needs=needs))
    return fixes, references
