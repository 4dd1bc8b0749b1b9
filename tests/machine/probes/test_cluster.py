"""Schedulers, Kubernetes nodes, MPI, WSL."""

import pytest

from tests.machine.probes.answers import look, probe, states, values

SCHEDULER = probe("cluster", "scheduler")
MPI = probe("cluster", "mpi")
WSL = probe("wsl", "wsl")


def test_inside_a_slurm_job():
    environ = {"SLURM_JOB_ID": "48113", "SLURM_JOB_NUM_NODES": "2", "SLURM_GPUS_ON_NODE": "4"}
    facts = values(
        look(SCHEDULER, environ=environ, which={"srun": "/usr/bin/srun"}, running={"/proc/9/comm": "slurmd\n"})
    )
    assert facts["cluster.scheduler"] == "slurm" and facts["slurm.in_job"] is True and facts["cluster.nodes"] == 2
    assert facts["slurm.gpus_requested"] is True and facts["slurm.node"] is True and facts["slurm.client"] is True


def test_a_job_without_gpus():
    facts = values(look(SCHEDULER, environ={"SLURM_JOB_ID": "48113", "SLURM_GPUS_ON_NODE": "0"}))
    assert facts["slurm.gpus_requested"] is False


def test_nothing_of_a_cluster():
    facts = look(SCHEDULER, running={"/proc/1/comm": "systemd\n"})
    assert values(facts)["cluster.scheduler"] is None and values(facts)["k8s.node"] is False
    assert facts["slurm.gpus_requested"].state == facts["k8s.device_plugin"].state == "not_applicable"


def test_a_kubernetes_node():
    plugins = {"/var/lib/kubelet/device-plugins/nvidia-gpu.sock": "other"}
    running = {"/proc/900/comm": "kubelet\n"}
    facts = values(look(SCHEDULER, running=running, plugins=plugins))
    assert (
        facts["k8s.node"] is True and facts["k8s.device_plugin"] is True and facts["cluster.scheduler"] == "kubernetes"
    )
    assert values(look(SCHEDULER, running=running))["k8s.device_plugin"] is False


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("mpirun (Open MPI) 4.1.6\n\nReport bugs to http://www.open-mpi.org/community/help/\n", "Open MPI 4.1.6"),
        ("HYDRA build details:\n    Version:                                 4.2.0\n", "MPICH 4.2.0"),
        ("Intel(R) MPI Library for Linux* OS, Version 2021.11 Build 20231005\n", "Intel MPI 2021.11"),
    ],
)
def test_mpi(text, version):
    assert values(look(MPI, mpirun=text)) == {"mpi.version": version}


SMI = "NVIDIA-SMI version  : 560.35.02\nNVML version        : 560.35\nDRIVER version      : 560.94\nCUDA Version        : 12.6\n"
CACHE = "\tlibcuda.so.1 (libc6,x86-64) => /usr/lib/wsl/lib/libcuda.so.1\n"


def test_wsl():
    facts = look(
        WSL,
        release="5.15.167.4-microsoft-standard-WSL2\n",
        dxg={"/dev/dxg": "char 10:125 666 0:0"},
        library={"/usr/lib/wsl/lib/libcuda.so.1": "link -> libcuda.so.1.1"},
        smi=SMI,
        ldconfig=CACHE,
    )
    assert values(facts) == {
        "wsl.windows_driver": "560.94",
        "wsl.gpu_device": True,
        "wsl.libcuda": True,
        "wsl.linux_driver": False,
    }


def test_a_linux_driver_inside_wsl():
    shadow = "\tlibcuda.so.1 (libc6,x86-64) => /lib/x86_64-linux-gnu/libcuda.so.1\n" + CACHE
    facts = values(look(WSL, release="5.15.167.4-microsoft-standard-WSL2\n", ldconfig=shadow))
    assert facts["wsl.linux_driver"] is True and facts["wsl.gpu_device"] is False and facts["wsl.libcuda"] is False


def test_no_wsl():
    assert set(states(look(WSL, release="6.8.0-57-generic\n", ldconfig=CACHE)).values()) == {"not_applicable"}
