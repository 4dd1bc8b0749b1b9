"""`kbtui learn`: what closed cases teach, with its numbers; `--write` makes it count."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

import msgspec

from kbtui.commands import screen
from kbtui.engine import Engine
from kbtui.errors import InputError
from kbtui.kb import packs, trust
from kbtui.kb.knowledge import Knowledge
from kbtui.kb.packs import Pack
from kbtui.team import learn, outcomes

MOVED = 12
"""Shares shown."""


def run(args: Namespace) -> int:
    """0; 1 where there is no closed case yet."""
    folder = _folder(args.folder)
    engine = Engine.open()
    fresh = outcomes.close_all(engine, folder) if not args.folder else 0
    found = list(outcomes.read(folder))
    lessons = learn.study(found, _without(folder))
    written = _write(folder, lessons) if args.write and found else None
    if args.json:
        print(msgspec.json.encode({"schema": "kbtui.learn/1", "folder": str(folder), "lessons": lessons}).decode())
        return 0 if found else 1
    if fresh:
        print(f"{fresh} cases closed since were written to {folder / 'cases' / 'outcomes'}")
    if not found:
        print(f"no closed case in {folder}; `kbtui case answer CASE CAUSE=helped` closes one")
        return 1
    for line in _lines(lessons):
        print(screen.clean(line))
    print(f"wrote {written}" if written else "nothing is changed; --write makes it count")
    return 0


def _folder(named: str | None) -> Path:
    if named:
        path = next((p.path for p in packs.discover() if p.name == named), Path(named).expanduser())
        if not path.is_dir():
            raise InputError(f"{named} is neither a folder nor a pack in force")
        return path
    path = outcomes.place(packs.discover()) or Path()
    if path == Path():
        raise InputError("there is no home folder; name a pack: kbtui learn FOLDER")
    return path


def _without(folder: Path) -> Knowledge:
    """The knowledge as its nodes have it: shrinking starts from there, not from what was learnt before."""
    from kbtui.kb.build import compile_nodes
    from kbtui.kb.source import read_packs

    found = packs.discover()
    if not any(p.path.resolve() == folder.resolve() for p in found):
        found.append(Pack(folder.name, folder))
    nodes, mistakes = read_packs(found)
    return Knowledge(compile_nodes(nodes, "", mistakes))


def _write(folder: Path, lessons: learn.Lessons) -> Path:
    """The person who counts has not to review the count; somebody else who gets it has."""
    home = outcomes.place([])
    if home and folder == home:  # without a team: counts act in the person's own pack
        from kbtui.homes import config_home

        config = config_home()
        folder = config / "pack" if config else folder
    pack = Pack(folder.name, folder)
    reviewed = trust.is_trusted(pack) or not (any(True for _ in packs.files(pack)) or trust.was_trusted(pack))
    path = learn.write(lessons.learned, folder)
    if reviewed:
        trust.trust(pack)
    return path


def _lines(lessons: learn.Lessons) -> list[str]:
    out = [f"{lessons.cases} closed cases, the newest of {lessons.until}"]
    moved = [s for s in lessons.shares if abs(s.now - s.shipped) >= 0.005][:MOVED]
    if moved:
        out.append("how often a cause is behind a problem (the nodes' words -> with your cases):")
    out += [f"  {s.problem} <- {s.end}: {s.shipped:.0%} -> {s.now:.0%} ({s.counted} cases)" for s in moved]
    tried = {n: f for n, f in lessons.learned.problems.items() if f.tried}
    if tried:
        out.append("fixes:")
    for name, fate in sorted(tried.items(), key=lambda item: -item[1].tried)[:MOVED]:
        mean = f", {fate.minutes / fate.helped:.0f} min each" if fate.helped else ""
        out.append(f"  {name}: helped {fate.helped} of {fate.tried} times{mean}")
        if len(fate.fixes) > 1:
            out += [f"    {fix}: {f.helped} of {f.tried}" for fix, f in fate.fixes.items()]
    out += [f"never helped: the question {q} (asked {n} times)" for q, n in lessons.useless.items()]
    out += [f"never occurred here: {', '.join(c)} behind {p}" for p, c in lessons.never.items()]
    out += [f"ended unknown: {p} ({n} cases); `kbtui new --from-case` makes a node" for p, n in lessons.unknown.items()]
    out += [f"no edge yet: {c} was behind {p} in {n} cases; `cause_of` in {c} adds it" for p, c, n in lessons.missing]
    return out
