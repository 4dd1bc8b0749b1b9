"""Made-up packs and graphs of any size, the same for one seed."""

from __future__ import annotations

import random
from pathlib import Path

from kbtui.kb.knowledge import ProblemIndex

_WORDS = """
driver kernel module memory card fan power link bus clock wheel loader library version mirror socket rank node
slot riser cable plug supply screen display login update reboot build header compiler key
""".split()
_ZH = "驱动内核模块显存显卡风扇电源总线频率版本镜像节点插槽线缆屏幕登录更新重启编译密钥"


def write_pack(folder: Path, nodes: int, seed: int = 1) -> None:
    """A pack of `nodes` problems: one in ten a hub, the others root causes below one or two hubs."""
    chance = random.Random(seed)
    place = folder / "problems" / "made"
    place.mkdir(parents=True, exist_ok=True)
    hubs = [f"hub-{i}" for i in range(max(1, nodes // 10))]
    for name in hubs:
        (place / f"{name}.yaml").write_text(_hub(name, chance), encoding="utf-8")
    for i in range(nodes - len(hubs)):
        (place / f"cause-{i}.yaml").write_text(
            _cause(i, chance.sample(hubs, min(2, len(hubs))), chance), encoding="utf-8"
        )


def _title(chance: random.Random) -> str:
    return " ".join(chance.choices(_WORDS, k=5))


def _zh(chance: random.Random) -> str:
    return "".join(chance.choices(_ZH, k=10))


def _hub(name: str, chance: random.Random) -> str:
    return (
        f"kind: problem\ntitle: {_title(chance)} fails\nsummary: A made-up symptom about {_title(chance)}.\n"
        f"aka: [{_title(chance)}, {_title(chance)}]\nevidence:\n- sign: '{name} failed: {_title(chance)}'\n"
        f"  supports: strongly\nzh: {{title: {_zh(chance)}, aka: [{_zh(chance)}]}}\n"
    )


def _cause(number: int, hubs: list[str], chance: random.Random) -> str:
    words = _title(chance)
    parents = ", ".join(f"{{{hub}: {chance.choice(['often', 'sometimes', 'rarely'])}}}" for hub in hubs)
    return f"""\
kind: problem
title: {words} is wrong
summary: >
  A made-up cause. {_title(chance)} and {_title(chance)}, so {_title(chance)}.
aka: [{_title(chance)}, {_title(chance)}, {_title(chance)}]
cause_of: [{parents}]
evidence:
- sign: 'error {number}: {words}'
  supports: strongly
- condition: driver.branch == {300 + number % 400} and gpus.count > {number % 8}
  supports: clearly
- condition: not driver.installed
  refutes: certainly
fixes:
- title: Repair the {chance.choice(_WORDS)}
  minutes: {chance.choice([2, 5, 10, 30])}
  steps: [{{do: Repair it., zh: 修好它。}}]
  verify: driver.module_loaded
  undo: Nothing to undo.
references: [{{title: A page, url: 'https://example.org/{number}'}}]
reviewed: 2026-11
zh: {{title: {_zh(chance)}, summary: {_zh(chance)}, aka: [{_zh(chance)}, {_zh(chance)}]}}
"""


def graph(ends: int, seed: int = 1) -> list[ProblemIndex]:
    """A graph with `ends` reachable root causes: hubs of twenty, under one symptom."""
    chance = random.Random(seed)
    width = max(1, ends // 20)
    top = ProblemIndex(
        "top", "", "top", "", "", [(f"h{i}", 3.0) for i in range(width)], False, False, "", [], 0, [], []
    )
    hubs = [
        ProblemIndex(
            f"h{i}",
            "",
            "",
            "",
            "",
            [(f"e{j}", chance.choice([1.0, 3.0, 8.0])) for j in range(i, ends, width)],
            False,
            False,
            "",
            [],
            0,
            [],
            [],
        )
        for i in range(width)
    ]
    leaves = [
        ProblemIndex(f"e{j}", "", "", "", "", [], True, False, "", [], chance.choice([2.0, 5.0, 30.0]), [], [])
        for j in range(ends)
    ]
    return [top, *hubs, *leaves]
