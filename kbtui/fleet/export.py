"""What is made to leave: the same answer with stand-ins for nodes, hosts, people and serials."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from kbtui.fleet.result import FleetOut
from kbtui.redaction import Redactor

_STAND_IN = re.compile(r"<host-(\d+)>")
_SHORTEST = 4
"""Letters that a node's name must have to be looked for in texts: "a1" stands in many."""


def redacted(found: FleetOut, redactor: Redactor) -> FleetOut:
    """A copy in which the same node is the same stand-in everywhere."""
    names = sorted({n for g in found.groups for n in g.nodes})
    for name in names:
        redactor.learn(name, "host")
    for user in re.findall(rf"([\w.-]+)@(?:{'|'.join(map(re.escape, names))})\b", msgspec.json.encode(found).decode()):
        redactor.learn(user, "user")
    given = {n: redactor.text(n) for n in names}
    taken = max((int(m[1]) for said in given.values() if (m := _STAND_IN.fullmatch(said))), default=0)
    plain = [n for n in names if given[n] == n]  # what elsewhere is no one's name: "kernel", "a1"
    for number, name in enumerate(plain, taken + 1):
        given[name] = f"<host-{number}>"
    data: dict[str, Any] = msgspec.to_builtins(found)
    for item in (*data["groups"], *data["differences"]):
        item["nodes"] = [given[n] for n in item["nodes"]]
        item["folded"] = ""
    data = redactor.value(data)
    looked_for = [n for n in plain if len(n) >= _SHORTEST]
    if looked_for:
        pattern = rf"(?<![\w.-])(?:{'|'.join(map(re.escape, looked_for))})(?![\w-])"
        data = msgspec.json.decode(re.sub(pattern, lambda m: given[m[0]], msgspec.json.encode(data).decode()))
    for item in (*data["groups"], *data["differences"]):
        item["folded"] = _fold(item["nodes"])
    return msgspec.convert(data, FleetOut)


def _fold(names: list[str]) -> str:
    """<host-1>, <host-2>, <host-4> as <host-[1-2,4]>."""
    numbers = sorted(int(m[1]) for n in names if (m := _STAND_IN.fullmatch(n)))
    runs: list[list[int]] = []
    for n in numbers:
        if runs and runs[-1][1] == n - 1:
            runs[-1][1] = n
        else:
            runs.append([n, n])
    said = ",".join(f"{a}-{b}" if b > a else f"{a}" for a, b in runs)
    rest = [n for n in names if not _STAND_IN.fullmatch(n)]
    folded = [f"<host-{said}>" if len(numbers) == 1 else f"<host-[{said}]>"] if numbers else []
    return ",".join([*folded, *rest])
