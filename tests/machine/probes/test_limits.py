"""Disks, shared memory, limits of the shell and of control groups."""

import subprocess
import sys
from pathlib import Path

from kbtui.machine.live import cgroup_child
from tests.machine.probes.answers import look, probe, values

DISKS = probe("limits", "disks")
SHELL = probe("limits", "limits")
GROUPS = probe("limits", "control groups")
HEAD = "Filesystem     Type     1024-blocks      Used Available Capacity Mounted on\n"
INODES = "Filesystem       Inodes   IUsed    IFree IUse% Mounted on\n"
ROOT = "/dev/nvme0n1p2 ext4       479079112 441212344  13456784      98% /\n"
SHM = "shm            tmpfs          65536         0     65536       0% /dev/shm\n"
NFS = "nas:/home      nfs4     10737418240 905969664 9831448576       9% /home/my data\n"


def test_space_where_the_person_works():
    facts = values(look(DISKS, system=HEAD + ROOT + SHM, work=HEAD + NFS + ROOT, inodes=INODES, work_inodes=INODES))
    assert facts["shm.size_mib"] == 64 and facts["disk.work_fs"] == "nfs4"
    assert facts["disk.free_gib"] == 9376.0 and facts["disk.full"] is False and facts["disk.full_places"] == []


def test_a_full_disk_and_no_inodes():
    full = ROOT.replace("13456784      98%", "       0     100%")
    none = "/dev/nvme0n1p2 30531584 30531584        0  100% /\n"
    facts = values(look(DISKS, system=HEAD + full, work=HEAD + full, inodes=INODES + none, work_inodes=INODES + none))
    assert facts["disk.full"] is True and facts["disk.full_places"] == ["/"] and facts["disk.inodes_full"] is True


def test_a_full_shared_memory_is_a_full_place_but_no_full_disk():
    shm = SHM.replace("65536       0%", "    0     100%")
    facts = values(look(DISKS, system=HEAD + ROOT + shm, work=HEAD + ROOT))
    assert facts["disk.full_places"] == ["/dev/shm"] and facts["disk.full"] is False


def test_the_place_of_docker_images_is_looked_at_by_itself():
    store = "/dev/sdb1      ext4       103081248 103000000     4096     100% /var/lib/docker\n"
    facts = values(look(DISKS, system=HEAD + ROOT, work=HEAD + ROOT, stores=HEAD + store))
    assert facts["disk.full_places"] == ["/var/lib/docker"] and facts["disk.full"] is True


def test_images_are_always_full_and_nobody_minds():
    snap = "/dev/loop3     squashfs       65536     65536         0     100% /snap/core22/1\n"
    assert values(look(DISKS, system=HEAD + ROOT, work=HEAD + snap + ROOT))["disk.full"] is False


def test_a_file_system_without_inodes_says_nothing():
    btrfs = "/dev/sda2             0       0        0     - /\n"
    assert look(DISKS, inodes=INODES + btrfs, work_inodes=INODES + btrfs)["disk.inodes_full"].state == "unknown"


def test_limits_of_the_shell():
    text = (
        "Limit                     Soft Limit           Hard Limit           Units     \n"
        "Max stack size            8388608              unlimited            bytes     \n"
        "Max open files            1024                 524288               files     \n"
        "Max locked memory         unlimited            unlimited            bytes     \n"
    )
    assert values(look(SHELL, limits=text)) == {
        "limits.open_files": 1024,
        "limits.memlock_kib": -1,
        "limits.stack_kib": 8192,
    }


def test_the_tightest_group_counts():
    text = (
        "/sys/fs/cgroup/a/b/memory.max\t8589934592\n/sys/fs/cgroup/a/memory.max\tmax\n"
        "/sys/fs/cgroup/a/b/cpu.max\t150000 100000\n/sys/fs/cgroup/a/cpu.max\tmax 100000\n"
        "/sys/fs/cgroup/a/b/memory.events\tlow 0 high 0 max 12 oom 2 oom_kill 1\n"
    )
    facts = values(look(GROUPS, cgroup=text, status="Name:\tbash\nCpus_allowed_list:\t0-7,16-23\n"))
    assert facts == {"limits.memory_gib": 8.0, "limits.cpus": 1.5, "ram.oom_killed": True}


def test_version_one_and_no_limit():
    text = (
        "/sys/fs/cgroup/memory/memory.limit_in_bytes\t9223372036854771712\n"
        "/sys/fs/cgroup/cpu/cpu.cfs_quota_us\t-1\n/sys/fs/cgroup/cpu/cpu.cfs_period_us\t100000\n"
        "/sys/fs/cgroup/memory/memory.oom_control\toom_kill_disable 0 under_oom 0 oom_kill 0\n"
    )
    facts = values(look(GROUPS, cgroup=text, status="Cpus_allowed_list:\t0-7\n"))
    assert facts == {"limits.memory_gib": None, "limits.cpus": 8.0}


def test_the_child_climbs_to_the_root(tmp_path, capsys):
    (tmp_path / "job" / "step").mkdir(parents=True)
    (tmp_path / "job" / "memory.max").write_text("17179869184\n")
    (tmp_path / "job" / "step" / "cpu.max").write_text("max 100000\n")
    cgroup_child.climb(str(tmp_path), "/job/step", ("memory.max", "cpu.max"))
    assert capsys.readouterr().out == (
        f"{tmp_path}/job/step/cpu.max\tmax 100000\n{tmp_path}/job/memory.max\t17179869184\n"
    )


def test_the_child_starts_alone():
    child = Path(cgroup_child.__file__)
    done = subprocess.run([sys.executable, "-I", "-S", child, "/proc/self/cgroup"], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert all("\t" in row for row in done.stdout.splitlines())
