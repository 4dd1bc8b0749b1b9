"""The fan-out itself, over real processes: the local worker of ClusterShell, steps of srun, gateways' configuration."""

from __future__ import annotations

import os
import socket
import stat
import sys
from pathlib import Path

import pytest
from ClusterShell.Worker.Exec import WORKER_CLASS

from kbtui import __version__
from kbtui.errors import InputError
from kbtui.fleet.collector import BUNDLE_MARK, collector
from kbtui.fleet.fan import Fan, ssh_settings
from kbtui.fleet.limits import Limits
from kbtui.fleet.parts import Parts
from kbtui.machine.asks import Read, Run

# ClusterShell forks in a thread of its own, which Python 3.12 and later warn of.
pytestmark = pytest.mark.filterwarnings("ignore:.*use of fork.*:DeprecationWarning")
ASKS = [Run(("uname", "-s")), Read("/proc/version")]


def answers(fan: Fan, count: int):
    came = [fan.next(30.0) for _ in range(count)]
    fan.stop()
    return {c.node: c for c in came if c}


def test_the_collector_runs_from_standard_input_and_installs_nothing(tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    fan = Fan(Limits(fanout=2), WORKER_CLASS)
    fan.ask(["n1", "n2", "n3"], collector(ASKS))
    came = answers(fan, 3)
    assert {c.state for c in came.values()} == {"answered"} and sorted(came) == ["n1", "n2", "n3"]
    host = Parts("n1", [came["n1"].text])
    assert host.answer(ASKS[0]).text == "Linux\n" and host.answer(ASKS[1]).text.startswith("Linux version")
    assert list(tmp_path.iterdir()) == []


def test_an_old_shell_says_what_it_lacks(tmp_path):
    (tmp_path / "bin").mkdir()
    fake = tmp_path / "bin" / "stat"
    fake.write_text("#!/bin/sh\nexit 1\n")
    fake.chmod(0o755)
    fan = Fan(Limits(), WORKER_CLASS, f"PATH={tmp_path}/bin:$PATH sh -s")
    fan.ask(["n1"], collector(ASKS))
    (came,) = answers(fan, 1).values()
    assert (came.state, came.reason) == ("too_old", "no stat -c there")


def test_srun_makes_a_step_for_each_node(tmp_path, monkeypatch):
    """A stand-in for srun, which notes what it is called with."""
    fake = tmp_path / "srun"
    fake.write_text(f'#!/bin/sh\necho "$@" >> {tmp_path}/called\nwhile [ "$1" != sh ]; do shift; done\nexec "$@"\n')
    fake.chmod(fake.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    fan = Fan.srun(Limits())
    fan.ask(["gpu1", "gpu2"], collector(ASKS))
    came = answers(fan, 2)
    assert {c.state for c in came.values()} == {"answered"}
    called = sorted((tmp_path / "called").read_text().splitlines())
    assert called[0] == "--quiet --overlap --nodes=1 --ntasks=1 --nodelist=gpu1 sh -s" and len(called) == 2


def test_ssh_gets_what_the_persons_own_configuration_says_and_nothing_that_weakens_it(tmp_path, monkeypatch):
    fake = tmp_path / "ssh"
    fake.write_text(f'#!/bin/sh\necho "$@" > {tmp_path}/called\nexec sh -s\n')
    fake.chmod(0o755)
    (tmp_path / "clush.conf").write_text(
        f"[Main]\nssh_user: ops\nssh_path: {fake}\nssh_options: -oPort=2222\nfanout: 3\n"
    )
    monkeypatch.setenv("CLUSTERSHELL_CFGDIR", str(tmp_path))
    assert ssh_settings() == {"ssh_user": "ops", "ssh_path": str(fake), "ssh_options": "-oPort=2222"}
    fan = Fan(Limits(connect=7.0))
    fan.ask(["gpu1"], collector(ASKS))
    assert answers(fan, 1)["gpu1"].state == "answered"
    called = (tmp_path / "called").read_text()
    assert "-oBatchMode=yes" in called and "-oConnectTimeout=7" in called and "-l ops" in called
    assert "HostKey" not in called and "KnownHosts" not in called and "Password" not in called


def test_gateways_are_those_of_the_persons_topology(tmp_path, monkeypatch):
    """A stand-in for ssh that runs on this machine what it is given: the gateway is one more ClusterShell."""
    from ClusterShell.Task import Task

    fake = tmp_path / "ssh"
    fake.write_text(f'#!/bin/sh\necho "$@" >> {tmp_path}/called\nfor last; do :; done\nexec sh -c "$last"\n')
    fake.chmod(0o755)
    (tmp_path / "clush.conf").write_text(f"[Main]\nssh_path: {fake}\n")
    here = socket.gethostname().split(".")[0]
    (tmp_path / "topology.conf").write_text(f"[routes]\n{here}: gate1\ngate1: n[1-3]\n")
    monkeypatch.setenv("CLUSTERSHELL_CFGDIR", str(tmp_path))
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent), prepend=":")
    monkeypatch.setattr(Task, "TOPOLOGY_CONFIGS", [str(tmp_path / "topology.conf")])
    fan = Fan(Limits())
    fan.ask(["n1", "n2", "n3"], collector(ASKS))
    came = answers(fan, 3)
    assert {c.state for c in came.values()} == {"answered"} and sorted(came) == ["n1", "n2", "n3"]
    assert Parts("n2", [came["n2"].text]).answer(ASKS[0]).text == "Linux\n"
    called = (tmp_path / "called").read_text().splitlines()
    assert "gate1" in called[0] and "ClusterShell.Gateway" in called[0] and len(called) == 4


def test_where_kbtui_is_installed_its_own_collect_answers(tmp_path, monkeypatch):
    bundle = Path(__file__).resolve().parents[1] / "machines" / "healthy-l40s-server.tar.gz"
    fake = tmp_path / "kbtui"
    fake.write_text(
        f'#!/bin/sh\ncase "$*" in --version) echo "kbtui {__version__}";; "collect -o -") cat {bundle};; *) exit 9;; esac\n'
    )
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    fan = Fan(Limits(), WORKER_CLASS)
    fan.ask(["n1"], collector(ASKS, whole=True))
    (came,) = answers(fan, 1).values()
    assert came.text.startswith(BUNDLE_MARK)
    assert Parts("n1", [came.text]).answer(Run(("uname", "-snrm"))).text.startswith("Linux")
    fake.write_text('#!/bin/sh\necho "kbtui 0.0.1"\n')
    older = Fan(Limits(), WORKER_CLASS)
    older.ask(["n1"], collector(ASKS, whole=True))
    (came,) = answers(older, 1).values()
    assert Parts("n1", [came.text]).answer(ASKS[0]).text == "Linux\n"


def test_a_broken_configuration_is_a_sentence(tmp_path, monkeypatch):
    (tmp_path / "clush.conf").write_text("no section\n")
    monkeypatch.setenv("CLUSTERSHELL_CFGDIR", str(tmp_path))
    with pytest.raises(InputError, match="configuration"):
        Fan(Limits())


def test_a_clustershell_that_ends_leaves_nobody_waiting():
    class Broken(WORKER_CLASS):
        def write(self, buf, sname=None):
            raise OSError("Too many open files")

    fan = Fan(Limits(), Broken, tree=False)
    fan.ask(["n1", "n2"], collector(ASKS))
    came = [fan.next(30.0), fan.next(30.0)]
    assert sorted(c.node for c in came if c) == ["n1", "n2"] and {c.state for c in came if c} <= {"failed", "stopped"}
    assert any("Too many open files" in c.reason for c in came if c)
    fan._thread.join(10)
    fan.ask(["n3"], collector(ASKS))
    late = fan.next(0.0)
    assert late and (late.node, late.state) == ("n3", "failed")


def test_as_many_files_may_be_open_as_the_fanout_takes(monkeypatch):
    import resource

    from kbtui.fleet import fan

    seen = []
    monkeypatch.setattr(fan.resource, "getrlimit", lambda _: (256, 4096))
    monkeypatch.setattr(fan.resource, "setrlimit", lambda _, limits: seen.append(limits))
    fan._allow_files(1000)
    fan._allow_files(9000)
    monkeypatch.setattr(fan.resource, "getrlimit", lambda _: (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    fan._allow_files(9000)
    assert seen == [(1000, 4096), (4096, 4096)]


def test_a_node_comes_back_once_when_it_is_stopped():
    fan = Fan(Limits(), WORKER_CLASS, "cat >/dev/null; exec tail -f /dev/null")
    fan.ask(["n1"], "x\n")
    assert fan.next(0.0) is None
    fan.stop()
    late = fan.next(0.0)
    assert late is None or late.state == "stopped"
