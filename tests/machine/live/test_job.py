"""The end of a job's output is kept, however much it writes; the Python of a running job."""

import os
import subprocess
import sys

import pytest

from kbtui.machine.asks import PYTHON, Raw, Run
from kbtui.machine.live import Live, job, person
from tests.machine.live.fakes import descriptors


def test_the_last_bytes_are_kept():
    tail = job.Tail(10)
    for part in (b"abcdef", b"ghi", b"jklm", b""):
        tail.add(part)
    assert tail.bytes() == b"defghijklm"
    tail.add(b"0123456789ABC")
    assert tail.bytes() == b"3456789ABC"


@pytest.fixture
def nowhere():
    """Standard output and error of this process go to /dev/null while a job runs."""
    kept = [os.dup(1), os.dup(2)]
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    os.dup2(null, 2)
    yield
    for number, old in enumerate(kept, 1):
        os.dup2(old, number)
        os.close(old)
    os.close(null)


def test_a_flood_is_passed_on_and_its_end_kept(nowhere):
    ended = job.run(["sh", "-c", "head -c 3000000 /dev/zero | tr '\\0' x; echo end; exit 4"])
    assert ended.code == 4 and len(ended.output) == job.KEEP and ended.output.endswith(b"xxend\n")


def test_nothing_stays_open(nowhere):
    before = descriptors()
    for argv in (["true"], ["sh", "-c", "exit 3"]):
        job.run(argv)
    with pytest.raises(FileNotFoundError):
        job.run(["no-such-command-here"])
    assert descriptors() == before


def test_the_python_of_a_job_is_the_one_it_runs_in(tmp_path):
    """Started by its path, without activating its environment: VIRTUAL_ENV and PATH say nothing of it."""
    home = tmp_path / "venv" / "bin"
    home.mkdir(parents=True)
    (home / "python3").symlink_to(sys.executable)
    for name, cwd in ((str(home / "python3"), "/"), ("venv/bin/python3", tmp_path)):
        code = "import sys; print('up', flush=True); sys.stdin.read()"
        with subprocess.Popen([name, "-c", code], cwd=cwd, stdin=-1, stdout=-1, env={"PATH": "/usr/bin"}) as running:
            assert running.stdout and running.stdout.readline() == b"up\n"
            with Live(pid=running.pid) as host:
                assert host.answer(Run((PYTHON, "-c", "pass"))).origin == str(home / "python3")
                assert host.notes == []
            assert running.stdin
            running.stdin.close()


def test_another_program_has_the_python_of_its_path():
    with subprocess.Popen(["cat"], stdin=-1, env={"PATH": "/usr/bin:/bin"}) as running:
        with Live(pid=running.pid) as host:
            assert person.python_of(running.pid, host._files) is None
            assert not person.lives_apart(running.pid, host._files)
        assert running.stdin
        running.stdin.close()


class _Mounts:
    """Files of which only the mounts of two processes are known."""

    def __init__(self, its: str, ours: str) -> None:
        self.texts = {"/proc/7/mountinfo": its, "/proc/thread-self/mountinfo": ours}

    def ask(self, request, seconds):
        return Raw(text=self.texts[request["path"]])


HOST = "22 1 8:2 / / rw,relatime shared:1 - ext4 /dev/sda2 rw\n23 22 0:21 / /proc rw - proc proc rw\n"
SERVICE = HOST + "99 22 8:2 /tmp/systemd-private-1 /tmp rw - ext4 /dev/sda2 rw\n"
CONTAINER = "812 700 0:61 / / rw,relatime - overlay overlay rw,lowerdir=/var/lib/docker\n"


@pytest.mark.parametrize(("its", "apart"), [(HOST, False), (SERVICE, False), (CONTAINER, True), ("", False)])
def test_a_container_is_told_from_a_service_with_its_own_tmp(its, apart):
    assert person.lives_apart(7, _Mounts(its, HOST)) is apart
