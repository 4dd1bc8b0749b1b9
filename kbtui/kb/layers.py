"""Several packs laid over each other: later ones add, extend, override and disable.

What a layer may not do is a Mistake value, never an exception: the rest still loads.
"""

from __future__ import annotations

import msgspec

from kbtui.kb.load import Loaded
from kbtui.kb.mistakes import Mistake, did_you_mean
from kbtui.kb.nodes import Disable, Evidence, Extension, Problem
from kbtui.kb.packs import Pack
from kbtui.machine.team import TeamProbe

KIND_OF = {
    "Problem": "problem",
    "Extension": "problem",
    "Disable": "problem",
    "Question": "question",
    "Concept": "concept",
    "Goal": "goal",
    "Table": "table",
    "TeamProbe": "probe",
}


def merge(layers: list[tuple[Pack, bool, list[Loaded]]]) -> tuple[dict[tuple[str, str], Loaded], list[Mistake]]:
    """(kind, id) to the node in force. Each layer: the pack, whether it is trusted, its nodes."""
    merged: dict[tuple[str, str], Loaded] = {}
    mistakes: list[Mistake] = []
    for pack, trusted, nodes in layers:
        for loaded in nodes:
            wrong = _lay(merged, loaded, trusted or pack.shipped)
            if wrong:
                mistakes.append(Mistake(f"{pack.name}:{loaded.file}", 1, 1, *wrong))
    return merged, mistakes


def _lay(merged: dict[tuple[str, str], Loaded], loaded: Loaded, trusted: bool) -> tuple[str, str] | None:
    node, kind = loaded.node, KIND_OF[type(loaded.node).__name__]
    ids = [name for k, name in merged if k == kind]
    if isinstance(node, Extension):
        base = merged.get((kind, node.extends))
        if base is None or not isinstance(base.node, Problem):
            return f"extends {node.extends!r}, which is no problem of an earlier pack", did_you_mean(node.extends, ids)
        if not trusted:
            return "an untrusted pack may not extend", "review it, then `kbtui trust FOLDER`"
        merged[kind, node.extends] = _replace(base, _extended(base.node, node))
        return None
    if isinstance(node, Disable):
        if (kind, loaded.id) not in merged:
            return f"disables {loaded.id!r}, which is no problem of an earlier pack", did_you_mean(loaded.id, ids)
        if not trusted:
            return "an untrusted pack may not disable", "review it, then `kbtui trust FOLDER`"
        if node.disable:
            del merged[kind, loaded.id]
        return None
    old = merged.get((kind, loaded.id))
    if old is not None:
        wrong = _override(old, loaded, trusted)
        if wrong:
            return wrong
    if isinstance(node, Problem) and not trusted:
        loaded = _replace(loaded, _without_refutation(node))
    if isinstance(node, TeamProbe) and not trusted:
        # Its facts stay declared, so that the pack's conditions can be read; they are unknown until it is trusted.
        loaded = _replace(loaded, msgspec.structs.replace(node, run=None, read=None))
    merged[kind, loaded.id] = loaded
    return None


def _override(old: Loaded, new: Loaded, trusted: bool) -> tuple[str, str] | None:
    named = new.node.override if isinstance(new.node, Problem) else old.hash
    if not trusted:
        return f"an untrusted pack may not replace {old.id!r}", "review it, then `kbtui trust FOLDER`"
    if named is None:
        return (
            f"id {old.id!r} is already that of {old.pack.name}:{old.file}",
            f"to replace it write `override: {old.hash}`; to add to it write `extends: {old.id}` in another file",
        )
    return None


def stale_override(old: Loaded, new: Problem) -> str:
    """A warning when the node that was replaced is no longer the one that was reviewed; "" otherwise."""
    if new.override in (None, old.hash):
        return ""
    return f"overrides {old.id!r} as it was at {new.override}; it is {old.hash} now: compare the two"


def _extended(base: Problem, more: Extension) -> Problem:
    zh = base.zh
    if zh and more.zh:
        zh = msgspec.structs.replace(zh, aka=zh.aka + more.zh.aka)
    return msgspec.structs.replace(
        base,
        aka=base.aka + more.aka,
        causes=base.causes + more.causes,
        evidence=base.evidence + more.evidence,
        fixes=base.fixes + more.fixes,
        concepts=base.concepts + more.concepts,
        references=base.references + more.references,
        tests=base.tests + more.tests,
        zh=zh or more.zh,
    )


def _without_refutation(node: Problem) -> Problem:
    """An untrusted pack cannot prune: what refutes is left out, and `otherwise` with it."""
    kept = [_supporting(e) for e in node.evidence if e.refutes is None]
    return msgspec.structs.replace(node, evidence=kept)


def _supporting(evidence: Evidence) -> Evidence:
    return msgspec.structs.replace(evidence, otherwise=None) if evidence.otherwise else evidence


def _replace(loaded: Loaded, node: Problem | TeamProbe) -> Loaded:
    return msgspec.structs.replace(loaded, node=node)
