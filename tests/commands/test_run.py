"""`kbtui run -- CMD`: the job's terminal, streams, signals and exit code pass through; a failure is explained."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import termios

import pytest

from kbtui.commands.run import text_of
from tests.commands.terminal import Terminal, size

KEY = "modprobe: ERROR: could not insert 'nvidia': Key was rejected by service"
PY = sys.executable


def run(*job: str, **more) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([PY, "-m", "kbtui", "run", "--no-live", "--", *job], capture_output=True, timeout=60, **more)


def test_a_job_that_succeeds_is_left_alone():
    done = run(PY, "-c", "import sys; print('out'); print('err', file=sys.stderr)")
    assert (done.returncode, done.stdout, done.stderr) == (0, b"out\n", b"err\n")


def test_a_failure_is_explained_on_standard_error_and_keeps_its_exit_code():
    done = run("sh", "-c", f'echo result; echo "{KEY}" >&2; exit 7')
    assert done.returncode == 7 and done.stdout == b"result\n"
    said = done.stderr.decode()
    assert said.startswith(KEY) and "kbtui: the job ended with exit code 7" in said
    assert "Key was rejected" in said.partition("kbtui:")[2]


def test_a_signal_is_128_and_its_number():
    done = run("sh", "-c", "kill -KILL $$")
    assert done.returncode == 128 + signal.SIGKILL and b"ended by SIGKILL" in done.stderr


def test_no_such_command_and_one_that_may_not_be_run(tmp_path):
    (tmp_path / "plain").write_text("text")
    missing, refused = run("no-such-command-here"), run(str(tmp_path / "plain"))
    assert missing.returncode == 127 and b"command not found" in missing.stderr
    assert refused.returncode == 126 and b"ermission denied" in refused.stderr
    nothing = subprocess.run([PY, "-m", "kbtui", "run"], capture_output=True)
    assert nothing.returncode == 2 and b"kbtui run -- python train.py" in nothing.stderr


def test_the_jobs_own_options_and_dashes_are_its_own():
    done = run(PY, "-c", "import sys; print(sys.argv[1:])", "--json", "--", "-h")
    assert done.stdout == b"['--json', '--', '-h']\n"


def test_standard_input_passes_through():
    assert run("cat", input=b"given\n").stdout == b"given\n"


def test_streams_that_are_no_terminal_are_none_to_the_job():
    ask = "import os; print([os.isatty(n) for n in (0, 1, 2)])"
    assert run(PY, "-c", ask, stdin=subprocess.DEVNULL).stdout == b"[False, False, False]\n"


def test_two_streams_into_one_file_keep_their_order():
    job = "import os\nfor n in range(50): os.write(1 + n % 2, b'%d\\n' % n)"
    argv = [PY, "-m", "kbtui", "run", "--no-live", "--", PY, "-c", job]
    done = subprocess.run(argv, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60)
    assert done.stdout.split() == [b"%d" % n for n in range(50)]


def test_a_signal_to_kbtui_reaches_the_job_and_needs_no_diagnosis():
    job = "import signal, sys, time\nsignal.signal(15, lambda *_: sys.exit(9))\nprint('ready', flush=True)\ntime.sleep(60)"
    with subprocess.Popen(
        [PY, "-m", "kbtui", "run", "--no-live", "--", PY, "-c", job], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as running:
        assert running.stdout and running.stderr
        assert running.stdout.readline() == b"ready\n"
        running.terminate()
        assert running.stderr.read() == b"" and running.wait(20) == 9


def test_a_child_left_behind_does_not_keep_the_terminal():
    done = run("sh", "-c", "sleep 30 & echo $!; exit 0")
    os.kill(int(done.stdout), signal.SIGKILL)
    assert done.returncode == 0


def test_a_reader_that_goes_away_ends_the_job():
    argv = f"{PY} -m kbtui run --no-live -- yes | head -n 1"
    assert subprocess.run(argv, shell=True, capture_output=True, timeout=60).stdout == b"y\n"


def test_in_a_terminal_the_job_has_one_of_the_same_size_and_follows_it():
    job = (
        "import os, signal, sys\nseen = lambda *_: print('size', *os.get_terminal_size(), flush=True)\n"
        "signal.signal(signal.SIGWINCH, seen)\nprint([os.isatty(n) for n in (0, 1, 2)])\nseen()\nsys.stdin.readline()"
    )
    with_terminal = Terminal("run", "--no-live", "--", PY, "-c", job, rows=31)
    assert b"[True, True, True]" in with_terminal.until(b"size 100 31")
    size(with_terminal.fd, 40, 120)
    with_terminal.until(b"size 120 40")
    with_terminal.type(b"\n")
    assert with_terminal.end() == 0 and b"\r\r" not in with_terminal.seen


def test_keys_reach_the_job_and_ctrl_c_ends_it_as_it_wants():
    job = (
        "import signal, sys\nsignal.signal(2, lambda *_: sys.exit(5))\n"
        "print('name?', flush=True)\nprint('hello', sys.stdin.readline().strip(), flush=True)\nsignal.pause()"
    )
    terminal = Terminal("run", "--no-live", "--", PY, "-c", job)
    terminal.until(b"name?")
    terminal.type(b"ana\n")
    terminal.until(b"hello ana")
    terminal.type(b"\x03")
    assert terminal.end() == 5 and b"exit code 5" in terminal.seen


def test_the_terminal_is_put_back():
    terminal = Terminal("run", "--no-live", "--", "sh", "-c", "echo ready; read line; exit 0")
    before = termios.tcgetattr(terminal.fd)
    terminal.until(b"ready")
    assert termios.tcgetattr(terminal.fd) != before
    terminal.type(b"\n")
    terminal.until(lambda: terminal.program.poll() is not None)
    assert termios.tcgetattr(terminal.fd) == before
    terminal.end()


def test_an_interrupt_needs_no_diagnosis():
    terminal = Terminal("run", "--no-live", "--", "sh", "-c", "echo ready; exec sleep 60")
    terminal.until(b"ready")
    terminal.type(b"\x03")
    assert terminal.end() == 130 and b"kbtui:" not in terminal.seen


def test_output_into_a_pipe_and_input_from_the_terminal():
    mine, its = os.pipe()
    ask = "import os; print([os.isatty(n) for n in (0, 1, 2)])"
    terminal = Terminal("run", "--no-live", "--", PY, "-c", ask, stdout=its)
    os.close(its)
    with os.fdopen(mine, "rb") as pipe:
        assert pipe.read() == b"[True, False, True]\n"
    assert terminal.end() == 0


def test_a_progress_bar_is_kept_in_its_last_state():
    bar = b"".join(b"\r%3d%%" % n for n in range(101))
    assert (
        text_of(b"start\r\n" + bar + b"\r\nRuntimeError: CUDA error\r\n") == "start\n100%\nRuntimeError: CUDA error\n"
    )
    assert text_of(b"", signal.SIGSEGV).strip() == "Segmentation fault (core dumped)"
    assert text_of(b"  \n") == "  "


@pytest.mark.parametrize("end", [b"", b"\n"])
def test_bytes_of_no_encoding_are_read_all_the_same(end):
    assert "RuntimeError" in text_of(b"\xff\xfe\x00RuntimeError" + end)
