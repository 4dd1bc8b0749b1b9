"""Each broken node is answered with its line, its column and what to write instead."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from kbtui.authoring.lint import lint
from kbtui.kb.packs import Pack, shipped

BROKEN = sorted((Path(__file__).parent / "broken").glob("*.yaml"))

OTHER = """\
kind: problem
title: Another cause
summary: It explains the first.
evidence:
- sign: another thing
  supports: clearly
- condition: not secure_boot.enabled
  refutes: weakly
fixes:
- title: Repair it
  steps: [{do: Repair it., zh: 修好它。}]
  verify: 'ask: Does it work now?'
references:
- {title: A page, url: 'https://example.org/page'}
reviewed: 2026-11
tests: [{text: there is some other thing here, expect: top3}]
zh: {title: 另一个原因}
"""
WHOLE = Path(__file__).parent / "whole.yaml"


def lint_one(tmp_path: Path, node: Path, name: str = "broken") -> list:
    folder = tmp_path / "pack" / "problems" / "area"
    folder.mkdir(parents=True)
    (folder / "other-cause.yaml").write_text(OTHER)
    shutil.copy(node, folder / f"{name}.yaml")
    return lint([Pack("test", tmp_path / "pack")])


def test_a_whole_node_has_no_mistake(tmp_path):
    assert lint_one(tmp_path, WHOLE) == []


@pytest.mark.parametrize("node", BROKEN, ids=[p.stem for p in BROKEN])
def test_a_broken_node_is_found(tmp_path, node):
    said = node.read_text().split("\n")[0].removeprefix("#").strip()
    place, _, words = said.partition(" ")
    found = [m for m in lint_one(tmp_path, node) if m.level == "error"]
    assert found, "lint saw nothing"
    line, column = map(int, place.split(":"))
    at = [m for m in found if (m.line, m.column) == (line, column)]
    assert at, [str(m) for m in found]
    assert any(words in str(m) for m in at), [str(m) for m in at]


def test_there_are_many_of_them():
    assert len(BROKEN) >= 40


def test_all_mistakes_of_a_file_come_at_once(tmp_path):
    node = tmp_path / "many.yaml"
    node.write_text(
        WHOLE.read_text().replace("often", "oftn").replace("reboot", "rebot").replace("minutes: 10", "minutes: x")
    )
    assert len({(m.line, m.column) for m in lint_one(tmp_path, node)}) == 3


def test_one_bad_file_never_takes_the_rest_down(tmp_path):
    mistakes = lint_one(tmp_path, BROKEN[0])
    assert all("other-cause" not in m.file for m in mistakes if m.level == "error" and "there is no" not in m.message)


def test_causes_in_a_circle_are_named(tmp_path):
    folder = tmp_path / "pack" / "problems" / "area"
    folder.mkdir(parents=True)
    (folder / "broken.yaml").write_text(WHOLE.read_text())
    (folder / "other-cause.yaml").write_text(OTHER.replace("evidence:", "causes: [{broken: often}]\nevidence:"))
    said = [str(m) for m in lint([Pack("test", tmp_path / "pack")])]
    assert len(said) == 1 and "broken -> other-cause -> broken" in said[0]


def test_one_id_is_given_once(tmp_path):
    for area in ("a", "b"):
        folder = tmp_path / "pack" / "problems" / area
        folder.mkdir(parents=True)
        (folder / "other-cause.yaml").write_text(OTHER)
    said = [str(m) for m in lint([Pack("test", tmp_path / "pack")])]
    assert len(said) == 1 and "is already that of problems/a/other-cause.yaml" in said[0]


def test_the_shipped_pack_has_no_mistake():
    assert [str(m) for m in lint([shipped()]) if m.level == "error"] == []
