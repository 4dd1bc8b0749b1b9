"""`kbtui new`: from words or a case to one file; `kbtui serve` where its extra is missing."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import pytest

from kbtui.cli import main
from kbtui.diagnosis import case
from kbtui.team import git

SECURE = "secure-boot-unsigned-module"
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


@pytest.mark.skipif(not shutil.which("git"), reason="git is not installed")
def test_the_new_file_is_shown_and_committed_only_when_asked(run, tmp_path, capsys, monkeypatch):
    for who in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{who}_NAME", "x")
        monkeypatch.setenv(f"GIT_{who}_EMAIL", "x@example.org")
    pack = tmp_path / "pack"
    run("pack", "init", str(pack))
    assert main(["new", "Key was rejected by service", "--extend", SECURE, "--to", str(pack)]) == 0
    said = capsys.readouterr()
    assert "+extends: secure-boot-unsigned-module" in said.err and Path(said.out.strip()).is_file()
    assert git.top(pack) and b"?? problems/" in git.git("status", "--porcelain", at=pack)
    (pack / "README.md").write_text("not mine to commit")
    assert main(["new", "no key that anybody knows", "--extend", SECURE, "--to", str(pack), "--commit"]) == 0
    assert "committed secure-boot" in capsys.readouterr().err
    assert git.line("show", "--format=", "--name-only", "HEAD", at=pack).startswith("problems/")
    assert len(git.line("show", "--format=", "--name-only", "HEAD", at=pack).splitlines()) == 1
    assert main(["new", "foodrv is lost again", "--to", str(pack), "--commit"]) == 1
    assert "not committed: it has mistakes" in capsys.readouterr().err
    assert main(["new", "x is lost", "--extend", "secure-boot-unsigned", "--print"]) == 2
    assert "secure-boot-unsigned-module" in capsys.readouterr().err


def test_somebody_at_a_terminal_is_asked_first(run, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    asked = []
    monkeypatch.setattr("builtins.input", lambda text: asked.append(text) or "1")
    assert main(["new", "Key was rejected by service", "--to", str(tmp_path)]) == 0
    assert len(asked) == 1 and "is it one of these?" in capsys.readouterr().out
    (made,) = tmp_path.rglob("*.yaml")
    assert f"extends: {SECURE}" in made.read_text()


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
