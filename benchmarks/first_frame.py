"""First frame with keys taken, warm: kbtui on a pseudo-terminal against a minimal Textual app, taking turns.

    python benchmarks/first_frame.py [--rounds N] [--nodes N] [--peer NAME=COMMAND=TEXT ...]

A run is over when the text of the first screen was drawn; with "a key shown", when what was typed then is drawn too. Medians and the ratio to the minimal app of the same run; --nodes lays made-up problems over
the shipped ones. A peer runs in an environment of its own: --peer "posting=/venvs/posting/bin/posting=Collection".
"""

from __future__ import annotations

import argparse
import shlex
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
from benchmarks.startup import as_installed, on_a_terminal  # noqa: E402
from tests.tui.pty import Terminal  # noqa: E402

MINIMAL = """\
from textual.app import App
from textual.widgets import Static
class Minimal(App):
    def compose(self):
        yield Static("first frame")
Minimal().run()
"""
SIZE = (120, 40)


def first_frame(argv: list[str], env: dict[str, str], text: str, keys: str = "") -> float:
    """Seconds from the start to this text on the screen, and to what was typed as soon as it stood there."""
    began = time.perf_counter()
    with Terminal(argv, env, SIZE) as terminal:
        terminal.until(text)
        if keys:
            terminal.press(keys)
            terminal.until(keys)
        return time.perf_counter() - began


def memory(argv: list[str], env: dict[str, str], keys: list[tuple[str, str]]) -> tuple[float, float]:
    """MiB of the process once all of these texts stood on the screen: all that is resident, and what is its own."""
    with Terminal(argv, env, SIZE) as terminal:
        for text, press in keys:
            terminal.until(text, 60)
            terminal.press(press)
        terminal.quiet(2.0, 20)
        lines = Path(f"/proc/{terminal.process.pid}/smaps_rollup").read_text().splitlines()
        kib = {line.split(":")[0]: int(line.split()[1]) for line in lines[1:]}
        return kib["Rss"] / 1024, kib["Anonymous"] / 1024


def main() -> None:
    """Print the ratios."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--nodes", type=int, default=0, help="0: the shipped pack alone")
    parser.add_argument("--peer", action="append", default=[], metavar="NAME=COMMAND=TEXT")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        env = on_a_terminal(folder)
        env["PYTHONPATH"] = str(as_installed(folder / "site", args.nodes, env))
        (folder / "minimal.py").write_text(MINIMAL)
        minimal = [sys.executable, str(folder / "minimal.py")]
        kbtui = [sys.executable, "-P", "-m", "kbtui.cli"]
        subprocess.run([sys.executable, "-m", "compileall", "-q", str(folder / "site")], check=True)
        runs = [("kbtui", kbtui, "What do you see?", "")]
        runs += [("kbtui, a key shown", kbtui, "What do you see?", "x79")]
        for peer in args.peer:
            title, command, text = peer.split("=", 2)
            runs.append((title, shlex.split(command), text, ""))
        times: dict[str, list[float]] = {}
        for number in range(args.rounds + 1):
            for title, argv, text, keys in [("minimal", minimal, "first frame", ""), *runs]:
                took = first_frame(argv, env, text, keys)
                if number:  # the first round warms
                    times.setdefault(title, []).append(took)
        base = statistics.median(times["minimal"])
        for title, took_all in times.items():
            ratio = statistics.median(took_all) / base
            print(f"{title:24} {statistics.median(took_all) * 1000:6.0f} ms   ratio {ratio:.2f}")
        case = [("What do you see?", "black screen after driver install\r"), ("Next:", "j")]
        theirs = memory(minimal, env, [("first frame", "")])
        blind = folder / "blind" / "kbtui" / "screens.json"
        blind.parent.mkdir(parents=True)
        blind.write_text('{"look": false}')
        before = memory(kbtui, env | {"XDG_CONFIG_HOME": str(folder / "blind")}, case)
        for title, ours in (("an open case", before), ("once this machine was looked at", memory(kbtui, env, case))):
            for word, mine, bare in zip(("resident", "its own"), ours, theirs, strict=True):
                print(f"{title}, {word}: {mine:.0f} MiB, minimal {bare:.0f} MiB, ratio {mine / bare:.2f}")


if __name__ == "__main__":
    main()
