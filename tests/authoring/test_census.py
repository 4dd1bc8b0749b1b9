"""What a node lacks is counted, and nothing else."""

from __future__ import annotations

import json

from kbtui.authoring.census import lacks_of, months, take
from kbtui.cli import main
from kbtui.kb.nodes import Evidence, Fix, Problem, ProblemZh, Reference, Step


def whole(**changes: object) -> Problem:
    given: dict[str, object] = {
        "title": "The module is not signed",
        "summary": "It is refused.",
        "evidence": [Evidence(sign="unsigned", supports="clearly"), Evidence(condition="not a", refutes="certainly")],
        "fixes": [Fix(title="Sign it", steps=[Step(run="sign")], verify="driver.module_loaded")],
        "references": [Reference("how", "https://example.org/")],
        "reviewed": "2026-11",
        "zh": ProblemZh("模块未签名", "内核拒绝加载。", ["未签名"]),
    }
    return Problem(**(given | changes))  # type: ignore[arg-type]


def test_a_whole_node_lacks_nothing():
    assert lacks_of(whole(), "2026-11") == []


def test_each_lack_is_seen():
    ask = [Fix(title="Sign it", steps=[Step(run="sign")], verify="ask: Is it loaded?")]
    cases = {
        "no_fix": whole(fixes=[]),
        "no_verify": whole(fixes=ask),
        "no_opposing": whole(evidence=[Evidence(sign="unsigned", supports="clearly")]),
        "no_reference": whole(references=[]),
        "no_zh": whole(zh=ProblemZh("模块未签名")),
        "stale": whole(reviewed="2025-10"),
    }
    for name, node in cases.items():
        assert lacks_of(node, "2026-11") == [name]


def test_a_symptom_needs_causes_and_no_fix():
    assert lacks_of(whole(fixes=[], causes=[{"x": "often"}]), "2026-11") == []


def test_rows_add_up():
    found = take([("driver", "a", whole()), ("cuda", "b", whole(references=[]))], {"concept": 2}, "2026-11")
    assert [row.area for row in found.rows] == ["cuda", "driver"]
    assert found.whole.problems == 2 and found.whole.no_reference == 1
    assert found.lacking["no_reference"] == ["b"] and found.concepts == 2


def test_months():
    assert months("2026-11") - months("2025-10") == 13


def test_the_command_counts_the_pack(capsys):
    assert main(["lint", "--census", "--format", "json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["whole"]["problems"] == sum(row["problems"] for row in said["rows"]) > 400
    assert said["whole"]["no_reference"] == said["whole"]["no_zh"] == said["whole"]["no_fix"] == 0
