"""`kbtui search`: nodes by words."""

from __future__ import annotations

from argparse import Namespace

import msgspec

from kbtui.commands import inputs
from kbtui.commands.screen import clean, style
from kbtui.engine import Engine


def run(args: Namespace) -> int:
    """0 found, 1 nothing."""
    engine = Engine.open()
    said = " ".join(args.words)
    found = engine.search(said, args.limit)
    meant = None if found else engine.did_you_mean(said)
    zh = inputs.chinese(args.lang)
    if args.json:
        rows = [
            {
                "id": m.id,
                "kind": engine.knowledge.kind_of(m.id),
                "title": engine.title(m.id, zh=False),
                "title_zh": engine.title(m.id, zh=True),
                "score": round(m.score, 4),
                "because": m.because,
            }
            for m in found
        ]
        print(
            msgspec.json.encode(
                {"schema": "kbtui.search/1", "query": said, "results": rows, "did_you_mean": meant}
            ).decode()
        )
        return 0 if found else 1
    for match in found:
        print(f"{style(match.id, 'bold')}  {clean(engine.title(match.id, zh=zh))}")
    if not found:
        print(f"nothing found{f'; did you mean: {meant}?' if meant else ''}")
    return 0 if found else 1
