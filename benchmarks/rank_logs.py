"""64 rank logs of 20 MB with one true cause: is it named first, and how long does it take beside `rg -c -f SIGNS`?

    python -m benchmarks.rank_logs [--ranks 64] [--megabytes 20] [--rounds 2] [--rg-seconds 60]

One rank's GPU falls off the bus; 600 s later the watchdogs of all others time out, connections close and the launcher
ends them. Half an hour before, another rank had an error that it survived. kbtui does the whole of `diagnose -f`: the scan
with all shipped signs, the story, the causes. ripgrep, on the same files in the same run, counts lines with

  shipped   the shipped signs that are messages, which kbtui looks for too; stopped after --rg-seconds, then on one log
            alone, from which its time is reckoned
  plain     1,000 invented signs, most of them plain text, as in benchmarks.scan_log: not what kbtui does, a fast rg

Only the ratios mean much on a shared machine. The logs are made in a temporary folder (1.3 GB) and removed.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import shutil
import statistics
import subprocess
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path

from benchmarks.scan_log import make_signs
from kbtui.diagnosis import logs, ranks
from kbtui.engine import Engine, Request
from kbtui.kb import marks

BEGAN = datetime(2026, 11, 3, 1, 0, 0)
CAUSE = "gpu-fell-off-bus"


def chatter(rng: random.Random) -> list[str]:
    """What a training run writes while nothing is wrong; `%s` is where the time goes."""
    out = []
    for n in range(4000):
        out += [
            f"%s INFO step {n} | loss {rng.random() * 3:.5f} | grad norm {rng.random():.3f} | lr 3.0e-04 | tokens/s {rng.randrange(90000, 99999)} | mfu 41.{n % 10}",
            f"%s gpu000:{3000 + n % 8}:{4000 + n % 8} [{n % 8}] NCCL INFO Channel {n % 32:02d}/32 : {n % 8}[{n % 8}] -> {(n + 1) % 8}[{(n + 1) % 8}] via P2P/CUMEM/read",
            f"%s INFO DataLoader worker {n % 32} fetched batch {n} in {rng.random():.4f} s (queue {n % 64})",
            f"%s INFO mlx5_{n % 8}: port 1 counters tx={n * 4096} rx={n * 4080} no errors",
            f"%s INFO [allocator] reserved {rng.randrange(70000)} MiB allocated {rng.randrange(60000)} MiB segments {n % 900} on device cuda:{n % 8}",
        ]
    return out


def write(path: Path, rank: int, size: int, bad: int, survivor: int, lines: list[str], rng: random.Random) -> None:
    """One rank's log: two hours of work, then its end."""
    host, skew = f"gpu{rank // 8:03d}", timedelta(seconds=rng.uniform(-1, 1))
    failed = BEGAN + timedelta(hours=2)

    def at(moment: datetime) -> str:
        return f"{moment + skew:%Y-%m-%d %H:%M:%S},{rng.randrange(1000):03d}"

    with path.open("w") as out:
        out.write(f"{at(BEGAN)} INFO rank={rank} host={host} torch 2.6.0 NCCL 2.21.5\n")
        blocks = 200
        for number in range(blocks):
            now = at(BEGAN + timedelta(seconds=7200 * number / blocks))
            start = rng.randrange(len(lines))
            chosen = [lines[(start + i) % len(lines)] for i in range(size // blocks // 100)]
            out.write("\n".join(chosen).replace("%s", now) + "\n")
            if rank == survivor and number == int(blocks * 0.75):
                out.write(f"{now} {host}:3001:4001 [1] NCCL WARN NET/Socket : connect failed, retrying\n")
                out.write(f"{now} ERROR OSError: [Errno 116] Stale file handle: /data/shard-17; reading again\n")
        if rank == bad:
            kernel = f"{failed + skew:%b %d %H:%M:%S} {host} kernel: NVRM: "
            out.write(f"{kernel}Xid (PCI:0000:41:00): 79, pid=4242, GPU has fallen off the bus.\n")
            out.write(
                f"{kernel}Xid (PCI:0000:41:00): 154, GPU recovery action changed from 0x0 (None) to 0x1 (GPU Reset Required)\n"
            )
            return
        end = failed + timedelta(seconds=600 + rng.random()) + skew
        head = f"[rank{rank}]:[E{end.month}{end.day:02d} {end:%H:%M:%S}.{rng.randrange(10**9):09d} ProcessGroupNCCL.cpp:629] "
        out.write(
            f"{head}[Rank {rank}] Watchdog caught collective operation timeout: WorkNCCL(SeqNum=981, OpType=ALLREDUCE, NumelIn=1, NumelOut=1, Timeout(ms)=600000) ran for 600024 milliseconds before timing out.\n"
        )
        out.write(
            f"{head}[PG ID 0 PG GUID 0(default_pg) Rank {rank}] failure detected by watchdog at work sequence id: 981 PG status: last enqueued work: 981, last completed work: 980\n"
        )
        out.write(
            f"[{end:%Y-%m-%d %H:%M:%S}] {host}:3001:4001 [1] misc/socket.cc:57 NCCL WARN socketProgress: Connection closed by remote peer {host}<40001>\n"
        )
        out.write(f"{head}To avoid data inconsistency, we are taking the entire process down.\n")
        out.write(
            f"W{end.month:02d}{end.day:02d} {end:%H:%M:%S}.100000 4200 torch/distributed/elastic/multiprocessing/api.py:897] Sending process {5000 + rank} closing signal SIGTERM\n"
        )


def main() -> None:
    """Print seconds, MB/s and ratios."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--ranks", type=int, default=64)
    options.add_argument("--megabytes", type=int, default=20)
    options.add_argument("--rounds", type=int, default=2)
    options.add_argument("--rg-seconds", type=float, default=60.0)
    args = options.parse_args()
    rng = random.Random(11)
    bad, survivor = rng.sample(range(args.ranks), 2)
    engine = Engine.open()
    with tempfile.TemporaryDirectory() as folder:
        lines = chatter(rng)
        paths = [Path(folder) / f"rank{n}.log" for n in range(args.ranks)]
        for rank, path in enumerate(paths):
            write(path, rank, args.megabytes * 1_000_000, bad, survivor, lines, rng)
        size = sum(p.stat().st_size for p in paths) / 1e6
        print(f"{len(paths)} logs, {size:.0f} MB, {len(os.sched_getaffinity(0))} cores, rank {bad} fails first")
        rg = shutil.which("rg")
        print("" if rg else "rg is not installed\n", end="")
        plain = [s.pattern for s in make_signs(1000, random.Random(7))]
        ours, ratios = [], []
        for _ in range(args.rounds):  # in turn: what else runs on the machine disturbs both
            ours.append(named(engine, [str(p) for p in paths], bad, size))
            if rg:
                ratios.append(beside(rg, "plain", plain, paths, size, ours[-1], args.rg_seconds))
        if rg:
            print(f"plain: median {statistics.median(ratios):.2f} times as fast as rg")
            shipped = [s.pattern for s in engine.signs() if logs.is_message(s.literal)]
            shipped += [m.pattern for m in marks.MARKS]
            beside(rg, "shipped", shipped, paths, size, statistics.median(ours), args.rg_seconds)


def processor() -> float:
    """Seconds of processor time so far, of this process and of its children that have ended."""
    both = resource.getrusage(resource.RUSAGE_CHILDREN), resource.getrusage(resource.RUSAGE_SELF)
    return sum(r.ru_utime + r.ru_stime for r in both)


def named(engine: Engine, paths: list[str], bad: int, size: float) -> float:
    """Seconds of a whole diagnosis, and what it names."""
    start, used = time.perf_counter(), processor()
    read = ranks.read_logs(paths, engine.signs())
    found = engine.diagnose(Request(text=read.text, facts=read.facts, hits=read.hits, notes=read.notes, logs=read.told))
    seconds = time.perf_counter() - start
    first = read.told.first
    right = first is not None and first.rank == bad and first.kind == "failure"
    cause = found.causes[0].id if found.causes else "none"
    entries = [e.id for e in found.entry[:3]]
    print(
        f"kbtui {seconds:.1f} s ({processor() - used:.1f} s of processor), {size / seconds:.0f} MB/s: rank {first.rank if first else None}"
        f" ({'right' if right else 'WRONG'}), entry {entries[0] if entries else 'none'}"
        f" ({'right' if CAUSE in entries else 'WRONG'}), first cause {cause}"
    )
    return seconds


def beside(rg: str, name: str, patterns: list[str], paths: list[Path], size: float, mine: float, most: float) -> float:
    """ripgrep with these patterns, and how many times as long it takes as kbtui; 0 where it refuses them."""
    signs = paths[0].with_name(f"signs-{name}")
    signs.write_text("".join(p + "\n" for p in patterns))
    command = [rg, "-i", "-c", "--regex-size-limit", "1G", "--dfa-size-limit", "1G", "-f", str(signs)]
    start, used = time.perf_counter(), processor()
    try:
        done = subprocess.run([*command, *map(str, paths)], capture_output=True, text=True, check=False, timeout=most)
        seconds, said = time.perf_counter() - start, f" ({processor() - used:.1f} s of processor)"
        if done.returncode > 1:
            print(f"rg, {name}: {done.stderr.strip().splitlines()[-1]}")
            return 0.0
    except subprocess.TimeoutExpired:
        start = time.perf_counter()
        subprocess.run([*command, str(paths[0])], capture_output=True, check=False)
        one = paths[0].stat().st_size / 1e6 / (time.perf_counter() - start)
        seconds, said = size / one, f" (stopped after {most:.0f} s; {one:.1f} MB/s on one log, so about)"
    print(f"rg, {name} ({len(patterns)} patterns): {seconds:.1f} s{said}; kbtui is {seconds / mine:.2f} times as fast")
    return seconds / mine


if __name__ == "__main__":
    main()
