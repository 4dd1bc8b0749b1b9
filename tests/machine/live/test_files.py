"""Reading files through a child: what is there, what may not be seen, and what never answers."""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from kbtui.machine.asks import Raw
from kbtui.machine.live import files as files_module
from kbtui.machine.live import files_child
from kbtui.machine.live.files import Files
from tests.machine.live.fakes import alive, descriptors, running, until


@pytest.fixture
def files():
    before, opened = set(running()), descriptors()
    made = Files()
    yield made
    made.close()
    assert until(lambda: not set(running()) - before), running()
    assert descriptors() == opened


def read(files: Files, path: object, *, seconds: float = 5.0, **more: object) -> Raw:
    asked = {"what": "read", "path": str(path), "cap": 1000, "tail": False, "many": False, "most": 100}
    return files.ask(asked | more, seconds)


def pids(before: set[int]) -> set[int]:
    return set(running()) - before


def test_a_file_its_beginning_and_its_end(files, tmp_path):
    (tmp_path / "a").write_bytes(b"x" * 995 + b"\xff\n" + b"y" * 10)
    raw = read(files, tmp_path / "a")
    assert raw.ok and raw.truncated and raw.text == "x" * 995 + "\ufffd\nyyy"
    raw = read(files, tmp_path / "a", cap=12, tail=True)
    assert raw.truncated and raw.text == "\ufffd\n" + "y" * 10
    assert not read(files, tmp_path / "a", cap=1007).truncated


def test_kernel_files_have_no_size_and_are_read_whole(files):
    raw = read(files, "/proc/self/status", cap=1 << 16)
    assert raw.ok and "Name:" in raw.text and not raw.truncated


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/no/such/file", "absent"),
        ("/proc/version/x", "absent"),
        ("/tmp/a\0b", "unknown"),
        ("/tmp/" + "x" * 300, "unknown"),
    ],
)
def test_what_cannot_be_read_says_why(files, path, status):
    raw = read(files, path)
    assert raw.status == status and raw.reason


def test_devices_pipes_and_folders_are_not_read(files, tmp_path):
    os.mkfifo(tmp_path / "fifo")
    assert [read(files, p, seconds=2).text for p in (tmp_path / "fifo", "/dev/zero", tmp_path)] == ["", "", ""]


def test_a_pattern_reads_every_match_in_numeric_order_up_to_its_most(files, tmp_path):
    for number in (10, 9, 1):
        (tmp_path / f"gpu{number}").write_text(str(number))
    raw = read(files, f"{tmp_path}/gpu*", many=True)
    assert list(raw.files.values()) == ["1", "9", "10"] and not raw.truncated
    raw = read(files, f"{tmp_path}/gpu*", many=True, most=2)
    assert len(raw.files) == 2 and raw.truncated
    assert read(files, f"{tmp_path}/none*", many=True).files == {}
    assert read(files, f"{tmp_path}/no/folder*", many=True).files == {}


def test_many_large_files_are_cut_all_together(monkeypatch, tmp_path):
    monkeypatch.setattr(files_child, "MOST_BYTES", 2500)
    for number in range(6):
        (tmp_path / f"f{number}").write_text("x" * 1000)
    answer = files_child.read({"path": f"{tmp_path}/f*", "many": True, "most": 100, "cap": 1000, "tail": False})
    assert len(answer["files"]) == 3 and answer["truncated"]


def test_names_say_what_each_is(files, tmp_path):
    (tmp_path / "file").write_text("abc")
    (tmp_path / "file").chmod(0o640)
    (tmp_path / "dir").mkdir(mode=0o755)
    (tmp_path / "link").symlink_to("gone")
    raw = files.ask({"what": "names", "path": f"{tmp_path}/*", "most": 10}, 5)
    me = f"{os.getuid()}:{os.getgid()}"
    said = {Path(path).name: kind for path, kind in raw.files.items()}
    assert said == {"dir": f"dir 755 {me}", "file": said["file"], "link": "link -> gone"}
    assert said["file"].split()[:4] == ["file", "640", me, "3"]
    assert (
        files.ask({"what": "names", "path": "/dev/null", "most": 10}, 5).files["/dev/null"].startswith("char 1:3 666")
    )
    assert files.ask({"what": "names", "path": f"{tmp_path}/none", "most": 10}, 5).status == "absent"


def which(files: Files, *names: str, places: list[object]) -> Raw:
    return files.ask({"what": "which", "names": names, "places": [str(p) for p in places]}, 5)


def test_programs_are_found_where_they_may_be_run(files, tmp_path):
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    for folder, mode in (("one", 0o644), ("two", 0o755)):
        (tmp_path / folder / "tool").write_text("")
        (tmp_path / folder / "tool").chmod(mode)
    places = [tmp_path / "one", "", ".", "/no/such", tmp_path / "two"]
    assert which(files, "tool", "other", places=places).files == {"tool": f"{tmp_path}/two/tool"}
    refused = which(files, "tool", places=places[:1])
    assert refused.status == "refused" and refused.reason == f"{tmp_path}/one/tool may not be run by this user"
    (tmp_path / "one" / "link").symlink_to("../gone")
    broken = which(files, "link", places=places)
    assert broken.status == "absent" and "is a link to ../gone, which is not there" in broken.reason
    assert which(files, "nothing", places=places).reason == "nothing: not on this machine"
    assert which(files, "tool", places=[""]).status == "absent"


def stuck(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A reader for which every path with HANG in it hangs, as a dead network disk does."""
    child = tmp_path / "child.py"
    child.write_text(
        "import runpy, sys, time, os\nreal = os.open\n"
        "def opened(path, *rest):\n    while 'HANG' in str(path): time.sleep(60)\n    return real(path, *rest)\n"
        f"os.open = opened\nrunpy.run_path({files_child.__file__!r}, run_name='__main__')\n"
    )
    monkeypatch.setattr(files_module, "_CHILD", child)


def test_a_read_that_never_returns_is_over_in_time_and_its_reader_gone(monkeypatch, tmp_path):
    stuck(monkeypatch, tmp_path)
    before = set(running())
    files = Files()
    raw = read(files, "/HANG", seconds=0.3)
    assert raw.status == "timed_out" and raw.reason == "reading /HANG gave no answer within 0.3 s" and raw.seconds < 1.3
    assert until(lambda: not pids(before))
    (tmp_path / "good").write_text("good")
    assert read(files, tmp_path / "good").text == "good"
    files.close()
    assert until(lambda: not pids(before))


def test_reads_that_hang_keep_no_other_waiting(monkeypatch, tmp_path):
    stuck(monkeypatch, tmp_path)
    (tmp_path / "good").write_text("good")
    files = Files(most=2)
    answers: list[Raw] = []
    threads = [threading.Thread(target=lambda: answers.append(read(files, "/HANG", seconds=4))) for _ in range(6)]
    for thread in threads:
        thread.start()
    assert read(files, tmp_path / "good").text == "good"
    assert not answers, "the good one waited for those that hang"
    files.close()
    for pid, _ in running().items():
        os.kill(pid, signal.SIGKILL)
    for thread in threads:
        thread.join(10)
    assert [a.status for a in answers] == ["unknown"] * 6


def test_a_reader_that_was_killed_is_replaced(files, tmp_path):
    (tmp_path / "a").write_text("a")
    before = set(running())
    assert read(files, tmp_path / "a").text == "a"
    (reader,) = pids(before) or running()
    os.kill(reader, signal.SIGKILL)
    assert until(lambda: not alive(reader))
    assert read(files, tmp_path / "a").text == "a"


def test_readers_that_cannot_answer_make_it_unknown(monkeypatch, files, tmp_path):
    (tmp_path / "bad.py").write_text(
        "import sys\nsys.stdin.readline()\nprint('{\"status\": 7}', flush=True)\nsys.stdin.read()"
    )
    monkeypatch.setattr(files_module, "_CHILD", tmp_path / "bad.py")
    assert read(files, "/etc/hostname").reason == "/etc/hostname cannot be read: the reader ended"
    monkeypatch.setattr(sys, "executable", "/no/such/python")
    assert "no reader starts (No such file" in read(files, "/etc/hostname").reason


def test_a_reader_is_used_again(files, tmp_path):
    before = set(running())
    for number in range(50):
        (tmp_path / "a").write_text(str(number))
        assert read(files, tmp_path / "a").text == str(number)
    assert len(pids(before)) == 1


def test_forgotten_or_closed_its_readers_end(tmp_path):
    before = set(running())
    files = Files()
    read(files, "/etc/hostname")
    assert len(pids(before)) == 1
    del files
    gc.collect()
    assert until(lambda: not pids(before))
    files = Files()
    files.close()
    assert read(files, "/etc/hostname").reason == "/etc/hostname was not looked at: the look is over"
    assert not pids(before)


@pytest.mark.parametrize("end", ["", "sys.exit(3)", "import os; os.kill(os.getpid(), 9)", "raise KeyboardInterrupt"])
def test_its_readers_end_with_the_program(end):
    code = f"import sys\nfrom kbtui.machine.live import Live\nfrom kbtui.machine.asks import Read\nlive = Live()\nlive.answer(Read('/etc/hostname'))\nprint(live._files._idle[0].process.pid, flush=True)\n{end}"
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, timeout=20)
    assert until(lambda: not alive(int(done.stdout)))
    assert "ResourceWarning" not in done.stderr
