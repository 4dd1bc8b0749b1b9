"""The recordings are small, whole, and hold nothing of anybody's machine."""

from __future__ import annotations

import gzip
import io
import re
import socket
import tarfile
from importlib.resources import files
from pathlib import Path

import msgspec
import pytest

from kbtui import demo
from kbtui.demo import source
from kbtui.demo.source import machine
from kbtui.errors import InputError
from kbtui.machine.sources.rows import Manifest
from kbtui.redaction import Redactor

RECORDINGS = files("kbtui.demo").joinpath("recordings")
TRACES = (
    r"\blab\b", r"\bvenv\b", r"link -> \S+\.py\b", r"/tmp/[a-z]", r"\bkbtui (collect|demo)\b", r"\boverlay\b", r"virtio", r"/dev/vd",
    r"docker", r"hypervisor", r"\b[a-z0-9._-]+@[a-z0-9.-]+\.[a-z]{2,}\b", r"\b(192\.168|10\.\d+)\.\d+\.\d+",
)  # fmt: skip
"""What a recording takes along from the machine it was made on, where nobody looks."""
ROOTS = set("boot dev etc home lib lib64 opt proc root run sbin sys tmp usr var".split())
"""Folders that every machine has."""


def members(number: int) -> dict[str, str]:
    data = RECORDINGS.joinpath(demo.stages()[number - 1].recording).read_bytes()
    with tarfile.open(fileobj=io.BytesIO(data)) as tar:
        return {m.name: tar.extractfile(m).read().decode() for m in tar}


def answers(number: int) -> str:
    """Everything that the machine said: the asks themselves are kbtui's."""
    said = [text for name, text in members(number).items() if not name.endswith("manifest.json")]
    manifest = manifest_of(number)
    return "\n".join([*said, *(f"{k} {v}" for row in manifest.asks for k, v in row.found.items())])


def manifest_of(number: int) -> Manifest:
    return msgspec.json.decode(members(number)["kbtui-bundle/manifest.json"], type=Manifest)


def test_they_are_small():
    sizes = {f.name: len(f.read_bytes()) for f in RECORDINGS.iterdir()}
    assert sorted(sizes) == sorted(s.recording for s in demo.stages())
    assert sum(sizes.values()) < 1_000_000 // 2, sizes


def test_they_open_whole(number: int):
    host = machine(number)
    assert host.kind == "bundle" and host.notes == []
    manifest = manifest_of(number)
    assert manifest.source == "a made-up machine"
    kept = {name.removeprefix("kbtui-bundle/") for name in members(number)} - {"manifest.json"}
    named = {
        where for row in manifest.asks for where in (row.text_in, row.errors_in, *row.contents_in.values()) if where
    }
    assert kept == named


def test_the_manifest_is_for_people(number: int):
    text = members(number)["kbtui-bundle/manifest.json"]
    assert max(len(line) for line in text.splitlines() if '"-c"' not in line and "import " not in line) < 400
    assert text.count("\n") > 500


def test_nothing_private_is_in_them(number: int):
    said = answers(number)
    found = [hit[0] for trace in TRACES for hit in re.finditer(f".{{0,30}}{trace}.{{0,30}}", said)]
    assert found == []
    assert set(re.findall(r"(?:^|[\s\"'=])/(\w+)/", said)) <= ROOTS
    assert not re.search(rf"\b{re.escape(socket.gethostname())}\b", said) or len(socket.gethostname()) < 4


def test_the_redactor_finds_nothing_left(number: int):
    whole, manifest = members(number), manifest_of(number)
    said = [(name, text) for name, text in whole.items() if not name.endswith("manifest.json")]
    said += [("", row.reason) for row in manifest.asks] + [("", path) for row in manifest.asks for path in row.found]
    said += [(path, what) for row in manifest.asks for path, what in row.found.items() if not row.names]
    redactor = Redactor()
    for label, text in said:
        redactor.learn_from(text, label)
    assert [(label, text) for label, text in said if redactor.text(text, label=label) != text] == []


def test_packing_is_without_a_clock(number: int):
    data = RECORDINGS.joinpath(demo.stages()[number - 1].recording).read_bytes()
    with gzip.open(io.BytesIO(data)) as file:
        file.read(1)
        stamp = file.mtime
    with tarfile.open(fileobj=io.BytesIO(data)) as tar:
        assert {(m.mtime, m.uid, m.uname) for m in tar} == {(stamp, 0, "")}


def test_the_wheel_carries_them():
    builder = pytest.importorskip("hatchling.builders.wheel", reason="hatchling is not installed").WheelBuilder
    root = Path(__file__).resolve().parents[2]
    carried = {file.distribution_path for file in builder(str(root)).recurse_included_files()}
    wanted = {f"kbtui/demo/recordings/{s.recording}" for s in demo.stages()} | {"kbtui/demo/stages.yaml"}
    assert wanted <= carried


def test_a_recording_that_is_gone_is_said(monkeypatch: pytest.MonkeyPatch):
    gone = msgspec.structs.replace(demo.stages()[0], recording="gone.tar.gz")
    monkeypatch.setattr(source, "stages", lambda: (gone,))
    with pytest.raises(InputError, match=r"gone\.tar\.gz is missing"):
        machine(1)
