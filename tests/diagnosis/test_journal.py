"""The journal: whole after a kill at any byte, a full disk, and two writers at once."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from kbtui.diagnosis import journal
from kbtui.errors import CaseError

EVENTS = [
    {"kind": "begin", "text": "一 black screen\n[red]"},
    {"kind": "answer", "said": "no"},
    {"kind": "found", "n": 3},
]


@pytest.fixture
def case(tmp_path: Path) -> Path:
    path = tmp_path / "cases" / "one.jsonl"
    for event in EVENTS:
        journal.append(path, event)
    return path


def test_reads_what_was_written(case):
    assert journal.read(case) == journal.Read(EVENTS, 0)


def test_a_kill_at_any_byte_loses_at_most_the_last_event(case):
    whole = case.read_bytes()
    ends = [i + 1 for i, byte in enumerate(whole) if byte == 0x0A]
    for cut in range(len(whole) + 1):
        case.write_bytes(whole[:cut])
        kept = journal.read(case).events
        full = sum(end <= cut for end in ends)
        assert kept == EVENTS[: len(kept)] and len(kept) in (full, full + 1)  # a line lacking only its newline is whole
        journal.append(case, {"kind": "later"})
        assert journal.read(case).events == [*kept, {"kind": "later"}]


def test_a_flipped_byte_is_not_read_as_an_event(case):
    raw = bytearray(case.read_bytes())
    raw[raw.index(b"black")] ^= 1
    case.write_bytes(bytes(raw))
    read = journal.read(case)
    assert read.events == EVENTS[1:] and read.torn > 0


def test_a_full_disk_is_a_message_and_loses_nothing(case):
    before = journal.read(case)
    code = f"""
import resource, signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
size = {case.stat().st_size}
resource.setrlimit(resource.RLIMIT_FSIZE, (size + 20, size + 20))
from pathlib import Path
from kbtui.diagnosis import journal
from kbtui.errors import CaseError
try:
    journal.append(Path({str(case)!r}), {{"kind": "x", "text": "y" * 500}})
except CaseError as error:
    print("refused:", error)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "cannot be written" in done.stdout and "nothing earlier is lost" in done.stdout
    assert journal.read(case) == before


def test_two_processes_write_one_case(case):
    code = (
        "import sys; from pathlib import Path; from kbtui.diagnosis import journal\n"
        "for i in range(40): journal.append(Path(sys.argv[1]), {'kind': 'n', 'who': sys.argv[2], 'i': i})"
    )
    both = [subprocess.Popen([sys.executable, "-c", code, str(case), who]) for who in "ab"]
    assert [p.wait() for p in both] == [0, 0]
    events = journal.read(case).events[len(EVENTS) :]
    for who in "ab":
        assert [e["i"] for e in events if e["who"] == who] == list(range(40))


def test_a_folder_that_cannot_be_written_is_a_message(tmp_path):
    (tmp_path / "cases").write_text("a file, not a folder")
    with pytest.raises(CaseError, match="cannot be opened"):
        journal.append(tmp_path / "cases" / "x.jsonl", {"kind": "begin"})


def test_no_one_else_can_read_a_case(case):
    assert case.stat().st_mode & 0o077 == 0
