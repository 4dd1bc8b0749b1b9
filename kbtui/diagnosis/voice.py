"""How a person says it: what they deny, what they believe, what they compare with and what set it off.

People deny the true cause ("I checked, it is installed") and bring a theory ("must be the PCIe slot"): both weigh
little. A comparison ("works on the other box") or a trigger ("since the update") weighs as much as what they see.
"""

from __future__ import annotations

import re

from msgspec import Struct

from kbtui.machine.text.patterns import Prose

_BREAK = re.compile(r"(?<=[.!?;。！？；])\s+|(?<=[。！？；])|,\s+(?=but\b)|，(?=但)|\n")
_DENIAL = Prose(
    r"\b(i (already |have |'ve )*(checked|verified|made sure|ruled out|confirmed)|(definitely|surely|certainly) (is|not)"
    r"|(is|are) (definitely|certainly|surely) (fine|ok|installed|correct)|already (installed|checked|tried|reinstalled)"
    r"|not the (problem|cause|issue)|can(no|')t be the|shouldn't be|nothing wrong with"
    r"|(is|are|was) (all |both )?(fine|ok|okay|correct|good)\b)"
    r"|检查过|确认过|肯定(没|不|是好)|应该(没有?问题|没装错|不是)|没(有)?问题|已经(装|安装|试|检查)",
)
_THEORY = Prose(
    r"\b(must be|i (think|guess|suspect|believe|assume)|probably|maybe (it'?s|the|because)|could it be|my (guess|theory)"
    r"|i wonder (if|whether)|perhaps)\b|估计是|可能是|怀疑|是不是因为|猜测|感觉是",
)


class Said(Struct, frozen=True):
    """A text in two parts: what a person sees (log lines included), and what they deny or suppose."""

    seen: str
    doubted: str
    doubted_lines: frozenset[int]
    """1-based numbers of the lines that hold nothing but doubt."""


def listen(text: str) -> Said:
    """Split prose into what is seen and what is only denied or supposed. Long texts are logs and are left whole."""
    if len(text) > 20_000:
        return Said(text, "", frozenset())
    seen: list[str] = []
    doubted: list[str] = []
    lines: set[int] = set()
    for number, line in enumerate(text.split("\n"), 1):
        parts = [p for p in _BREAK.split(line) if p and p.strip()]
        unsure = [p for p in parts if len(p) < 300 and (_DENIAL.search(p) or _THEORY.search(p))]
        seen.append(" ".join(p for p in parts if p not in unsure))
        doubted += unsure
        if unsure and len(unsure) == len(parts):
            lines.add(number)
    if not "".join(seen).strip():
        return Said(text, "", frozenset())
    return Said("\n".join(seen), "\n".join(doubted), frozenset(lines))
