"""As-you-type search over 100,000 titles: ours against SQLite's own ranked prefix query, in the same run.

    python benchmarks/search_keystroke.py [--titles 100000] [--json]

Ten queries are typed letter by letter. Each keystroke is timed once with `Index.complete`, once with an FTS5 prefix
query ordered by bm25, taking turns. What counts is the ratio of the two p95; milliseconds depend on the machine.
"""

from __future__ import annotations

import argparse
import json
import random
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from kbtui.kb.search import Doc, Index, build

PARTS = (
    "driver",
    "kernel module",
    "NVLink",
    "power supply",
    "fan",
    "riser",
    "CUDA runtime",
    "cuDNN",
    "display manager",
    "PCIe link",
    "container",
    "scheduler",
    "swap",
    "page file",
    "firmware",
    "thermal pad",
    "NCCL",
    "data loader",
    "secure boot key",
    "monitor cable",
    "memory module",
    "persistence daemon",
    "network card",
    "shared memory",
)
WRONG = (
    "is missing",
    "is too old",
    "hangs",
    "crashes",
    "times out",
    "is refused",
    "runs out of memory",
    "flaps",
    "overheats",
    "is not detected",
    "is slow",
    "reports an error",
    "resets",
    "loses packets",
    "is not loaded",
)
WHEN = (
    "after an update",
    "under load",
    "at boot",
    "after suspend",
    "in a container",
    "on the second node",
    "during training",
    "with two cards",
    "when idle",
    "at random",
    "since the new card",
    "on the first call",
)
PARTS_ZH = (
    "驱动",
    "内核模块",
    "电源",
    "风扇",
    "显卡",
    "显示器",
    "容器",
    "网卡",
    "固件",
    "内存",
    "交换分区",
    "数据加载",
)
WRONG_ZH = ("缺失", "太旧", "卡住", "崩溃", "超时", "被拒绝", "内存不足", "过热", "检测不到", "很慢", "报错", "重置")
QUERIES = (
    "driver is missing after an update",
    "nvlnik flap",
    "tiemout nccl",
    "power supply under load",
    "xid 79",
    "cudnn too old in a container",
    "second node lo",
    "显卡驱动卡住",
    "页面 monitor cable",
    "swap hangs at bo",
)


def documents(titles: int) -> Iterator[Doc]:
    """Titles with made-up component names, so that the vocabulary is as wide as a real one."""
    pick = random.Random(7)
    syllables = [a + b for a in "bdfgklmnprstvz" for b in ("a", "e", "i", "o", "u", "ar", "en", "il", "on", "us")]
    names = ["".join(pick.choices(syllables, k=pick.choice((2, 3)))) for _ in range(20_000)]
    for n in range(titles):
        title = f"{pick.choice(PARTS)} {pick.choice(names)} {pick.choice(WRONG)} {pick.choice(WHEN)}"
        aka = tuple(f"{pick.choice(PARTS)} {pick.choice(WRONG)} {pick.choice(WHEN)}" for _ in range(2))
        zh = pick.choice(PARTS_ZH) + pick.choice(WRONG_ZH)
        yield Doc(
            f"node-{n}",
            "problem",
            title,
            aka,
            "",
            zh,
            (pick.choice(PARTS_ZH) + pick.choice(WRONG_ZH),),
            "",
            f"Xid {n % 130}" if n % 50 == 0 else "",
        )


def plain(docs: list[Doc], path: Path) -> sqlite3.Connection:
    """SQLite's own index of the same names, with prefix lists."""
    with sqlite3.connect(path) as db:
        db.execute("CREATE VIRTUAL TABLE names USING fts5(title, aka, zh, prefix='1 2 3')")
        db.executemany(
            "INSERT INTO names VALUES (?, ?, ?)",
            ((doc.title, " ".join(doc.aka), " ".join((doc.title_zh, *doc.aka_zh))) for doc in docs),
        )
        db.execute("INSERT INTO names (names) VALUES ('optimize')")
    db.close()
    return sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)


def ranked_prefix(db: sqlite3.Connection, typed: str) -> int:
    """FTS5's ranked prefix query; the number of hits."""
    words = typed.split()
    match = " ".join(f'"{word}"' for word in words) + " *"
    return len(db.execute("SELECT rowid FROM names WHERE names MATCH ? ORDER BY rank LIMIT 20", (match,)).fetchall())


def measure(titles: int, folder: Path) -> dict[str, float]:
    """Milliseconds a keystroke, and the ratios."""
    docs = list(documents(titles))
    began = time.perf_counter()
    build(docs, folder / "search.sqlite")
    took = time.perf_counter() - began
    theirs_db = plain(docs, folder / "plain.sqlite")
    ours: list[float] = []
    theirs: list[float] = []
    with Index.open(folder / "search.sqlite") as index:
        index.complete("wrm up"), ranked_prefix(theirs_db, "warm")
        for query in QUERIES:
            for end in range(1, len(query) + 1):
                if not (typed := query[:end]).strip():
                    continue
                start = time.perf_counter()
                index.complete(typed)
                between = time.perf_counter()
                ranked_prefix(theirs_db, typed)
                theirs.append((time.perf_counter() - between) * 1000)
                ours.append((between - start) * 1000)
    theirs_db.close()
    figures = {"titles": titles, "keystrokes": len(ours), "build_s": took}
    for name, times in (("ours", ours), ("fts5", theirs)):
        figures[f"{name}_median_ms"] = statistics.median(times)
        figures[f"{name}_p95_ms"] = statistics.quantiles(times, n=20)[-1]
        figures[f"{name}_max_ms"] = max(times)
    figures["median_ratio"] = figures["ours_median_ms"] / figures["fts5_median_ms"]
    figures["p95_ratio"] = figures["ours_p95_ms"] / figures["fts5_p95_ms"]
    return {name: round(value, 3) for name, value in figures.items()}


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--titles", type=int, default=100_000)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        figures = measure(options.titles, Path(folder))
    if options.json:
        print(json.dumps(figures))
        return
    for name, value in figures.items():
        print(f"{name:16} {value:g}")


if __name__ == "__main__":
    main()
