"""Packs over packs: what a later one may do, and what an untrusted one may not."""

from __future__ import annotations

from pathlib import Path

import pytest

from kbtui.kb import trust
from kbtui.kb.nodes import Problem
from kbtui.kb.packs import Pack
from kbtui.kb.source import read_packs

BASE = """\
kind: problem
title: The module is refused
summary: The kernel refuses it.
aka: [key was rejected]
evidence:
- sign: Key was rejected
  supports: strongly
"""


def pack(tmp_path: Path, name: str, shipped: bool = False, **files: str) -> Pack:
    folder = tmp_path / name / "problems" / "area"
    folder.mkdir(parents=True)
    for stem, text in files.items():
        (folder / f"{stem.replace('_', '-')}.yaml").write_text(text)
    return Pack(name, tmp_path / name, shipped)


@pytest.fixture
def base(tmp_path) -> Pack:
    return pack(tmp_path, "base", shipped=True, refused=BASE)


def problem(nodes, name: str) -> Problem:
    node = nodes["problem", name].node
    assert isinstance(node, Problem)
    return node


EXTEND = (
    "kind: problem\nextends: refused\naka: [ours says it so]\nevidence:\n- sign: our own words\n  supports: clearly\n"
)


def test_a_trusted_pack_extends(tmp_path, base):
    ours = pack(tmp_path, "ours", more=EXTEND)
    trust.trust(ours)
    nodes, mistakes = read_packs([base, ours])
    assert not mistakes
    assert problem(nodes, "refused").aka == ["key was rejected", "ours says it so"]
    assert len(problem(nodes, "refused").evidence) == 2


@pytest.mark.parametrize(
    ("stem", "text", "said"),
    [
        ("more", EXTEND, "may not extend"),
        ("refused", "kind: problem\ndisable: true\nbecause: we have no such machines\n", "may not disable"),
        ("refused", BASE, "may not replace"),
    ],
)
def test_an_untrusted_pack_only_adds(tmp_path, base, stem, text, said):
    ours = pack(tmp_path, "ours", **{stem: text, "other": BASE.replace("The module", "Another module")})
    nodes, mistakes = read_packs([base, ours])
    assert len(mistakes) == 1 and said in mistakes[0].message
    assert problem(nodes, "refused").title == "The module is refused" and ("problem", "other") in nodes


def test_an_untrusted_pack_cannot_refute(tmp_path, base):
    text = BASE + "- condition: not secure_boot.enabled\n  refutes: certainly\n"
    ours = pack(tmp_path, "ours", other=text)
    assert len(problem(read_packs([base, ours])[0], "other").evidence) == 1
    trust.trust(ours)
    assert len(problem(read_packs([base, ours])[0], "other").evidence) == 2


def test_a_change_asks_again(tmp_path, base):
    ours = pack(tmp_path, "ours", more=EXTEND)
    trust.trust(ours)
    assert trust.is_trusted(ours)
    (ours.path / "problems" / "area" / "more.yaml").write_text(EXTEND.replace("clearly", "strongly"))
    assert not trust.is_trusted(ours)


def test_disable_switches_off(tmp_path, base):
    ours = pack(tmp_path, "ours", refused="kind: problem\ndisable: true\nbecause: we have no such machines\n")
    trust.trust(ours)
    nodes, mistakes = read_packs([base, ours])
    assert not nodes and not mistakes


def test_a_second_node_of_one_id_says_what_to_write(tmp_path, base):
    ours = pack(tmp_path, "ours", refused=BASE)
    trust.trust(ours)
    _, mistakes = read_packs([base, ours])
    digest = read_packs([base])[0]["problem", "refused"].hash
    assert f"override: {digest}" in mistakes[0].hint
    (ours.path / "problems" / "area" / "refused.yaml").write_text(
        BASE.replace("is refused", "is ours") + f"override: {digest}\n"
    )
    trust.trust(ours)
    nodes, mistakes = read_packs([base, ours])
    assert not mistakes and problem(nodes, "refused").title == "The module is ours"


def test_extending_nothing_names_the_nearest(tmp_path, base):
    ours = pack(tmp_path, "ours", more=EXTEND.replace("refused", "refusd"))
    trust.trust(ours)
    assert "did you mean refused?" in read_packs([base, ours])[1][0].hint
