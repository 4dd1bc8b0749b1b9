"""What a person says finds the node that it is about, and says how far to believe it."""

from __future__ import annotations

from pathlib import Path

import pytest

from kbtui.kb.search import Index, build
from tests.kb.search.corpus import DOCS, doc


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("the kernel was upgraded and my drivers are gone", "module-build"),
        ("it crashes, my models need more memories than this card has", "vram-full"),
        ("whole box switches itself off as soon as I train", "supply-small"),
        ("装好驱动进不去桌面", "no-desktop"),
        ("显存爆了怎么办", "vram-full"),
        ("训练一开始机器就断电，是不是电源不够", "supply-small"),
        ("装了 driver 之后没有 desktop", "no-desktop"),
        ("显卡 掉线 Xid 79", "off-bus"),
        ("graphics adapter vanished from the bus until I restart", "off-bus"),
        ("RuntimeError: \"addmm_impl_cpu_\" not implemented for 'Half'", "fp16-cpu"),
        ("torch.cuda.OutOfMemoryError: Tried to allocate 2.00 GiB", "vram-full"),
    ],
)
def test_in_other_words(index: Index, text: str, wanted: str):
    assert index.rank(text)[0].id == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [("nvlnik flap", "link-flap"), ("tiemout in nccl", "collective-timeout"), ("powr suply too small", "supply-small")],
)
def test_typos(index: Index, text: str, wanted: str):
    assert index.rank(text)[0].id == wanted


def test_a_number_decides_between_rivals(index: Index):
    assert [index.rank(text)[0].id for text in ("Xid 79", "Xid 48")] == ["off-bus", "ecc"]


@pytest.mark.parametrize("line", ["CUDA out of memory", "Xid 79", "爆显存", "The GPU has fallen off the bus"])
def test_a_line_said_whole_is_certain(index: Index, line: str):
    match = index.rank(line)[0]
    assert match.score == pytest.approx(1.0, abs=0.01)
    assert match.because == line
    assert match.coverage.line == pytest.approx(1.0, abs=0.01)


def test_less_said_is_less_certain(index: Index):
    scores = [
        next(m.score for m in index.rank(text) if m.id == "module-build")
        for text in ("driver gone since the kernel upgrade", "since the kernel upgrade", "upgrade")
    ]
    assert scores == sorted(scores, reverse=True)
    assert scores[0] > 2 * scores[2]


@pytest.mark.parametrize(
    "text",
    [
        "Boil the pasta in salted water, drain it and toss it with olive oil, garlic and a little chilli.",
        "Knead the dough for ten minutes, let it rest in a warm place, then bake it in a hot oven until golden.",
        "The home team won the cup for the first time in twenty years, to the delight of everybody.",
        "把五花肉切块焯水，锅里放油和冰糖炒出糖色，小火炖一个小时。",
        "what time does the supermarket close on Sundays",
    ],
)
def test_unrelated_text_scores_low(index: Index, text: str):
    assert all(match.score < 0.15 for match in index.rank(text))


def test_the_line_is_found_in_a_whole_page(index: Index):
    page = "\n".join(f"INFO step {n} loss 0.{n} lr 0.001 throughput {n}k tokens" for n in range(400))
    found = index.rank(f"ran all night, then\n{page}\ncard is lost until the next reboot\n{page}")
    assert found[0].id == "off-bus"
    assert found[0].score > 0.8


def test_words_far_apart_are_no_line(index: Index):
    filler = iter(f"{a}{b} was written here and nothing else of interest" for a in "abcdefgh" for b in "klmnopqr")
    apart = "\n".join(
        f"{word}\n" + "\n".join(next(filler) for _ in range(8)) for word in "card lost next reboot".split()
    )
    together = next(m for m in index.rank("card is lost until the next reboot") if m.id == "off-bus")
    spread = next(m for m in index.rank(apart) if m.id == "off-bus")
    assert spread.coverage.line < 0.5 * together.coverage.line


def test_a_match_says_which_words_agree(index: Index):
    match = index.rank("Our NVLink went down")[0]
    assert match.id == "link-flap"
    assert {"NVLink", "down"} <= set(match.terms)
    assert (match.kind, match.title) == ("problem", "The NVLink link goes down and comes back")


def test_scores_fall_down_the_list_and_stay_between_0_and_1(index: Index):
    scores = [match.score for match in index.rank("the driver of my card crashes out of memory after a reboot")]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)


def test_limit(index: Index):
    assert len(index.rank("the driver of the card", limit=2)) == 2


def test_nothing_said_finds_nothing(index: Index):
    assert index.rank("") == index.rank("the and of") == index.rank("!!! ???") == []


def test_every_kind_is_found(index: Index):
    assert index.rank("does it smell burnt")[0].kind == "question"
    assert "concept" in {match.kind for match in index.rank("what is the vram of a card for")}


def test_more_nodes_do_not_change_what_is_certain(tmp_path: Path):
    others = [doc(f"other-{n}", f"Component number {n} of the card makes trouble") for n in range(300)]
    build([*DOCS, *others], tmp_path / "big.sqlite")
    with Index.open(tmp_path / "big.sqlite") as big:
        match = big.rank("nvlink flap in the log")[0]
    assert match.id == "link-flap"
    assert match.score == pytest.approx(1.0, abs=0.01)
