"""The commands as a person calls them: through main(argv), output and exit code."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from kbtui.cli import main

KEY = "modprobe: ERROR: could not insert 'nvidia': Key was rejected by service"


def as_json(text: str) -> dict:
    return json.loads(text)


def test_diagnose_prints_the_documented_object(run):
    found = as_json(run("diagnose", "--no-live", KEY, "--json"))
    assert list(found) == [
        "schema",
        "case",
        "machine",
        "healthy",
        "unknown_share",
        "no_fault_share",
        "at_once",
        "entry",
        "causes",
        "next",
        "facts",
        "contradictions",
        "notes",
    ]
    assert found["schema"] == "kbtui.diagnosis/1" and found["healthy"] is None and found["machine"] == "none"
    total = sum(c["probability"] for c in found["causes"]) + found["unknown_share"] + found["no_fault_share"]
    assert total == pytest.approx(1, abs=1e-4)
    first = found["causes"][0]
    assert first["id"] == "secure-boot-unsigned-module" and first["path"][-1] == first["id"] and first["title_zh"]
    assert any(
        e["kind"] == "sign" and e["effect"] == "supports" and "Key was rejected" in e["raw"] for e in first["evidence"]
    )
    assert {s["kind"] for s in first["fixes"][0]["steps"]} <= {"run", "do"} and first["fixes"][0]["verify"]
    assert len(found["causes"]) >= 5


def test_causes_are_sorted_and_the_pruned_ones_come_last(run):
    found = as_json(run("diagnose", "--no-live", KEY, "--set", "secure_boot=off", "--json"))
    live = [c["probability"] for c in found["causes"] if c["status"] != "pruned"]
    assert live == sorted(live, reverse=True)
    assert {c["id"]: c["status"] for c in found["causes"]}["secure-boot-unsigned-module"] == "pruned"
    statuses = [c["status"] == "pruned" for c in found["causes"]]
    assert statuses == sorted(statuses)


def test_a_withdrawn_fact_brings_the_branch_back(run):
    found = as_json(
        run("diagnose", "--no-live", KEY, "--set", "secure_boot=off", "--withdraw", "secure_boot.enabled", "--json")
    )
    assert found["causes"][0]["id"] == "secure-boot-unsigned-module"


def test_a_fix_that_did_not_help_is_closed(run):
    found = as_json(run("diagnose", "--no-live", KEY, "--tried", "secure-boot-unsigned-module", "--json"))
    assert "secure-boot-unsigned-module" not in [c["id"] for c in found["causes"]]


def test_no_words_are_needed_to_name_the_command(run):
    assert "secure-boot-unsigned-module" in run(KEY, "--no-live")


def test_nothing_known_is_said_and_is_exit_code_1_or_leads(run, capsys):
    code = main(["diagnose", "--no-live", "my sourdough does not rise"])
    out = capsys.readouterr().out
    assert code in (0, 1) and ("Nothing known" in out or "Unknown leads" in out)


def test_chinese_titles_and_steps(run):
    assert "安全启动" in run("diagnose", "--no-live", KEY, "--lang", "zh")


def test_no_colour_codes_in_a_pipe(run):
    assert "\x1b" not in run("diagnose", "--no-live", KEY)


def test_what_was_pasted_cannot_drive_the_terminal(run):
    assert "\x1b" not in run("diagnose", "--no-live", "\x1b]0;owned\x07\x1b[31m" + KEY + " [red]markup[/red]")


def test_a_pasted_table_is_read_as_facts(run, monkeypatch):
    text = "Linux box 6.8.0-45-generic #45-Ubuntu SMP x86_64 GNU/Linux\nSecureBoot enabled\n"
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    shown = as_json(run("facts", "--from", "-", "--json"))["facts"]
    assert shown["kernel.release"]["value"] == "6.8.0-45-generic"
    assert shown["secure_boot.enabled"]["value"] is True


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["diagnose", "--no-live"], "say what you see"),
        (["diagnose", "--no-live", "x", "--set", "driver.verison=5"], "did you mean driver.version?"),
        (["diagnose", "--no-live", "x", "--set", "secure_boot=maybe"], "expected true or false"),
        (["diagnose", "--no-live", "x", "--set", "secure_boot"], "expected --set FACT=VALUE"),
        (["diagnose", "--no-live", "x", "--answer", "no-such=yes"], "there is no question"),
        (["diagnose", "--no-live", "x", "--tried", "nouveau-conflct"], "nouveau-conflict"),
        (["diagnose", "-f", "/no/such/file"], "cannot be read"),
        (["show", "nouveau-conflct"], "did you mean nouveau-conflict?"),
        (["case", "show", "nope"], "there is no case"),
        (["case", "show"], "say which case"),
        (["trust", "/no/such/folder"], "holds no nodes"),
        (["facts", "driver.verison"], "did you mean driver.version?"),
        (["graph", "nouveau-conflct"], "nouveau-conflict"),
    ],
)
def test_bad_input_is_exit_code_2_with_what_to_do(argv, said, capsys):
    assert main(argv) == 2
    assert said in capsys.readouterr().err


def test_search_finds_with_typos_in_both_languages(run):
    assert "secure-boot" in run("search", "secrue", "boot")
    assert "cuda-out-of-memory" in run("search", "显存不足", "--lang", "en")
    assert as_json(run("search", "nouveau", "--json"))["results"][0]["kind"]


def test_search_for_nonsense_is_exit_code_1(run):
    assert "nothing found" in run("search", "qqqqzzzz xwvxwv", code=1)


def test_show_says_what_leads_here_and_where_it_comes_from(run):
    out = run("show", "nouveau-conflict", "--why")
    assert "can explain" in out and "can be explained by" in out and "from pack kbtui" in out and "verify:" in out
    assert as_json(run("show", "nouveau-conflict", "--json"))["node"]["title"]


@pytest.mark.parametrize("form", ["mermaid", "dot", "graphml"])
def test_graph_exports(run, form):
    assert "nouveau-conflict" in run("graph", "nouveau-conflict", "--format", form)


def test_the_schema_names_every_field(run):
    schema = as_json(run("schema"))
    assert "evidence" in schema["definitions"]["Problem"]["properties"]
    assert schema["definitions"]["Fix"]["additionalProperties"] is False
    for kind in ("question", "concept", "goal", "table"):
        assert as_json(run("schema", kind))["definitions"]


def test_facts_lists_the_catalogue(run):
    assert "driver.version  (version)" in run("facts", "--catalogue")
    assert "see it yourself: mokutil --sb-state" in run("facts", "--from", "none", "secure_boot.enabled")


@pytest.mark.parametrize("shell", ["bash", "zsh", "tcsh"])
def test_completion(run, shell):
    assert "diagnose" in run("completion", shell)


def test_help_teaches_by_example(capsys):
    with pytest.raises(SystemExit) as leave:
        main(["diagnose", "--help"])
    assert leave.value.code == 0 and "examples:" in capsys.readouterr().out


def test_a_closed_pipe_is_no_error():
    done = subprocess.run(
        f"{sys.executable} -m kbtui.cli facts | head -1",
        shell=True,
        capture_output=True,
        text=True,
        cwd=Path(__file__).resolve().parents[2],
        check=True,
    )
    assert done.stdout.count("\n") == 1 and done.stderr == ""


def test_lint_and_test_are_green_on_the_shipped_pack(run):
    assert " 0 errors" in run("lint")


def test_lint_formats(run, tmp_path):
    folder = tmp_path / "problems" / "area"
    folder.mkdir(parents=True)
    (folder / "x.yaml").write_text("kind: problm\n")
    assert "x.yaml:1:7: error" in run("lint", str(tmp_path), code=1)
    assert as_json(run("lint", str(tmp_path), "--format", "json", code=1))["errors"] == 1
    assert "::error file=problems/area/x.yaml,line=1,col=7::" in run(
        "lint", str(tmp_path), "--format", "github", code=1
    )
