"""Whatever is pasted: nothing raises, lines keep their numbers, time grows linearly, facts fit the catalogue."""

from __future__ import annotations

import time
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kbtui.machine.catalogue import SPECS
from kbtui.machine.facts import Facts
from kbtui.machine.text import read
from kbtui.machine.text.kinds import KINDS
from kbtui.machine.text.lines import split
from tests.machine.text.samples import facts, sample

MODULES = [kind.module for kind in KINDS]
SAMPLES = {module: sample(module) for module in MODULES}
TYPES = {
    "bool": bool,
    "int": int,
    "float": float,
    "text": str,
    "version": str,
}


def check(text: str) -> None:
    """The promises that hold for every reading."""
    reading = read(text)
    lines = text.count("\n") + 1
    for fact in reading.facts:
        spec = SPECS[fact.name]
        assert fact.kind == "text"
        assert 1 <= fact.line <= lines
        assert fact.origin == f"line {fact.line} of the text"
        assert bool(spec.scope) == bool(fact.entity), fact
        if fact.state == "known" and spec.type in TYPES:
            assert type(fact.value) is TYPES[spec.type], fact
        elif fact.state == "known":
            assert isinstance(fact.value, list), fact
            assert all(type(item) is (int if spec.type == "ints" else str) for item in fact.value), fact
        if fact.state == "unknown":
            assert fact.reason, fact
    last = 0
    for segment in reading.segments:
        assert last < segment.first_line <= segment.last_line <= lines
        last = segment.last_line
    assert isinstance(reading.store(), Facts)
    msgspec.json.encode(reading.facts)


@pytest.mark.parametrize("module", MODULES)
def test_each_reader_has_a_sample_that_triggers_it_and_fits_the_catalogue(module: str) -> None:
    assert next(kind for kind in KINDS if kind.module == module).occurs_in(SAMPLES[module])
    assert facts(SAMPLES[module])
    check(SAMPLES[module])


def test_every_reader_stands_in_the_list_of_kinds() -> None:
    folder = Path(__file__).parents[3] / "kbtui" / "machine" / "text"
    readers = {path.stem for path in folder.glob("*.py") if "def parse(found: Found) -> None" in path.read_text()}
    assert readers == {*MODULES, "prose"}


def test_a_sample_in_the_middle_of_prose_says_the_same() -> None:
    for module in ("smi_table", "nvrm", "collect_env", "lspci", "dkms"):
        alone = facts(SAMPLES[module])
        among = facts(f"hello, this is what I see\n\n{SAMPLES[module]}\n\nany idea?")
        assert alone == {name: value for name, value in among.items() if name in alone}, module


PIECES = st.sampled_from(
    [
        *(line for text in SAMPLES.values() for line in text.splitlines()),
        "",
        " ",
        "\x00",
        "\x1b[31m",
        "\x1b]0;",
        "|",
        "+---",
        "\r",
        "　",
        "RTX 3090",
        "driver 535",
        "GPU 0:",
        "Xid 79",
        "9" * 5000,
        "²³",
        "٣٤",
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(PIECES, max_size=30), st.sampled_from(["\n", " ", "\r\n", "\x00", "|"]))
def test_shuffled_pieces_of_outputs(pieces: list[str], joint: str) -> None:
    check(joint.join(pieces))


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=400))
def test_any_characters(text: str) -> None:
    check(text)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(SAMPLES)), st.integers(0, 400), st.integers(0, 40), st.text(max_size=8))
def test_an_output_with_a_hole_in_it(module: str, at: int, size: int, filling: str) -> None:
    text = SAMPLES[module]
    check(text[:at] + filling + text[at + size :])


def test_lone_surrogates_and_control_characters() -> None:
    check("driver 535\ud800 \udfff" + "".join(map(chr, range(256))) + "\u2028\x85\x0b\x0cRTX 3090")


def test_escape_codes_go_and_line_numbers_stay() -> None:
    text = "\x1b[1;31mone\x1b[0m\r\n\x1b]0;title\x07two\n\x1b]never closed\nfo\x00ur\n> quoted"
    assert split(text) == ["one", "two", "", "four", "quoted"]


def test_text_in_a_wrong_encoding_is_read_through_its_nuls() -> None:
    assert facts("\x00".join("driver 535.54.03"))["driver.version"] == "535.54.03"


HOSTILE = {
    "one line": "RTX 3090 with driver 535 and CUDA 11.8, Xid 79; ",
    "letters": "a",
    "dots": "0.",
    "brackets": "[",
    "escapes": "\x1b]",
    "halves of escapes": "\x1b[",
    "line ends": "\n",
    "cells": "|  0  NVIDIA-SMI |\n",
    "kernel": "[  981.000000] pcieport 0000:00:01.0: AER: Corrected error received: NVRM: nvidia Xid\n",
    "training": "step 100 loss 0.5 RTX 3090 torch 2.0 NCCL xid docker GPU0 nvidia-smi ==1 Traceback :\\ python3 Linux #\n",
    "spaces": "   \n NVIDIA-SMI      ",
    "words": "cuda torch driver version is version is\n",
}


@pytest.mark.parametrize("shape", HOSTILE)
def test_time_grows_linearly(shape: str) -> None:
    def spent(size: int) -> float:
        text = HOSTILE[shape] * (size // len(HOSTILE[shape]))
        start = time.perf_counter()
        read(text)
        return time.perf_counter() - start

    spent(1000)
    small = min(spent(50_000) for _ in range(3))
    # Eight times the text: eight times the time if linear, sixty-four if quadratic.
    assert spent(400_000) < 30 * max(small, 0.002)


def test_a_line_of_five_megabytes_and_a_megabyte_of_log() -> None:
    check("NVIDIA driver 535 " * 300_000)
    log = "\n".join(SAMPLES.values())
    check((log + "\n") * (1_000_000 // len(log)))
