"""NCCL, containers, InfiniBand, memory, limits, the environment and services."""

from __future__ import annotations

import pytest

from tests.machine.text.samples import facts, sample


def test_nccl() -> None:
    found = facts(sample("nccl"))
    assert found["nccl.version"] == "2.18.3"
    assert found["nccl.interfaces"] == ["eth0", "docker0"]
    assert found["nccl.ib_found"] is False
    assert found["gpu.model[gpu0]"] == found["gpu.model[gpu1]"] == "Tesla T4"


def test_interfaces_on_lines_of_their_own() -> None:
    found = facts("INFO NET/Socket : Using\n[0]eno1:10.0.0.5<0>\n[1]docker0:172.17.0.1<0>\n[2]veth7:fe80::1%veth7<0>\n")
    assert found["nccl.interfaces"] == ["eno1", "docker0", "veth7"]


def test_ranks_on_several_hosts_are_several_machines() -> None:
    found = facts(
        "#   Rank  0 Pid   4711 on     node1 device  0 [0x18] Tesla V100\n"
        "#   Rank  1 Pid   4713 on     node2 device  0 [0x18] Tesla V100\n NCCL version 2.18.3\n"
    )
    assert found["cluster.nodes"] == 2
    assert "gpu.model[gpu0]" not in found


def test_containers() -> None:
    found = facts(sample("containers"))
    assert found["docker.gpus_requested"] is True
    assert found["docker.image"] == "nvidia/cuda:12.4.1-base-ubuntu22.04"
    assert found["docker.snap"] is True
    assert found["k8s.gpu_allocatable"] == 0
    assert found["container_toolkit.version"] == "1.17.4"
    assert found["docker.nvidia_runtime"] is True, "the later answer stands on top"
    assert facts("unknown or invalid runtime name: nvidia.")["docker.nvidia_runtime"] is False


def test_capacity_is_not_what_the_node_offers() -> None:
    assert "k8s.gpu_allocatable" not in facts("Capacity:\n  nvidia.com/gpu:     4\n")


@pytest.mark.parametrize(
    ("option", "size"), [("--shm-size=8g", 8192), ("--shm-size 64m", 64), ("--shm-size=1gb", 1024)]
)
def test_the_shared_memory_that_a_container_was_given(option: str, size: int) -> None:
    assert facts(f"docker run {option} --gpus all img:1 x")["shm.size_mib"] == size


def test_infiniband() -> None:
    found = facts(sample("infiniband"))
    assert (found["infiniband.present"], found["infiniband.port_active"]) == (True, True)
    assert facts(sample("infiniband").replace("Active", "Down"))["infiniband.port_active"] is False


def test_memory_disks_and_limits() -> None:
    found = facts(sample("resources"))
    assert (found["ram.total_gib"], found["ram.available_gib"], found["swap.total_gib"]) == (62.0, 46.0, 2.0)
    assert found["disk.full"] is True and found["disk.full_places"] == ["/"]
    assert found["shm.size_mib"] == 64
    assert (found["limits.open_files"], found["limits.memlock_kib"], found["limits.stack_kib"]) == (1024, 8192, -1)
    assert facts("me@box:~$ ulimit -n\n1024\n")["limits.open_files"] == 1024


def test_a_full_place_is_named_unless_an_image_hangs_there() -> None:
    table = (
        "Filesystem      Size  Used Avail Use% Mounted on\n"
        "/dev/nvme0n1p2  916G  120G  750G  14% /\n"
        "/dev/nvme0n1p3  704M  704M     0 100% /boot\n"
        "/dev/loop4       64M   64M     0 100% /snap/core20/1974\n"
    )
    assert facts(table)["disk.full_places"] == ["/boot"]


def test_no_space_left_alone_is_no_full_disk() -> None:
    assert "disk.full" not in facts("NCCL WARN Call to posix_fallocate failed: No space left on device")


def test_environment() -> None:
    found = facts(sample("environment"))
    assert found["cuda.home"] == "/usr/local/cuda-11.8"
    assert found["cuda.visible_devices"] is None, "the later echo shows that it is unset"
    assert found["ld_library_path.set"] is True
    assert facts("CUDA_VISIBLE_DEVICES=2,3")["cuda.visible_devices"] == "2,3"
    assert facts('export CUDA_VISIBLE_DEVICES=""')["cuda.visible_devices"] == ""


def test_services_and_the_display() -> None:
    found = facts(sample("services"))
    assert found["fabric_manager.running"] is False
    assert found["prime.mode"] == "on-demand"
    assert found["display.renderer"] == "NV166"
