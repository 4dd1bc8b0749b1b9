"""The right cause in the fault lab: kbtui and its peers on the same broken machines, in one table.

    python benchmarks/lab.py LAB [--peers VENV] [--only NAME] [--json]

LAB holds `enter` and `scenarios/NAME/scenario.yaml` with the truth; entering a scenario needs root. `--peers` names an
environment with env-doctor, cuda-doctor, ai-infradr and gpumedic. Of each machine: what `kbtui check` ranks first without
a word, what `kbtui diagnose` ranks first with the words that its person would type, how long each took, and which peer's
output names the cause. A machine with nothing wrong counts when it is called healthy and nothing is ranked above one half.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, NamedTuple

import yaml

ROOT = Path(__file__).resolve().parent.parent
PEERS = {
    "env-doctor": ["env-doctor", "check"],
    "cuda-doctor": ["cuda-doctor", "diagnose"],
    "ai-infradr": ["ai-infradr"],
    "gpumedic": ["gpumedic", "scan"],
}
PATIENCE = 40.0
"""Seconds after which a peer counts as hung."""
SAYS = {
    "userspace-upgraded-old-module-loaded": r"mismatch.*(reboot|reload)|(reboot|reload).*mismatch",
    "legacy-gpu-needs-older-branch": r"470|legacy",
    "kernel-headers-missing": r"headers",
    "no-nvidia-gpu-present": r"no (nvidia )?(gpu|device|hardware) (found |present |detected )?(on|in) (the )?(pci|system|machine)",
    "nouveau-conflict": r"nouveau.*(loaded|conflict|blacklist)",
    "gpu-fell-off-bus": r"fallen off|xid.{0,20}79",
    "secure-boot-unsigned-module": r"secure ?boot|mok",
    "framework-cpu-only-build": r"cpu-only|cpu only|\+cpu|without cuda",
    "leftover-process-holding-vram": r"48213|zombie|orphan|leftover",
}
"""What a peer's words must hold to have named the cause."""


class Scenario(NamedTuple):
    """One machine of the lab."""

    folder: Path
    types: str
    healthy: bool
    keys: list[str]


def scenarios(lab: Path) -> list[Scenario]:
    """All of them, by name."""
    out = []
    for file in sorted(lab.glob("scenarios/*/scenario.yaml")):
        said = yaml.safe_load(file.read_text())
        out.append(Scenario(file.parent, said["types"], said["healthy"], said["truth"]["cause_keys"]))
    return out


def inside(
    lab: Path, scenario: Scenario, argv: list[str], seconds: float, *, in_env: bool = False
) -> tuple[str, int | None, float]:
    """Run a program there: its output, exit code (None: it had to be ended) and seconds."""
    start = time.monotonic()
    argv = ["timeout", "-k", "2", str(seconds), *argv]
    done = subprocess.run(
        [str(lab / "enter"), str(scenario.folder), *(["--in-env"] if in_env else []), "--", *argv],
        capture_output=True,
        text=True,
        errors="replace",
        cwd="/",
    )
    took = time.monotonic() - start
    return done.stdout + done.stderr, None if done.returncode in (124, 137) else done.returncode, took


def kbtui(lab: Path, scenario: Scenario, words: list[str]) -> tuple[dict[str, Any], float]:
    """One JSON answer of kbtui."""
    argv = ["env", f"PYTHONPATH={ROOT}", sys.executable, "-m", "kbtui", *words, "--json"]
    said, code, took = inside(lab, scenario, argv, PATIENCE)
    found = re.search(r"^\{.*\}$", said, re.MULTILINE)
    if not found:
        return {"causes": [], "healthy": None, "error": f"exit {code}: {said[-400:]}"}, took
    return json.loads(found[0]), took


def place(found: dict[str, Any], keys: list[str]) -> int:
    """The rank of the first cause that is right or lies below what is right; 0 where none is."""
    for number, cause in enumerate(found["causes"], 1):
        if cause["probability"] > 0 and set(keys) & {cause["id"], *cause["path"]}:
            return number
    return 0


def right(found: dict[str, Any], scenario: Scenario) -> bool:
    """The true cause first and the machine called broken; or the healthy one called healthy and nothing raised."""
    if scenario.healthy:
        return found["healthy"] is True and all(c["probability"] < 0.5 for c in found["causes"])
    return place(found, scenario.keys) == 1 and found["healthy"] is False


def named(said: str, keys: list[str]) -> bool:
    """Whether a peer's output names one of the causes."""
    return any(k in SAYS and re.search(SAYS[k], said, re.IGNORECASE | re.DOTALL) for k in keys)


def main() -> None:
    """Print the table; exit 1 where kbtui is wrong anywhere."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("lab", type=Path)
    parser.add_argument("--peers", type=Path)
    parser.add_argument("--only", default="")
    args = parser.parse_args()
    wrong = 0
    for scenario in scenarios(args.lab.resolve()):
        if args.only not in scenario.folder.name:
            continue
        checked, took = kbtui(args.lab.resolve(), scenario, ["check"])
        asked, took_asked = kbtui(args.lab.resolve(), scenario, ["diagnose", scenario.types])
        good, good_asked = right(checked, scenario), scenario.healthy or place(asked, scenario.keys) == 1
        wrong += (not good) + (not good_asked)
        first = [f"{c['id']} {c['probability']:.2f}" for c in checked["causes"][:2]]
        first_asked = [f"{c['id']} {c['probability']:.2f}" for c in asked["causes"][:2]]
        print(f"{scenario.folder.name}")
        print(
            f"  check     {'right' if good else 'WRONG'} {took:5.1f} s  healthy {checked['healthy']}  {first} {checked.get('error', '')}"
        )
        print(
            f"  diagnose  {'right' if good_asked else 'WRONG'} {took_asked:5.1f} s  {first_asked} {asked.get('error', '')}"
        )
        for condition in checked.get("conditions", []):
            if condition["state"] != "true" and (scenario.healthy or not good):
                print(f"    {condition['state']}: {condition['condition']}  {condition['facts'][:2]}")
        for name, argv in (PEERS if args.peers else {}).items():
            argv = [f"{args.peers}/bin/{argv[0]}", *argv[1:]]
            said, code, took = inside(args.lab.resolve(), scenario, argv, PATIENCE, in_env=True)
            verdict = "hung" if code is None else "named" if named(said, scenario.keys) else "not named"
            print(f"  {name:<9} {verdict} {took:5.1f} s")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
