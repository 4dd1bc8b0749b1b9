from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import signal
import subprocess
import sys
import threading
import tracemalloc

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from kbtui.errors import InputError, SignError
from kbtui.kb import literals, scan, scan_child, scan_children, streams
from kbtui.kb.scan import read_log, scan_file, scan_stream
from kbtui.kb.signs import Hit, Sign
from tests.kb.test_signs import LINES, WANTED, dirty_and_clean, naive


def sign(pattern: str) -> Sign:
    return Sign(pattern, pattern, literals.required(pattern))


XID, OOM = sign(r"Xid \(.*\): \d+"), sign("out of memory")
LINE = b"step %d loss 1.25 lr 1e-4 tokens/s 12345 memory 71.2 GiB\n"


def log(lines: int, **said: bytes) -> bytes:
    """Lines of a training log; `at5=b"..."` puts other words on line 5."""
    out = [LINE % n for n in range(lines)]
    for place, words in said.items():
        out[int(place[2:]) - 1] = words + b"\n"
    return b"".join(out)


class Dribble(io.RawIOBase):
    """Gives as little as it likes, then perhaps fails."""

    def __init__(self, data: bytes, sizes: list[int], fail: bool = False) -> None:
        self._data, self._sizes, self._at, self._turn, self._fail = data, sizes, 0, 0, fail

    def read(self, size: int = -1) -> bytes:
        step = self._sizes[self._turn % len(self._sizes)]
        self._turn += 1
        out = self._data[self._at : self._at + step]
        self._at += len(out)
        if not out and self._fail:
            raise OSError(5, "Input/output error")
        return out


@settings(max_examples=300, deadline=None)
@given(
    WANTED,
    LINES,
    st.lists(st.integers(1, 40), min_size=1, max_size=5),
    st.sampled_from([bytes, gzip.compress, zstandard.compress]),
)
def test_a_stream_agrees_with_every_sign_on_every_line(wanted, lines, sizes, pack):
    dirty, plain = dirty_and_clean(lines)
    dirty = b"log:\n" + dirty
    found = scan_stream(wanted, Dribble(pack(dirty), sizes))
    assert sorted(found) == sorted(naive(wanted, ["log:", *plain]))
    assert (found.incomplete, found.bytes) == (None, len(dirty))
    assert found.lines == dirty.count(b"\n") + (not dirty.endswith(b"\n"))


def test_each_byte_is_read_once_in_blocks():
    data = log(20_000, at19000=b"CUDA out of memory")
    found = scan_stream([XID, OOM], io.BytesIO(data))
    assert [h.line for h in found] == [19_000]
    assert (found.bytes, found.lines) == (len(data), 20_000)
    assert found.blocks <= len(data) // streams.BLOCK + 1


class Endless(io.RawIOBase):
    """100 MB without a line end, made as it is read; the message lies across a cut."""

    def __init__(self, total: int, message: bytes, at: int) -> None:
        self._left, self._message, self._place, self._done = total, message, at, 0

    def read(self, size: int = -1) -> bytes:
        out = bytearray(b"x" * min(size, self._left))
        low = self._place - self._done
        for i, byte in enumerate(self._message):
            if 0 <= low + i < len(out):
                out[low + i] = byte
        self._left -= len(out)
        self._done += len(out)
        return bytes(out)


def test_a_line_of_100_mb_is_scanned_in_constant_memory():
    total = 100 << 20
    where = streams.LONGEST + streams.BLOCK - 9  # the first cut
    tracemalloc.start()
    found = scan_stream(
        [OOM, sign("^x"), sign("x$"), sign("^out"), sign("memory$")], Endless(total, b" out of memory ", where)
    )
    hits = list(found)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [(h.key, h.line) for h in hits] == [("^x", 1), ("out of memory", 1), ("x$", 1)]
    assert (found.bytes, found.lines) == (total, 1)
    assert peak < 32 * streams.LONGEST


@pytest.mark.parametrize("at", range(streams.LONGEST + streams.BLOCK - 14, streams.LONGEST + streams.BLOCK + 3, 4))
def test_a_match_across_a_cut_is_found(at):
    assert [h.line for h in scan_stream([OOM], Endless(2 << 20, b" out of memory ", at))] == [1]


def test_a_progress_bar_of_one_line_is_read_part_by_part():
    bar = b"".join(b"\r%3d%% of file" % (n % 101) for n in range(300_000))
    hits = list(scan_stream([OOM, sign("^CUDA")], io.BytesIO(b"begin\n" + bar + b"\rCUDA out of memory\r\nend\n")))
    assert [(h.key, h.line, h.text) for h in hits] == [
        ("out of memory", 2, "CUDA out of memory"),
        ("^CUDA", 2, "CUDA out of memory"),
    ]


def test_utf_16_is_read():
    data = "first\r\nCUDA out of memory\r\n".encode("utf-16")
    assert [(h.line, h.text) for h in scan_stream([OOM], io.BytesIO(data))] == [(2, "CUDA out of memory")]


PACKERS = {"gzip": gzip.compress, "zstd": zstandard.compress, "xz": lzma.compress, "bzip2": bz2.compress}


@pytest.mark.parametrize("name", PACKERS)
def test_packed_logs_are_read_and_what_is_missing_is_said(name, tmp_path):
    pack = PACKERS[name]
    noise = b"".join(b"%x\n" % (n * 2654435761 % 2**64) for n in range(90_000))
    data = b"CUDA out of memory\n" + noise + b"NVRM: Xid (PCI:0000:01:00): 79, gone\n"
    whole = scan_stream([XID, OOM], io.BytesIO(pack(data[:100_000]) + pack(data[100_000:])))
    assert [h.line for h in whole] == [1, 90_002]
    assert (whole.incomplete, whole.bytes) == (None, len(data))

    path = tmp_path / "cut"
    path.write_bytes(pack(data)[:-1000])
    cut = scan_file(path, [XID, OOM])
    assert [h.key for h in cut.hits] == ["out of memory"]
    assert cut.incomplete == f"the {name} file ends too early"

    broken = bytearray(pack(data))
    broken[-2000:-1600] = bytes(400)
    result = scan_stream([XID, OOM], io.BytesIO(broken)).result()
    assert [h.key for h in result.hits][:1] == ["out of memory"]
    assert result.incomplete


def test_padding_behind_a_gzip_file_is_no_damage():
    assert scan_stream([OOM], io.BytesIO(gzip.compress(b"out of memory") + bytes(200_000))).result().incomplete is None


def test_a_tiny_file_that_unpacks_to_much_stays_small_in_memory():
    bomb = zstandard.compress(bytes(300 << 20))
    tracemalloc.start()
    result = scan_stream([OOM], io.BytesIO(bomb)).result()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert result.bytes == 300 << 20
    assert peak < 30 << 20


def test_a_dying_disk_gives_what_was_read():
    result = scan_stream([OOM], Dribble(b"out of memory\nmore", [7], fail=True)).result()
    assert [h.line for h in result.hits] == [1]
    assert result.incomplete == "reading stopped: Input/output error"


@pytest.fixture
def big(tmp_path):
    """A file that is left to children, with signs near both ends and around the middle."""
    n = scan.BIG // len(LINE % 100_000) + 30_000
    path = tmp_path / "train.log"
    places = {1: b"out of memory", n // 2: b"NVRM: \x1b[31mXid (PCI:0000:01:00\x1b[0m): 31", n: b"out of memory"}
    path.write_bytes(log(n, **{f"at{k}": v for k, v in places.items()}))
    return path, n


@pytest.mark.parametrize("cores", [1, 2, 3])
def test_children_find_what_one_pass_finds(big, monkeypatch, cores):
    path, n = big
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: set(range(cores)))
    asked = []
    started = subprocess.Popen
    monkeypatch.setattr(subprocess, "Popen", lambda args, **more: asked.append(args[-5:]) or started(args, **more))
    many = sign(r"step \d*00 loss")
    result = scan_file(path, [XID, OOM, many])
    with path.open("rb") as file:
        assert result == scan_stream([XID, OOM, many], file).result()
    assert [h.line for h in result.hits if h.key != many.key] == [1, n // 2, n]
    assert (result.lines, result.bytes, result.incomplete) == (n, path.stat().st_size, None)
    assert result.left_out == {many.key: len([k for k in range(1, n) if k % 100 == 0]) - 50}
    assert len(asked) == min(cores, path.stat().st_size // scan.RANGE)


def test_a_child_that_dies_gives_a_reason_and_the_others_their_hits(big, monkeypatch):
    path, n = big
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: {0, 1})
    kill = "import os, signal; os.kill(os.getpid(), signal.SIGKILL)\n"
    monkeypatch.setattr(scan_children, "_CODE", "import sys\nif sys.argv[3] == '0':\n " + kill + scan_children._CODE)
    result = scan_file(path, [XID, OOM])
    assert [(h.key, h.line) for h in result.hits][-1] == (OOM.key, n)
    assert f"killed by signal {signal.SIGKILL.value}" in result.incomplete
    monkeypatch.setattr(scan_children, "_CODE", "raise MemoryError('no room')")
    result = scan_file(path, [XID, OOM])
    assert result.hits == []
    assert result.incomplete.count("its reader failed: MemoryError: no room") == 2


def test_children_that_take_too_long_are_stopped(big, monkeypatch):
    path, _ = big
    monkeypatch.setattr(scan_children, "_CODE", "import signal; signal.pause()")
    assert "took too long" in scan_file(path, [OOM], seconds=0.05).incomplete


def test_where_no_child_can_be_started_it_is_done_here(big, monkeypatch):
    path, n = big

    def refuse(*args, **more):
        raise OSError(12, "Cannot allocate memory")

    monkeypatch.setattr(subprocess, "Popen", refuse)
    assert [h.line for h in scan_file(path, [OOM]).hits] == [1, n]


def test_a_refused_sign_in_a_child_is_an_error_here(big):
    with pytest.raises(SignError, match="look"):
        scan_file(big[0], [OOM, Sign("p#0", "(?=look)a", "")])


def test_a_child_takes_no_module_from_where_it_is_called(big, monkeypatch, tmp_path):
    (tmp_path / "json.py").write_text("raise SystemExit('not this one')")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PYTHONPATH", raising=False)
    assert scan_file(big[0], [OOM]).incomplete is None


def test_a_file_that_shrinks_is_said(tmp_path):
    path = tmp_path / "a.log"
    path.write_bytes(b"out of memory\n")
    with path.open("rb") as file:
        whole = scan_child.Range(file.fileno(), 0, 99, os.getppid())
        result = scan_stream([OOM], whole).result()
        assert [h.line for h in result.hits] == [1]
        assert "became shorter" in result.incomplete
        orphan = scan_child.Range(file.fileno(), 0, 9, -1)
        with pytest.raises(SystemExit):
            orphan.read(5)


def test_a_small_log_is_a_page_and_a_large_one_is_scanned(big, tmp_path):
    path, n = big
    for name, pack in (("page", bytes), ("page.gz", gzip.compress)):
        (tmp_path / name).write_bytes(pack(b"out of memory\n"))
        assert read_log(tmp_path / name, [OOM], 1000) == scan.LogText("out of memory\n", None, [])
    found = read_log(path, [OOM], 1 << 20)
    assert [h.line for h in found.hits] == [1, n]
    assert found.text.startswith("out of memory\n") and found.text.endswith("out of memory\n")
    assert len(found.text) < 64_000 and len(found.notes) == 1
    packed = tmp_path / "train.log.gz"
    packed.write_bytes(gzip.compress(path.read_bytes())[:-9])
    found = read_log(packed, [OOM], 1 << 20)
    assert found.hits[0] == Hit("out of memory", 1, "out of memory", 0, 13)
    assert "ends too early" in found.notes[-1]


def test_a_pipe_is_read_once(tmp_path):
    for data, hits in ((b"out of memory\n", None), (log(9000, at8000=b"out of memory"), [8000])):
        fifo = tmp_path / f"pipe{len(data)}"
        os.mkfifo(fifo)
        writer = threading.Thread(target=fifo.write_bytes, args=(data,))
        writer.start()
        found = read_log(fifo, [OOM], 100_000)
        writer.join()
        assert (found.hits and [h.line for h in found.hits]) == hits


@pytest.mark.parametrize("name", ["missing.log", "."])
def test_what_cannot_be_opened_is_said(tmp_path, name):
    for use in (lambda p: scan_file(p, [OOM]), lambda p: read_log(p, [OOM], 9)):
        with pytest.raises(InputError, match="cannot be read"):
            use(tmp_path / name)


def test_scanning_starts_light():
    code = "import kbtui.kb.scan, sys; print(*sorted(sys.modules))"
    loaded = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": scan_children.ROOT},
    ).stdout.split()
    assert not {"zstandard", "lzma", "msgspec", "asyncio", "yaml", "multiprocessing"} & set(loaded)
