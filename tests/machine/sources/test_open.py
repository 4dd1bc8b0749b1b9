"""What a path is, is told by what it holds; what it is not, by a sentence that says what was expected."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import sys

import pytest
import zstandard

from kbtui.errors import InputError
from kbtui.machine.asks import Read, Run
from kbtui.machine.sources import open_source
from kbtui.machine.sources.bug_report import BugReport
from kbtui.machine.sources.bundle import Bundle
from kbtui.machine.sources.pasted import TextSource
from kbtui.machine.sources.script import MARK, Script
from tests.machine.sources.made import tar

MANIFEST = '{"schema": "kbtui.bundle/1", "asks": [{"read": "/a", "text": "good"}]}'
REPORT = (
    "\n____________________________________________\n\nStart of NVIDIA bug report log file.  Please include this file, "
    "along\nwith a detailed description of your problem, when reporting a graphics\ndriver bug via the NVIDIA Linux "
    "forum\n\nnvidia-bug-report.sh Version: 36172400\n\nDate: Fri Nov 20 10:00:00 UTC 2026\nuname: Linux atlas "
    "6.8.0-48-generic #48-Ubuntu SMP Mon Nov 2 10:00:00 UTC 2026 x86_64 x86_64 x86_64 GNU/Linux\ncommand line flags:\n\n"
)
SCRIPT = f'{MARK}B-1\nB-1 ask {{"run":["lsmod"]}}\nnvidia 1\n\nB-1 err\n\nB-1 end rc=0\nB-1 done\n'
PACKERS = {"": bytes, ".gz": gzip.compress, ".xz": lzma.compress, ".bz2": bz2.compress, ".zst": zstandard.compress}


@pytest.mark.parametrize("packing", PACKERS)
@pytest.mark.parametrize("name", ["misleading.txt", "nvidia-bug-report.log"])
def test_content_decides_whatever_the_name_and_the_packing(tmp_path, packing, name):
    path = tmp_path / name
    pack = PACKERS[packing]
    path.write_bytes(pack(tar({"manifest.json": MANIFEST}, "w")))
    assert isinstance(open_source(str(path)), Bundle)
    path.write_bytes(pack(SCRIPT.encode()))
    script = open_source(str(path))
    assert isinstance(script, Script) and script.answer(Run(("lsmod",))).text == "nvidia 1\n"
    path.write_bytes(pack(b"NVRM: Xid 79\n"))
    text = open_source(str(path))
    assert (
        isinstance(text, TextSource) and text.text == "NVRM: Xid 79\n" and text.answer(Read("/a")).status == "unknown"
    )


@pytest.mark.parametrize("packing", ["", ".gz"])
def test_a_bug_report(tmp_path, packing):
    path = tmp_path / "x"
    path.write_bytes(PACKERS[packing](REPORT.encode()))
    assert isinstance(open_source(str(path)), BugReport)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (tar({"manifest.json": MANIFEST}), Bundle),
        (SCRIPT.encode(), Script),
        (gzip.compress(REPORT.encode()), BugReport),
        (b"nvidia-smi\n", TextSource),
    ],
)
def test_standard_input(monkeypatch, content, kind):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
    assert isinstance(open_source("-"), kind)


def test_text_that_is_cut_off_is_read_and_says_so(tmp_path):
    path = tmp_path / "train.log.gz"
    path.write_bytes(gzip.compress(os.urandom(2000).hex().encode() * 3)[:1500])
    host = open_source(str(path))
    assert isinstance(host, TextSource) and len(host.text) > 500 and "cut off" in host.notes[0]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"   \n", "is empty"),
        (b"PK\x03\x04zip", "unpack it"),
        (b"\x7fELF" + b"\0" * 400, "neither text nor"),
        (tar({"holiday.jpg": "x"}), "archive that holds nothing"),
        (gzip.compress(b"", mtime=0), "is empty"),
    ],
)
def test_what_is_none_of_them_is_refused_with_what_was_expected(tmp_path, content, said):
    path = tmp_path / "x"
    path.write_bytes(content)
    with pytest.raises(InputError, match=rf"{said}.*expected a kbtui bundle, an nvidia-bug-report"):
        open_source(str(path))


def test_places_that_cannot_be_read(tmp_path):
    with pytest.raises(InputError, match="cannot be read: No such file"):
        open_source(str(tmp_path / "none"))
    with pytest.raises(InputError, match="holds nothing that is known"):
        open_source(str(tmp_path))
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(InputError, match="neither a file nor a folder"):
        open_source(str(tmp_path / "pipe"))
