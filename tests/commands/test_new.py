"""`kbtui new`: from words or a case to one file; `kbtui serve` where its extra is missing."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from kbtui.cli import main
from kbtui.diagnosis import case

TEXT = "foodrv: Failed to map the frobnicator BAR at 0xdeadbeef\nsince the update on alice@gpubox"


def test_words_become_a_file_and_its_mistakes_are_told(run, tmp_path, capsys):
    path = Path(run("new", "foodrv fails to map its BAR", "--to", str(tmp_path), code=1).strip())
    assert path.parent.parent == tmp_path / "problems" and path.stem == "foodrv-fails-to-map-its-bar"
    assert main(["new", "foodrv fails to map its BAR", "--to", str(tmp_path)]) == 2
    assert "is there already" in capsys.readouterr().err


def test_a_case_becomes_a_draft_that_names_nobody(run):
    kept = case.new_id(TEXT)
    case.record(kept, "begin", text=TEXT, machine="none", facts=[], hits=None)
    out = json.loads(run("new", "--from-case", kept, "--print", "--json", code=1))
    assert out["schema"] == "kbtui.new/1" and out["file"] is None
    assert "frobnicator" in out["draft"] and "alice" not in out["draft"] and "gpubox" not in out["draft"]
    assert [m["message"] for m in out["mistakes"] if m["level"] == "error"]
    assert run("new", "--from-case", kept, "--print", code=1) == out["draft"]


def test_an_editor_has_the_last_word(run, tmp_path, monkeypatch):
    script = tmp_path / "editor.py"
    script.write_text(
        "import sys, pathlib\np = pathlib.Path(sys.argv[1])\np.write_text(p.read_text().replace('foodrv', 'bardrv'))\n"
    )
    monkeypatch.setenv("VISUAL", f"{sys.executable} {script}")
    path = Path(run("new", "foodrv is lost", "--to", str(tmp_path / "pack"), "--edit", code=1).strip())
    assert path.stem == "bardrv-is-lost" and "foodrv" not in path.read_text()


def test_what_is_missing_is_said(capsys, tmp_path, monkeypatch):
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.delenv("EDITOR", raising=False)
    (tmp_path / "file").write_text("")
    for words, said in (
        (["new"], "--from-case"),
        (["new", "x is lost", "--edit"], "$EDITOR"),
        (["new", "x is lost", "--to", str(tmp_path / "file")], "not a folder"),
        (["new", "--from-case", "nothing"], "no case"),
    ):
        assert main(words) == 2
        assert said in capsys.readouterr().err


def test_without_its_extra_serve_says_what_to_install(capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "textual_serve", None)
    assert main(["serve"]) == 2
    assert "pip install 'kbtui[serve]'" in capsys.readouterr().err
