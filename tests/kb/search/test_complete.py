"""Search as you type, typo repair, and the question "did you mean"."""

from __future__ import annotations

import pytest

from kbtui.kb.search import Index
from kbtui.kb.search.repair import Vocabulary


def ids(index: Index, typed: str) -> list[str]:
    return [match.id for match in index.complete(typed)]


@pytest.mark.parametrize("typed", ["n", "nv", "nvl", "nvlink f", "nvlink fla", "NVLink flap i"])
def test_the_last_word_may_be_unfinished(index: Index, typed: str):
    assert "link-flap" in ids(index, typed)


def test_a_title_that_begins_so_is_first(index: Index):
    assert ids(index, "the power")[0] == "supply-small"
    assert index.complete("The GPU has fallen off the bus")[0].score == pytest.approx(1.0, abs=0.06)


def test_a_word_only_counts_from_its_beginning(index: Index):
    assert "supply-small" not in ids(index, "ower")


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [("驱动", "no-desktop"), ("爆显", "vram-full"), ("桌", "no-desktop"), ("nvlink 链", "link-flap")],
)
def test_chinese(index: Index, typed: str, wanted: str):
    assert wanted in ids(index, typed)


def test_chinese_that_stands_nowhere_so_is_ranked_by_its_words(index: Index):
    assert ids(index, "装好驱动进不去桌面")[0] == "no-desktop"


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("nvlnik flap", "link-flap"),
        ("nvlnik fl", "link-flap"),
        ("tiemout nccl", "collective-timeout"),
        ("nccl tiemou", "collective-timeout"),
        ("xdi 79", "off-bus"),
    ],
)
def test_typos_are_repaired_when_nothing_is_found(index: Index, typed: str, wanted: str):
    assert ids(index, typed)[0] == wanted


def test_a_match_says_which_name_fits(index: Index):
    match = index.complete("driver gone")[0]
    assert (match.id, match.because) == ("module-build", "driver gone since the kernel upgrade")


def test_limit_and_empty(index: Index):
    assert len(index.complete("the", limit=3)) == 3
    assert index.complete("") == index.complete("  ?! ") == []


@pytest.mark.parametrize("typed", ["nvlink fla", "tiemout nccl", "驱动", "supply"])
def test_the_slow_way_finds_it_too(index: Index, typed: str):
    slow = Index(index._db, index._docs, fts5=False)
    assert ids(slow, typed)[0] == ids(index, typed)[0]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("nvlnik flap", "nvlink flap"),
        ("The tiemout of NCCL", "The timeout of NCCL"),
        ("xdi 79?", "xid 79?"),
        ("nvlink flap", None),
        ("crashed memories", None),
        ("zzzzqqq", None),
        ("桌面", None),
        ("", None),
    ],
)
def test_did_you_mean(index: Index, text: str, meant: str | None):
    assert index.suggest(text) == meant


def test_repair_prefers_the_commonest_of_the_nearest():
    words = Vocabulary(["driver", "drivel", "timeout", "xid", "fan"])
    assert words.repair("drivex") == "driver"
    assert words.repair("driver") is None
    assert words.repair("fam") is None, "short words are only repaired where two letters are swapped"
    assert words.repair("fna") == "fan"
    assert words.repair("tiemout") == "timeout"
    assert words.repair("timxxxx") is None


def test_repair_of_a_word_still_being_typed():
    words = Vocabulary(["nvlink", "timeout"])
    assert words.begins("nvl")
    assert not words.begins("nvn")
    assert words.repair_prefix("nvlni") == "nvlin"
    assert Vocabulary([]).repair_prefix("nvlni") is None
