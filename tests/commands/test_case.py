"""Cases: kept, answered, replayed, exported."""

from __future__ import annotations

import json

import pytest

from kbtui.cli import main
from kbtui.diagnosis import case

TEXT = "alice@gpu-box:~$ sudo modprobe nvidia\nmodprobe: ERROR: could not insert 'nvidia': Key was rejected by service"


@pytest.fixture
def kept(run) -> str:
    return json.loads(run("diagnose", "--no-live", TEXT, "--save", "--json"))["case"]


def test_a_kept_case_is_listed_and_shown(run, kept):
    assert kept in run("case", "list")
    assert "secure-boot-unsigned-module" in run("case", "show", kept[:15])
    assert json.loads(run("case", "list", "--json"))["cases"][0]["id"] == kept


def test_an_answer_moves_the_belief_and_stays(run, kept):
    before = json.loads(run("case", "show", kept, "--json"))["causes"][0]["probability"]
    run(
        "case",
        "answer",
        kept,
        "--set",
        "secure_boot=true",
        "--set",
        "driver.installed=true",
        "--set",
        "driver.module_loaded=false",
    )
    after = json.loads(run("case", "show", kept, "--json"))["causes"][0]
    assert after["id"] == "secure-boot-unsigned-module" and after["probability"] > before


def test_a_fix_in_vain_opens_an_epoch_and_closes_the_cause(run, kept):
    out = run("case", "answer", kept, "secure-boot-unsigned-module=did-not-help")
    assert "epoch 2" in out and "tried secure-boot-unsigned-module: did-not-help" in out
    assert json.loads(run("case", "show", kept, "--json"))["causes"][0]["id"] != "secure-boot-unsigned-module"


def test_a_fix_that_helped_solves_it(run, kept):
    assert "solved by secure-boot-unsigned-module" in run("case", "answer", kept, "secure-boot-unsigned-module=helped")
    assert "solved: secure-boot-unsigned-module" in run("case", "list")


def test_a_replay_ends_where_the_case_ended(run, kept):
    assert "the same result" in run("case", "replay", kept)
    run("case", "answer", kept, "--set", "secure_boot=true")
    assert json.loads(run("case", "replay", kept, "--json"))["same"] is True


def test_a_resumed_case_goes_on(run, kept):
    assert kept in run("case", "resume", kept)


def test_an_exported_case_names_nobody(run, kept):
    out = run("case", "export", kept)
    assert "alice" not in out and "gpu-box" not in out and "Key was rejected" in out


def test_facts_before_a_fix_are_history(run, kept):
    run("case", "answer", kept, "secure-boot-unsigned-module=did-not-help")
    state = case.load(case.path_of(kept))
    assert all(f.state == "unknown" and f.reason == "before the fix" for f in state.facts if f.kind == "text")


def test_a_case_whose_journal_was_torn_says_so(run, kept):
    path = case.path_of(kept)
    path.write_bytes(path.read_bytes()[:-20])
    assert any("torn" in note for note in json.loads(run("case", "show", kept, "--json"))["notes"])


def test_no_home_is_a_message(monkeypatch, capsys):
    for name in ("HOME", "XDG_DATA_HOME"):
        monkeypatch.delenv(name, raising=False)
    assert main(["case", "list"]) == 2
    assert "no home folder" in capsys.readouterr().err


def test_a_read_only_home_is_a_message(tmp_path, monkeypatch, capsys):
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    monkeypatch.setenv("XDG_DATA_HOME", str(blocked))
    assert main(["diagnose", "--no-live", TEXT, "--save"]) == 2
    assert "cannot be opened" in capsys.readouterr().err


def test_what_the_machine_showed_is_kept_with_the_case(run, tmp_path):
    (tmp_path / "look.txt").write_text("$ mokutil --sb-state\nSecureBoot enabled\n$ uname -r\n6.8.0-45-generic\n")
    name = json.loads(run("diagnose", "no picture", "--from", str(tmp_path / "look.txt"), "--save", "--json"))["case"]
    facts = {f.name: f for f in case.load(case.path_of(name)).facts}
    assert facts["secure_boot.enabled"].value is True and facts["secure_boot.enabled"].kind == "bundle"
    shown = json.loads(run("case", "show", name, "--json"))["facts"]
    assert shown["kernel.release"]["value"] == "6.8.0-45-generic"


def test_who_else_works_on_the_card_is_not_exported(run):
    name = case.new_id("x")
    seen = [{"name": "gpu.other_users", "value": ["mallory"], "entity": "0", "kind": "live", "origin": "ps"}]
    case.record(name, "begin", text="mallory is slow", machine="live", facts=seen, hits=None)
    assert "mallory" not in run("case", "export", name)


@pytest.mark.parametrize(
    "said", ["secure-boot-unsigned-module/99", "secure-boot-unsigned-module/the", "nothing-such/1"]
)
def test_a_fix_that_is_none_is_said(kept, said, capsys):
    assert main(["case", "answer", kept, f"{said}=helped"]) == 2
    assert capsys.readouterr().err
