"""What lint asks of a team's probe: it changes nothing, it can find what it seeks, and its facts have a type."""

from __future__ import annotations

from kbtui.authoring.place import Path, Report
from kbtui.errors import FactError, SignError
from kbtui.kb import signs
from kbtui.kb.build import Nodes
from kbtui.kb.mistakes import Mistake
from kbtui.machine.catalogue import TEAM, FactSpec, find, parse_value
from kbtui.machine.probes.team import json_path
from kbtui.machine.team import TeamFact, TeamProbe

_SHELLS = {"sh", "bash", "dash", "zsh", "ksh", "fish", "csh", "tcsh", "env", "xargs", "eval", "ssh", "watch", "timeout"}
_ROOT = {"sudo", "doas", "su", "pkexec", "run0"}
_CHANGES = {
    "rm", "mv", "cp", "dd", "tee", "touch", "mkdir", "chmod", "chown", "ln", "kill", "pkill", "killall", "reboot", "shutdown",
    "modprobe", "rmmod", "insmod", "apt", "apt-get", "dnf", "yum", "zypper", "pacman", "mount", "umount", "setpci", "truncate",
}  # fmt: skip


def check_probe(report: Report, node: TeamProbe) -> None:
    """All rules of one probe."""
    if (node.run is None) == (node.read is None):
        report.no(("run",) if node.run is not None else ("title",), "expected exactly one of run and read")
    if node.run is not None:
        _command(report, node.run)
    if node.read is not None and not node.read.startswith(("/", "~/")):
        report.no(("read",), f"{node.read!r} is no path from the root", "a path begins with / or ~/")
    if not node.facts:
        report.no(("facts",), "a probe gives at least one fact")
    if node.separator is not None and node.parse not in ("key_value", "table"):
        report.no(("separator",), f"{node.parse} has no separator")
    if node.exits != [0] and node.run is None:
        report.no(("exits",), "only a command has exit codes")
    if node.reviewed is None:
        report.no(("title",), "a probe says when it was reviewed", "reviewed: 2026-11")
    for name, fact in node.facts.items():
        _fact(report, ("facts", name), name, fact)
        _sought(report, ("facts", name), node.parse, fact)


def declared_twice(nodes: Nodes) -> list[Mistake]:
    """A fact of a team has one type, whichever of its probes declares it."""
    seen: dict[str, tuple[str, str | None]] = {}
    out = []
    for (_, probe), loaded in nodes.items():
        for name, fact in loaded.node.facts.items() if isinstance(loaded.node, TeamProbe) else ():
            first, kind = seen.setdefault(name, (probe, fact.type))
            if kind != fact.type:
                report = Report(loaded)
                report.no(
                    ("facts", name),
                    f"{name} is {kind} in {first} and {fact.type} here",
                    "one fact has one type",
                    key=True,
                )
                out += report.mistakes
    return out


def _command(report: Report, words: list[str]) -> None:
    program = words[0].rpartition("/")[2] if words else ""
    if not program:
        report.no(("run",), "expected a command, word by word", "run: [lfs, quota, -h, /scratch]")
    elif "/" in words[0] and not words[0].startswith("/"):
        report.no(("run", 0), f"{words[0]!r} is neither a program's name nor a path from the root")
    elif program in _SHELLS:
        report.no(
            ("run", 0), f"{program} runs other commands", "write the command itself, word by word; there is no shell"
        )
    elif program in _ROOT:
        report.no(
            ("run", 0), f"{program} asks for a password", "a probe runs as the person; what it may not see is unknown"
        )
    elif program in _CHANGES:
        report.no(("run", 0), f"{program} changes the machine", "a probe only looks")
    for i, word in enumerate(words):
        if word in ("|", ">", ">>", "<", "&&", ";", "2>&1") or word.startswith("$"):
            report.no(
                ("run", i),
                f"{word!r} means nothing without a shell",
                "the parser finds what you seek in the whole output",
            )


def _fact(report: Report, path: Path, name: str, fact: TeamFact) -> None:
    if name.startswith(TEAM):
        for wanted in ("type", "meaning"):
            if getattr(fact, wanted) is None:
                report.no(path, f"{name}: field {wanted!r} is missing", f"a fact of your own has a {wanted}", key=True)
    else:
        for given in ("type", "meaning", "unit", "stable"):
            if getattr(fact, given):
                report.no((*path, given), f"{name} is the catalogue's; it has its {given} there", key=True)
    try:
        spec = FactSpec(name, fact.type or "text", "", "", fact.unit) if name.startswith(TEAM) else find(name)
        if spec.scope:
            report.no(path, f"{name} is about one {spec.scope}; a probe gives facts of the machine", key=True)
        if fact.otherwise not in (None, "absent"):
            parse_value(spec, fact.otherwise or "")
    except FactError as error:
        report.no(path, str(error), f"a fact of your own begins with {TEAM}", key=True)


def _sought(report: Report, path: Path, parse: str, fact: TeamFact) -> None:
    if parse in ("regex", "count"):
        try:
            signs.check(fact.find)
        except SignError as error:
            report.no((*path, "find"), str(error))
            return
        _groups(report, path, parse, fact.find)
    if parse == "json":
        try:
            json_path(fact.find)
        except FactError as error:
            report.no((*path, "find"), str(error))
    if fact.row is not None and (parse != "table" or "=" not in fact.row):
        report.no((*path, "row"), "a row is `COLUMN=VALUE`, of a table")


def _groups(report: Report, path: Path, parse: str, pattern: str) -> None:
    import re2

    groups = re2.compile(pattern).groups
    if groups > (1 if parse == "regex" else 0):
        wants = "at most one group, the value" if parse == "regex" else "no group: lines are counted"
        report.no((*path, "find"), f"{groups} groups; expected {wants}", "write (?:...) for a group that is no value")
