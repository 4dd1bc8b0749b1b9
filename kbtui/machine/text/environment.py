"""Environment variables as shells show them: export lines, `env | grep`, `echo $NAME` with its answer.

Sample:

    export CUDA_HOME=/usr/local/cuda-11.8
    CUDA_VISIBLE_DEVICES=2,3
    user@box:~$ echo $CUDA_VISIBLE_DEVICES

    user@box:~$ echo $LD_LIBRARY_PATH
    /usr/local/cuda-11.8/lib64
"""

from __future__ import annotations

from kbtui.machine.text.found import HINT, OUTPUT, Found
from kbtui.machine.text.patterns import Pattern
from kbtui.machine.text.prompt import command_in

_ASSIGNED = Pattern(
    r"(?:^|\s)(?:export\s+|set\s+|ENV\s+)?(CUDA_VISIBLE_DEVICES|CUDA_HOME|CUDA_PATH|LD_LIBRARY_PATH"
    r"|NCCL_SOCKET_IFNAME|MASTER_ADDR"
    r"|https?_proxy|HTTPS?_PROXY)=([^\s;]*)"
)
_ASKED = Pattern(r"(?:echo|printenv)\s+[\"']?\$?\{?(\w+)\}?[\"']?\s*$")
_FACTS = {
    "CUDA_VISIBLE_DEVICES": "cuda.visible_devices",
    "CUDA_HOME": "cuda.home",
    "CUDA_PATH": "cuda.home",
    "NCCL_SOCKET_IFNAME": "nccl.socket_ifname",
    "MASTER_ADDR": "job.master_addr",
}


def parse(found: Found) -> None:
    """Assignments, and questions with their answers."""
    for at, line in enumerate(found.lines):
        if len(line) > 1000 or found.taken[at]:
            continue
        if "=" in line:
            for match in _ASSIGNED.finditer(line):
                # A line of its own is what a shell printed or what a profile sets; in front of a command it is local.
                alone = line.strip().removeprefix("export ").startswith(match[1])
                _variable(found, at, match[1], match[2].strip("\"'"), OUTPUT if alone else HINT)
        elif "$" in line and ("echo" in line or "printenv" in line):
            asked = _ASKED.search(line) if command_in(line) else None
            if asked and at + 1 < len(found.lines):
                answer = found.lines[at + 1].strip()
                if not answer and asked[1] in _FACTS:
                    found.absent(_FACTS[asked[1]], at)
                elif not command_in(found.lines[at + 1]) and " " not in answer:
                    _variable(found, at + 1, asked[1], answer, OUTPUT)
                    found.take("environment", at, at + 1)


def _variable(found: Found, at: int, name: str, value: str, weight: int) -> None:
    if "$" in value and name != "LD_LIBRARY_PATH":
        return
    if name == "LD_LIBRARY_PATH":
        found.add("ld_library_path.set", bool(value), at, weight=weight)
    elif name.lower() in ("http_proxy", "https_proxy"):
        found.add("proxy.set", bool(value), at, weight=weight)
    elif name in _FACTS and (value or name == "CUDA_VISIBLE_DEVICES"):
        # Set to nothing is not unset: it hides every card.
        found.add(_FACTS[name], value, at, weight=weight)
