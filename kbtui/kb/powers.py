"""What a pack could do once it is trusted, as a person reviews it: every command, word by word, and every other right.

A pack that only adds problems, questions and concepts, with steps done by hand, has none and needs no trust.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from msgspec import Struct

from kbtui.kb import manifest
from kbtui.kb.load import Loaded, load_pack
from kbtui.kb.nodes import Disable, Extension, Problem
from kbtui.kb.packs import Pack
from kbtui.machine.team import TeamProbe


class Power(Struct, frozen=True, order=True):
    """One thing that only a trusted pack may do."""

    kind: str
    """runs, reads, step, extends, replaces, disables, refutes, alarm, edge, notice, inbox or learned."""
    file: str
    text: str

    @property
    def is_command(self) -> bool:
        """Whether a program would run, or a person would be told to run it."""
        return self.kind in ("runs", "reads", "step")

    def __str__(self) -> str:
        return f"{_SAID[self.kind]}: {self.text}  ({self.file})"


_SAID = {
    "runs": "runs by itself",
    "reads": "reads by itself",
    "step": "a fix tells you to run",
    "extends": "adds to",
    "replaces": "stands in the place of",
    "disables": "switches off",
    "refutes": "rules out",
    "alarm": "is shown above everything",
    "edge": "pushes itself forward",
    "notice": "is said first",
    "inbox": "receives the cases that you share",
    "learned": "moves how likely causes are",
}


def powers(pack: Pack) -> list[Power]:
    """Everything that trust would allow this pack, commands first."""
    nodes, _ = load_pack(pack)
    own = {n.id for n in nodes}
    found = {power for loaded in nodes for power in _of(loaded, own)}
    found.update(_extras(pack))
    return sorted(found, key=lambda p: (not p.is_command, list(_SAID).index(p.kind), p.file, p.text))


def _of(loaded: Loaded, own: set[str]) -> Iterator[Power]:
    node, file = loaded.node, loaded.file
    if isinstance(node, TeamProbe):
        if node.run:
            yield Power("runs", file, shlex.join(node.run))
        if node.read:
            yield Power("reads", file, node.read)
    if isinstance(node, Disable) and node.disable:
        yield Power("disables", file, loaded.id)
    if isinstance(node, Extension):
        yield Power("extends", file, node.extends)
    if not isinstance(node, Problem | Extension):
        return
    for fix in node.fixes:
        for command in [*(s.run for s in fix.steps), fix.undo]:
            if command:
                yield Power("step", file, " ".join(command.split("\n")))
    for evidence in node.evidence:
        if evidence.refutes or evidence.otherwise:
            yield Power("refutes", file, evidence.sign or evidence.condition or evidence.question or "")
        if evidence.supports == "certainly":
            yield Power("edge", file, f"certain by {evidence.sign or evidence.condition or evidence.question}")
    if isinstance(node, Problem):
        if node.override:
            yield Power("replaces", file, loaded.id)
        if node.at_once:
            yield Power("alarm", file, " ".join(node.at_once.split()))
        for listed in node.cause_of:
            for parent, word in listed.items():
                if parent not in own and word != "rarely":
                    yield Power("edge", file, f"{word} behind {parent}")


def _extras(pack: Pack) -> Iterator[Power]:
    for notice in manifest.notices(pack)[0]:
        yield Power("notice", "notices.yaml", " ".join(notice.text.split()))
    if inbox := manifest.manifest(pack)[0].inbox:
        yield Power("inbox", "pack.yaml", inbox)
    learned, _ = manifest.learned(pack)
    if learned.problems:
        yield Power("learned", "learned.yaml", f"{learned.cases} closed cases, {len(learned.problems)} problems")
