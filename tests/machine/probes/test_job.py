"""One running process: what it has mapped and open, where it waits; and this very process, looked at for real."""

import os

from kbtui.machine.live import Live
from kbtui.machine.probes import job, probes_for
from kbtui.machine.sweep import gather, sweep
from tests.machine.probes.answers import look, probe, values

LIBRARIES = probe("job", "job libraries")
STATE = probe("job", "job state")
SITE = "/home/me/.venv/lib/python3.12/site-packages/nvidia"
MAPS = f"""\
5581e0000000-5581e0001000 r--p 00000000 08:02 131 /usr/bin/python3.12
7f3a00000000-7f3a00001000 r-xp 00001000 08:02 131 /usr/lib/x86_64-linux-gnu/libcuda.so.550.163.01
7f3a00002000-7f3a00003000 rw-p 00002000 08:02 131 /usr/lib/x86_64-linux-gnu/libcuda.so.550.163.01
7f3b00000000-7f3b00001000 r-xp 00000000 08:02 977 {SITE}/nccl/lib/libnccl.so.2
7f3b10000000-7f3b10001000 r-xp 00000000 08:02 978 {SITE}/cudnn/lib/libcudnn.so.9
7f3b20000000-7f3b20001000 r-xp 00000000 08:02 979 /home/me/my env/torch/lib/libcudart-a7b20f20.so.11.0
7f3c00000000-7f3c00001000 rw-p 00000000 00:00 0 [heap]
7f3d00000000-7f3d00001000 r-xp 00000000 08:02 11 /usr/lib/x86_64-linux-gnu/libc.so.6
"""


def test_the_libraries_that_are_really_used():
    facts = values(look(LIBRARIES, maps=MAPS))
    assert facts["job.libcuda_path"] == "/usr/lib/x86_64-linux-gnu/libcuda.so.550.163.01"
    assert facts["job.libcuda_version"] == "550.163.01" and facts["job.nccl_path"] == f"{SITE}/nccl/lib/libnccl.so.2"
    assert facts["job.cudnn_path"] == f"{SITE}/cudnn/lib/libcudnn.so.9"
    assert facts["job.libcudart_path"] == "/home/me/my env/torch/lib/libcudart-a7b20f20.so.11.0"
    assert len(facts["job.libraries"]) == 4 and facts["job.mixed_libraries"] == []
    assert facts["job.libraries_deleted"] is False


def test_a_driver_replaced_under_a_running_job():
    facts = values(look(LIBRARIES, maps=MAPS.replace("550.163.01\n", "550.163.01 (deleted)\n")))
    assert facts["job.libraries_deleted"] is True and facts["job.libcuda_version"] == "550.163.01"


def test_two_files_of_one_library():
    other = "7f3e00000000-7f3e00001000 r-xp 00000000 08:02 12 /usr/lib/x86_64-linux-gnu/libnccl.so.2.18.3\n"
    assert len(values(look(LIBRARIES, maps=MAPS + other))["job.mixed_libraries"]) == 2


def test_a_job_without_cuda():
    facts = look(LIBRARIES, maps=MAPS.splitlines()[0] + "\n")
    assert facts["job.libcuda_path"].state == "absent" and facts["job.libraries"].value == []


def test_where_it_waits():
    row = "48213 (python3) {} 1 48213 48213 0 -1 4194560 302 0 0 0 0 0 0 0 20 0 1 0 360000 2420736 281\n"
    facts = values(
        look(
            STATE,
            stat=row.format("D"),
            cmdline="python3\0train.py\0",
            wchan="nv_lock",
            threads={"/proc/self/task/1/stat": row.format("D"), "/proc/self/task/2/stat": row.format("S")},
            gpu_fds={"/proc/self/fd/3": "link -> /dev/nvidia0", "/proc/self/fd/4": "link -> /dev/nvidiactl"},
            namespaces={"/proc/self/ns/mnt": "link -> mnt:[2]", "/proc/self/ns/net": "link -> net:[1]"},
            own_namespaces={
                "/proc/thread-self/ns/mnt": "link -> mnt:[9]",
                "/proc/thread-self/ns/net": "link -> net:[1]",
            },
        )
    )
    assert facts == {
        "job.state": "D",
        "job.command": "python3 train.py",
        "job.wait_channel": "nv_lock",
        "job.threads_stuck": 1,
        "job.devices": ["/dev/nvidia0", "/dev/nvidiactl"],
        "job.namespaces_apart": ["mnt"],
    }


def test_this_process_looked_at_for_real():
    with Live(pid=os.getpid()) as host:
        assert {p.name for p in job.PROBES} <= {p.name for p in probes_for(host)}
        look = gather(host, sweep(host, job.PROBES))
    assert "python" in str(look.facts.get("job.command").value) and look.facts.get("job.libraries").state == "known"
    assert look.facts.get("job.namespaces_apart").value == []


def test_without_a_pid_no_job_is_looked_at():
    with Live() as host:
        assert not {p.name for p in job.PROBES} & {p.name for p in probes_for(host)}
