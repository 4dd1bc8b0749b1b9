"""How quickly a large log is scanned for a thousand signs, next to ripgrep with the same patterns on the same file.

    python -m benchmarks.scan_log [--megabytes 200] [--signs 1000] [--rounds 3] [--busy] [--shipped] [--diverse]

Both run in turn, several rounds, in one run; only the ratio means much on a shared machine, and only where both cores
are free. ripgrep counts lines, minds upper and lower case, and does not say which pattern matched. The goal is at least
1.7 times ripgrep. With --shipped the signs are those of the knowledge that kbtui ships. With --diverse no line of the
log is like another one, as in a bug report: words of the shipped nodes and numbers, at random; take some MB of it.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from kbtui.engine import Engine
from kbtui.kb import literals
from kbtui.kb.scan import ScanResult, scan_file
from kbtui.kb.signs import Search, Sign, match_text

WORDS = """allocator barrier bootstrap cache channel checkpoint clock collective communicator context device driver
engine fabric firmware gradient handle kernel launch link loader memory module nccl nvlink operation page peer pinned
pool queue rank register shard socket stream tensor thread timeout topology transport watchdog worker""".split()
REAL = [
    r"NVRM: Xid \(PCI:[0-9a-f:.]+\): 79",
    r"NVRM: Xid \(PCI:[0-9a-f:.]+\): (31|43|45)",
    "CUDA out of memory",
    "GPU has fallen off the bus",
    r"Watchdog caught collective operation timeout",
    r"RmInitAdapter failed!",
    r"NCCL WARN .*(socket|connection) (closed|refused)",
    "uncorrectable ECC error",
    r"API mismatch: the client has",
    "no kernel image is available",
    "device-side assert triggered",
    r"Out of memory: Killed process \d+",
    r"DataLoader worker \(pid.*\) is killed by signal",
    "Required key not available",
    r"libcud\w+\.so.*cannot open",
    r"mlx5_\d+.*link (down|error)",
    "CUBLAS_STATUS_NOT_INITIALIZED",
    r"pcieport.*AER: .*error",
    "loss is nan",
    r"cuda(Malloc|Memcpy)\S* failed",
]
ERRORS = [
    "NVRM: Xid (PCI:0000:41:00): 79, pid=4242, GPU has fallen off the bus.",
    "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has a total capacity of 23.99 GiB",
    "[rank3]:[E] Watchdog caught collective operation timeout: WorkNCCL(SeqNum=981, OpType=ALLREDUCE)",
    "node7:4242:4300 [3] NCCL WARN Call to recv failed: socket closed by peer",
    "RuntimeError: DataLoader worker (pid 9137) is killed by signal: Killed.",
]


def make_signs(count: int, rng: random.Random) -> list[Sign]:
    """Some from life, the others invented: four in ten plain text, four with a number, one with .*, one with (?i)."""
    patterns = list(REAL)
    for number in range(len(patterns), count):
        one, two, three, four = rng.sample(WORDS, 4)
        kind = number % 10
        if kind < 4:
            patterns.append(f"{one} {two} {three} failed in {four}{number}")
        elif kind < 8:
            patterns.append(rf"{one} {two} error \d+ at {three}{number}")
        elif kind < 9:
            patterns.append(f"{one}{number}.*{two} {three}")
        else:
            patterns.append(f"(?i){one} {two}{number} {three} lost")
    return [Sign(f"p#{i}", p, literals.required(p)) for i, p in enumerate(patterns[:count])]


def write_log(path: Path, size: int, errors: float, rng: random.Random) -> None:
    """A training log of `size` bytes; `errors` is the share of lines that a sign from life matches."""
    makers: list[Callable[[int], str]] = [
        lambda n: (
            f"step {n} | loss {rng.random() * 3:.5f} | grad norm {rng.random():.3f} | lr 3.0e-04 | "
            f"tokens/s {rng.randrange(90000, 99999)} | mfu 41.{n % 10}%"
        ),
        lambda n: (
            f"node{n % 16}:{3000 + n % 8}:{4000 + n % 8} [{n % 8}] NCCL INFO Channel {n % 32:02d}/32 : "
            f"{n % 8}[{n % 8}] -> {(n + 1) % 8}[{(n + 1) % 8}] via P2P/CUMEM/read"
        ),
        lambda n: f"DataLoader worker {n % 32} fetched batch {n} in {rng.random():.4f} s (queue {n % 64})",
        lambda n: f"mlx5_{n % 8}: port 1 counters tx={n * 4096} rx={n * 4080} no errors",
        lambda n: (
            f"[allocator] reserved {rng.randrange(70000)} MiB allocated {rng.randrange(60000)} MiB "
            f"segments {n % 900} on device cuda:{n % 8}"
        ),
    ]
    lines = [
        f"2026-11-03 {n // 3600 % 24:02d}:{n // 60 % 60:02d}:{n % 60:02d},{n % 1000:03d} INFO rank={n % 64} "
        + (rng.choice(ERRORS) if rng.random() < errors else makers[rng.randrange(5)](n))
        + "\n"
        for n in range(60_000)
    ]
    with path.open("wb") as out:
        left = size
        while left > 0:  # blocks of lines in ever new order; making each line anew takes minutes
            rng.shuffle(lines)
            block = "".join(lines).encode()
            out.write(block)
            left -= len(block)


def write_diverse_log(path: Path, size: int, words: list[str], rng: random.Random) -> None:
    """A log of `size` bytes in which nothing repeats itself."""
    with path.open("w") as out:
        while size > 0:
            said = [rng.choice(words) if rng.random() < 0.8 else f"{rng.randrange(1 << 24):#x}" for _ in range(12)]
            size -= out.write(f"[{rng.random() * 9999:12.6f}] {' '.join(said)}\n")


def for_ripgrep(pattern: str) -> str:
    """The same for ripgrep, which refuses a backslash where it is not needed and minds the case."""
    return "(?i)" + re.sub(r"\\(.)", lambda m: m[1] if m[1] in "/'\"_:%,@!<>=;`" else m[0], pattern)


def timed(work: Callable[[], object]) -> tuple[float, object]:
    """Seconds, and what came out."""
    begin = time.perf_counter()
    out = work()
    return time.perf_counter() - begin, out


def main() -> None:
    """Print MB/s and the ratio, round by round."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--megabytes", type=int, default=200)
    options.add_argument("--signs", type=int, default=1000)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--busy", action="store_true", help="one line in five matches, not one in 2,000")
    options.add_argument("--shipped", action="store_true", help="the signs of the shipped knowledge")
    options.add_argument("--diverse", action="store_true", help="no line is like another one")
    args = options.parse_args()
    rng = random.Random(7)
    engine = Engine.open()
    signs = engine.signs() if args.shipped else make_signs(args.signs, rng)
    with tempfile.TemporaryDirectory() as folder:
        log, patterns = Path(folder) / "train.log", Path(folder) / "patterns"
        if args.diverse:
            told = (n for name in engine.knowledge.problems for n in engine.knowledge.problem(name).summary.split())
            write_diverse_log(log, args.megabytes * 1_000_000, sorted(set(told)), rng)
        else:
            write_log(log, args.megabytes * 1_000_000, 0.2 if args.busy else 0.0005, rng)
        patterns.write_text("".join(for_ripgrep(s.pattern) + "\n" for s in signs))
        print(f"{log.stat().st_size / 1e6:.0f} MB, {len(signs)} signs, {len(os.sched_getaffinity(0))} cores")
        report_start(signs)
        rg = shutil.which("rg")
        if not rg:
            print("rg is not installed")
        compare(log, signs, [rg, "-c", "-f", str(patterns), str(log)] if rg else [], args.rounds)


def report_start(signs: list[Sign]) -> None:
    """What is paid before the first byte, and for a pasted line."""
    print(f"compile all signs: {timed(lambda: Search(signs))[0] * 1e3:.0f} ms")
    print(f"literals of all signs: {timed(lambda: [literals.required(s.pattern) for s in signs])[0] * 1e3:.0f} ms")
    print(f"signs without a literal: {sum(not s.literal for s in signs)}")
    for name in ("first", "again"):
        seconds, found = timed(lambda: match_text(signs, "it died with\n" + "\n".join(ERRORS)))
        print(f"short text, {name}: {seconds * 1e3:.1f} ms, {len(found)} hits")  # type: ignore[arg-type]


def compare(log: Path, signs: list[Sign], rg: list[str], rounds: int) -> None:
    """kbtui and ripgrep in turn."""
    size = log.stat().st_size / 1e6
    ratios = []
    for number in range(1, rounds + 1):
        ours, result = timed(lambda: scan_file(log, signs))
        assert isinstance(result, ScanResult) and result.incomplete is None, result
        found = len(result.hits) + sum(result.left_out.values())
        line = f"round {number}: kbtui {size / ours:.0f} MB/s ({found} hits)"
        if rg:
            theirs, done = timed(lambda: subprocess.run(rg, capture_output=True, text=True, check=False))
            assert isinstance(done, subprocess.CompletedProcess)
            if done.returncode > 1:
                line += f", rg: {done.stderr.strip().splitlines()[-1]}"
            else:
                ratios.append(theirs / ours)
                line += f", rg {size / theirs:.0f} MB/s ({done.stdout.strip()} lines), ratio {ratios[-1]:.2f}"
        print(line)
    if ratios:
        print(f"ratio to rg: median {statistics.median(ratios):.2f} (goal: at least 1.7)")


if __name__ == "__main__":
    main()
