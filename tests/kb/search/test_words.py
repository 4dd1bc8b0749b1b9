"""How much a word can say."""

from __future__ import annotations

import pytest

from kbtui.kb.search import words
from kbtui.kb.search.stem import stem


@pytest.mark.parametrize("told, worth", [(words._EVERYDAY, 0.3), (words._PLUMBING, 0.45)])
def test_every_weak_word_is_found_by_its_stem(told: str, worth: float) -> None:
    later = {stem(w) for w in words._PLUMBING.split()} if worth == 0.3 else set()
    for term in {stem(w) for w in told.split()} - later:
        if not term.replace(".", "").isdigit():
            assert words.prior(term) == worth, term


def test_other_terms() -> None:
    assert words.prior("nccl") == 1.0 and words.prior("~hang") == 0.6 and words.prior("") == 1.0
