"""Faults of the tools: whatever one does, its answer comes in time and nothing of it is left."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
import tracemalloc
from pathlib import Path

import pytest

from kbtui.machine import clock
from kbtui.machine.asks import Raw
from kbtui.machine.live import children, process
from kbtui.machine.live.process import Limits
from tests.machine.live.fakes import DEADLINE, LATEST, alive, descriptors, python, running, shell, until

ENV = {"PATH": "/usr/bin:/bin", "LC_ALL": "C"}


@pytest.fixture(autouse=True)
def nothing_is_left():
    """No test leaves a child, a zombie or an open file."""
    before, files = set(running()), descriptors()
    yield
    assert until(lambda: not set(running()) - before), running()
    assert descriptors() == files
    assert children.reap() == 0


def run(tool: Path, *words: str, seconds: float = DEADLINE, cap: int = 1 << 20, given: bytes | None = None) -> Raw:
    began = time.monotonic()
    raw = process.run([str(tool), *words], ENV, Limits(seconds, cap), given)
    assert time.monotonic() - began < seconds + 1.0
    return raw


def test_what_it_prints_and_how_it_ends(tmp_path):
    raw = run(shell(tmp_path, "t", "echo out; echo err >&2; exit 3"), seconds=5)
    assert (raw.status, raw.text, raw.errors, raw.exit_code, raw.truncated) == ("ok", "out\n", "err\n", 3, False)
    assert raw.output == "out\nerr\n" and not raw.ran


def test_one_that_ignores_sigterm_is_killed(tmp_path):
    raw = run(shell(tmp_path, "t", "trap '' TERM; echo $$; while :; do sleep 0.05; done"))
    assert raw.status == "timed_out" and raw.reason == f"no answer within {DEADLINE:g} s"
    assert not alive(int(raw.text))


def test_one_that_ends_at_sigterm_has_said_its_last_words_to_nobody(tmp_path):
    raw = run(shell(tmp_path, "t", "echo before; exec sleep 60"))
    assert raw.status == "timed_out" and raw.text == "before\n" and raw.truncated


@pytest.mark.parametrize("body", ["exec yes", "yes & yes >&2", "trap '' TERM PIPE; yes"])
def test_one_that_never_ends_and_floods_is_cut_at_its_cap(tmp_path, body):
    raw = run(shell(tmp_path, "t", body), seconds=20, cap=200_000)
    assert raw.ok and raw.truncated and 100_000 < len(raw.text + raw.errors) <= 400_000


def test_one_that_prints_a_gigabyte_costs_no_more_memory_than_its_cap(tmp_path):
    cap = 1 << 20
    tracemalloc.start()
    try:
        raw = run(shell(tmp_path, "t", "exec head -c 1000000000 /dev/zero"), seconds=20, cap=cap)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert raw.truncated and len(raw.text) == cap
    assert peak < 5 * cap


def test_binary_is_text_with_marks_where_it_is_none(tmp_path):
    raw = run(shell(tmp_path, "t", r"printf 'a\377\376\000\200b\nNVRM: \303\244'"), seconds=5)
    assert raw.text == "a\ufffd\ufffd\0\ufffdb\nNVRM: ä" and raw.exit_code == 0


@pytest.mark.parametrize("body", ["sleep 60 & echo mine", "(trap '' HUP TERM; sleep 60) & echo mine"])
def test_a_child_that_keeps_the_pipe_keeps_nobody_waiting(tmp_path, body):
    raw = run(shell(tmp_path, "t", body + "; exit 7"), seconds=20)
    assert raw.ok and raw.text == "mine\n" and raw.exit_code == 7 and raw.seconds < 2


def test_a_child_that_keeps_the_pipe_and_writes_to_it_is_not_listened_to_for_ever(tmp_path):
    raw = run(shell(tmp_path, "t", "yes & exit 0"), seconds=20, cap=1 << 30)
    assert raw.ok and raw.exit_code == 0 and raw.seconds < 10


def test_a_whole_family_ends_with_its_leader(tmp_path):
    raw = run(shell(tmp_path, "t", "sleep 60 & echo $!; sleep 60 & echo $!; wait"))
    pids = [int(line) for line in raw.text.split()]
    assert len(pids) == 2 and until(lambda: not any(alive(p) for p in pids))


def test_one_whose_leader_ended_leaves_no_family(tmp_path):
    raw = run(shell(tmp_path, "t", "sleep 60 >/dev/null 2>&1 & echo $!"), seconds=5)
    assert raw.exit_code == 0 and until(lambda: not alive(int(raw.text)))


def test_one_that_closes_its_pipes_and_lives_on_is_ended(tmp_path):
    assert run(shell(tmp_path, "t", "exec sleep 60 >&- 2>&-")).status == "timed_out"


@pytest.mark.parametrize(("body", "code"), [("exit 139", 139), ("kill -SEGV $$", -11), ("kill -KILL $$", -9)])
def test_a_crash_is_an_answer(tmp_path, body, code):
    raw = run(shell(tmp_path, "t", f"echo half; {body}"), seconds=5)
    assert (raw.status, raw.text, raw.exit_code, raw.ran) == ("ok", "half\n", code, False)


@pytest.mark.parametrize(
    ("make", "status"),
    [
        (lambda p: p.symlink_to("nowhere"), "absent"),
        (lambda p: (p.write_text("#!/bin/sh\n"), p.chmod(0o644)), "refused"),
        (lambda p: p.mkdir(), "refused"),
        (lambda p: (p.write_text("#!/no/such/interpreter\n"), p.chmod(0o755)), "absent"),
        (lambda p: (p.write_bytes(b"\x7fELF but not really"), p.chmod(0o755)), "unknown"),
        (lambda p: None, "absent"),
    ],
    ids=["broken link", "no permission", "folder", "no interpreter", "no program", "missing"],
)
def test_what_does_not_start_says_so(tmp_path, make, status):
    make(tmp_path / "t")
    raw = run(tmp_path / "t", seconds=5)
    assert raw.status == status and str(tmp_path / "t") in raw.reason


def test_an_argument_that_no_program_can_have(tmp_path):
    assert run(shell(tmp_path, "t", "echo"), "a\0b").status == "unknown"


def test_a_clock_that_jumps_changes_nothing(tmp_path, monkeypatch):
    hours = iter(range(10**6))
    monkeypatch.setattr(time, "time", lambda: next(hours) * (-1) ** next(hours) * 3600.0)
    raw = run(shell(tmp_path, "t", "sleep 0.2; echo there"), seconds=5)
    assert raw.text == "there\n" and 0.1 < raw.seconds < 5
    assert run(shell(tmp_path, "u", "exec sleep 60")).status == "timed_out"


def test_one_that_is_stopped_is_killed(tmp_path):
    raw = run(shell(tmp_path, "t", "echo $$; kill -STOP $$; echo later"))
    assert raw.status == "timed_out" and not alive(int(raw.text))


def test_one_that_is_stopped_and_continued_answers(tmp_path):
    tool = shell(
        tmp_path, "t", "echo $$ > pid.tmp; mv pid.tmp pid; kill -STOP $$; echo later".replace("pid", f"{tmp_path}/pid")
    )

    def wake() -> None:
        assert until((tmp_path / "pid").exists)
        pid = int((tmp_path / "pid").read_text())
        assert until(lambda: running().get(pid) == "T")
        os.kill(pid, signal.SIGCONT)

    waker = threading.Thread(target=wake)
    waker.start()
    raw = run(tool, seconds=10)
    waker.join()
    assert raw.text == "later\n" and raw.exit_code == 0


def test_the_time_in_which_we_ourselves_were_stopped_does_not_count(monkeypatch):
    now = [100.0]
    monkeypatch.setattr(clock.time, "monotonic", lambda: now[0])
    deadline = clock.Deadline(5)
    for _ in range(4):
        now[0] += 1.0
        deadline.left()
    assert deadline.left() == 1.0
    now[0] += 3600.0  # the lid was closed
    assert deadline.left() == 1.0
    now[0] += 1.0
    assert deadline.left() == 0.0
    now[0] += 3600.0
    deadline.resume()  # but this was our caller's own time
    assert deadline.left() == -3600.0


@pytest.mark.parametrize("size", [0, 10, 3_000_000])
def test_what_is_given_is_read(tmp_path, size):
    raw = run(shell(tmp_path, "t", "exec wc -c"), seconds=10, given=b"x" * size)
    assert int(raw.text) == size


@pytest.mark.parametrize(
    ("body", "status"), [("exec sleep 60", "timed_out"), ("exec sleep 0.05", "ok"), ("exec <&-; sleep 0.05", "ok")]
)
def test_one_that_does_not_read_what_it_is_given_blocks_nobody(tmp_path, body, status):
    assert run(shell(tmp_path, "t", body), given=b"x" * 3_000_000).status == status


def test_a_tool_that_asks_finds_nobody_to_answer(tmp_path):
    raw = run(
        shell(tmp_path, "t", 'read answer; echo "got $answer"; tty; (: >/dev/tty) 2>/dev/null || echo alone'), seconds=5
    )
    assert raw.text == "got \nnot a tty\nalone\n"


def test_the_environment_and_folder_are_what_was_said(tmp_path):
    raw = run(shell(tmp_path, "t", "pwd; /usr/bin/env"), seconds=5)
    assert raw.text.startswith("/\n") and "HOME" not in raw.text and "LC_ALL=C" in raw.text


def test_an_exception_while_it_runs_ends_it(tmp_path, monkeypatch):
    def interrupted(*_: object) -> bytes:
        raise KeyboardInterrupt

    monkeypatch.setattr(process, "_read", interrupted)
    with pytest.raises(KeyboardInterrupt):
        run(shell(tmp_path, "t", "echo x; exec sleep 60"), seconds=30)


def test_one_that_cannot_be_killed_is_left_behind_and_reaped_later(tmp_path, monkeypatch):
    """No signal reaches it, as in uninterruptible sleep; when the kernel lets go of it, it is not left as a zombie."""
    tool = shell(tmp_path, "t", "echo $$; exec sleep 60")
    monkeypatch.setattr(children, "_kill", lambda group, number: None)
    raw = run(tool)
    pid = int(raw.text)
    assert raw.status == "timed_out" and "cannot be killed and was left behind" in raw.reason
    assert children.reap() == 1 and alive(pid)
    os.kill(pid, signal.SIGKILL)
    assert until(lambda: pid not in running() and children.reap() == 0)


OURS = """
import signal, sys, threading, time
from kbtui.machine.live import children, process
children.end_with_us()
run = lambda: process.run([{tool!r}], {{"PATH": "/usr/bin:/bin"}}, process.Limits(60, 1000))
threading.Thread(target=run, daemon=True).start()
while not children.ours.leaders: time.sleep(0.01)
print(next(iter(children.ours.leaders)), flush=True)
{then}
"""


@pytest.mark.parametrize(
    ("then", "number"),
    [
        ("sys.exit(0)", 0),
        ("raise SystemError", 0),
        ("time.sleep(60)", signal.SIGINT),
        ("time.sleep(60)", signal.SIGTERM),
        ("time.sleep(60)", signal.SIGHUP),
    ],
)
def test_nothing_is_left_behind_however_we_end(tmp_path, then, number):
    tool = shell(tmp_path, "t", "trap '' TERM HUP INT; while :; do sleep 0.05; done")
    code = OURS.format(tool=str(tool), then=then)
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as ours:
        assert ours.stdout
        pid = int(ours.stdout.readline())
        if number:
            assert alive(pid)
            ours.send_signal(number)
        ours.wait(10)
    assert until(lambda: not alive(pid))
    assert ours.returncode == (-number if number else ours.returncode)


def test_many_at_once_leave_no_file_open(tmp_path):
    tool = python(tmp_path, "t", "sys.stdout.write('x' * 100000); sys.exit(len(sys.argv))")
    out: list[Raw] = []
    threads = [threading.Thread(target=lambda: out.append(run(tool, seconds=30))) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [(len(r.text), r.exit_code) for r in out] == [(100000, 1)] * 20


def test_the_deadline_is_the_latest_by_which_it_answers():
    assert DEADLINE + 2 * children.GRACE < LATEST
