"""The collector script: it runs in every shell, changes nothing, and what it prints answers as the machine did."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbtui.errors import InputError
from kbtui.machine.asks import Ask, Environ, Names, Raw, Read, Run, Which
from kbtui.machine.probes import all_probes
from kbtui.machine.sources.script import MARK, Script
from kbtui.machine.sources.script_write import script

SHELLS = [s for s in (["dash"], ["bash", "--posix"], ["busybox", "sh"], ["sh"]) if shutil.which(s[0])]


def collected(shell: list[str], asks: list[Ask], tmp_path: Path, **env: str) -> Script:
    file = tmp_path / "collect.sh"
    file.write_text(script(asks))
    done = subprocess.run(
        [*shell, str(file)],
        capture_output=True,
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path / "home"), "TMPDIR": str(tmp_path / "tmp"), **env},
        timeout=60,
        check=True,
    )
    return Script(done.stdout.decode(), "the script")


@pytest.fixture
def place(tmp_path: Path) -> Path:
    for folder in ("tmp", "home", "d/fd"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "d/a 1").write_text("one\n")
    (tmp_path / "d/a'2").write_text("no newline")
    (tmp_path / "d/long").write_text("begin" + "-" * 100 + "finis")
    (tmp_path / "d/link").symlink_to("/nowhere at all")
    (tmp_path / "d/fd/3").symlink_to("/dev/nvidia0")
    (tmp_path / "d/fd/4").symlink_to("/dev/null")
    (tmp_path / "home/.rc").write_text("mine\n")
    (tmp_path / "tool").write_text("#!/bin/sh\necho here\n")
    (tmp_path / "tool").chmod(0o755)
    return tmp_path


@pytest.mark.parametrize("shell", SHELLS, ids=" ".join)
def test_it_says_what_the_machine_says(shell, place):
    d = f"{place}/d"
    asks: list[Ask] = [
        Run(("sh", "-c", "printf 'out\\n\\n'; echo err >&2; exit 3")),
        Run(("no-such-tool-here",)),
        Run(("sh", "-c", "yes | head -c 200000"), cap=1000),
        Run(("sh", "-c", 'echo "$LC_ALL"; pwd')),
        Read(f"{d}/a 1"),
        Read(f"{d}/a*"),
        Read(f"{d}/none"),
        Read(f"{d}/none*"),
        Read("~/.rc"),
        Names(f"{d}/*"),
        Names(f"{d}/none"),
        Names(f"{d}/none*"),
        Names(f"{d}/fd/*", to="/dev/nvidia"),
        Which(("tool", "no-such-tool-here")),
        Environ(("KBTUI_SEEN", "KBTUI_EMPTY", "KBTUI_NONE")),
    ]
    path = f"{place}:{os.environ['PATH']}"
    host = collected(shell, asks, place, KBTUI_SEEN="a b=c'\"$x", KBTUI_EMPTY="", PATH=path)
    seen = dict(zip(asks, map(host.answer, asks), strict=True))
    said = [seen[a] for a in asks]
    assert (said[0].text, said[0].errors, said[0].exit_code) == ("out\n\n", "err\n", 3)
    assert said[1].status == "absent" and "not on this machine" in said[1].reason
    assert len(said[2].text) == 1000 and said[3].text == "C\n/\n"
    assert said[4].text == "one\n" and said[5].files == {f"{d}/a 1": "one\n", f"{d}/a'2": "no newline"}
    assert said[6].status == "absent" and said[7] == Raw(origin=f"{d}/none*")
    assert said[8].text == "mine\n"
    assert said[9].files[f"{d}/link"] == "link -> /nowhere at all" and said[9].files[f"{d}/fd"].startswith("dir ")
    assert said[9].files[f"{d}/a 1"].split()[:1] + said[9].files[f"{d}/a 1"].split()[3:4] == ["file", "4"]
    assert said[10].status == "absent" and said[11].files == {}
    assert said[12].files == {f"{d}/fd/3": "link -> /dev/nvidia0"}
    assert said[13].files == {"tool": f"{place}/tool"}
    assert said[14].files == {"KBTUI_SEEN": "a b=c'\"$x", "KBTUI_EMPTY": ""}
    assert host.notes == [] and list((place / "tmp").iterdir()) == []
    assert host.answer(Which(("tool",))).files and host.answer(Run(("lspci",))).status == "unknown"


@pytest.mark.parametrize("shell", SHELLS, ids=" ".join)
def test_limits_of_a_file(shell, place):
    d = f"{place}/d"
    begin, end = Read(f"{d}/long", cap=5), Read(f"{d}/lon*", cap=6, tail=True)
    host = collected(shell, [begin, end], place)
    assert (host.answer(begin).text, host.answer(begin).truncated) == ("begin", True)
    assert host.answer(end).files == {f"{d}/long": "-finis"} and host.answer(end).truncated


@pytest.mark.parametrize("shell", SHELLS, ids=" ".join)
def test_a_command_that_never_ends_is_ended(shell, place):
    slow = Run(("sh", "-c", "echo begun; exec sleep 30"), seconds=1)
    host = collected(shell, [slow, Run(("true",))], place)
    assert host.answer(slow).status == "timed_out" and host.answer(slow).text == "begun\n"
    assert host.answer(Run(("true",))).ran


@pytest.mark.parametrize("shell", SHELLS, ids=" ".join)
def test_when_nobody_reads_any_more_it_ends_and_leaves_nothing(shell, place):
    """As over ssh, when the other side has given up."""
    file = place / "collect.sh"
    file.write_text(script([Run(("sh", "-c", f"echo {i}; yes | head -c 200000")) for i in range(20)]))
    env = {"PATH": os.environ["PATH"], "HOME": str(place / "home"), "TMPDIR": str(place / "tmp")}
    with subprocess.Popen([*shell, str(file)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=env) as work:
        assert work.stdout and work.stdout.readline()
        work.stdout.close()
        assert work.wait(30) != 0
    assert list((place / "tmp").iterdir()) == []


def test_every_ask_of_every_probe_is_in_a_script_that_parses(tmp_path):
    text = script(ask for probe in all_probes() for ask in probe.asks.values())
    for shell in SHELLS:
        done = subprocess.run([*shell, "-n"], input=text.encode(), capture_output=True)
        assert done.returncode == 0, done.stderr
    for ask in (a for p in all_probes() for a in p.asks.values()):
        own = isinstance(ask, Run) and ask.argv[0] == "{kbtui-python}"
        head = {Run: "run", Read: "read", Names: "names", Which: "which", Environ: "environ"}[type(ask)]
        assert own or f'"{head}":' in text


def test_output_that_breaks_off_is_read_as_far_as_it_goes():
    whole = f'hello\n{MARK}B\nB ask {{"run":["a"]}}\nx\n\nB err\n\nB end rc=0\nB ask {{"run":["b"]}}\nhalf'
    host = Script(whole, "x")
    assert host.answer(Run(("a",))).text == "x\n" and host.answer(Run(("b",))).status == "unknown"
    assert any("cut off" in n for n in host.notes)
    with pytest.raises(InputError, match="no line begins with"):
        Script("nothing", "x")


@given(st.text(st.characters(codec="utf-8", exclude_characters="\r"), max_size=400))
def test_no_stream_raises(text):
    Script(f"{MARK}B\n{text}", "x").answer(Run(("a",)))
    Script(f'{MARK}B\nB ask {{"read":"/a*"}}\n{text}\nB end ok\n', "x").answer(Read("/a*"))
