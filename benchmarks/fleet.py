"""A fleet of recorded machines through ClusterShell's own worker interface, against `clush` running the bare collector.

    python -m benchmarks.fleet [64 1000]

Both ask the same hosts in the same run, 64 at once: each host takes a connection's time and then, for each thing that it is
asked, the seconds that this took when the machine was recorded; 2 % give no answer. `clush` runs the whole collector and writes
what comes to a file; kbtui asks, parses, diagnoses and groups. Nothing may be lost, the groups must be right, a host may cost
1 MB and its cost must not grow with their number.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BAR = 1.3
"""Times clush's own time."""
MB_A_HOST = 1.0
FLAT = 1.3
"""What a host of the largest fleet may cost against one of the smallest."""
FANOUT = 64


def plan(count: int) -> dict[str, dict[str, object]]:
    """Most are alike and healthy, 2 % have one fault, 2 % another, 2 % do not answer."""
    out: dict[str, dict[str, object]] = {}
    for i in range(count):
        host: dict[str, object] = {"machine": "healthy-h100-8x-610", "delay": 0.2 + (i * 37 % 50) / 100, "speed": 1.0}
        if i % 50 == 7:
            host["machine"] = "one-of-four-lost"
        elif i % 50 == 23:
            host["machine"] = "row-remap-pending"
        elif i % 50 == 11:
            host["fails"] = "unreachable" if i % 100 == 11 else "refused"
        out[f"gpu{i:04}"] = host
    return out


def expected(count: int) -> dict[str, int]:
    """How many nodes each kind of group holds."""
    nodes = plan(count).values()
    faults = sum(n["machine"] != "healthy-h100-8x-610" for n in nodes)
    return {
        "fault": faults,
        "unreachable": sum(n.get("fails") == "unreachable" for n in nodes),
        "refused": sum(n.get("fails") == "refused" for n in nodes),
        "healthy": count - faults - sum("fails" in n for n in nodes),
    }


def child(count: int) -> None:
    """One fleet check in a process of its own; prints what it found and cost."""
    from kbtui.engine import Engine
    from kbtui.fleet.check import check
    from kbtui.fleet.fan import Fan
    from kbtui.fleet.judge import Order
    from kbtui.fleet.limits import Limits
    from kbtui.fleet.result import FleetOut
    from tests.fleet import hosts

    engine = Engine.open()
    limits = Limits(fanout=FANOUT)
    base = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.perf_counter()
    fan = Fan(limits, hosts.WORKER_CLASS)
    found = None
    for told in check(engine, Order(), list(plan(count)), fan, limits):
        found = told.value
    assert isinstance(found, FleetOut)
    seconds = time.perf_counter() - began
    own, below = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    by_state: dict[str, int] = {}
    for group in found.groups:
        by_state[group.state] = by_state.get(group.state, 0) + len(group.nodes)
    print(
        json.dumps(
            {
                "seconds": seconds,
                "cpu": own.ru_utime + own.ru_stime + below.ru_utime + below.ru_stime,
                "grown_mb": (own.ru_maxrss - base) / 1024,
                "child_mb": below.ru_maxrss / 1024,
                "states": by_state,
                "faults": [[g.path[-1], len(g.nodes)] for g in found.groups if g.state == "fault"],
                "count": found.count,
                "asked": [found.asked.commands, found.asked.all_commands, found.asked.received],
            }
        )
    )


def measure(count: int, folder: Path) -> tuple[bool, float]:
    """Both, one after the other; prints a line each. Whether every bar holds, and the processor's seconds a host."""
    from kbtui.fleet import needs
    from kbtui.fleet.collector import collector

    (folder / "hosts.json").write_text(json.dumps(plan(count)))
    (folder / "collect.sh").write_text(collector(needs.asks_of(needs.every())))
    env = {**os.environ, "FLEET_HOSTS": str(folder / "hosts.json"), "PYTHONPATH": str(ROOT)}
    clush = [sys.executable, "-m", "ClusterShell.CLI.Clush", "-R", "tests.fleet.hosts", "-f", str(FANOUT)]
    began = time.perf_counter()
    with (folder / "out").open("wb") as out:
        argv = [*clush, "-w", f"gpu[0000-{count - 1:04}]", f"sh {folder}/collect.sh"]
        subprocess.run(argv, env=env, stdout=out, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL, cwd=ROOT)
    bare = time.perf_counter() - began
    lines = (folder / "out").read_bytes().count(b": B done\n")
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.fleet", "--child", str(count)],
        env=env, capture_output=True, text=True, cwd=ROOT,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    ours = json.loads(done.stdout)
    ratio, a_host = ours["seconds"] / bare, ours["grown_mb"] / count
    right = ours["states"] == {k: v for k, v in expected(count).items() if v} and ours["count"] == count
    print(
        f"{count} hosts: clush {bare:.1f} s ({lines} whole answers), kbtui {ours['seconds']:.1f} s: {ratio:.2f} (bar {BAR})"
    )
    print(f"  groups {'right' if right else 'WRONG'}: {ours['states']}, {ours['faults']}")
    print(
        f"  {ours['cpu'] / count * 1000:.0f} ms of processor a host; {a_host:.2f} MB a host (bar {MB_A_HOST}), a child {ours['child_mb']:.0f} MB"
    )
    asked, everything, received = ours["asked"]
    print(f"  {asked} of {everything} things asked ({asked / everything:.0%}), {received / count / 1000:.0f} kB a host")
    return right and ratio <= BAR and a_host <= MB_A_HOST, ours["cpu"] / count


def main() -> int:
    """0 where every bar holds."""
    if sys.argv[1:2] == ["--child"]:
        child(int(sys.argv[2]))
        return 0
    from kbtui.engine import Engine

    Engine.open()  # packs that have changed are read before anything is measured
    good, costs = True, []
    for count in [int(a) for a in sys.argv[1:]] or [64, 1000]:
        with tempfile.TemporaryDirectory() as folder:
            fine, cost = measure(count, Path(folder))
            good, costs = good and fine, [*costs, cost]
    print(f"cost a host, the most of them against the fewest: {costs[-1] / costs[0]:.2f} (bar {FLAT})")
    return 0 if good and costs[-1] / costs[0] <= FLAT else 1


if __name__ == "__main__":
    sys.exit(main())
