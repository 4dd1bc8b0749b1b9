"""`kbtui facts`: the catalogue, or the facts that a text or `--set` gives."""

from __future__ import annotations

from argparse import Namespace

import msgspec

from kbtui.commands import inputs
from kbtui.commands.diagnose import source_facts
from kbtui.commands.screen import clean
from kbtui.diagnosis.evidence import say_fact
from kbtui.diagnosis.explain import facts_out
from kbtui.engine import Engine
from kbtui.machine.catalogue import SPECS, find
from kbtui.machine.derive import derive
from kbtui.machine.facts import Facts
from kbtui.machine.look import command_for


def run(args: Namespace) -> int:
    """0."""
    if args.source != "none" or args.sets:
        facts = source_facts(args.source)
        for fact in inputs.parse_sets(args.sets):
            facts.add(fact)
        return _print_facts(derive(facts, Engine.open().tables), args)
    specs = [find(args.name)] if args.name else sorted(SPECS.values())
    if args.json:
        rows = [{**spec._asdict(), "scope": spec.scope or "machine", "see": command_for(spec.name)} for spec in specs]
        print(msgspec.json.encode({"schema": "kbtui.catalogue/1", "facts": rows}).decode())
        return 0
    for spec in specs:
        unit = f", {spec.unit}" if spec.unit else ""
        print(f"{spec.name}  ({spec.type}{unit})  {spec.meaning}")
        if args.name:
            print(f"  yielded by: {spec.yields}")
            print(f"  see it yourself: {command_for(spec.name) or 'only a person can tell'}")
            if spec.aliases:
                print(f"  also written: {', '.join(spec.aliases)}")
    return 0


def _print_facts(facts: Facts, args: Namespace) -> int:
    name = find(args.name).name if args.name else None
    if args.json:
        shown = {k: v for k, v in facts_out(facts).items() if name in (None, k)}
        print(msgspec.json.encode({"schema": "kbtui.facts/1", "facts": shown}).decode())
        return 0
    for fact in sorted(facts, key=lambda f: (f.name, f.entity)):
        if name in (None, fact.name):
            print(clean(f"{say_fact(fact)}  ({fact.origin or fact.kind})"))
    return 0
