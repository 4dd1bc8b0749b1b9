"""An installation without internet: what is fetched on another machine, carried over, and installed from the folder.

pip install 'torch==2.15.*' --index-url URL    there: pip download -d wheels 'torch==2.15.*' --index-url URL
                                               here:  pip install --no-index --find-links wheels 'torch==2.15.*'
sudo apt install linux-headers-6.8.0-31        there: apt-get install --download-only into ./packages
                                               here:  sudo apt install ./packages/*.deb
"""

from __future__ import annotations

import re

from kbtui.planner.lines import Step

_APT = "sudo apt-get install --download-only --reinstall -o Dir::Cache::archives=$PWD/packages "
_DNF = "sudo dnf download --resolve --destdir packages "
_SAME = (
    "The other machine has the same distribution and release, processor family, kernel (write its release for"
    " $(uname -r)) and Python, and is as freshly installed: what it has already is not fetched. Copy the folders packages and wheels over, then go on with the next step here."
)


def carried(steps: list[Step]) -> list[Step]:
    """The same steps with one before them that fetches; nothing in the others asks for a network."""
    fetch: list[str] = []
    here: list[Step] = []
    for step in steps:
        run = [line for command in step.run for line in _here(command, fetch)]
        by_hand = "" if "uv venv" in step.do else step.do  # that asks for a network too
        if any(re.match(r"sudo (zypper|pacman) ", c) for c in run):
            by_hand = f"{by_hand} The package manager needs a mirror or a folder of packages that it reaches.".strip()
        here.append(Step(title=step.title, run=run, check=step.check, breaks=step.breaks, do=by_hand))
    if not fetch:
        return here
    first = Step(
        title="On a machine with internet: fetch everything",
        run=["mkdir -p packages/partial wheels", *dict.fromkeys(fetch)],
        check="ls packages wheels: both hold files",
        breaks=["wheelhouse-incomplete"],
        do=_SAME,
    )
    return [first, *here]


def _here(command: str, fetch: list[str]) -> list[str]:
    """What is run on the machine itself; what must be fetched for it goes into `fetch`."""
    if re.match(r"pip install --upgrade pip$", command) or re.match(
        r"sudo (apt|apt-get|dnf) (update|upgrade)$", command
    ):
        fetch += [command] if command.startswith("sudo") else []
        return []
    if pip := re.match(r"pip install (.+)", command):
        wanted = re.sub(r" --(extra-)?index-url \S+", "", pip[1])
        fetch.append(f"pip download -d wheels {pip[1]}")
        return [f"pip install --no-index --find-links wheels {wanted}"]
    if apt := re.match(r"sudo apt(?:-get)? install (?:-y )?(.+)", command):
        fetch.append(_APT + apt[1])
        return ["sudo apt install ./packages/*.deb"]
    if dnf := re.match(r"sudo dnf install (?:-y )?(.+)", command):
        fetch.append(_DNF + dnf[1])
        return ["sudo dnf install ./packages/*.rpm"]
    if re.match(r"apt-cache policy|sudo add-apt-repository|sudo dnf config-manager|wget |curl ", command):
        fetch.append(command)
        return []
    return [command]
