"""How much of the score was learnt by heart: the figures with and without every phrase that a case's text holds.

    python benchmarks/phrases.py PATH [--list]

A phrase is one `aka`, English or Chinese, or one sign. It is *held* by a case where the two share a run of words: four
in a row, or six Chinese characters. A sign is held where what it matches in a case is as long as that. Some of these
are what a program prints, and anybody with the fault has them on the screen: a held phrase is *backed* where a line of
`messages.yaml`, read in a source that is no case, holds the same run, or is matched by the same sign.

Three rows: all phrases; without the held ones that nothing backs (what may have come from a case); without any held
phrase, backed or not (a lower bound that throws real error messages away as well).
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import yaml

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from benchmarks.cases import by_kbtui, row
from kbtui.engine import Engine
from kbtui.kb import cache, signs
from kbtui.kb.build import Nodes, compile_nodes
from kbtui.kb.knowledge import Knowledge
from kbtui.kb.nodes import Problem
from kbtui.kb.packs import shipped
from kbtui.kb.source import read_packs

MESSAGES = Path(__file__).with_name("messages.yaml")
WORDS, HAN = 4, 6
Runs = set[tuple[str, ...]]


class Phrase(NamedTuple):
    """One aka or sign of one problem that a case's text holds."""

    problem: str
    kind: str
    text: str
    backed: bool


def runs(text: str) -> Runs:
    """Every run of WORDS words and of HAN Chinese characters; case and punctuation do not count."""
    words = re.findall(r"[a-z0-9_]+", text.lower())
    out = {tuple(words[i : i + WORDS]) for i in range(len(words) - WORDS + 1)}
    for stretch in re.findall(r"[\u4e00-\u9fff]+", text):
        out |= {tuple(stretch[i : i + HAN]) for i in range(len(stretch) - HAN + 1)}
    return out


def held(nodes: Nodes, texts: list[str], messages: list[str]) -> list[Phrase]:
    """Every phrase that a text holds."""
    said = set().union(*map(runs, texts))
    printed = set().union(*map(runs, messages))
    return [*_held_names(nodes, said, printed), *_held_signs(nodes, texts, messages)]


def _problems(nodes: Nodes) -> Iterator[tuple[str, Problem]]:
    for (_, name), loaded in nodes.items():
        if isinstance(loaded.node, Problem):
            yield name, loaded.node


def _held_names(nodes: Nodes, said: Runs, printed: Runs) -> Iterator[Phrase]:
    for name, node in _problems(nodes):
        for aka in (*node.aka, *(node.zh.aka if node.zh else ())):
            shared = runs(aka) & said
            if shared:
                yield Phrase(name, "aka", aka, shared <= printed)


def _held_signs(nodes: Nodes, texts: list[str], messages: list[str]) -> Iterator[Phrase]:
    asked = {
        f"{n}\n{e.sign}": signs.Sign(f"{n}\n{e.sign}", e.sign, "")
        for n, p in _problems(nodes)
        for e in p.evidence
        if e.sign
    }
    found = {
        h.key for text in texts for h in signs.match_text([*asked.values()], text) if runs(h.text[h.start : h.end])
    }
    backed = {h.key for h in signs.match_text([asked[k] for k in found], "\n".join(messages))}
    for key in sorted(found):
        name, pattern = key.split("\n", 1)
        yield Phrase(name, "sign", pattern, key in backed)


def without(nodes: Nodes, phrases: Iterable[Phrase]) -> Nodes:
    """The nodes less these phrases."""
    gone = {(p.problem, p.kind, p.text) for p in phrases}
    return {
        key: msgspec.structs.replace(loaded, node=_stripped(key[1], loaded.node, gone)) for key, loaded in nodes.items()
    }


def _stripped(name: str, node: Any, gone: set[tuple[str, str, str]]) -> Any:
    if not isinstance(node, Problem):
        return node

    def kept(names: list[str]) -> list[str]:
        return [a for a in names if (name, "aka", a) not in gone]

    return msgspec.structs.replace(
        node,
        aka=kept(node.aka),
        evidence=[e for e in node.evidence if (name, "sign", e.sign) not in gone],
        zh=msgspec.structs.replace(node.zh, aka=kept(node.zh.aka)) if node.zh else None,
    )


def figures(title: str, nodes: Nodes, cases: list[dict[str, Any]], folder: Path) -> str:
    """One row of the table: these nodes on these cases."""
    built = compile_nodes(nodes, title, [])
    knowledge = Knowledge(built)
    ranked = by_kbtui(Engine(knowledge, cache.write(built, knowledge, folder)), with_facts=False)
    return row(title, [ranked(case) for case in cases])


def main() -> None:
    """Print the three rows, and the phrases with --list."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("path")
    parser.add_argument("--list", action="store_true", help="every held phrase that nothing backs")
    args = parser.parse_args()
    cases: list[dict[str, Any]] = yaml.safe_load(Path(args.path).read_text())
    messages = [line for source in yaml.safe_load(MESSAGES.read_text()) for line in source["lines"]]
    nodes, _ = read_packs([shipped()])
    phrases = held(nodes, [c["text"] for c in cases], messages)
    bare = [p for p in phrases if not p.backed]
    for kind in ("aka", "sign"):
        every = [p for p in phrases if p.kind == kind]
        print(f"{kind}: {len(every)} held by a case, {sum(p.backed for p in every)} of them printed by a program")
    print(f"\n{'':<34} {'n':>4} {'hit@1':>7} {'hit@3':>7} {'hit@5':>7} {'MRR':>6}")
    with tempfile.TemporaryDirectory() as folder:
        for number, (title, gone) in enumerate(
            [("all phrases", []), ("without what nothing backs", bare), ("without any held phrase", phrases)]
        ):
            print(figures(title, without(nodes, gone), cases, Path(folder) / str(number)), flush=True)
    if args.list:
        print()
        for phrase in bare:
            print(f"{phrase.kind:<5} {phrase.problem}: {phrase.text}")


if __name__ == "__main__":
    main()
