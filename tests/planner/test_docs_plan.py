"""docs/plan.md: what it says a command prints is what it prints, in that order."""

import re
import shlex
from pathlib import Path

import pytest
import yaml

from kbtui.cli import main
from kbtui.engine import Engine
from kbtui.kb.cache import open_knowledge
from kbtui.kb.packs import Pack, shipped
from kbtui.planner import boxes

TEXT = (Path(__file__).resolve().parents[2] / "docs" / "plan.md").read_text()
BLOCKS = re.findall(r"```console\n\$ kbtui (.+?)\n(.*?)```", TEXT, re.DOTALL)


@pytest.mark.parametrize(("command", "printed"), BLOCKS, ids=lambda text: text[:40])
def test_a_command_prints_what_the_document_says(command, printed, capsys):
    main(shlex.split(command))
    out = " ".join(capsys.readouterr().out.split())
    at = 0
    for line in printed.splitlines():
        found = out.find(" ".join(line.split()), at)
        assert found >= 0, f"{line!r} is not printed, or not in this order"
        at = found


def test_the_document_has_examples_of_all_three_questions():
    assert len(BLOCKS) >= 4
    assert {"--compare", "--model", "--box", "--as-of"} <= {w for command, _ in BLOCKS for w in shlex.split(command)}


def test_the_pack_of_the_document_works(tmp_path):
    text = re.search(r"```yaml\n# our-lab/(tables/\S+)\n(.*?)```", TEXT, re.DOTALL)
    assert text
    file = tmp_path / text[1]
    file.parent.mkdir()
    file.write_text(text[2])
    engine = Engine(*open_knowledge([shipped(), Pack("our-lab", tmp_path)]))
    assert not engine.knowledge.mistakes
    assert len(boxes.facts_of(engine.tables, "blue")) == len(yaml.safe_load(text[2])["rows"][0]) - 1
