"""`kbtui report` and `kbtui handoff` as a person calls them."""

from __future__ import annotations

import json
from xml.etree import ElementTree

import pytest

from kbtui.cli import main
from tests.report import story


@pytest.fixture
def kept(own_home) -> str:
    return story.keep("20260101-100000-abc123")


def test_markdown_is_what_comes_without_a_format(run, kept):
    out = run("report", kept[:12])
    assert out.startswith("# ") and "## The path" in out and "```mermaid" in out


def test_every_format(run, kept):
    assert json.loads(run("report", kept, "--format", "json"))["schema"] == "kbtui.report/1"
    assert run("report", kept, "--format", "html").startswith("<!DOCTYPE html>")
    assert run("report", kept, "--format", "mermaid").startswith("flowchart TD")
    assert ElementTree.fromstring(run("report", kept, "--format", "graphml")).tag.endswith("graphml")


def test_a_file_in_chinese(run, kept, tmp_path):
    file = tmp_path / "case.html"
    assert run("report", kept, "--format", "html", "-o", str(file), "--lang", "zh") == ""
    assert "走过的路" in file.read_text(encoding="utf-8")


def test_many_cases(run, kept):
    out = run("report", "--since", "2026-01-01")
    assert out.startswith("# What broke since 2026-01-01") and "What to learn next" in out
    assert json.loads(run("report", "--since", "2026-01", "--format", "json"))["cases"] == 1
    assert "<table" in run("report", "--since", "2026", "--format", "html")


def test_a_saved_diagnosis_becomes_a_report(run):
    name = json.loads(run("diagnose", "--no-live", story.TEXT, "--save", "--json"))["case"]
    run("case", "answer", name, "secure-boot-unsigned-module=helped")
    made = json.loads(run("report", name, "--format", "json"))
    assert made["outcome"] == "solved" and made["roots"][0]["problem"]["id"] == story.SECURE


@pytest.mark.parametrize("to", ["admin", "forum", "vendor"])
def test_a_hand_off(run, kept, to):
    assert run("handoff", kept, "--to", to).startswith("# ")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["report"], "say which case"),
        (["report", "nosuch"], "there is no case"),
        (["report", "20260101", "--since", "2026"], "not both"),
        (["report", "--since", "soon"], "expected a date"),
        (["report", "--since", "2026", "--format", "mermaid"], "draws one case"),
        (["report", "20260101", "-o", "/nowhere/at/all.md"], "cannot be written"),
    ],
)
def test_bad_input_is_a_message(kept, capsys, words, said):
    assert main(words) == 2
    assert said in capsys.readouterr().err
