"""Searches elsewhere: the telling part of an error, without what names a person or a machine."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from kbtui.diagnosis.elsewhere import MOST_WORDS, distinctive, redactor_for, searches
from kbtui.machine.facts import Facts
from kbtui.machine.given import fact_from

TRACE = """\
Traceback (most recent call last):
  File "/home/alice/train.py", line 3, in <module>
    import torch
ImportError: /home/alice/venv/lib/libtorch_cuda.so: undefined symbol: ncclCommRegister
"""


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "[   12.345678] NVRM: GPU 0000:65:00.0: Failed to copy vbios to system memory.",
            "NVRM: GPU: Failed to copy vbios to system memory",
        ),
        (
            "Nov 12 09:01:02 box7 kernel: NVRM: RmInitAdapter failed! (0x24:0x72:1568)",
            "kernel: NVRM: RmInitAdapter failed! (0x24:0x72:1568)",
        ),
        (TRACE, "ImportError: libtorch_cuda.so: undefined symbol: ncclCommRegister"),
        ("2026-01-01 12:00:01,333 node07 ERROR rank 3 pid=3322: CUDA error: no device", "ERROR: CUDA error: no device"),
        ("the fan is loud\nFrobError: could not open /dev/frob at", "FrobError: could not open frob"),
        ("", ""),
    ],
)
def test_the_telling_part(text, words):
    assert distinctive(text) == words


def test_nobody_is_named():
    text = "after the update nothing works on alice@gpubox\nerror: gpubox refused alice (10.1.2.3) in /home/alice/run"
    said = " ".join(s.url for s in searches(text, Facts(), redactor_for(text, [])))
    assert (
        not {"alice", "gpubox", "10.1.2.3"} & set(said.replace("+", " ").replace("%", " ").split())
        and "refused" in said
    )


def test_the_machines_own_name_is_known():
    facts = [fact_from("machine.hostname", "lab-seven", "test")]
    assert "lab-seven" not in distinctive("error: lab-seven has lost its driver", redactor_for("", facts))


def test_a_long_error_is_cut_around_what_tells():
    words = distinctive("driver: " + "word " * 30 + "failed to load " + "tail " * 30).split()
    assert len(words) == MOST_WORDS and "failed" in words


def test_every_place_is_asked_for_the_same_words():
    facts = Facts()
    facts.add(fact_from("os.id", "linuxmint", "test"))
    found = {s.id: s for s in searches(TRACE, facts)}
    assert list(found) == ["web", "github", "stackoverflow", "nvidia", "distribution"]
    asked = {s.id: parse_qs(urlsplit(s.url).query) for s in found.values()}
    assert asked["web"]["q"] == [found["web"].words]
    assert asked["github"]["q"] == [f"repo:pytorch/pytorch {found['web'].words}"]
    assert found["github"].tells_where and not found["web"].tells_where
    assert urlsplit(found["distribution"].url).hostname == "askubuntu.com"


def test_without_a_known_distribution_its_wiki_is_left_out():
    assert [s.id for s in searches("error: it failed", Facts())][-1] == "nvidia"
    assert searches("", Facts()) == []
