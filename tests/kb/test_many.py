"""Several logs in one pass: cut into ranges or not, what is found is the same."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

import pytest

from kbtui.errors import InputError, SignError
from kbtui.kb import literals, many, marks
from kbtui.kb.signs import Sign


def sign(key: str, pattern: str) -> Sign:
    return Sign(key, pattern, literals.required(pattern))


SIGNS = [sign("begin#0", "NCCL version 2"), sign("near#0", "prepared for"), sign("far#0", "in the middle")]


@pytest.fixture
def logs(tmp_path: Path) -> list[str]:
    """Three logs of a few MB: a message at the beginning, words all over, errors here and there."""
    out = []
    for number in range(3):
        lines = [f"2026-11-03 03:{n // 60 % 60:02d}:{n % 60:02d} step {n} in the middle" for n in range(40_000)]
        lines[3] = "NCCL version 2.21.5"
        lines[20_000 + number] = "prepared for what follows"
        lines[20_003 + number] = "RuntimeError: CUDA error: an illegal memory access was encountered"
        lines[39_000] = "RuntimeError: CUDA error: again"
        path = tmp_path / f"rank{number}.log"
        path.write_text("\n".join(lines) + "\n")
        out.append(str(path))
    return out


def test_ranges_change_nothing(logs, monkeypatch):
    whole = many.scan_logs(logs, SIGNS, SIGNS[:1])
    monkeypatch.setattr(many, "RANGE", 300_000)
    cut = many.scan_logs(logs, SIGNS, SIGNS[:1])
    for one, other in zip(whole, cut, strict=True):
        told = {(h.key, h.line, h.at) for h in one.hits if not h.key.startswith("far")}
        assert told == {(h.key, h.line, h.at) for h in other.hits if not h.key.startswith("far")}
        assert (one.lines, one.bytes, one.head, one.tail) == (other.lines, other.bytes, other.head, other.tail)
        assert (one.first, one.last) == (other.first, other.last)


def test_what_is_looked_for_where(logs):
    log = many.scan_logs(logs, SIGNS, SIGNS[:1])[1]
    by_key = {k: [h.line for h in log.hits if h.key == k] for k in ("begin#0", "near#0", marks.PREFIX + "cuda-error")}
    assert by_key == {"begin#0": [4], "near#0": [20_002], marks.PREFIX + "cuda-error": [20_005, 39_001]}
    far = [h.line for h in log.hits if h.key == "far#0"]
    assert far and min(far) > 19_000, "words of people are looked for around failures only"
    assert log.lines == 40_000 and log.incomplete is None
    assert log.first and log.first.text == "2026-11-03 03:00:00"
    error = next(h for h in log.hits if h.line == 20_005)
    assert error.stamp == "2026-11-03 03:33:23", "a line without a time has that of the line above"


def test_a_mark_on_every_line_is_kept_at_both_ends(tmp_path):
    path = tmp_path / "loud.log"
    path.write_text("".join(f"RuntimeError: CUDA error: {n}\n" for n in range(30_000)))
    log = many.scan_logs([str(path)], [], [])[0]
    lines = [h.line for h in log.hits if h.key == marks.PREFIX + "cuda-error"]
    assert lines[0] == 1 and lines[-1] == 30_000 and len(lines) < 100


def test_what_cannot_be_scanned_is_said(logs, tmp_path):
    with pytest.raises(InputError, match="cannot be read"):
        many.scan_logs([*logs, str(tmp_path / "nothing.log")], [], [])
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(InputError, match="is not a file"):
        many.scan_logs([str(tmp_path / "pipe")], [], [])
    with pytest.raises(SignError):
        many.scan_logs(logs, [Sign("bad#0", "(?=look)a", "")], [])


def test_no_child_is_left_behind(logs):
    before = children()
    many.scan_logs(logs, SIGNS, SIGNS[:1])
    assert children() <= before


def children() -> set[str]:
    """Processes of this one, those included that ended and were not waited for."""
    found = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            if stat.read_text().rpartition(")")[2].split()[1] == str(os.getpid()):
                found.add(stat.parent.name)
    return found
