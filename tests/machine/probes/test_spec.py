"""What holds for every probe: its facts are declared, what it asks is read-only, what is left out has a reason."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kbtui.machine.asks import OWN_PYTHON, PYTHON, Ask, Environ, Names, Raw, Read, Run, Which, absent, unknown
from kbtui.machine.catalogue import SPECS
from kbtui.machine.facts import scope_of
from kbtui.machine.live import __file__ as live_file
from kbtui.machine.probes import AREAS, all_probes, of_areas, useful
from kbtui.machine.probes.allowed import ALLOWED, refusal, why
from kbtui.machine.probes.spec import NOT_IN_OUTPUT, Out, Probe, check, run_probe
from kbtui.machine.sources.bug_report import BugReport
from kbtui.machine.sweep import gather, sweep

OF_HOSTS = {"--pid": ("job",), "bug report": BugReport.areas}
"""Areas that only some hosts have probes of."""
EVERY = [*all_probes(), *of_areas(area for areas in OF_HOSTS.values() for area in areas)]
LIVE = [*all_probes(), *of_areas(OF_HOSTS["--pid"])]
ASKS = list(dict.fromkeys(ask for probe in LIVE for ask in probe.asks.values()))
CODES = {ask.argv[2]: ask for ask in ASKS if isinstance(ask, Run) and ask.argv[:2] == (PYTHON, "-c")}
CHILDREN = sorted(Path(live_file).parent.glob("*_child.py"))


def test_every_declaration_is_right():
    assert check(EVERY) == []
    assert len(set(AREAS)) == len(AREAS) and all(p.asks and (p.facts or p.streams) for p in LIVE)


@pytest.mark.parametrize("probe", EVERY, ids=lambda p: p.name)
def test_a_probe_that_sees_nothing_makes_every_fact_unknown_with_the_reason_of_its_looks(probe: Probe):
    """What nobody looked at is unknown. A refusal or a hang may itself be a fact, but never that something is not there."""
    for status in ("unknown", "refused", "timed_out"):
        answers = {name: Raw(status=status, reason=f"no {name}") for name in probe.asks}
        out = run_probe(probe, answers, "live")
        said = {f.name: f for f in out.facts}
        assert set(said) | set(out.lost) >= {n for n in probe.facts if not scope_of(n)}
        possible = ("unknown",) if status == "unknown" else ("unknown", "known")
        wrong = [(f.name, f.state, f.value) for f in out.facts if f.state not in possible]
        assert not wrong, f"{wrong} although every look was {status}"
        assert all(f.reason for f in out.facts if f.state == "unknown") and all(out.lost.values())
        assert not any(complete for _, _, complete in out.scopes)


@pytest.mark.parametrize("probe", LIVE, ids=lambda p: p.name)
@pytest.mark.parametrize("text", ["", "\n", "\0\ufffd garbage \x1b[31m\n" * 50, "a b c: d = e\n1 2 3\n" * 20])
def test_a_parser_reads_whatever_is_printed(probe: Probe, text: str):
    """No parser fails on garbage, and what it gives is declared and fits the catalogue."""
    for code in (0, 1, 139):
        answers = {name: answer_of(ask, text, code) for name, ask in probe.asks.items()}
        probe.parse(answers, out := Out("live"))
        assert {f.name for f in out.facts} <= set(probe.facts), "gives what it does not declare"
        assert {f.name for f in out.facts} <= set(SPECS)


def answer_of(ask: Ask, text: str, code: int = 0) -> Raw:
    if isinstance(ask, Run):
        return Raw(text=text, exit_code=code, origin=ask.key)
    if isinstance(ask, Read):
        return Raw(files={ask.path: text}, origin=ask.key) if ask.many else Raw(text=text, origin=ask.key)
    return Raw(origin=ask.key)


def give(names: Mapping[str, object]):
    def parse(seen: Mapping[str, Raw], out: Out) -> None:
        for name, value in names.items():
            out.add(name, value, Raw(origin="it"))

    return parse


NAMES = ["driver.version", "driver.flavour", "kernel.release", "os.name", "gpu.model"]
RAWS = st.one_of(
    st.just(Raw(text="x")),
    st.sampled_from(["a", "b"]).map(absent),
    st.sampled_from(["c", "d"]).map(unknown),
    st.just(Raw(status="refused", reason="may not be read")),
)


@settings(deadline=None)
@given(st.sets(st.sampled_from(NAMES)), st.sets(st.sampled_from(NAMES)), st.lists(RAWS, max_size=4))
def test_what_is_left_out_is_unknown_with_the_reason_of_the_first_look_that_failed(declared, given_facts, raws):
    probe = Probe(
        "p", {f"a{i}": Read(f"/{i}") for i in range(len(raws))}, give(dict.fromkeys(given_facts, "v")), tuple(declared)
    )
    out = run_probe(probe, {f"a{i}": raw for i, raw in enumerate(raws)}, "bundle")
    reason = next((raw.reason for raw in raws if not raw.ok), NOT_IN_OUTPUT)
    by_name = {f.name: f for f in out.facts}
    left_out = declared - given_facts
    assert {n for n, f in by_name.items() if f.state == "known"} == given_facts
    assert {n: f.reason for n, f in by_name.items() if f.state == "unknown"} == {
        n: reason for n in left_out if not scope_of(n)
    }
    assert out.lost == ({n: reason for n in left_out if scope_of(n)} if reason != NOT_IN_OUTPUT else {})
    assert all(f.kind == "bundle" for f in out.facts if f.state == "unknown")


def test_none_is_absent_and_never_known():
    out = run_probe(Probe("p", {}, give({"os.name": None}), ("os.name",)), {}, "live")
    assert [(f.state, f.value) for f in out.facts] == [("absent", None)]


def test_check_names_what_is_wrong():
    probe = Probe("p", {"a": Read("/a")}, give({}), ("driver.vresion",), streams={"b": "kernel_log"})
    assert check([probe, probe._replace(facts=(), streams={})]) == [
        "p gives driver.vresion, which the catalogue does not have",
        "p has a stream for b, which it does not ask",
        "two probes are called p",
    ]


def test_useful_probes_are_those_that_give_a_wanted_fact_and_those_that_name_the_machine():
    chosen = {p.name for p in useful(all_probes(), {"ram.total_gib"})}
    assert chosen == {p.name for p in all_probes() if p.always or "ram.total_gib" in p.facts} and 1 < len(chosen) < 20


@pytest.mark.parametrize("ask", [a for a in ASKS if isinstance(a, Run)], ids=lambda a: a.key[:40])
def test_every_command_is_in_the_list_of_what_only_reads(ask: Run):
    assert refusal(ask.argv) == ""
    assert why(ask.argv) and 0 < ask.seconds <= 12 and 0 < ask.cap <= 64 << 20


def test_nothing_stands_in_the_list_that_no_probe_runs():
    assert set(ALLOWED) == {ask.argv[0] for ask in ASKS if isinstance(ask, Run)}


@pytest.mark.parametrize(
    "command",
    ["nvidia-smi -pm 1", "nvidia-smi --gpu-reset", "nvidia-smi -q -f /etc/passwd", "dmesg -c", "dmesg --clear", "date 11251200",
     "journalctl --vacuum-time=1s", "journalctl -k --rotate", "mokutil --import key.der", "ldconfig", "systemctl stop gdm",
     "systemctl is-active --now gdm", "rm -rf /", "dkms remove nvidia/550", "prime-select nvidia", "gzip -d /var/log/dpkg.log.2.gz",
     "dnf history undo last", "docker run -it x", "dpkg -i x.deb", "rpm -e nvidia", "pacman -R nvidia", "lspci -H1", "ldd /bin/true",
     "modinfo -k 6.8 nvidia", "uname --x", "getconf", "powerprofilesctl set performance", "wtmpdb rotate"],
)  # fmt: skip
def test_what_acts_is_refused(command):
    assert refusal(command.split()) and not why(command.split())


@pytest.mark.parametrize("ask", [a for a in ASKS if not isinstance(a, Run)], ids=lambda a: a.key[:40])
def test_no_look_reads_what_is_nobodys_business(ask: Ask):
    """Files are named from the root or the home, and none of them holds keys, passwords or whole environments."""
    if isinstance(ask, Read | Names):
        assert ask.path.startswith(("/", "~/")) and ".." not in ask.path
        assert not re.search(
            r"/(shadow|sudoers|ssh|\.ssh|\.netrc|\.aws|\.kube|environ|\.git-credentials|\.\w*history)$", ask.path
        )
        assert 0 < ask.seconds <= 12
    if isinstance(ask, Environ):
        assert not [n for n in ask.names if re.search(r"TOKEN|SECRET|PASSW|KEY|CREDENTIAL", n)]
    if isinstance(ask, Which):
        assert ask.names and not any("/" in n for n in ask.names)


FORBIDDEN = {
    "os": set(
        "remove unlink rename replace mkdir makedirs rmdir removedirs chmod chown lchown link symlink truncate ftruncate kill killpg "
        "system popen execv execve execvp execl execlp spawnv spawnl posix_spawn fork putenv setxattr mknod mkfifo utime write "
        "chroot umount reboot setuid".split()
    ),
    "shutil": None, "subprocess": None, "socket": None, "urllib": None, "http": None, "tempfile": None, "pathlib": None,
}  # fmt: skip
"""Module to the attributes of it that act; None for the whole module."""
SETS = re.compile(
    r"nvml\w*(Set|Clear|Reset|Modify|Create|Destroy|Remove|Freeze)\w*|cu(Mem|Launch|Ctx(Create|Reset)|Stream)\w*"
)


def acts(code: str) -> list[str]:
    """What a piece of Python does besides looking."""
    found = []
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else [a.name for a in node.names]
            found += [n for n in names if FORBIDDEN.get(n.split(".")[0], ()) is None]
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            found += [f"{node.value.id}.{node.attr}"] if node.attr in (FORBIDDEN.get(node.value.id) or ()) else []
        if isinstance(node, ast.Call) and _name(node.func) == "open":
            modes = [*node.args[1:2], *(k.value for k in node.keywords if k.arg == "mode")]
            said = [m.value for m in modes if isinstance(m, ast.Constant) and isinstance(m.value, str)]
            found += [f"open {m}" for m in said if set(m) & set("wax+")]
        if isinstance(node, ast.Call) and _name(node.func) in ("eval", "exec", "__import__", "compile"):
            found.append(_name(node.func))
        if isinstance(node, ast.Attribute | ast.Constant):
            said_name = node.attr if isinstance(node, ast.Attribute) else str(node.value)
            found += [said_name] if re.fullmatch(SETS, said_name) else []
    return found


def _name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


@pytest.mark.parametrize("code", CODES, ids=lambda c: c.strip()[:30])
def test_code_given_to_the_persons_python_only_looks(code):
    assert acts(code) == []


@pytest.mark.parametrize("child", CHILDREN, ids=lambda p: p.name)
def test_our_own_children_only_look(child):
    assert [what for what in acts(child.read_text()) if what != "compile"] == []


def test_code_that_acts_is_seen():
    for code in (
        "import os; os.remove('x')",
        "import subprocess",
        "open('a', 'w')",
        "import io; io.open('a', mode='a')",
        "eval('1')",
    ):
        assert acts(code)
    assert acts("lib.nvmlDeviceSetPersistenceMode(0)") and acts("call('nvmlDeviceClearEccErrorCounts')")


def test_our_own_python_runs_nothing_but_children_of_this_package():
    scripts = {
        a for ask in ASKS if isinstance(ask, Run) and ask.argv[0] == OWN_PYTHON for a in ask.argv if a.endswith(".py")
    }
    assert scripts and scripts <= {p.name for p in CHILDREN}


class Recorder:
    """A host without anything, which notes what it is asked."""

    kind = "live"
    name = "nothing"

    def __init__(self, answer: Raw) -> None:
        self.notes: list[str] = []
        self.asked: set[Ask] = set()
        self.raw = answer

    def answer(self, ask: Ask) -> Raw:
        self.asked.add(ask)
        return self.raw


@pytest.mark.parametrize("raw", [Raw(text="x", exit_code=0), unknown("nobody looked"), absent("it is not there")])
def test_a_sweep_asks_what_is_declared_and_nothing_else(raw):
    host = Recorder(raw)
    look = gather(host, sweep(host, LIVE, deadline=60))
    assert host.asked == set(ASKS)
    assert len({f.name for f in look.facts}) > 100
