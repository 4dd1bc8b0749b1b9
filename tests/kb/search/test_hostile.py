"""Whatever is typed or pasted, search answers."""

from __future__ import annotations

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kbtui.kb.search import Index

OPERATORS = ["NEAR", "AND", "OR", "NOT", "*", "^", '"', "'", "(", ")", ":", "title:", "-", "+", "{", "}", "[red]", "\0"]
WORDS = ["nvlink", "驱动", "xid", "79", "显", "e\u0301", "²", "ﬁ", "𠀀", "\ud800", "한글", "カ", "ⅷ", "_", "a_b", "٣"]
pieces = st.lists(st.sampled_from(OPERATORS + WORDS) | st.text(max_size=6), max_size=12)
texts = st.builds(lambda parts, glue: glue.join(parts), pieces, st.sampled_from(["", " ", "\n"]))


@given(text=texts | st.text())
@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_is_answered(index: Index, text: str):
    for match in (*index.rank(text), *index.complete(text)):
        assert 0 <= match.score <= 1
        assert match.id
        assert 0 <= match.coverage.line <= 1
        assert 0 <= match.coverage.text <= 1
    assert index.suggest(text) != text


@pytest.mark.parametrize(
    "text", ['nvlink" OR "a', "nvlink AND", "NEAR(nvlink flap)", "^nvlink*", "[red]nvlink[/red]", '"nvlink']
)
def test_operators_are_words(index: Index, text: str):
    assert any(match.id == "link-flap" for match in index.complete(text))


@pytest.mark.parametrize("piece", ["x", "nvlink ", "驱动", "Xid 79 fell off the bus\n", "\0", "'\"*^() ", "ab1_"])
def test_a_megabyte_is_answered_in_time(index: Index, piece: str):
    text = piece * (1_000_000 // len(piece))
    began = time.process_time()
    index.rank(text)
    index.complete(text)
    index.suggest(text)
    assert time.process_time() - began < 5
