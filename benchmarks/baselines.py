"""Two plain ways to find a node by its words, on the same nodes: BM25 and sentence embeddings."""

from __future__ import annotations

import json
import re
import sqlite3
import subprocess
from pathlib import Path
from typing import Any

from kbtui.engine import Engine
from kbtui.kb.docs import documents

_WORD = re.compile(r"[a-z0-9]+|[\u4e00-\u9fff]")


def _all_words(engine: Engine) -> dict[str, str]:
    """Everything that a root cause or hub says of itself, as one text."""
    return {
        d.id: "\n".join([d.title, *d.aka, d.body, d.title_zh, *d.aka_zh, d.body_zh, d.signs_text])
        for d in documents(engine.knowledge)
        if d.kind == "problem"
    }


def bm25(engine: Engine, cases: list[dict[str, Any]]) -> dict[str, list[str]]:
    """Case id to the ids of the problems, best first, by FTS5's own bm25()."""
    db = sqlite3.connect(":memory:")
    db.execute("create virtual table t using fts5(id unindexed, words, tokenize='porter unicode61')")
    spaced = {name: " ".join(_WORD.findall(text.lower())) for name, text in _all_words(engine).items()}
    db.executemany("insert into t values (?, ?)", spaced.items())
    out = {}
    for case in cases:
        words = list(dict.fromkeys(_WORD.findall(case["text"].lower())))[:400]
        query = " OR ".join(f'"{w}"' for w in words)
        rows = db.execute("select id from t where t match ? order by bm25(t) limit 50", (query,)) if query else []
        out[case["id"]] = [r[0] for r in rows]
    return out


def embeddings(engine: Engine, cases: list[dict[str, Any]], python: str) -> dict[str, list[str]]:
    """The same by cosine of embeddings, made in another environment (`benchmarks/embed.py`)."""
    texts = _all_words(engine)
    ask = {"documents": list(texts.values()), "queries": [c["text"] for c in cases]}
    script = Path(__file__).with_name("embed.py")
    done = subprocess.run([python, str(script)], input=json.dumps(ask), capture_output=True, text=True, check=True)
    orders = json.loads(done.stdout)
    names = list(texts)
    return {case["id"]: [names[i] for i in order] for case, order in zip(cases, orders, strict=True)}
