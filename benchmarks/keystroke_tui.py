"""A key to its results drawn, on a pseudo-terminal, against the same key in a bare Textual Input, taking turns.

    python benchmarks/keystroke_tui.py [--titles 10000] [--rounds N]

Both programs name what they have drawn in a window title, which is written behind the cells; a key's time ends there. kbtui
runs once with nothing else to do, and once while 200 probes run, ten of which never answer. What counts are the ratios
of the p95; milliseconds depend on the machine.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
from benchmarks.search_keystroke import QUERIES  # noqa: E402
from benchmarks.startup import as_installed, on_a_terminal  # noqa: E402
from tests.tui.pty import Terminal  # noqa: E402

BARE = """\
from textual.app import App
from textual.widgets import Input
class Bare(App):
    def compose(self):
        yield Input(placeholder="What do you see?")
    def on_input_changed(self, event):
        self.call_after_refresh(self._driver.write, f"\\x1b]0;drawn {event.value}\\x07")
Bare().run()
"""
OURS = """\
import sys, time
from kbtui.engine import Engine
from kbtui.machine.asks import Raw, Read
from kbtui.machine.probes.spec import Probe
from kbtui.tui.app import KbtuiApp
from kbtui.tui.messages import Opening
from kbtui.tui.screens import ask
from kbtui.tui.settings import Settings
from kbtui.tui.start import SWITCH
from kbtui.tui.watch import Watch
from kbtui.tui.words import Words
class Host:
    kind, name, notes = "live", "made up", []
    def answer(self, asked):
        time.sleep(3600 if "hung" in asked.key else 0.4)
        return Raw(text="x", origin=asked.key)
def parse(seen, out):
    out.add("os.name", "Made Up", seen["file"])
PROBES = [Probe(f"p{n}", {"file": Read(f"/{'hung' if n < 10 else 'p'}{n}")}, parse, ("os.name",)) for n in range(200)]
def look(tell):
    return Watch(Host, lambda: PROBES, tell)
found = ask.AskScreen.on_found
def drawn(self, message):
    found(self, message)
    self.call_after_refresh(self.app._driver.write, f"\\x1b]0;drawn {message.typed}\\x07")
ask.AskScreen.on_found = drawn
sys.setswitchinterval(SWITCH)
KbtuiApp(Opening(Words(zh=False), Settings(), Engine.open, look if sys.argv[1] == "busy" else None)).run()
"""


def keys(terminal: Terminal) -> list[float]:
    """Milliseconds of each key of the queries; the field is emptied between them."""
    times = []
    for query in QUERIES:
        for end in range(1, len(query) + 1):
            terminal.forget()
            began = time.perf_counter()
            terminal.press(query[end - 1])
            mark = f"\x1b]0;drawn {query[:end]}\x07".encode()
            while mark not in terminal.raw:
                assert time.perf_counter() - began < 20, f"{query[:end]!r} was not drawn:\n{terminal.screen.text}"
                terminal.read(0.5)
            times.append((time.perf_counter() - began) * 1000)
        terminal.press("\x15")  # ctrl+u
        terminal.quiet(0.3, 1)
    return times


def p95(times: list[float]) -> float:
    """The slow end."""
    return statistics.quantiles(times, n=20)[-1]


def main() -> None:
    """Print medians, p95 and the ratios."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--titles", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=2)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        env = on_a_terminal(folder)
        env["PYTHONPATH"] = str(as_installed(folder / "site", args.titles, env))
        (folder / "bare.py").write_text(BARE)
        (folder / "ours.py").write_text(OURS)
        runs = {"bare Input": ["bare.py"], "kbtui": ["ours.py", "idle"], "kbtui, 200 probes": ["ours.py", "busy"]}
        subprocess.run([sys.executable, "-m", "compileall", "-q", str(folder / "site")], check=True)
        times: dict[str, list[float]] = {}
        for _ in range(args.rounds):
            for title, (script, *words) in runs.items():
                argv = [sys.executable, str(folder / script), *words]
                with Terminal(argv, env, (120, 40)) as terminal:
                    terminal.until("What do you see?")
                    terminal.quiet(1.5, 4)
                    times.setdefault(title, []).extend(keys(terminal))
        for title, all_of in times.items():
            ratio = p95(all_of) / p95(times["bare Input"])
            print(
                f"{title:20} {len(all_of)} keys, median {statistics.median(all_of):5.1f} ms, p95 {p95(all_of):5.1f} ms, "
                f"ratio of p95 {ratio:.2f}"
            )


if __name__ == "__main__":
    main()
