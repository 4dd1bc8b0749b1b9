"""What a node lacks is counted, and nothing else."""

from __future__ import annotations

import json

from kbtui.authoring.census import is_past, lacks_of, months, review, rows_past, take
from kbtui.cli import main
from kbtui.kb.nodes import Concept, Evidence, Fix, Goal, Problem, ProblemZh, Reference, Step, Table


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
        "only_asks": whole(fixes=ask),
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


def table(reviewed: str | None, *rows: dict[str, str | None]) -> Table:
    return Table(title="Cards", key="card", types={"card": "text", "reviewed": "text"}, rows=[*rows], reviewed=reviewed)


def test_a_date_that_is_none_is_past():
    assert is_past(None, "2026-11") and is_past("", "2026-11") and is_past("soon", "2026-11")
    assert is_past("2025-10", "2026-11") and not is_past("2025-11", "2026-11")


def test_rows_have_their_own_date_or_the_tables():
    mixed = table("2026-11", {"card": "a"}, {"card": "b", "reviewed": "2024-01"}, {"card": "c", "reviewed": None})
    assert rows_past(mixed, "2026-11") == ["b"]
    old = table("2024-01", {"card": "a"}, {"card": "b", "reviewed": "2026-10"})
    assert rows_past(old, "2026-11") == ["a"]


def test_other_kinds_past_their_date_are_listed():
    found = take([], {}, "2026-11")
    others: list[tuple[str, str, Concept | Goal | Table]] = [
        ("concept", "old", Concept("old one", "x", reviewed="2025-01")),
        ("concept", "new", Concept("new one", "x", reviewed="2026-11")),
        ("goal", "never", Goal("a goal", "x", [])),
        ("table", "cards", table("2025-01", {"card": "a"})),
        ("table", "fine", table("2026-11", {"card": "a"})),
    ]
    review(found, others, "2026-11")
    assert found.past == {"concept": ["old"], "goal": ["never"], "table": ["cards"]}
    assert found.rows_past == {"cards": ["a"]}
    assert take([], {}, "2026-11").past == {}  # no census shares its lists with another


def test_the_command_names_what_is_past(capsys, tmp_path):
    (tmp_path / "concepts").mkdir()
    (tmp_path / "concepts" / "an-old-idea.yaml").write_text(
        "kind: concept\ntitle: An old idea\nsummary: Old.\nreviewed: 2001-01\n", encoding="utf-8"
    )
    (tmp_path / "tables").mkdir()
    (tmp_path / "tables" / "old.yaml").write_text(
        "kind: table\ntitle: Old\nkey: a\ntypes: {a: text}\nsources: {x: y}\nreviewed: 2001-01\nrows:\n- {a: one}\n",
        encoding="utf-8",
    )
    assert main(["lint", "--census", str(tmp_path)]) == 0
    said = capsys.readouterr().out
    assert "concepts past their review date: an-old-idea" in said
    assert "table old, rows past their review date: 1 (one)" in said


def test_the_command_counts_the_pack(capsys):
    assert main(["lint", "--census", "--format", "json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["whole"]["problems"] == sum(row["problems"] for row in said["rows"]) > 400
    assert said["whole"]["no_reference"] == said["whole"]["no_zh"] == said["whole"]["no_fix"] == 0
