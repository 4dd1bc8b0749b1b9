"""The documents say what is: commands that they name run, fields that they list are printed."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest

from kbtui.authoring.lint import check_node
from kbtui.authoring.nodetest import run_one
from kbtui.authoring.world import survey
from kbtui.cli import main
from kbtui.commands import arguments
from kbtui.commands.arguments import COMMANDS, parser
from kbtui.engine import Engine
from kbtui.kb import search
from kbtui.kb.build import compile_nodes
from kbtui.kb.docs import documents
from kbtui.kb.knowledge import Knowledge
from kbtui.kb.load import load_file
from kbtui.kb.nodes import Problem
from kbtui.kb.packs import Pack, shipped
from kbtui.kb.source import read_packs

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text()


def named_commands() -> list[str]:
    texts = [README, (ROOT / "docs" / "json.md").read_text(), (ROOT / "CONTRIBUTING.md").read_text()]
    found = [m for text in texts for m in re.findall(r"(?:^|[|`/ ])kbtui ((?:\"[^\"]*\"|[^`\n#|])+)", text)]
    return sorted({f.strip() for f in found if f.strip() and f.split()[0].strip('"') in {*COMMANDS, *["modprobe:"]}})


@pytest.mark.parametrize("line", named_commands())
def test_a_command_named_in_the_documents_parses(line):
    words = shlex.split(line)
    if words[0] not in COMMANDS:
        words.insert(0, "diagnose")
    if words == ["case", "list"] or "CASE" not in line:
        assert parser().parse_args(words).command == words[0]


def test_the_readme_runs_the_main_job_and_the_tests():
    run = re.search(r"<!-- run -->\n```sh\n(.+)\n```", README)
    test = re.search(r"<!-- test -->\n```sh\n(.+)\n```", README)
    assert run and "kbtui diagnose" in run[1] and "\n" not in run[1]
    assert test and "pytest" in test[1] and "\n" not in test[1]
    text = re.search(r'kbtui diagnose "([^"]+)"', run[1])
    assert text and main(["diagnose", text[1]]) == 0


def test_the_json_document_lists_what_diagnose_prints(capsys):
    main(["diagnose", "--no-live", "Key was rejected by service", "--json"])
    found = json.loads(capsys.readouterr().out)
    text = (ROOT / "docs" / "json.md").read_text()
    cause = found["causes"][0]
    for names in (
        found,
        cause,
        cause["evidence"][0],
        cause["fixes"][0],
        cause["fixes"][0]["steps"][0],
        found["next"],
        found["entry"][0],
    ):
        for name in names:
            assert f"`{name}`" in text, name


def test_the_worked_example_of_the_author_guide_is_right(tmp_path):
    guide = (ROOT / "docs" / "authoring.md").read_text()
    example = re.search(r"## One example, whole\n\n(.*?)\n(?=\S)", guide, re.DOTALL)
    assert example
    path = tmp_path / "problems" / "driver" / "secure-boot-unsigned-module.yaml"
    path.parent.mkdir(parents=True)
    path.write_text("\n".join(line[4:] for line in example[1].splitlines()))
    loaded, mistakes = load_file(path, Pack("example", tmp_path))
    assert loaded is not None, [str(m) for m in mistakes]
    nodes, _ = read_packs([shipped()])
    assert [str(m) for m in check_node(loaded, survey(nodes))] == []
    built = compile_nodes({**nodes, ("problem", loaded.id): loaded}, "example", [])
    search.build(documents(Knowledge(built)), tmp_path / "search.sqlite")
    engine = Engine(Knowledge(built), tmp_path / "search.sqlite")
    assert isinstance(loaded.node, Problem) and len(loaded.node.tests) == 3
    said = [run_one(engine, loaded.id, loaded.node, n, test) for n, test in enumerate(loaded.node.tests, 1)]
    assert all(s.passed for s in said), said


def test_the_architecture_names_every_dependency():
    text = (ROOT / "docs" / "architecture.md").read_text()
    block = (ROOT / "pyproject.toml").read_text().split("\ndependencies = [")[1].split("\n]")[0]
    for name in re.findall(r'"([A-Za-z0-9-]+)[<>=]', block):
        assert f"| {name} |" in text, name


def test_the_examples_of_the_help_name_what_exists(engine):
    text = "\n".join(arguments.EXAMPLES.values())
    questions = re.findall(r"([a-z0-9]+(?:-[a-z0-9]+)+)=(?:yes|no)", text)
    problems = re.findall(r"kbtui (?:show|test|graph) ([a-z0-9]+(?:-[a-z0-9]+)+)", text)
    assert questions and set(questions) <= set(engine.knowledge.ids("question"))
    assert problems and set(problems) <= set(engine.knowledge.problems)
