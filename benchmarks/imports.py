"""What each dependency costs: milliseconds of processor time to import it, less a bare interpreter, and MB on disk.

    python -m benchmarks.imports

The least of ten runs each, so that other work on the machine counts little. The table stands in docs/architecture.md.
"""

from __future__ import annotations

import importlib.metadata
import os
import subprocess
import sys
from pathlib import Path

MODULES = {
    "pyyaml": "yaml",
    "msgspec": "msgspec",
    "google-re2": "re2",
    "rapidfuzz": "rapidfuzz.process",
    "networkx": "networkx",
    "textual": "textual.app",
    "rich": "rich.text",
    "zstandard": "zstandard",
    "nvidia-ml-py": "pynvml",
    "clustershell": "ClusterShell.Task",
    "textual-serve": "textual_serve.server",
    "mcp": "mcp.server",
    "shtab": "shtab",
    "sqlite3": "sqlite3",
    "argparse": "argparse",
}
RUNS = 10


def spent(code: str) -> float:
    """Milliseconds of processor time; below zero where it fails."""
    best = float("inf")
    for _ in range(RUNS):
        child = subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = status
        if status:
            return -1.0
        best = min(best, usage.ru_utime + usage.ru_stime)
    return best * 1000


def megabytes(distribution: str) -> float:
    """Of its own files; 0 for the standard library."""
    try:
        files = importlib.metadata.files(distribution) or []
    except importlib.metadata.PackageNotFoundError:
        return 0.0
    paths = [Path(str(file.locate())) for file in files if not str(file).endswith(".pyc")]
    return sum(path.stat().st_size for path in paths if path.is_file()) / 1e6


def main() -> None:
    """One line a package."""
    bare = spent("pass")
    print(f"a bare interpreter: {bare:.0f} ms")
    for name, module in MODULES.items():
        cost = spent(f"import {module}")
        print(f"{name:14} {f'{cost - bare:.0f} ms' if cost >= 0 else 'not installed':>14} {megabytes(name):6.1f} MB")


if __name__ == "__main__":
    main()
