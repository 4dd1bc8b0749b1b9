"""`kbtui demo` in a pipe in both languages, on a terminal, and with nothing of this machine to be had."""

from __future__ import annotations

import json
import os
import socket

import pytest

from kbtui import cli, demo
from kbtui.commands import demo as command
from kbtui.machine.live import Live


@pytest.fixture(autouse=True)
def nothing_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """This machine, the network and rights are out of reach."""

    def refused(*_: object, **__: object) -> None:
        raise AssertionError("only the recording may be looked at")

    for name in ("__init__", "answer"):
        monkeypatch.setattr(Live, name, refused)
    monkeypatch.setattr(socket, "socket", refused)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_stage_as_text(number: int, lang: str, capsys: pytest.CaptureFixture[str]):
    assert cli.main(["demo", str(number), "--lang", lang]) == 0
    out, err = capsys.readouterr()
    stage = demo.stages()[number - 1]
    said = stage.said(lang == "zh")
    assert err == "" and "\x1b" not in out
    assert out.startswith(f"{'录制的机器' if lang == 'zh' else 'recorded machine'} {number}/10: {said.title}\n")
    joined = "".join(line.removeprefix("> ") for line in out.split("\n")).replace(" ", "")
    assert said.types.strip().replace(" ", "").replace("\n", "") in joined
    assert said.then.replace(" ", "") in joined
    if stage.causes:
        assert out.rstrip().endswith(f"kbtui demo {number + 1}")
        assert ("下一步: " if lang == "zh" else "next: ") in out
        assert any(f"{cause}\n" in out for cause in stage.causes)
    else:
        assert ("gpu-usable：正常" if lang == "zh" else "gpu-usable: healthy") in out
        assert "kbtui demo" not in out


def test_danger_stands_before_the_causes(capsys: pytest.CaptureFixture[str]):
    cli.main(["demo", "burning"])
    out = capsys.readouterr().out
    assert out.index("! Switch off at the wall") < out.index("1. ")


def test_the_list(capsys: pytest.CaptureFixture[str]):
    assert cli.main(["demo", "--list"]) == 0
    english = capsys.readouterr().out
    assert cli.main(["demo", "--list", "--lang", "zh"]) == 0
    chinese = capsys.readouterr().out
    for stage in demo.stages():
        assert stage.id in english and stage.title in english and stage.zh.title in chinese


def test_the_diagnosis_as_json(capsys: pytest.CaptureFixture[str]):
    assert cli.main(["demo", "no-headers", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["machine"] == "recorded machine 4/10: A new kernel, and the driver is gone"
    assert found["causes"][0]["id"] == "kernel-headers-missing"


def test_a_stage_that_does_not_exist(capsys: pytest.CaptureFixture[str]):
    assert cli.main(["demo", "77"]) == 2
    assert "expected 1 to 10, or one of slow" in capsys.readouterr().err


def test_on_a_terminal_the_screens_open(monkeypatch: pytest.MonkeyPatch):
    opened = []

    class Start:
        @staticmethod
        def run(text, lang, elsewhere, calm):
            assert not calm
            opened.append((text, lang, elsewhere(True), elsewhere(False)))
            return 0

    monkeypatch.setattr(command.importlib, "import_module", lambda name: Start if name == "kbtui.tui.start" else None)
    monkeypatch.setattr(command, "_on_terminal", lambda: True)
    args = cli_args("demo", "3", "--lang", "zh")
    assert command.run(args) == 0
    [(text, lang, chinese, english)] = opened
    assert (text, lang) == ("", "zh")
    assert chinese.name.startswith("录制的机器 3/10") and english.name.startswith("recorded machine 3/10")


def cli_args(*words: str):
    from kbtui.commands import arguments

    return arguments.parser().parse_args(words)
