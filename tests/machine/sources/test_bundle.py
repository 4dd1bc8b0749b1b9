"""A bundle answers as the machine did; a hostile one harms nobody; a failed write leaves nothing."""

from __future__ import annotations

import errno
import io
import json
import os
import re
import tarfile
import zlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kbtui.errors import InputError
from kbtui.machine.asks import Environ, Names, Raw, Read, Run, Which
from kbtui.machine.sources import bundle_write, open_source
from kbtui.machine.sources.archive import Archive
from kbtui.machine.sources.bundle import Bundle
from kbtui.machine.sources.rows import Manifest, Row
from kbtui.machine.sources.tree import look, resolve
from kbtui.redaction import Redactor
from tests.machine.sources.made import ANSWERS, header, tar

DOC = (Path(__file__).resolve().parents[3] / "docs" / "bundle.md").read_text()


def written(tmp_path: Path, answers=ANSWERS) -> Path:
    path = tmp_path / "b.tar.gz"
    bundle_write.write(answers, path, Redactor(), source="this machine", notes=["nothing hid"])
    return path


def same(a: Raw, b: Raw) -> bool:
    return all(
        getattr(a, f) == getattr(b, f)
        for f in ("status", "text", "errors", "exit_code", "files", "reason", "truncated")
    )


def test_a_bundle_answers_as_the_machine_did(tmp_path):
    host = open_source(str(written(tmp_path)))
    assert isinstance(host, Bundle) and host.kind == "bundle" and "nothing hid" in host.notes
    for ask, raw in ANSWERS.items():
        expected = raw if "uname" not in ask.key else Raw(text="Linux <host-1> 6.8.0-48-generic x86_64\n", exit_code=0)
        assert same(host.answer(ask), expected), ask
    assert host.manifest.host == "<host-1>"


def test_an_unpacked_bundle_says_the_same(tmp_path):
    path = written(tmp_path)
    with tarfile.open(path) as packed:
        packed.extractall(tmp_path / "by-hand", filter="data")
    folder = tmp_path / "by-hand"
    packed_host, unpacked, inner = (open_source(str(p)) for p in (path, folder, folder / "kbtui-bundle"))
    for ask in ANSWERS:
        assert packed_host.answer(ask) == unpacked.answer(ask) == inner.answer(ask)


def test_what_a_bundle_does_not_hold_is_unknown(tmp_path):
    host = open_source(str(written(tmp_path)))
    for ask in (Run(("ibstat",)), Read("/etc/other"), Names("/etc/*"), Which(("cmake",)), Environ(("HOME",))):
        raw = host.answer(ask)
        assert raw.status == "unknown" and "not in this bundle" in raw.reason


def test_an_ask_with_other_limits_is_the_same_ask(tmp_path):
    host = open_source(str(written(tmp_path)))
    assert host.answer(Read("/proc/modules", cap=10, tail=True)).text == "nvidia 1 0 - Live\n"
    assert host.answer(Run(("nvidia-smi",), seconds=1)).exit_code == 6
    assert host.answer(Which(("gcc",))).files == {"gcc": "/usr/bin/gcc"}
    assert host.answer(Environ(("LD_PRELOAD",))) == Raw(origin="printenv LD_PRELOAD")
    assert host.answer(Read("/sys/class/net/eth0/speed")).text == "1000\n"
    assert host.answer(Read("/sys/class/net/eth1/speed")).status == "absent"


def test_a_machine_by_hand_as_the_document_shows(tmp_path):
    example = re.search(r"```json\n(.*?)```", DOC, re.DOTALL)
    assert example
    (tmp_path / "files/proc/driver").mkdir(parents=True)
    (tmp_path / "files/proc/driver/version").write_text("550.120")
    (tmp_path / "manifest.json").write_text(example[1])
    host = open_source(str(tmp_path))
    assert host.answer(Run(("nvidia-smi",))).exit_code == 9 and host.answer(Run(("uname", "-snrm"))).ran
    assert host.answer(Run(("lspci",))).status == "absent" and host.answer(Read("/proc/x")).status == "absent"
    assert host.answer(Read("/proc/driver/*")).files == {"/proc/driver/version": "550.120"}
    assert host.answer(Names("/proc/d*")).files["/proc/driver"].startswith("dir ")
    assert host.answer(Which(("nvcc", "gcc"))).files == {"nvcc": "/usr/local/cuda/bin/nvcc"}
    assert host.answer(Environ(("X",))).ok and "MemTotal" in host.answer(Read("/proc/meminfo")).text


def test_the_document_names_every_field():
    for name in {*Manifest.__struct_fields__, *Row.__struct_fields__}:
        assert f"`{name}`" in DOC, name


def test_two_texts_never_share_a_file(tmp_path):
    answers = {Read("/a", tail=True): Raw(text="end"), Read("/a"): Raw(text="begin")}
    answers |= {Run((f"x{c}y",)): Raw(text=c, exit_code=0) for c in "/ :|"}
    files: dict[str, bytes] = {}
    names = [bundle_write._row(a, r, Redactor(), files).text_in for a, r in answers.items()]
    assert len(set(names)) == len(names) and len(files) == len(answers)


@pytest.mark.parametrize(
    ("number", "said"),
    [(errno.ENOSPC, "no room"), (errno.EDQUOT, "no room"), (errno.EACCES, "may not be written"), (errno.EIO, "error")],
)
def test_a_write_that_fails_says_why_and_leaves_nothing(tmp_path, monkeypatch, number, said):
    def fails(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    (tmp_path / "b.tar.gz").write_text("the old one")
    monkeypatch.setattr(bundle_write.os, "fsync", fails)
    with pytest.raises(InputError, match=f"was not written: .*{said}"):
        written(tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["b.tar.gz"]
    assert (tmp_path / "b.tar.gz").read_text() == "the old one"


def test_a_place_that_cannot_be_written_is_named(tmp_path):
    with pytest.raises(InputError, match="there is no folder"):
        bundle_write.write(ANSWERS, tmp_path / "none" / "b.tar.gz", Redactor())
    with pytest.raises(InputError, match="it is a folder"):
        bundle_write.write(ANSWERS, tmp_path, Redactor())


def test_a_manifest_that_is_none_is_refused_with_its_mistake(tmp_path):
    (tmp_path / "manifest.json").write_text('{"schema": "kbtui.bundle/1", "asks": [{"status": "fine"}]}')
    with pytest.raises(InputError, match=r"manifest.json is not what docs/bundle.md describes: .*fine"):
        open_source(str(tmp_path))


MANIFEST = json.dumps(
    {
        "schema": "kbtui.bundle/1",
        "asks": [
            {"read": "/a", "text_in": "files/a"},
            {"read": "/up", "text_in": "../../../../etc/passwd"},
            {"read": "/link", "text_in": "files/link"},
            {"read": "/hard", "text_in": "files/hard"},
            {"read": "/loop", "text_in": "files/loop"},
            {"read": "/dev", "text_in": "files/dev"},
        ],
    }
)
HOSTILE = {
    "top/manifest.json": MANIFEST,
    "../evil": "x",
    "/etc/evil": "x",
    "top/files/a": "good",
    "top/files/link": header(tarfile.SYMTYPE, "/etc/passwd"),
    "top/files/hard": header(tarfile.LNKTYPE, "../../etc/passwd"),
    "top/files/loop": header(tarfile.SYMTYPE, "loop"),
    "top/files/dev": header(tarfile.CHRTYPE),
    "/".join(["d"] * 100): "deep",
}


def test_a_hostile_archive_gives_what_is_good_in_it(tmp_path):
    path = tmp_path / "evil.tar.gz"
    path.write_bytes(tar(HOSTILE))
    before = set(tmp_path.rglob("*"))
    host = open_source(str(path))
    assert host.answer(Read("/a")).text == "good"
    for asked in ("/up", "/link", "/hard", "/loop", "/dev"):
        assert host.answer(Read(asked)).status == "unknown", asked
    assert any("no archive should hold" in n for n in host.notes) and set(tmp_path.rglob("*")) == before


def test_a_bomb_is_stopped():
    bomb = tar({"manifest.json": MANIFEST, "files/a": b"\0" * (40 << 20)})
    archive = Archive(io.BytesIO(bomb), len(bomb), most=4 << 20)
    assert any("unpacks to more" in n for n in archive.notes) and archive.entry("manifest.json")


def test_a_member_that_claims_a_terabyte_of_zeros_is_left_out():
    info = header(tarfile.REGTYPE)
    info.pax_headers = {"GNU.sparse.size": "1099511627776", "GNU.sparse.map": "0,0,1099511627776,0"}
    archive = Archive(io.BytesIO(tar({"a": "x", "sparse": info, "b": "y"}, "w")))
    assert archive.entry("a") and archive.entry("b") and archive.entry("sparse") is None
    assert any("left out" in n for n in archive.notes)


def test_a_huge_member_keeps_its_beginning_and_its_end():
    body = b"begin" + b"-" * (9 << 20) + b"finis"
    archive = Archive(io.BytesIO(tar({"a": body})))
    assert archive.content("a", 5, False) == (b"begin", True) and archive.content("a", 5, True) == (b"finis", True)


def test_a_truncated_bundle_is_read_as_far_as_possible(tmp_path):
    noise = {f"files/{n}": os.urandom(5000) for n in range(40)}
    data = tar({"manifest.json": MANIFEST, "files/a": "good", **noise})
    path = tmp_path / "cut.tar.gz"
    path.write_bytes(data[: len(data) // 2])
    host = open_source(str(path))
    assert host.answer(Read("/a")).text == "good" and any("cut off" in n for n in host.notes)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_no_damage_raises_anything_but_a_sentence(tmp_path, data):
    good = bytearray(tar({"manifest.json": MANIFEST, "files/a": "good" * 200}, "w"))
    for _ in range(data.draw(st.integers(0, 12))):
        good[data.draw(st.integers(0, len(good) - 1))] = data.draw(st.integers(0, 255))
    packed = zlib.compress(bytes(good), wbits=31)[: data.draw(st.integers(20, 4000))]
    path = tmp_path / "x"
    path.write_bytes(packed)
    try:
        host = open_source(str(path))
    except InputError:
        return
    assert host.answer(Read("/a")).status in ("ok", "unknown", "absent")


@given(st.lists(st.sampled_from(["..", ".", "a", "b", "link", "up", "/"]), max_size=12))
def test_no_path_leads_out_of_a_tree(parts):
    members = {"a/b": "in", "link": header(tarfile.SYMTYPE, "../../a"), "up": header(tarfile.SYMTYPE, "/..")}
    archive = Archive(io.BytesIO(tar(members, "w")))
    real = resolve(archive, "/".join(parts))
    assert real is None or (".." not in real and not real.startswith("/"))
    assert look(archive, Read("/" + "/".join(parts))).status in ("ok", "absent")
