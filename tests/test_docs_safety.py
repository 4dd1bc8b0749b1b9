"""What the documents say of looking at a machine is what the code does."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest

from kbtui import conditions
from kbtui.authoring.lint import lint
from kbtui.cli import main
from kbtui.commands.arguments import parser
from kbtui.commands.facts_commands import what
from kbtui.kb.packs import Pack
from kbtui.machine import sweep, team
from kbtui.machine.asks import Environ, Names, Read, Run, Which
from kbtui.machine.live import children
from kbtui.machine.probes import all_probes
from kbtui.machine.probes.allowed import refusal
from kbtui.machine.probes.team import PARSERS

ROOT = Path(__file__).resolve().parent.parent
SAFETY = (ROOT / "docs" / "safety.md").read_text()
AUTHORING = (ROOT / "docs" / "authoring.md").read_text()


@pytest.fixture(autouse=True)
def nothing_declared():
    yield
    team.declare({})
    conditions.forget()


def test_the_numbers_are_those_of_the_code():
    assert f"over after {sweep.DEADLINE:g} s" in SAFETY
    assert f"SIGTERM, {children.GRACE:g} s, SIGKILL" in SAFETY
    assert f"({Run(('x',)).cap >> 20} MiB)" in SAFETY


def test_the_files_and_commands_that_it_names_are_there():
    for name in re.findall(r"`((?:kbtui|docs)/[\w./]+)`", SAFETY):
        assert (ROOT / name).exists(), name
    for line in re.findall(r"`kbtui ([^`]+)`", SAFETY + AUTHORING.split("## A probe of your own")[1]):
        assert parser().parse_args(shlex.split(line)).command
    for command in ("nvidia-smi -pm 1", "dmesg -c"):
        assert f"`{command}`" in SAFETY and refusal(command.split())


def test_commands_lists_every_ask_of_every_probe(capsys):
    assert main(["facts", "--commands", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)["asks"]
    listed = {(row["probe"], row["what"]) for row in rows}
    for probe in all_probes():
        for ask in probe.asks.values():
            assert (probe.name, what(ask)) in listed
    assert all(row["why"] for row in rows if row["ask"] == "runs")
    described = next(line for line in (ROOT / "docs" / "json.md").read_text().splitlines() if "--commands" in line)
    assert set(rows[0]) == set(re.findall(r"`(\w+)`", described)) - {"asks"}


def test_an_ask_is_printed_whole():
    assert what(Run(("a", "b c"))) == "a 'b c'" and what(Which(("x", "y"))) == what(Environ(("x", "y"))) == "x y"
    assert what(Read("/a*")) == "/a*" and what(Names("/a/*", to="/dev/x")) == "/a/*, links to /dev/x"


def test_commands_prints_code_whole_and_what_a_pack_brings(capsys, tmp_path, monkeypatch):
    (tmp_path / "probes").mkdir()
    (tmp_path / "probes" / "scratch-quota.yaml").write_text(example())
    monkeypatch.setenv("KBTUI_PACKS", str(tmp_path))
    assert main(["trust", str(tmp_path), "--yes"]) == 0
    assert main(["facts", "--commands"]) == 0
    printed = capsys.readouterr().out
    assert "runs lfs quota -q -p 1000 /scratch" in printed
    code = next(
        a.argv[2] for p in all_probes() for a in p.asks.values() if isinstance(a, Run) and a.argv[1:2] == ("-c",)
    )
    assert all(line.strip() in printed for line in code.splitlines())


def example() -> str:
    text = re.search(r"## A probe of your own\n.*?whole:\n\n((?:    [^\n]*\n)+)", AUTHORING, re.DOTALL)
    assert text
    return "".join(line[4:] + "\n" for line in text[1].splitlines())


def test_the_worked_probe_is_right(tmp_path):
    (tmp_path / "probes").mkdir()
    (tmp_path / "probes" / "scratch-quota.yaml").write_text(example())
    assert lint([Pack("example", tmp_path)]) == []
    assert "team.scratch_used_gib" in team.BROUGHT["scratch-quota"].facts


def test_every_parser_is_described():
    table = AUTHORING.split("| parse | `find` |")[1]
    assert set(re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)) == set(PARSERS)
