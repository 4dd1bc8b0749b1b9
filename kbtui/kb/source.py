"""Packs read from their YAML: the cold way to the knowledge, and what lint looks at."""

from __future__ import annotations

from kbtui.kb import manifest
from kbtui.kb.build import Learnt, Nodes, compile_nodes
from kbtui.kb.knowledge import Built
from kbtui.kb.layers import merge
from kbtui.kb.learned import together
from kbtui.kb.load import load_pack
from kbtui.kb.mistakes import Mistake
from kbtui.kb.packs import Pack
from kbtui.kb.trust import is_trusted


def read_packs(packs: list[Pack]) -> tuple[Nodes, list[Mistake]]:
    """The merged nodes of all packs, and what was wrong with the rest."""
    layers = []
    mistakes: list[Mistake] = []
    for pack in packs:
        nodes, wrong = load_pack(pack)
        layers.append((pack, is_trusted(pack), nodes))
        mistakes += wrong
    merged, more = merge(layers)
    return merged, mistakes + more


def read_extras(packs: list[Pack]) -> tuple[Learnt, list[Mistake]]:
    """Counts, notices and the wish for credit of the trusted packs; the shipped one has none."""
    trusted = [p for p in packs if not p.shipped and is_trusted(p)]
    said = [manifest.manifest(p) for p in trusted]
    told = [manifest.notices(p) for p in trusted]
    taught = [manifest.learned(p) for p in trusted]
    mistakes = [m for _, wrong in [*told, *taught] for m in wrong]
    notices = [notice for found, _ in told for notice in found]
    learnt = Learnt(together(found for found, _ in taught), notices, all(found.credit for found, _ in said))
    return learnt, mistakes


def build_packs(packs: list[Pack], key: str) -> Built:
    """Read, merge and compile."""
    nodes, mistakes = read_packs(packs)
    learnt, wrong = read_extras(packs)
    return compile_nodes(nodes, key, mistakes + wrong, learnt)
