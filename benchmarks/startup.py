"""`kbtui diagnose TEXT`, warm, with 1,000 nodes, against `python -c pass`; 5,000 nodes warm against their cold load.

    python benchmarks/startup.py [--nodes N] [--rounds N]

Both commands take turns in one run; medians and their ratio. The pack is the shipped one with made-up nodes over it up
to --nodes. What is warm is kbtui's own cache and the file system's.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
from benchmarks.synthetic import write_pack  # noqa: E402

TEXT = "after I installed the nvidia driver and rebooted, X does not start, only a black screen with a cursor"


def timed(argv: list[str], env: dict[str, str]) -> float:
    """Wall seconds of one run."""
    start = time.perf_counter()
    subprocess.run(argv, env=env, stdout=subprocess.DEVNULL, check=True, cwd="/")
    return time.perf_counter() - start


def main() -> None:
    """Print both ratios."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--nodes", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=15)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        env = os.environ | {"XDG_CACHE_HOME": f"{folder}/cache", "XDG_CONFIG_HOME": f"{folder}/config"}
        env.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed program has its bytecode
        env["PYTHONPATH"] = str(as_installed(folder / "site", args.nodes, env))
        ours, bare = (
            [sys.executable, "-m", "kbtui.cli", "diagnose", "--no-live", TEXT, "--json"],
            [sys.executable, "-c", "pass"],
        )
        timed(ours, env)
        pairs = [(timed(ours, env), timed(bare, env)) for _ in range(args.rounds)]
        mine, base = (statistics.median(p[i] for p in pairs) for i in (0, 1))
        print(
            f"diagnose, {args.nodes} problems: warm {mine * 1000:.0f} ms, python -c pass {base * 1000:.0f} ms, "
            f"ratio {mine / base:.1f}"
        )
        load_5000(folder, env)


def on_a_terminal(home: Path) -> dict[str, str]:
    """This environment with homes of its own below `home`, on a terminal with all colours."""
    env = {k: v for k, v in os.environ.items() if not k.startswith(("XDG_", "PYTHONDONT", "NO_COLOR"))}
    env |= {f"XDG_{w}_HOME": f"{home}/{w.lower()}" for w in ("CACHE", "CONFIG", "DATA")}
    return env | {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8", "HOME": str(home)}


def as_installed(site: Path, nodes: int, env: dict[str, str]) -> Path:
    """kbtui as a wheel lays it down, with made-up problems up to `nodes` and its built knowledge."""
    shutil.copytree(ROOT / "kbtui", site / "kbtui", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "knowledge", site / "kbtui" / "knowledge")
    have = len(list((ROOT / "knowledge" / "problems").rglob("*.yaml")))
    write_pack(site / "kbtui" / "knowledge", max(0, nodes - have))
    code = (
        "from pathlib import Path\nfrom kbtui.kb import cache, packs, source\nfrom kbtui.kb.knowledge import Knowledge\n"
        "built = source.build_packs([packs.shipped()], 'wheel')\n"
        "cache.write(built, Knowledge(built), packs.shipped().path.parent / 'built')\n"
        f"assert len(built.problems) >= {nodes}, len(built.problems)"
    )
    subprocess.run([sys.executable, "-c", code], env=env | {"PYTHONPATH": str(site)}, check=True, cwd="/")
    return site


def load_5000(folder: Path, env: dict[str, str]) -> None:
    """Opening 5,000 nodes, warm against cold, inside one process each, imports left out."""
    write_pack(folder / "large", 5000)
    code = (
        "import time; from kbtui.kb.cache import open_knowledge; from kbtui.kb.packs import Pack; from pathlib import Path\n"
        f"packs = [Pack('large', Path({str(folder / 'large')!r}), shipped=False)]\n"
        "start = time.perf_counter(); knowledge, _ = open_knowledge(packs); spent = time.perf_counter() - start\n"
        "assert len(knowledge.problems) == 5000, len(knowledge.problems); print(spent)"
    )
    runs = [
        float(subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True).stdout)
        for _ in range(6)
    ]
    warm = statistics.median(runs[1:])
    print(f"5,000 nodes: cold {runs[0]:.2f} s, warm {warm * 1000:.0f} ms, ratio {warm / runs[0]:.3f}")


if __name__ == "__main__":
    main()
