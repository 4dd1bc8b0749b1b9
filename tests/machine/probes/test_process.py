"""Who holds the GPU, and what is told of them."""

import pytest

from kbtui.machine.asks import Raw, absent
from kbtui.machine.probes.process import stat
from kbtui.machine.probes.spec import run_probe
from tests.machine.probes.answers import WHOLE, look, probe, values

HOLDERS = probe("process", "processes")
APPS = probe("process", "compute processes")
PASSWD = "root:x:0:0:root:/root:/bin/bash\nana:x:1000:1000::/home/ana:/bin/bash\nbo:x:1003:1003::/home/bo:/bin/bash\n"
ROOT = "Name:\tpython3\nUid:\t0\t0\t0\t0\nGid:\t0\t0\t0\t0\nGroups:\t \n"
ANA = ROOT.replace("Uid:\t0\t0\t0\t0", "Uid:\t1000\t1000\t1000\t1000")
SESSION = "0::/user.slice/user-1003.slice/session-4.scope\n"


def line(pid, name, state="S", parent=1, started=360000):
    return (
        f"{pid} ({name}) {state} {parent} {pid} {pid} 0 -1 4194560 302 0 0 0 0 0 0 0 20 0 1 0 {started} 2420736 281\n"
    )


def table(*rows, **more):
    """rows: (pid, name, uid, state, parent, cgroup)."""
    files = {name: {} for name in ("stat", "cgroups", "owners", "cmdline", "wchan")}
    for pid, name, uid, state, parent, group in rows:
        files["stat"][f"/proc/{pid}/stat"] = line(pid, name, state, parent)
        files["cgroups"][f"/proc/{pid}/cgroup"] = group
        files["owners"][f"/proc/{pid}/status"] = f"Name:\t{name}\nUid:\t{uid}\t{uid}\t{uid}\t{uid}\n"
        files["cmdline"][f"/proc/{pid}/cmdline"] = f"{name}\0--resume\0"
        files["wchan"][f"/proc/{pid}/wchan"] = "do_epoll_wait" if state == "S" else "nv_lock"
    return {**files, "uptime": "7200.50 1.0\n", "status": ROOT, "passwd": PASSWD, **WHOLE, **more}


def held(*links):
    return {f"/proc/{pid}/fd/{fd}": f"link -> {node}" for pid, fd, node in links}


CARD = {"/proc/driver/nvidia/gpus/0000:01:00.0/information": "Model: \t NVIDIA GeForce RTX 3090\nDevice Minor: \t 0\n"}


def test_a_worker_left_behind():
    facts = values(
        look(
            HOLDERS,
            fds=held((48213, 3, "/dev/nvidia0"), (48213, 5, "/dev/nvidia-uvm")),
            cards=CARD,
            **table((48213, "python3", 1003, "S", 1, SESSION)),
        )
    )
    assert facts["process.leftover[48213]"] is True and facts["process.user[48213]"] == "bo"
    assert facts["process.uses_cuda[48213]"] is True and facts["process.mine[48213]"] is False
    assert facts["process.age_hours[48213]"] == 1.0 and facts["process.command[48213]"] == "python3 --resume"
    assert facts["process.wait_channel[48213]"] == "do_epoll_wait"
    assert facts["gpu.other_users[0000:01:00.0]"] == ["bo"]


@pytest.mark.parametrize(
    ("name", "parent", "group"),
    [
        ("python3", 900, SESSION),
        ("ollama", 1, "0::/system.slice/ollama.service\n"),
        ("gnome-shell", 1, "0::/user.slice/user-1000.slice/session-2.scope\n"),
    ],
    ids=["its parent lives", "a service", "the screen"],
)
def test_what_is_no_leftover(name, parent, group):
    given = table((7, name, 1003, "S", parent, group), (900, "bash", 1003, "S", 800, SESSION))
    facts = values(look(HOLDERS, fds=held((7, 3, "/dev/nvidia0"), (7, 4, "/dev/nvidia-uvm")), cards=CARD, **given))
    assert facts["process.leftover[7]"] is False


def test_adopted_by_the_users_own_manager():
    group = "0::/user.slice/user-1003.slice/user@1003.service/app.slice/app-terminal-7.scope\n"
    given = table((7, "python3", 1003, "S", 801, group), (801, "systemd", 1003, "S", 1, SESSION))
    assert values(look(HOLDERS, fds=held((7, 4, "/dev/nvidia-uvm")), **given))["process.leftover[7]"] is True


def test_the_systems_daemons_are_nobody_and_so_am_i():
    given = table(
        (5, "nvidia-persiste", 998, "S", 1, "0::/system.slice/nvidia-persistenced.service"),
        (6, "Xorg", 0, "S", 1, "0::/"),
    )
    facts = values(look(HOLDERS, fds=held((5, 3, "/dev/nvidia0"), (6, 3, "/dev/nvidia0")), cards=CARD, **given))
    assert facts["gpu.other_users[0000:01:00.0]"] == []


def test_an_ordinary_person_sees_only_their_own_files():
    answers = {"status": ANA} | {
        k: v for k, v in table((7, "python3", 1000, "S", 900, SESSION)).items() if k != "status"
    }
    facts = look(HOLDERS, fds=held((7, 3, "/dev/nvidia0")), cards=CARD, **answers)
    assert "gpu.other_users[0000:01:00.0]" not in facts and facts["process.mine[7]"].value is True


def test_the_list_is_complete_for_root_alone():
    def scopes(status):
        seen = {n: Raw() for n in HOLDERS.asks} | {"status": Raw(text=status), "inside_init": Raw(text="systemd\n")}
        marks = {
            n: absent("not there")
            for n in HOLDERS.asks
            if n.startswith("inside_") and n not in ("inside_init", "inside_environ")
        }
        return run_probe(HOLDERS, {**seen, **marks, "inside_cgroup": Raw(text="0::/init.scope")}, "live").scopes

    assert scopes(ROOT) == [("process", (), True)] and scopes(ANA) == [("process", (), False)]


def test_stuck_in_the_kernel():
    given = table((9, "python3", 1000, "D", 800, SESSION), (33, "kworker/0:1", 0, "D", 2, "0::/"))
    facts = values(look(HOLDERS, **given))
    assert facts["process.state[9]"] == "D" and facts["process.wait_channel[9]"] == "nv_lock"
    assert "process.state[33]" not in facts and "process.uses_cuda[9]" not in facts


def test_a_command_line_that_hangs_costs_only_itself():
    late = Raw(status="timed_out", reason="reading /proc/[0-9]*/cmdline gave no answer within 2 s")
    given = table((7, "python3", 1003, "D", 1, SESSION), cmdline=late)
    facts = values(look(HOLDERS, fds=held((7, 4, "/dev/nvidia-uvm")), **given))
    assert facts["process.name[7]"] == "python3" and "process.command[7]" not in facts


def test_what_the_driver_lists():
    given = table((48213, "python3", 1003, "S", 1, SESSION), status=ANA)
    facts = values(look(APPS, apps="48213, 00000000:01:00.0, 22708\n48300, 00000000:01:00.0, [N/A]\n", **given))
    assert facts["process.gpu_memory_mib[48213]"] == 22708 and facts["process.leftover[48213]"] is True
    assert facts["gpu.other_users[0000:01:00.0]"] == ["bo"]
    assert "process.gpu_memory_mib[48300]" not in facts


def test_root_in_a_container_is_somebody_to_an_ordinary_person():
    given = table((7, "python3", 0, "S", 900, "0::/system.slice/docker-4f2a.scope\n"), status=ANA)
    facts = values(look(APPS, apps="7, 00000000:01:00.0, 900\n", **given))
    assert facts["gpu.other_users[0000:01:00.0]"] == ["root"] and facts["process.container[7]"] is True


def test_nobody_computes_and_nothing_is_lost():
    seen = {n: Raw() for n in APPS.asks} | {"apps": Raw(exit_code=0), "inside_mounts": absent("not there")}
    seen |= {"cards": Raw(files=CARD), "status": Raw(text=ANA)}
    out = run_probe(APPS, seen, "live")
    assert out.lost == {} and [(f.name, f.value) for f in out.facts] == [("gpu.other_users", [])]


def test_a_name_with_brackets_and_spaces():
    found = stat(line(7, "tmux: server (1)", "R"))
    assert found and (found.name, found.state, found.parent, found.started) == ("tmux: server (1)", "R", 1, 3600.0)
    assert stat("") is None and stat("7 (x) S 1") is None


def test_a_wait_channel_that_is_hidden_is_unknown():
    hidden = {"/proc/7/wchan": "0"}
    facts = look(
        APPS, apps="7, 00000000:01:00.0, 900\n", **table((7, "python3", 1003, "S", 900, SESSION), wchan=hidden)
    )
    assert facts["process.wait_channel[7]"].reason == "the kernel shows it to root alone"
