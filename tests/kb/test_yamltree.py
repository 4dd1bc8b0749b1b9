"""What YAML text is refused, and how it is answered."""

from __future__ import annotations

import pytest

from kbtui.kb import yamltree
from kbtui.kb.yamltree import Mapping, Scalar


def only(text: str):
    tree, mistakes = yamltree.parse(text, "x.yaml")
    assert tree is None and len(mistakes) == 1, mistakes
    return mistakes[0]


def test_every_scalar_stays_text():
    tree, mistakes = yamltree.parse("a: 550.120\nb: no\nc: 01:00.0\nd: 2.10\ne: 'x'\n", "x.yaml")
    assert not mistakes and isinstance(tree, Mapping)
    values = {key.text: value.text for key, value in tree.items if isinstance(value, Scalar)}
    assert values == {"a": "550.120", "b": "no", "c": "01:00.0", "d": "2.10", "e": "x"}


def test_marks_are_lines_and_columns_as_editors_count():
    tree, _ = yamltree.parse("a:\n  - b: c\n", "x.yaml")
    assert isinstance(tree, Mapping)
    inner = tree.get("a").items[0].items[0][1]
    assert (inner.mark.line, inner.mark.column) == (2, 8)


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("a: &x [1]\n", 1, "anchor &x"),
        ("a: 1\nb: *x\n", 2, "alias *x"),
        ("a: !!python/object/apply:os.system ['id']\n", 1, "tag"),
        ("a: !important b\n", 1, "tag"),
        ("a: 1\na: 2\n", 2, "stands twice (first on line 1)"),
        ("a: 1\n---\nb: 2\n", 2, "second document"),
        ("? [a, b]\n: c\n", 1, "a key must be one word"),
        ("a: 1\n\tb: 2\n", 2, "YAML cannot read this"),
        ("a: 'x\n", 2, "YAML cannot read this"),
        ("a: \x00\n", 1, "YAML cannot read this"),
    ],
)
def test_refused_with_its_place(text, line, said):
    mistake = only(text)
    assert said in mistake.message and mistake.line == line


def test_an_alias_bomb_is_refused_at_its_first_anchor():
    bomb = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"{c}: &{c} [{','.join(['*' + p] * 9)}]\n" for p, c in zip("abcdefgh", "bcdefghi", strict=True)
    )
    assert "anchor &a" in only(bomb).message


@pytest.mark.parametrize(
    "text",
    ["[" * 30, "[" * 100_000, "- " * 50_000, "{a: " * 5_000, "a:\n" + "".join(" " * i + "a:\n" for i in range(1, 60))],
)
def test_nested_too_deeply_is_a_message(text):
    assert "nest" in only(text).message


def test_enormous_is_a_message():
    assert "at most" in only("a: " + "x" * (yamltree.MAX_BYTES + 1)).message


def test_what_yaml_breaks_is_answered_with_the_corrected_line():
    assert only("title: Foo: bar\n").hint == "write it in quotes: title: 'Foo: bar'"
    assert only("aka:\n- it's: x: y\n").hint == "write it in quotes: - 'it''s: x: y'"
    assert "indent with spaces" in only("\ta: b\n").hint
