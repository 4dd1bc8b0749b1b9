"""A knowledge cache that cannot be written or read costs time, never an answer."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from kbtui.kb import cache
from kbtui.kb.packs import Pack

NODE = """\
kind: problem
title: The thing is off
summary: It is off.
"""


@pytest.fixture
def packs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Pack]:
    folder = tmp_path / "pack" / "problems" / "area"
    folder.mkdir(parents=True)
    (folder / "thing-off.yaml").write_text(NODE)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return [Pack("pack", tmp_path / "pack", True)]


def answer(packs: list[Pack]) -> list[str]:
    return list(cache.open_knowledge(packs)[0].problems)


def test_the_second_start_reads_what_the_first_wrote(packs, monkeypatch):
    assert answer(packs) == ["thing-off"]
    monkeypatch.setattr(cache, "_build", lambda *_: pytest.fail("it was built again"))
    assert answer(packs) == ["thing-off"]


def test_an_edit_that_keeps_the_size_is_seen(packs):
    file = packs[0].path / "problems" / "area" / "thing-off.yaml"
    before = cache.open_knowledge(packs)[0].problems["thing-off"].title
    info = file.stat()
    file.write_text(NODE.replace("The thing is off", "The thing is on "))
    os.utime(file, ns=(info.st_atime_ns, info.st_mtime_ns + 1))
    assert file.stat().st_size == info.st_size
    after = cache.open_knowledge(packs)[0].problems["thing-off"].title
    assert (before, after.strip()) == ("The thing is off", "The thing is on")


def test_a_cache_folder_that_is_a_file(packs, tmp_path):
    (tmp_path / "cache").write_text("in the way")
    assert answer(packs) == ["thing-off"]
    assert (tmp_path / "cache").read_text() == "in the way"


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EACCES])
def test_a_full_or_read_only_disk(packs, monkeypatch, number, tmp_path):
    def refuse(*_: object, **__: object) -> None:
        raise OSError(number, "no")

    monkeypatch.setattr(Path, "mkdir", refuse)
    assert answer(packs) == ["thing-off"]
    assert not (tmp_path / "cache").exists()


@pytest.mark.parametrize("damage", [b"", b"\x80\x81 not msgpack", b"\x00" * 4096])
def test_a_damaged_cache_is_built_again(packs, tmp_path, damage):
    answer(packs)
    (file,) = (tmp_path / "cache").rglob(cache.KNOWLEDGE_FILE)
    file.write_bytes(damage)
    assert answer(packs) == ["thing-off"]
    assert file.read_bytes() != damage
