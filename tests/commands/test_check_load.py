"""`kbtui check --load` and `--page` as a person calls them."""

from __future__ import annotations

from pathlib import Path

import pytest

from kbtui.cli import main
from kbtui.commands import loading
from kbtui.machine.facts import Fact, Facts
from kbtui.machine.under_load import Seen, fold

MACHINES = Path(__file__).resolve().parents[1] / "machines"
CARD = "0000:01:00.0"


def test_evidence_taken_elsewhere_cannot_be_loaded(capsys):
    assert main(["check", "used-card", "--load", "--from", str(MACHINES / "pcie-x1.tar.gz")]) == 2
    assert "this machine while it works" in capsys.readouterr().err


def test_the_load_is_asked_for_before_anything_is_looked_at(capsys, monkeypatch):
    monkeypatch.setattr(loading, "_sample", lambda host: pytest.fail("nobody said that a load runs"))
    assert main(["check", "used-card", "--load", "60"]) == 2
    said = capsys.readouterr().err
    assert "kbtui loads no card" in said and "60 seconds" in said and "--yes" in said


def test_it_looks_on_once_the_load_runs(monkeypatch):
    hot = Facts(
        [Fact(name="gpu.utilization", value=99, entity=CARD), Fact(name="gpu.temperature", value=95, entity=CARD)]
    )
    monkeypatch.setattr(loading, "_sample", lambda host: hot)
    monkeypatch.setattr(loading, "samples", lambda take, seconds: [take(), take()])
    args = type("Args", (), {"source": "live", "load": 4, "yes": True, "pid": None, "python": None})()
    seen = loading.take(args, zh=False)
    assert isinstance(seen, Seen) and seen.enough and loading.notes(seen, zh=False) == []
    assert {f.name: f.value for f in seen.facts}["gpu.temperature"] == 95


def test_a_load_that_was_none_is_said():
    idle = fold([Facts([Fact(name="gpu.utilization", value=2, entity=CARD)])])
    assert "not seen" in loading.notes(idle, zh=False)[0] and "0%" in loading.notes(idle, zh=False)[0]
    assert loading.notes(fold([Facts()]), zh=True) == ["没有看到任何显卡"]


def test_a_page_is_written_beside_the_answer(tmp_path, capsys):
    source = str(MACHINES / "healthy-debian12-rtx3060.tar.gz")
    for name, begins in (("card.md", "# A second-hand card"), ("card.html", "<!DOCTYPE html>")):
        assert main(["check", "used-card", "--from", source, "--page", str(tmp_path / name)]) == 0
        assert (tmp_path / name).read_text().startswith(begins)
    assert "used-card: healthy" in capsys.readouterr().out


def test_a_page_that_cannot_be_written_is_bad_input(tmp_path, capsys):
    source = str(MACHINES / "healthy-debian12-rtx3060.tar.gz")
    assert main(["check", "used-card", "--from", source, "--page", str(tmp_path / "no" / "card.md")]) == 2
    assert "cannot be written" in capsys.readouterr().err
