"""The cache's file, whole and damaged; signs found by their first clause."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest

from kbtui.engine import Engine, Request
from kbtui.kb import signs, stored
from kbtui.kb.knowledge import Knowledge


@pytest.fixture(scope="module")
def whole(engine: Engine) -> bytes:
    file = io.BytesIO()
    stored.write(engine.knowledge.built, file)
    return file.getvalue()


def test_every_body_is_read_back(engine: Engine, whole: bytes, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(whole)
    built = stored.read(path)
    assert built
    for kind, bodies in engine.knowledge.built.bodies.items():
        shelf = built.bodies[kind]
        assert len(shelf) == len(bodies) and list(shelf) == list(bodies)
        assert all(name in shelf and bytes(shelf[name]) == bytes(body) for name, body in bodies.items())
        assert "no such node" not in shelf
    assert dict(built.problems) == dict(engine.knowledge.problems) and list(built.problems) == [
        *engine.knowledge.problems
    ]
    assert "no such node" not in built.problems and len(built.problems) == len(engine.knowledge.problems)


def test_a_diagnosis_reads_and_decodes_what_it_comes_upon(
    whole: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "file"
    path.write_bytes(whole)
    read: list[int] = []
    pread = os.pread
    monkeypatch.setattr(stored.os, "pread", lambda *asked: read.append(asked[1]) or pread(*asked))
    built = stored.read(path)
    assert built and sum(read) < len(whole) / 4
    found = Engine(Knowledge(built), None).diagnose(Request(text="modprobe: Key was rejected by service"))
    assert found.causes[0].id == "secure-boot-unsigned-module"
    assert sum(read) < len(whole) / 3


def test_a_file_that_is_replaced_is_read_to_the_end_and_then_closed(
    engine: Engine, whole: bytes, tmp_path: Path
) -> None:
    path = tmp_path / "file"
    path.write_bytes(whole)
    built = stored.read(path)
    path.unlink()
    assert built and all(built.problems[name] == problem for name, problem in engine.knowledge.problems.items())
    assert _held(path)
    del built
    assert not _held(path)


def _held(path: Path) -> bool:
    """Whether this process holds the file open, unlinked or not."""
    links = [link for link in Path("/proc/self/fd").iterdir() if link.is_symlink()]
    return any(str(link.readlink()).startswith(str(path)) for link in links)


@pytest.mark.parametrize("cut", [0, 3, 8, 5000, -1])
def test_a_file_that_was_cut_short_is_no_cache(whole: bytes, tmp_path: Path, cut: int) -> None:
    path = tmp_path / "file"
    path.write_bytes(whole[:cut])
    assert stored.read(path) is None


def test_noise_is_no_cache(tmp_path: Path) -> None:
    for noise in (b"\xff" * 100, b"\0" * 100, b"\0\0\0\0\0\0\0\x05hello and more", b"{}"):
        (tmp_path / "file").write_bytes(noise)
        assert stored.read(tmp_path / "file") is None
    assert stored.read(tmp_path / "nothing") is None


@pytest.mark.parametrize(
    "text",
    [
        "modprobe: ERROR: could not insert 'nvidia': Key was rejected by service",
        "训练时显存不足 CUDA out of memory. Tried to allocate 2.00 GiB",
        "NVRM: Xid (PCI:0000:01:00): 79, GPU has fallen off the bus.\nNVRM: RmInitAdapter failed!",
        "\x1b[31mImportError: libcudnn.so.8: cannot open shared object file\x1b[0m",
        "nothing at all",
    ],
)
def test_signs_found_by_their_first_clause_are_all_that_match(engine: Engine, text: str) -> None:
    assert list(engine.signs_in(text)) == list(signs.match_text(engine.signs(), text))
