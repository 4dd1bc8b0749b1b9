"""Text to terms: stems, identifiers, numbers, Chinese, synonyms."""

from __future__ import annotations

import pytest

from kbtui.kb.search.stem import stem
from kbtui.kb.search.tokens import MOST_CHARACTERS, names, terms


def said(text: str) -> set[str]:
    return {term.text for term in terms(text)}


@pytest.mark.parametrize(
    "family",
    [
        "crash crashes crashed crashing",
        "memory memories",
        "allocate allocates allocated allocation",
        "connect connected connection",
        "driver drivers",
        "freeze froze frozen freezing",
        "install installs installed installation",
        "slow slower slowly",
    ],
)
def test_one_word_in_all_its_forms(family: str):
    assert len({stem(word) for word in family.split()}) == 1


@pytest.mark.parametrize(("one", "other"), [("bus", "bug"), ("cache", "catch"), ("status", "state"), ("loss", "lose")])
def test_different_words_stay_different(one: str, other: str):
    assert stem(one) != stem(other)


def test_what_is_no_word_is_not_stemmed():
    assert [stem(word) for word in ("cu121", "sm_86", "显卡", "é")] == ["cu121", "sm_86", "显卡", "é"]


def test_identifiers_whole_and_in_parts():
    found = said("CUBLAS_STATUS_ALLOC_FAILED from RmInitAdapter with libcudnn.so.8")
    assert {"cublas_status_alloc_failed", "alloc", "rminitadapter", "adapt", "cudnn"} <= found


def test_a_number_joins_the_word_before_it():
    assert "xid79" in said("Xid: 79") & said("xid 79") & said("XID79")


def test_addresses_and_long_numbers_are_noise():
    assert said("0x7f3a22bc at 1800090 in deadbeef01") == set()


def test_words_side_by_side_are_a_term():
    assert "share+memori" in said("out of shared memory")
    assert "share+memori" not in said("shared by all, memory of none")


def test_chinese_in_pairs_and_alone_when_alone():
    assert {"显卡", "卡驱", "驱动"} <= said("显卡驱动")
    assert "卡" in said("卡")
    assert "卡" not in said("显卡驱动")


def test_full_width_is_plain():
    assert said("ＮＶＬｉｎｋ　ｄｏｗｎ！") == said("NVLink down!")


@pytest.mark.parametrize(
    ("one", "other", "group"),
    [
        ("the graphics card", "显卡没了", "~gpu"),
        ("it reboots at random", "自动重启", "~reboot"),
        ("my monitor", "显示器", "~screen"),
        ("OOM", "显存不足", "~out_of_memory"),
        ("the PSU", "电源", "~power_supply"),
        ("it is slower", "很慢", "~slow"),
        ("the job died", "程序崩溃", "~crash"),
    ],
)
def test_synonyms_meet_across_languages(one: str, other: str, group: str):
    assert group in said(one) & said(other)


def test_groups_and_pairs_hold_no_space():
    text = "out of memory, power supply, never comes back, shared memory 显存不足"
    assert all(" " not in term.text for term in terms(text))


def test_lines_that_differ_only_in_numbers_count_once():
    once = terms("step 1 loss 0.5\nend")
    assert terms("step 1 loss 0.5\nstep 2 loss 0.4\nstep 3 loss 0.3\nend") == once


def test_words_of_one_sentence_stand_nearer():
    near = {term.text: term.place for term in terms("alpha beta")}
    far = {term.text: term.place for term in terms("alpha.\nbeta")}
    assert near["beta"] - near["alpha"] < far["beta"] - far["alpha"]


def test_of_a_long_text_both_ends_are_read():
    found = said("firstword " + "filler line here\n" * MOST_CHARACTERS + " lastword")
    assert {"firstword", "lastword"} <= found


def test_names_are_plain_words():
    assert names("NVIDIA-SMI: 驱动 v550_x") == ["nvidia", "smi", "驱", "动", "v550", "x"]
