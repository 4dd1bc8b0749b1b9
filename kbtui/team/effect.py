"""What a change of a pack does to diagnoses: the nodes' tests and the pack's cases, replayed before and after it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import msgspec
from msgspec import Struct

from kbtui.authoring import nodetest
from kbtui.diagnosis.case import State
from kbtui.engine import Engine, Request, to_request
from kbtui.errors import KbtuiError
from kbtui.kb import cache
from kbtui.kb.build import with_node
from kbtui.kb.folder import read_plain, walk
from kbtui.kb.knowledge import Built, Knowledge
from kbtui.kb.load import Loaded
from kbtui.kb.nodes import Problem, Test
from kbtui.kb.packs import Pack
from kbtui.kb.source import build_packs
from kbtui.kb.yamltree import Mark, Scalar

MOST_BYTES = 4 << 20
"""Of one shared case."""
COMPARED = 3
"""Causes compared."""
RECOGNISED = 0.3
"""Weight of an entry from which a text counts as recognised, where no cause leads."""


class Replayed(Struct, frozen=True):
    """One test or case, before and after."""

    name: str
    before: list[str]
    """The causes, best first."""
    after: list[str]
    passed_before: bool | None = None
    """Of a test; None for a case, and where that side has no such node."""
    passed_after: bool | None = None

    @property
    def changed(self) -> bool:
        """Whether another cause leads, or a test passes that did not, or the other way."""
        return self.before[:1] != self.after[:1] or self.passed_before != self.passed_after

    @property
    def worse(self) -> bool:
        """Whether a test that passed fails now."""
        return self.passed_before is True and self.passed_after is False


class Item(Struct, frozen=True):
    """Something to replay: a request, and for a test the node and what it expects."""

    name: str
    request: Request
    problem: str = ""
    test: Test | None = None


def opened(packs: list[Pack]) -> Engine:
    """An engine over these packs, built anew and kept nowhere."""
    return _engine(build_packs(packs, ""))


def with_problem(engine: Engine, name: str, area: str, node: Problem) -> Engine:
    """The same knowledge with one problem more, as a trusted pack would bring it; nothing is read from YAML."""
    file = f"problems/{area}/{name}.yaml"
    loaded = Loaded(name, node, Pack("draft", Path()), file, "", Scalar(Mark(1, 1), "", True))
    return _engine(with_node(engine.knowledge.built, loaded))


def passing(engine: Engine, name: str, area: str, node: Problem) -> list[nodetest.Outcome]:
    """A draft's own tests, run as if it were in force."""
    with_it = with_problem(engine, name, area, node)
    return [nodetest.run_one(with_it, name, node, number, test) for number, test in enumerate(node.tests, 1)]


def _engine(built: Built) -> Engine:
    knowledge = Knowledge(built)
    with tempfile.TemporaryDirectory(prefix="kbtui-") as folder:
        index = cache.write(built, knowledge, Path(folder))
        return Engine(knowledge, index)  # the index stays readable while it is open


def compare(before: list[Pack], after: list[Pack], pack: str, *, everything: bool = False) -> list[Replayed]:
    """Every test of the pack's nodes (of all nodes with `everything`) and every case of the pack, on both sides."""
    old = opened(before)
    items = {i.name: i for i in tests(old, pack, everything)}
    new = opened(after)
    items |= {i.name: i for i in tests(new, pack, everything)}
    items |= {i.name: i for found in (*before, *after) if not found.shipped for i in cases(found.path)}
    right = {name: answer(new, item) for name, item in items.items()}
    old = opened(before)  # the packs' own facts are declared by the engine that was opened last
    left = {name: answer(old, item) for name, item in items.items()}
    return [Replayed(name, left[name][0], right[name][0], left[name][1], right[name][1]) for name in sorted(items)]


def tests(engine: Engine, pack: str, everything: bool) -> Iterator[Item]:
    """The tests of the problems that a pack brings or adds to."""
    built = engine.knowledge.built
    for name, origin in built.origins.items():
        mine = origin[0] == pack or any(o[1] == pack for o in built.over.get(name, ()))
        if not (mine or everything):
            continue
        for number, test in enumerate(engine.knowledge.problem(name).tests, 1):
            try:
                yield Item(f"test {name} {number}", nodetest.to_request(test), name, test)
            except KbtuiError:
                continue  # lint says what is wrong with it


def cases(folder: Path) -> Iterator[Item]:
    """The cases of a pack's cases/ folder (`kbtui case export`, `kbtui inbox accept`); outcomes are none."""
    for entry in walk(folder / "cases", ".json"):
        if entry.refused or "outcomes" in entry.path.relative_to(folder).parts:
            continue
        state = read_case(entry.path)
        if state:
            yield Item(f"case {state.id}", to_request(state))


def read_case(path: Path) -> State | None:
    """An exported case; None for anything else."""
    raw = read_plain(path, MOST_BYTES)
    try:
        data = msgspec.json.decode(raw) if raw else None
        if not isinstance(data, dict) or data.pop("schema", "") != "kbtui.case/1":
            return None
        return msgspec.convert(data, State)
    except (msgspec.DecodeError, msgspec.ValidationError, UnicodeDecodeError):
        return None


def answer(engine: Engine, item: Item) -> tuple[list[str], bool | None]:
    """The leading causes, and whether the test passes; None for a case, or where there is no such node."""
    found = engine.diagnose(item.request)
    causes = [c.id for c in found.causes if c.status != "pruned"][:COMPARED]
    if found.unknown_share > 0.5:  # so it is with a node that has no fix yet: what was recognised counts
        seen = [e.id for e in found.entry[:1] if e.weight >= RECOGNISED]
        causes.insert(0, f"unknown below {seen[0]}" if seen else "unknown")
    if item.test is None or item.problem not in engine.knowledge.problems:
        return causes, None
    node = engine.knowledge.problem(item.problem)
    return causes, nodetest.run_one(engine, item.problem, node, 0, item.test).passed


def together(changed: list[Replayed]) -> list[str]:
    """What changed, in sentences; what changed alike stands in one: `3 cases now rank b over a: 20261112-..., ...`."""
    out = []
    alike: dict[tuple[str, str], list[Replayed]] = {}
    for one in changed:
        if one.passed_before == one.passed_after:
            alike.setdefault((_first(one.before), _first(one.after)), []).append(one)
        else:
            fails = one.worse or (one.passed_before is None and one.passed_after is False)
            out.append(("WORSE " if fails else "") + said(one))
    for (before, after), group in sorted(alike.items(), key=lambda item: -len(item[1])):
        if len(group) == 1:
            out.append(said(group[0]))
            continue
        kinds = {one.name.split(" ", 1)[0] for one in group}
        what = f"{kinds.pop()}s" if len(kinds) == 1 else "tests and cases"
        names = ", ".join(one.name.split(" ", 1)[1] for one in group)
        out.append(f"these {len(group)} {what} now rank {after} over {before}: {names}")
    return out


def _first(causes: list[str]) -> str:
    return causes[0] if causes else "nothing"


def said(one: Replayed) -> str:
    """One sentence: `case 20261112: now ranks b over a`."""
    if one.worse:
        return f"{one.name}: passed, fails now ({', '.join(one.after) or 'nothing'})"
    if one.passed_before is False and one.passed_after:
        return f"{one.name}: failed, passes now"
    if one.passed_before is None and one.passed_after is not None:
        return f"{one.name}: new, {'passes' if one.passed_after else 'FAILS'}"
    if one.passed_after is None and one.passed_before is not None:
        return f"{one.name}: its node is gone"
    return f"{one.name}: now ranks {_first(one.after)} over {_first(one.before)}"
