"""What an 11 MB nvidia-bug-report costs, next to ripgrep with the same signs on the same file.

    python -m benchmarks.bug_report_speed [REPORT.log.gz] [--megabytes 11] [--rounds 3]

Processor seconds of `kbtui check --from FILE` (start, knowledge, reading, diagnosis) over those of
`zcat FILE | rg -c -f SIGNS`, in turn. Without a report one is made: its sections are repeated until it is large enough.
The goal is at most 4.
"""

from __future__ import annotations

import argparse
import gzip
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.bug_reports import FOLDER
from kbtui.engine import Engine
from kbtui.machine.sources.report_sections import cut, parts

GOAL = 4.0
RG = ["rg", "-c", "--regex-size-limit", "4G", "--dfa-size-limit", "4G", "-f"]


def grown(text: str, size: int) -> str:
    """The report with its own sections again and again, each under a path or arguments of its own."""
    sections = cut(text)
    first, last, middle = sections[0].text, sections[-1].text, [s.text for s in sections[1:-1] if len(s.text) > 2000]
    out, length, number = [s.text for s in sections[:-1]], len(text), 0
    while middle and length < size:
        out.append(middle[number % len(middle)])
        length += len(out[-1])
        number += 1
    assert first and any(p.kind == "end" for p in parts(sections[-1]))
    return "".join([*out, last])


def cpu(command: list[str]) -> float:
    """Processor seconds of a command and its children. Exit 2 is a refusal, of both programs: then there is nothing to compare."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode == 2:
        sys.exit(f"{command[0]} refused: {done.stderr.strip()[-300:]}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    """Print both, round by round, and the median of the ratio."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("report", type=Path, nargs="?", help="left out: the largest of the labelled ones")
    options.add_argument("--megabytes", type=float, default=11)
    options.add_argument("--rounds", type=int, default=3)
    args = options.parse_args()
    report = args.report or max(FOLDER.glob("*.gz"), key=lambda p: p.stat().st_size)
    if not shutil.which("rg"):
        sys.exit("rg is not installed")
    with gzip.open(report, "rt", encoding="utf-8", errors="replace") as file:
        text = grown(file.read(), int(args.megabytes * 1e6))
    with tempfile.TemporaryDirectory() as folder:
        path, patterns = Path(folder) / "nvidia-bug-report.log.gz", Path(folder) / "signs"
        with gzip.open(path, "wt", encoding="utf-8", compresslevel=6) as file:
            file.write(text)
        patterns.write_text("".join(s.pattern + "\n" for s in Engine.open().signs()), encoding="utf-8")
        print(f"{len(text.encode()) / 1e6:.1f} MB, {path.stat().st_size / 1e6:.1f} MB packed")
        ratios = []
        for number in range(1, args.rounds + 1):
            ours = cpu([sys.executable, "-m", "kbtui", "check", "--from", str(path), "--json"])
            theirs = cpu(["sh", "-c", f"zcat {path} | {' '.join(RG)} {patterns}"])
            ratios.append(ours / theirs)
            print(f"round {number}: kbtui {ours:.2f} s, rg {theirs:.2f} s, ratio {ratios[-1]:.2f}")
    print(f"median {statistics.median(ratios):.2f} (goal: at most {GOAL:g})")


if __name__ == "__main__":
    main()
