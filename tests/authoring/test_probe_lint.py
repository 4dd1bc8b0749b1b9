"""A team's probe that is wrong is answered with its line, its column and what to write instead."""

from __future__ import annotations

from pathlib import Path

import pytest

from kbtui import conditions
from kbtui.authoring.lint import lint
from kbtui.authoring.schema import json_schema
from kbtui.kb.mistakes import Mistake
from kbtui.kb.packs import Pack
from kbtui.machine import team

WHOLE = """\
kind: probe
title: How full this person's scratch quota is
run: [lfs, quota, -q, /scratch]
parse: table
facts:
  team.scratch_used_gib:
    find: used
    row: Filesystem=/scratch
    type: float
    unit: GiB
    meaning: What this person holds on /scratch
  disk.free_gib:
    find: free
    otherwise: '0'
timeout: 5
exits: [0, 3]
reviewed: 2026-11
"""


@pytest.fixture(autouse=True)
def nothing_declared():
    yield
    team.declare({})
    conditions.forget()


def lint_probe(tmp_path: Path, *texts: str) -> list[Mistake]:
    folder = tmp_path / "pack" / "probes"
    folder.mkdir(parents=True)
    for number, text in enumerate(texts):
        (folder / f"probe-{number}.yaml").write_text(text)
    return lint([Pack("test", tmp_path / "pack")])


def test_a_whole_probe_has_no_mistake(tmp_path):
    assert lint_probe(tmp_path, WHOLE) == []


@pytest.mark.parametrize(
    ("old", "new", "place", "said"),
    [
        ("run: [lfs, quota, -q, /scratch]\n", "", (2, 8), "exactly one of run and read"),
        ("parse: table", "parse: table\nread: /etc/x", (3, 6), "exactly one of run and read"),
        ("parse: table", "parse: tabel", (4, 8), "did you mean table?"),
        ("timeout: 5", "timeout: 60", (15, 10), "expected 1 to 10, got 60"),
        ("timeout: 5", "timeuot: 5", (15, 1), "did you mean timeout?"),
        ("exits: [0, 3]", "exits: [none]", (16, 9), "expected a whole number"),
        ("lfs, quota", "sudo, lfs", (3, 7), "sudo asks for a password"),
        ("lfs, quota", "/bin/sh, -c", (3, 7), "there is no shell"),
        ("lfs, quota", "bin/lfs, quota", (3, 7), "neither a program's name nor a path from the root"),
        ("lfs, quota", "rm, quota", (3, 7), "a probe only looks"),
        ("-q, /scratch]", "-q, '|', grep]", (3, 23), "means nothing without a shell"),
        ("run: [lfs, quota, -q, /scratch]", "run: []", (3, 6), "expected a command, word by word"),
        ("run: [lfs, quota, -q, /scratch]", "read: scratch/quota", (3, 7), "no path from the root"),
        ("    type: float\n", "", (6, 3), "field 'type' is missing"),
        ("    meaning: What this person holds on /scratch\n", "", (6, 3), "field 'meaning' is missing"),
        ("type: float", "type: flaot", (9, 11), "did you mean float?"),
        ("  disk.free_gib:", "  disk.fre_gib:", (12, 3), "did you mean disk.free_gib?"),
        ("  disk.free_gib:", "  gpu.model:", (12, 3), "gives facts of the machine"),
        ("  disk.free_gib:", "  Disk:", (12, 3), "small letters and dots"),
        ("    find: free", "    find: free\n    type: int", (14, 5), "is the catalogue's"),
        ("otherwise: '0'", "otherwise: none at all", (12, 3), "expected a number"),
        ("row: Filesystem=/scratch", "row: /scratch", (8, 10), "COLUMN=VALUE"),
        ("reviewed: 2026-11\n", "", (2, 8), "says when it was reviewed"),
        ("parse: table", "parse: json", (8, 10), "of a table"),
        ("parse: table", "parse: regex\nseparator: ':'", (5, 12), "regex has no separator"),
    ],
)
def test_a_mistake_is_found_where_it_stands(tmp_path, old, new, place, said):
    assert old in WHOLE
    found = lint_probe(tmp_path, WHOLE.replace(old, new, 1))
    assert any((m.line, m.column) == place and said in str(m) for m in found), [str(m) for m in found]


@pytest.mark.parametrize(
    ("parse", "find", "said"),
    [
        ("regex", "'a(b'", "RE2"),
        ("regex", "'(?<=a)b'", "look-around is not possible"),
        ("regex", "'(a)(b)'", "2 groups; expected at most one group"),
        ("regex", "'x*'", "matches the empty string"),
        ("count", "'(a)b'", "1 groups; expected no group"),
        ("json", "'a[b]'", "is no path"),
    ],
)
def test_what_can_find_nothing_is_said(tmp_path, parse, find, said):
    text = f"kind: probe\ntitle: A look\nread: /etc/x\nparse: {parse}\nfacts:\n  team.x: {{find: {find}, type: int, meaning: it}}\nreviewed: 2026-11\n"
    found = lint_probe(tmp_path, text)
    assert [(m.line, m.column) for m in found] == [(6, 18)] and said in str(found[0]), [str(m) for m in found]


def test_a_fact_has_one_type_in_all_probes(tmp_path):
    found = lint_probe(tmp_path, WHOLE, WHOLE.replace("float", "text").replace("    unit: GiB\n", ""))
    assert ["is float in probe-0 and text here" in str(m) for m in found] == [True]


def test_a_probe_outside_its_folder_is_said(tmp_path):
    folder = tmp_path / "pack" / "questions"
    folder.mkdir(parents=True)
    (folder / "mine.yaml").write_text(WHOLE)
    assert "a probe belongs into probes/" in str(lint([Pack("test", tmp_path / "pack")])[0])


def test_conditions_of_the_pack_may_name_its_facts(tmp_path):
    folder = tmp_path / "pack" / "questions"
    folder.mkdir(parents=True)
    text = "kind: question\ntitle: Is it full?\nhow: Look.\nzh: {title: 满了吗}\napplies: team.scratch_used_gib > 10\n"
    (folder / "full.yaml").write_text(text)
    (folder / "wrong.yaml").write_text(text.replace("used_gib", "usd_gib"))
    found = lint_probe(tmp_path, WHOLE)
    assert ["did you mean team.scratch_used_gib?" in str(m) for m in found] == [True]


def test_the_schema_describes_a_probe():
    assert '"parse"' in json_schema("probe") and '"key_value"' in json_schema("probe")
