"""Packs read from their YAML: the cold way to the knowledge, and what lint looks at."""

from __future__ import annotations

from kbtui.kb.build import Nodes, compile_nodes
from kbtui.kb.knowledge import Built
from kbtui.kb.layers import merge
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


def build_packs(packs: list[Pack], key: str) -> Built:
    """Read, merge and compile."""
    nodes, mistakes = read_packs(packs)
    return compile_nodes(nodes, key, mistakes)
