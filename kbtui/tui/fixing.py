"""What can be done with a step, and whether a fix worked. Nothing here runs anything by itself."""

from __future__ import annotations

import contextlib
import re
import shutil
import subprocess
import sys
from typing import NamedTuple

from kbtui import conditions
from kbtui.diagnosis.evidence import say_fact
from kbtui.diagnosis.result import FixOut, StepOut
from kbtui.engine import Engine
from kbtui.errors import ConditionError
from kbtui.kb import packs, trust
from kbtui.machine.facts import Facts
from kbtui.tui.words import Words

_BLANK = re.compile(
    r"<[a-z_]+(?:\.[a-z_0-9]+)+>"
    r"|(?<![$\w{])(?!PCI_BUS_ID)(?:[A-Z]+_)*"
    r"(?:NNN|VERSION|PID|ID|KEYFILE|FILE|FOLDER|DIR|HOST|NODE|DEVICE|PACKAGE|NAME|UUID|ADDRESS)(?![\w=])"
)
"""Begins a `verify` that only a person can tell."""


class Verdict(NamedTuple):
    """true, false or unknown, and what says so."""

    state: str
    what: str


def blanks(step: StepOut) -> list[str]:
    """What the person has to fill in before a command can be run: `<driver.version>`, `KEYFILE`."""
    return list(dict.fromkeys(_BLANK.findall(step.rendered)))


def needed(fix: FixOut) -> frozenset[str]:
    """The facts that its check reads; none where a person has to tell."""
    if fix.asks:
        return frozenset()
    with contextlib.suppress(ConditionError):
        return frozenset(conditions.parse(fix.verify).reads)
    return frozenset()


def verdict(fix: FixOut, facts: Facts, engine: Engine, *, zh: bool) -> Verdict:
    """Whether it worked, as far as the facts tell."""
    if fix.asks:
        return Verdict("unknown", fix.check(zh=zh))
    try:
        outcome = conditions.parse(fix.verify).evaluate(facts, engine.tables)
    except ConditionError:
        return Verdict("unknown", fix.verify)
    if outcome.is_unknown:
        return Verdict("unknown", ", ".join(sorted({name for name, _ in outcome.lacked})) or fix.verify)
    said = ", ".join(dict.fromkeys(say_fact(f) for f in outcome.used)) or fix.verify
    return Verdict("true" if outcome.is_true else "false", said)


def untrusted_pack(engine: Engine, problem: str) -> str:
    """The pack of a problem whose steps may only be copied: one that nobody reviewed here; "" for a trusted one."""
    origin = engine.knowledge.built.origins.get(problem, ("",))[0]
    for pack in packs.discover():
        if pack.name == origin and not trust.is_trusted(pack):
            return pack.name
    return ""


def run(command: str, say: Words) -> int:
    """Run one command in the person's terminal, which is theirs for the time; returns its exit code."""
    shell = shutil.which("bash") or "/bin/sh"
    sys.stdout.write(f"\n{say('run.begin')}\n$ {command}\n\n")
    sys.stdout.flush()
    process = subprocess.Popen([shell, "-c", command])
    while True:
        try:
            code = process.wait()
            break
        except KeyboardInterrupt:  # it went to the command too: wait for how that ends
            continue
    sys.stdout.write(f"\n{say('run.end', code=code)}\n")
    sys.stdout.flush()
    with contextlib.suppress(KeyboardInterrupt):
        sys.stdin.readline()
    return code
