"""Logs of a made-up run: ranks that work, one that fails, the others that give up later."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BEGAN = datetime(2026, 11, 3, 1, 0, 0)
FAILED = BEGAN + timedelta(minutes=20)
WAIT = 600
OOM = "[rank{rank}]: torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB. GPU 3 has a total capacity of 79.10 GiB"


def work(rank: int, *, until: datetime = FAILED, skew: float = 0.0, every: float = 4.0) -> list[str]:
    """What a rank writes while nothing is wrong."""
    rng = random.Random(rank)
    lines = [f"{_at(BEGAN, skew)} INFO rank={rank} starts on host=gpu{rank // 8:03d}"]
    moment = BEGAN
    while moment < until:
        lines.append(f"{_at(moment, skew)} INFO step {len(lines)} loss {rng.random():.4f}")
        moment += timedelta(seconds=every)
    return lines


def gives_up(rank: int, *, skew: float = 0.0, sequence: int = 981) -> list[str]:
    """What a rank writes that waited for another in vain."""
    end = FAILED + timedelta(seconds=WAIT + skew)
    head = f"[rank{rank}]:[E{end.month}{end.day:02d} {end:%H:%M:%S}.955028747 ProcessGroupNCCL.cpp:629] "
    return [
        f"{head}[Rank {rank}] Watchdog caught collective operation timeout: WorkNCCL(SeqNum=981, OpType=ALLREDUCE, NumelIn=1, NumelOut=1, Timeout(ms)=600000) ran for 600024 milliseconds before timing out.",
        f"{head}[PG ID 0 PG GUID 0(default_pg) Rank {rank}]  failure detected by watchdog at work sequence id: 981 PG status: last enqueued work: {sequence}, last completed work: {sequence - 1}",
        f"{head}To avoid data inconsistency, we are taking the entire process down.",
        f"W{end.month:02d}{end.day:02d} {end:%H:%M:%S}.776000 2585 torch/distributed/elastic/multiprocessing/api.py:898] Sending process 27{rank} closing signal SIGTERM",
    ]


def run(
    folder: Path, ranks: int = 8, bad: int = 5, end: tuple[str, ...] = (OOM,), skews: dict[int, float] | None = None
) -> list[str]:
    """The logs of a run in which one rank ends with these lines, and what the others write then. Their paths."""
    paths = []
    for rank in range(ranks):
        skew = (skews or {}).get(rank, 0.0)
        lines = work(rank, skew=skew)
        lines += [e.format(rank=rank) for e in end] if rank == bad else gives_up(rank, skew=skew)
        paths.append(write(folder / f"rank{rank}.log", lines))
    return paths


def write(path: Path, lines: list[str]) -> str:
    """The lines as a file; its path."""
    path.write_text("\n".join(lines) + "\n")
    return str(path)


def _at(moment: datetime, skew: float) -> str:
    return f"{moment + timedelta(seconds=skew):%Y-%m-%d %H:%M:%S},000"
