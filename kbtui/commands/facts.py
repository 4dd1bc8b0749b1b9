"""`kbtui facts`: what is known of a machine, each fact with its state, value, origin, age and raw text; or the catalogue."""

from __future__ import annotations

import time
from argparse import Namespace

import msgspec

from kbtui.commands import facts_commands, inputs, looking
from kbtui.commands.screen import clean, style
from kbtui.diagnosis.evidence import say_fact
from kbtui.diagnosis.explain import facts_out
from kbtui.engine import Engine
from kbtui.machine.catalogue import SPECS, find
from kbtui.machine.derive import derive
from kbtui.machine.facts import Fact, Facts
from kbtui.machine.look import command_for


def run(args: Namespace) -> int:
    """0."""
    if args.commands:
        return facts_commands.run(as_json=args.json)
    tables = Engine.open().tables  # the packs in force may bring facts of their own
    if args.catalogue:
        return _catalogue(args)
    name = find(args.name).name if args.name else None
    look = looking.take(args).look
    facts = look.facts if look else Facts()
    for fact in inputs.parse_sets(args.sets):
        facts.add(fact)
    facts = derive(facts, tables)
    if args.json:
        shown = {k: v for k, v in facts_out(facts).items() if name in (None, k)}
        notes = look.notes if look else []
        print(msgspec.json.encode({"schema": "kbtui.facts/1", "facts": shown, "notes": notes}).decode())
        return 0
    wanted = [f for f in sorted(facts, key=lambda f: (f.name, f.entity)) if name in (None, f.name)]
    for fact in wanted:
        _print(fact, whole=name is not None)
    if name and not wanted:
        print(f"{name} was not looked at")
    if name:
        _print_spec(name)
    return 0


def _print(fact: Fact, *, whole: bool) -> None:
    reason = f": {fact.reason}" if fact.reason else ""
    origin = ", ".join(x for x in (fact.origin or fact.kind, _age(fact)) if x)
    print(clean(f"{say_fact(fact)}{reason}") + style(clean(f"  ({origin})"), "dim"))
    if whole and fact.raw:
        for line in fact.raw.strip().split("\n"):
            print(style("    | " + clean(line), "dim"))


def _age(fact: Fact) -> str:
    """How long ago it was seen; "" where that is not known, or was only now."""
    seconds = time.time() - fact.at if fact.at else 0.0
    for unit, size in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds >= size:
            return f"{seconds / size:.0f} {unit} ago"
    return ""


def _catalogue(args: Namespace) -> int:
    specs = [find(args.name)] if args.name else sorted(SPECS.values())
    if args.json:
        rows = [{**spec._asdict(), "scope": spec.scope or "machine", "see": command_for(spec.name)} for spec in specs]
        print(msgspec.json.encode({"schema": "kbtui.catalogue/1", "facts": rows}).decode())
        return 0
    for spec in specs:
        unit = f", {spec.unit}" if spec.unit else ""
        print(f"{spec.name}  ({spec.type}{unit})  {spec.meaning}")
    return 0


def _print_spec(name: str) -> None:
    spec = SPECS[name]
    unit = f", {spec.unit}" if spec.unit else ""
    print(f"  {spec.meaning} ({spec.type}{unit})")
    print(f"  yielded by: {spec.yields}")
    print(f"  see it yourself: {command_for(name) or 'only a person can tell'}")
    if spec.aliases:
        print(f"  also written: {', '.join(spec.aliases)}")
