"""`kbtui diagnose -f` with the logs of several ranks."""

from __future__ import annotations

import json

from tests.diagnosis import logs_of_a_run as made


def test_who_failed_first_is_said_first(run, tmp_path):
    made.run(tmp_path, ranks=4, bad=2)
    said = run("diagnose", "-f", str(tmp_path))
    assert said.startswith("rank 2 on gpu000 failed first (") and "GPU memory ran out" in said
    assert "what only followed: " in said and "ranks 0-1,3" in said
    assert run("diagnose", "-f", str(tmp_path / "rank*.log"), "--lang", "zh").startswith("rank 2（gpu000） 最先出错")


def test_json_lists_what_the_document_lists(run, tmp_path):
    paths = made.run(tmp_path, ranks=4, bad=2)
    found = json.loads(run("diagnose", *(w for p in paths for w in ("-f", p)), "--json"))
    assert found["machine"] == "none" and found["logs"]["first"]["rank"] == 2
    text = (made.ROOT / "docs" / "json.md").read_text()
    for part in (found["logs"], found["logs"]["first"], found["logs"]["cascade"][0]):
        for name in part:
            assert f"`{name}`" in text, name


def test_a_kept_case_keeps_the_story(run, tmp_path):
    made.run(tmp_path, ranks=4, bad=2)
    case = json.loads(run("diagnose", "-f", str(tmp_path), "--save", "--json"))["case"]
    assert "rank 2 on gpu000 failed first" in run("case", "show", case)


def test_one_file_is_read_as_ever(run, tmp_path):
    made.run(tmp_path, ranks=3, bad=2)
    found = json.loads(run("diagnose", "--no-live", "-f", str(tmp_path / "rank2.log"), "--json"))
    assert "logs" not in found and found["causes"]


def test_a_log_cannot_drive_the_terminal(run, tmp_path):
    paths = made.run(tmp_path, ranks=3, bad=2, end=("\x1b]0;x\x07RuntimeError: CUDA error: \x1b[2Jillegal",))
    assert "\x1b" not in run("diagnose", "-f", paths[0], "-f", paths[2])


def test_what_names_no_file_is_bad_input(run, tmp_path):
    run("diagnose", "-f", str(tmp_path / "nothing*.log"), code=2)
    run("diagnose", "-f", str(tmp_path / "nothing.log"), "-f", str(tmp_path), code=2)
