"""`kbtui fleet check` as a person calls it, over recordings."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from kbtui.cli import main
from kbtui.fleet import nodes

MACHINES = Path(__file__).resolve().parents[1] / "machines"


@pytest.fixture
def rack(tmp_path) -> Path:
    """Four nodes of one kind, one of them with a fault, and a file that is no recording."""
    folder = tmp_path / "rack"
    folder.mkdir()
    for name in ("atlas01", "atlas02", "atlas03"):
        shutil.copy(MACHINES / "healthy-l40s-server.tar.gz", folder / f"{name}.tar.gz")
    shutil.copy(MACHINES / "row-remap-pending.tar.gz", folder / "atlas04.tar.gz")
    return folder


def test_a_person_reads_the_head_the_groups_and_the_differences(run, rack):
    said = run("fleet", "check", "--from", str(rack), code=1)
    assert said.splitlines()[0] == "gpu-usable: 4 nodes: 3 healthy, 1 with a fault"
    assert "✗ atlas04 (1)" in said and "gpu-uncorrectable-ecc > row-remapping-pending" in said
    assert "✓ atlas[01-03] (3)" in said and "+ " in said and "next: " in said


def test_in_chinese_too(run, rack):
    said = run("fleet", "check", "--from", str(rack), "--lang", "zh", code=1)
    assert "4 个节点" in said and "3 正常" in said and "下一步" in said


def test_a_part_of_the_recordings(run, rack):
    assert "3 nodes: 3 healthy" in run("fleet", "check", "--from", str(rack), "-w", "atlas[01-03]")
    assert main(["fleet", "check", "--from", str(rack), "-w", "atlas[01-09]"]) == 2


def test_what_the_job_said_counts_on_every_node(run, rack, tmp_path):
    (tmp_path / "rank3.log").write_text("rank 3: CUDA error: uncorrectable ECC error encountered\n")
    found = json.loads(
        run("fleet", "check", "--from", str(rack), "-f", str(tmp_path / "rank3.log"), "it died", "--json", code=1)
    )
    assert found["groups"][0]["folded"] == "atlas04"


def test_json_names_the_nodes_and_what_is_written_does_not(run, rack, tmp_path):
    found = json.loads(run("fleet", "check", "--from", str(rack), "--json", code=1))
    assert found["schema"] == "kbtui.fleet/1" and found["groups"][0]["nodes"] == ["atlas04"]
    for name in ("fleet.md", "fleet.json"):
        said = run("fleet", "check", "--from", str(rack), "-o", str(tmp_path / name), code=1)
        assert "4 nodes" in said and "stand-ins" in said
        text = (tmp_path / name).read_text()
        assert "atlas" not in text and "<host-4>" in text and "row-remapping-pending" in text


def test_markdown_is_printed_with_names(run, rack):
    said = run("fleet", "check", "--from", str(rack), "--format", "md", code=1)
    assert said.startswith("# gpu-usable: 4 nodes") and "`atlas[01-03]`" in said


def test_a_node_that_cannot_be_judged_is_3(run, rack):
    (rack / "atlas04.tar.gz").unlink()
    (rack / "atlas05.txt").write_text("hello\n")
    said = run("fleet", "check", "--from", str(rack), code=3)
    assert "1 the collector failed" in said and "it is a text and no recording" in said


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "say which nodes"),
        (["-w", "gpu[1-"], "is not a node set"),
        (["-w", "gpu1", "--goal", "train-multi-nodes"], "train-multi-node"),
        (["--from", "/nowhere-at-all"], "cannot be read"),
        (["-w", "gpu1", "--fanout", "0"], "above 0"),
        (["--srun", "-w", "gpu1"], "inside a Slurm job"),
        (["-w", "gpu1", "-o", "/nowhere-at-all/x.md"], "there is no folder"),
    ],
)
def test_what_cannot_work_is_said_at_once(words, said, capsys, monkeypatch):
    monkeypatch.delenv("SLURM_JOB_ID", raising=False)
    assert main(["fleet", "check", *words]) == 2
    assert said in capsys.readouterr().err


def test_an_empty_folder_and_two_recordings_of_one_node(tmp_path, capsys, rack):
    (tmp_path / "empty").mkdir()
    assert main(["fleet", "check", "--from", str(tmp_path / "empty")]) == 2
    (rack / "atlas01.txt").write_text("x")
    assert main(["fleet", "check", "--from", str(rack)]) == 2
    assert "holds no recordings" in (err := capsys.readouterr().err) and "two recordings of atlas01" in err


def test_without_clustershell_the_command_that_helps_is_said(capsys, monkeypatch):
    def missing() -> None:
        raise nodes.InputError(nodes.MISSING)

    monkeypatch.setattr(nodes, "need", missing)
    assert main(["fleet", "check", "-w", "gpu1"]) == 2
    assert "pip install 'kbtui[fleet]'" in capsys.readouterr().err


def test_inside_a_slurm_job_its_nodes_are_meant(monkeypatch):
    from kbtui.commands import fleet
    from kbtui.commands.arguments import parser

    monkeypatch.setenv("SLURM_JOB_ID", "4711")
    monkeypatch.setenv("SLURM_JOB_NODELIST", "gpu[001-003]")
    args = parser("fleet").parse_args(["fleet", "check", "--srun"])
    assert fleet._names(args) == ["gpu001", "gpu002", "gpu003"]


def test_on_a_terminal_a_line_says_how_far_it_is_and_is_gone_at_the_end(rack, capsys, monkeypatch):
    import sys

    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    assert main(["fleet", "check", "--from", str(rack)]) == 1
    drawn = capsys.readouterr().err
    assert (
        "4 of 4 judged; not healthy: atlas04" in drawn and "waiting for atlas" in drawn and drawn.endswith("\r\x1b[K")
    )


def test_the_screens_need_a_terminal_and_get_the_check_to_run(rack, capsys, monkeypatch, engine):
    import sys
    import threading

    from kbtui.fleet.result import FleetOut
    from kbtui.tui import fleets

    assert main(["fleet", "check", "--from", str(rack), "--tui"]) == 2
    assert "--tui needs a terminal" in capsys.readouterr().err
    got = []
    monkeypatch.setattr(fleets, "run", lambda start, lang: got.append((start, lang)) or 0)
    for stream in (sys.stdin, sys.stdout):
        monkeypatch.setattr(stream, "isatty", lambda: True, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    assert main(["fleet", "check", "--from", str(rack), "--tui", "--lang", "zh", "it is slow"]) == 0
    (start, lang), kept = got[0], {}
    order, events, names = start(engine, threading.Event(), kept)
    assert lang == "zh" and order.text == "it is slow"
    assert isinstance(list(events)[-1].value, FleetOut)
    assert sorted(names) == sorted(kept) == [f"atlas0{i}" for i in range(1, 5)]


def test_the_logs_of_the_ranks_are_one_story(capsys, rack, tmp_path):
    logs = tmp_path / "logs"
    logs.mkdir()
    dead = "2026-11-03 02:00:01,000 INFO step 7\n2026-11-03 02:00:02,000 ERROR CUDA error: uncorrectable ECC error encountered\n"
    follows = "2026-11-03 02:00:01,000 INFO step 7\n2026-11-03 02:10:09,000 [rank0]:[E] Watchdog caught collective operation timeout: WorkNCCL(SeqNum=9, OpType=ALLREDUCE, Timeout(ms)=600000)\n"
    (logs / "rank1.log").write_text(dead)
    (logs / "rank0.log").write_text(follows)
    main(["fleet", "check", "--from", str(rack), "-f", str(logs), "--json"])
    found = json.loads(capsys.readouterr().out)
    assert found["logs"]["first"]["rank"] == 1 and found["logs"]["logs"] == 2
    for more, said in (([], "rank 1 failed first"), (["--format", "md"], "Failed first: rank 1")):
        main(["fleet", "check", "--from", str(rack), "-f", str(logs), *more])
        assert said in capsys.readouterr().out
