"""`kbtui pages`: what it writes, and what it leaves alone."""

from __future__ import annotations

from pathlib import Path

from kbtui.cli import main

DOCS = Path(__file__).resolve().parents[2] / "docs"


def test_it_writes_a_site_and_writes_it_again(tmp_path, capsys):
    target = tmp_path / "pages"
    assert main(["pages", str(target), "--docs", str(DOCS)]) == 0
    assert "pages in" in capsys.readouterr().out
    assert "(architecture.md)" in (target / "guide/index.md").read_text()
    assert (target / "site.css").read_text().strip()
    stale = target / "problems" / "gone.md"
    stale.write_text("old")
    assert main(["pages", str(target)]) == 0
    assert not stale.exists() and not (target / "guide").exists()


def test_a_folder_of_somebody_else_is_left_alone(tmp_path, capsys):
    (tmp_path / "mine.txt").write_text("mine")
    assert main(["pages", str(tmp_path)]) == 2
    assert "did not write" in capsys.readouterr().err
    assert [p.name for p in tmp_path.iterdir()] == ["mine.txt"]


def test_a_folder_of_pages_that_is_not_there_is_bad_input(tmp_path, capsys):
    assert main(["pages", str(tmp_path / "new"), "--docs", str(tmp_path / "none")]) == 2
    assert "is not a folder" in capsys.readouterr().err and not (tmp_path / "new").exists()
