"""This machine as a host, and the surroundings in which it must work."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from kbtui.errors import InputError
from kbtui.machine import live as live_module
from kbtui.machine.asks import OWN_PYTHON, PYTHON, Environ, Names, Raw, Read, Run, Which
from kbtui.machine.live import Live
from kbtui.machine.probes.spec import Out, Probe
from kbtui.machine.probes.system import PROBES
from kbtui.machine.sweep import gather, sweep
from tests.machine.live.fakes import descriptors, python, running, shell, until

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def tools(tmp_path, monkeypatch) -> Path:
    folder = tmp_path / "tools"
    folder.mkdir()
    monkeypatch.setattr(live_module, "TOOL_PATH", str(folder))
    return folder


@pytest.fixture
def live(tools):
    before, opened = set(running()), descriptors()
    with Live() as made:
        yield made
    assert until(lambda: not set(running()) - before), running()
    assert descriptors() == opened


def test_a_tool_runs_by_its_name_whatever_path_the_person_has(live, tools, monkeypatch):
    monkeypatch.setenv("PATH", "")
    shell(tools, "nvidia-smi", 'echo "$LC_ALL $PATH"; exit 9')
    raw = live.answer(Run(("nvidia-smi", "-L")))
    assert (raw.text, raw.exit_code, raw.origin) == (f"C {tools}\n", 9, "nvidia-smi -L")


@pytest.mark.parametrize(
    ("make", "status", "said"),
    [
        (lambda p: None, "absent", "nvidia-smi: not on this machine"),
        (lambda p: p.write_text("x"), "refused", "may not be run by this user"),
        (lambda p: p.symlink_to("gone"), "absent", "is a link to gone, which is not there"),
        (lambda p: p.mkdir(), "absent", "nvidia-smi: not on this machine"),
    ],
    ids=["missing", "not permitted", "broken link", "folder"],
)
def test_a_tool_that_cannot_run_says_why(live, tools, make, status, said):
    make(tools / "nvidia-smi")
    raw = live.answer(Run(("nvidia-smi",)))
    assert raw.status == status and said in raw.reason and raw.origin == "nvidia-smi"


def test_a_hang_names_the_tool(live, tools):
    shell(tools, "nvidia-smi", "trap '' TERM; while :; do :; done")
    assert live.answer(Run(("nvidia-smi",), seconds=0.3)).reason == "nvidia-smi: no answer within 0.3 s"


def test_a_tool_that_cannot_be_killed_is_not_run_again(live, tools, monkeypatch):
    python(
        tools, "nvidia-smi", "open(sys.argv[0] + '.count', 'a').write('x'); os.close(1); os.close(2); time.sleep(60)"
    )
    shell(tools, "other", "echo fine")
    with monkeypatch.context() as unkillable:
        unkillable.setattr(live_module.children, "_kill", lambda group, number: None)
        first = live.answer(Run(("nvidia-smi",), seconds=0.5))
    left = set(live_module.children.ours.abandoned)
    second = live.answer(Run(("nvidia-smi", "-q"), seconds=0.5))
    assert first.status == second.status == "timed_out" and first.reason == second.reason
    assert first.reason == "nvidia-smi: no answer within 0.5 s; it cannot be killed and was left behind"
    assert (tools / "nvidia-smi.count").read_text() == "x" and live.answer(Run(("other",))).text == "fine\n"
    for pid in left:
        os.kill(pid, 9)


def test_files_are_those_of_the_process_and_the_home_looked_at(live, monkeypatch, tmp_path):
    status = live.answer(Read("/proc/self/status"))
    assert f"Pid:\t{os.getpid()}\n" in status.text and status.origin == "/proc/self/status"
    assert "/proc/self/status" in live.answer(Names("/proc/self/stat*")).files
    home = Path(os.environ["HOME"])
    (home / ".kbtui-test").write_text("mine")
    assert live.answer(Read("~/.kbtui-test")).text == "mine"
    assert live.answer(Read("~/.kbtui-t*")).files == {"~/.kbtui-test": "mine"}


def test_the_environment_shows_what_is_asked_and_nothing_else(monkeypatch):
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "1")
    monkeypatch.setenv("SECRET", "x")
    with Live() as live:
        assert live.answer(Environ(("CUDA_VISIBLE_DEVICES", "CUDA_HOME"))).files == {"CUDA_VISIBLE_DEVICES": "1"}


def test_which_looks_on_the_persons_own_path(monkeypatch, tmp_path):
    shell(tmp_path, "nvcc", "")
    monkeypatch.setenv("PATH", f"/no/such:{tmp_path}")
    with Live() as live:
        raw = live.answer(Which(("nvcc", "ncu")))
        assert raw.ok and raw.files == {"nvcc": f"{tmp_path}/nvcc"}
        raw = live.answer(Which(("ncu",)))
        assert raw.ok and raw.files == {}


def test_python_is_the_persons_own_and_ours_is_ours(live, monkeypatch, tmp_path):
    shell(tmp_path / "venv" / "bin", "python3", 'echo "theirs $1"')
    monkeypatch.setenv("VIRTUAL_ENV", str(tmp_path / "venv"))
    with Live() as theirs:
        raw = theirs.answer(Run((PYTHON, "-V")))
        assert raw.text == "theirs -V\n" and raw.origin == f"{tmp_path}/venv/bin/python3"
    with Live(python="/no/such/python") as given:
        raw = given.answer(Run((PYTHON, "-V")))
        assert raw.status == "absent" and raw.reason.startswith("python3: /no/such/python is not there")
    monkeypatch.delenv("VIRTUAL_ENV")
    monkeypatch.setenv("PATH", "")
    with Live() as bare:
        assert bare.answer(Run((PYTHON, "-V"))).reason == "no python3 on PATH"
    ours = live.answer(Run((OWN_PYTHON, "-c", "import sys; print(sys.executable)"), seconds=20))
    assert ours.text.strip() == sys.executable


def test_another_process_lends_its_environment(tmp_path, monkeypatch):
    with subprocess.Popen([shutil.which("sleep") or "sleep", "60"], env={"CUDA_HOME": "/job"}) as job:
        assert until(lambda: b"CUDA_HOME" in Path(f"/proc/{job.pid}/environ").read_bytes())
        with Live(pid=job.pid) as live:
            assert live.answer(Environ(("CUDA_HOME", "HOME"))).files == {"CUDA_HOME": "/job"}
            assert f"Pid:\t{job.pid}\n" in live.answer(Read("/proc/self/status")).text
        job.kill()
    with pytest.raises(InputError, match="there is no process"):
        Live(pid=job.pid)


def read_first(seen, out: Out) -> None:
    if seen["it"].ran:
        out.add("driver.version", seen["it"].text.strip(), seen["it"])


def test_no_fault_changes_another_probes_fact(live, tools):
    shell(tools, "good", "echo 550.120")
    faults = {
        "hangs": "trap '' TERM; while :; do /bin/sleep 0.05; done",
        "floods": "while :; do echo yes; done",
        "binary": "printf '\\377\\000\\200'",
        "keeps": "/bin/sleep 60 & exit 0",
        "crashes": "exit 139",
        "stops": "kill -STOP $$",
    }
    for name, body in faults.items():
        shell(tools, name, body)
    (tools / "broken").symlink_to("gone")
    (tools / "refused").write_text("")
    names = [*faults, "broken", "refused", "missing"]
    probes = [
        Probe(f"probe-{n}", {"it": Run((n,), seconds=0.5, cap=10000)}, lambda s, o: None, ("driver.flavour",))
        for n in names
    ]
    good = Probe("good", {"it": Run(("good",), seconds=10)}, read_first, ("driver.version",), seconds=9)
    look = gather(live, sweep(live, [*probes, good]))
    fact = look.facts.get("driver.version")
    assert (fact.state, fact.value, fact.origin) == ("known", "550.120", "good")
    assert look.facts.get("driver.flavour").state == "unknown"


BARE = """
import sys
from kbtui.machine.live import Live
from kbtui.machine.probes.system import PROBES
from kbtui.machine.sweep import gather, sweep
with Live() as live:
    look = gather(live, sweep(live, PROBES))
print(look.facts.get("os.name").value, look.facts.get("kernel.release").value, look.facts.get("ram.total_gib").state)
"""


def swept(command: list[str], env: dict[str, str]) -> str:
    done = subprocess.run([*command, "-c", BARE], env=env, capture_output=True, text=True, timeout=60, cwd="/")
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_without_home_and_with_an_empty_path():
    out = swept([sys.executable], {"PATH": "", "PYTHONPATH": str(ROOT)})
    assert os.uname().release in out and out.endswith("known\n")


def test_without_home_what_lies_in_it_is_unknown(monkeypatch):
    monkeypatch.delenv("HOME")
    with Live() as live:
        raw = live.answer(Read("~/.bashrc"))
        assert raw == Raw(status="unknown", reason="~/.bashrc was not looked at: HOME is not set", origin="~/.bashrc")


def test_as_an_ordinary_user():
    setpriv = shutil.which("setpriv")
    if os.getuid() and sys.executable:
        command = [[sys.executable]]
    elif setpriv:
        drop = [setpriv, "--reuid=65534", "--regid=65534", "--clear-groups", "--inh-caps=-all", "--no-new-privs"]
        command = [[*drop, python] for python in (sys.executable, "/usr/bin/python3")]
    else:
        pytest.skip("root without setpriv")
    packages = Path(msgspec.__file__).parent.parent
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": f"{ROOT}:{packages}"}
    can = "import subprocess, sys, msgspec, kbtui; subprocess.run([sys.executable, '-c', '']).check_returncode()"
    able = [c for c in command if not subprocess.run([*c, "-c", can], env=env, capture_output=True, cwd="/").returncode]
    if not able:
        pytest.skip("an ordinary user may not read this checkout, or not run this Python")
    assert os.uname().release in swept(able[0], env)


def test_each_lack_says_what_it_cost(live, tools):
    probes = [
        *PROBES,
        Probe("cards", {"it": Run(("lspci", "-nnk"))}, lambda s, o: None, ("gpus.count_pci", "gpu.kernel_driver")),
        Probe("smi", {"it": Run(("nvidia-smi",))}, lambda s, o: None, ("gpu.temperature_c", "gpu.power_w")),
        Probe("log", {"it": Run(("dmesg",))}, lambda s, o: None, ("kernel.log_readable",)),
    ]
    notes = gather(live, sweep(live, probes)).notes
    assert "lspci: not on this machine: so gpus.count_pci, gpu.kernel_driver could not be told" in notes
    assert "nvidia-smi: not on this machine: so gpu.temperature_c, gpu.power_w could not be told" in notes
    assert any(n.startswith("dmesg: not on this machine: so kernel.") for n in notes)
    assert any(n.startswith("uname: not on this machine: so ") for n in notes)


def test_no_read_only_tool_is_asked_twice(live, tools):
    python(tools, "uname", "open(os.path.dirname(sys.argv[0]) + '/count', 'a').write('x'); print('Linux h 6.8 x86_64')")
    gather(live, sweep(live, [*PROBES, *(p._replace(name=p.name + "-again") for p in PROBES)]))
    assert (tools / "count").read_text() == "x"
