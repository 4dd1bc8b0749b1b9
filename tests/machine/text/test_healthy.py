"""A healthy machine's outputs give healthy facts, and nothing that speaks of a fault."""

from __future__ import annotations

from kbtui.machine.text import read
from tests.machine.text.samples import facts, kinds

HEALTHY = """\
user@atlas:~$ nvidia-smi
Wed Nov 25 09:47:43 2026
+-----------------------------------------------------------------------------------------+
| NVIDIA-SMI 550.163.01             Driver Version: 550.163.01     CUDA Version: 12.4     |
|-----------------------------------------+------------------------+----------------------+
| GPU  Name                 Persistence-M | Bus-Id          Disp.A | Volatile Uncorr. ECC |
| Fan  Temp   Perf          Pwr:Usage/Cap |           Memory-Usage | GPU-Util  Compute M. |
|                                         |                        |               MIG M. |
|=========================================+========================+======================|
|   0  NVIDIA GeForce RTX 4090        On  |   00000000:01:00.0 On  |                  Off |
|  0%   41C    P8             21W /  450W |     247MiB /  24564MiB |      0%      Default |
|                                         |                        |                  N/A |
+-----------------------------------------+------------------------+----------------------+

+-----------------------------------------------------------------------------------------+
| Processes:                                                                              |
|  GPU   GI   CI        PID   Type   Process name                              GPU Memory |
|        ID   ID                                                               Usage      |
|=========================================================================================|
|    0   N/A  N/A      2213      G   /usr/lib/xorg/Xorg                            184MiB |
+-----------------------------------------------------------------------------------------+
user@atlas:~$ uname -r
6.8.0-57-generic
user@atlas:~$ dkms status
nvidia/550.163.01, 6.8.0-57-generic, x86_64: installed
user@atlas:~$ mokutil --sb-state
SecureBoot disabled
user@atlas:~$ sudo dmesg | grep -iE "nvrm|nvidia|secure"
[    0.000001] secureboot: Secure boot disabled
[    5.100000] nvidia: loading out-of-tree module taints kernel.
[    5.101000] nvidia: module license 'NVIDIA' taints kernel.
[    5.120000] nvidia-nvlink: Nvlink Core is being initialized, major device number 511
[    5.160000] NVRM: loading NVIDIA UNIX x86_64 Kernel Module  550.163.01  Tue Apr  8 12:41:17 UTC 2025
[    6.500000] [drm] Initialized nvidia-drm 0.0.0 20160202 for 0000:01:00.0 on minor 1
[   14.900000] nvidia-uvm: Loaded the UVM driver, major device number 508.
user@atlas:~$ lspci -nnk -d 10de:
01:00.0 VGA compatible controller [0300]: NVIDIA Corporation AD102 [GeForce RTX 4090] [10de:2684] (rev a1)
\tSubsystem: ASUSTeK Computer Inc. AD102 [GeForce RTX 4090] [1043:889a]
\tKernel driver in use: nvidia
\tKernel modules: nvidiafb, nouveau, nvidia_drm, nvidia
user@atlas:~$ pip list
Package      Version
------------ -------------
numpy        1.26.4
torch        2.6.0+cu124
user@atlas:~$ df -h /dev/shm
Filesystem      Size  Used Avail Use% Mounted on
tmpfs            32G     0   32G   0% /dev/shm
"""


def test_healthy_outputs_give_healthy_facts() -> None:
    found = facts(HEALTHY)
    healthy = {
        "nvidia_smi.works": True,
        "nvidia_smi.exit_code": 0,
        "driver.version": "550.163.01",
        "driver.module_loaded": True,
        "driver.installed": True,
        "driver.flavour": "proprietary",
        "driver.module_on_disk": True,
        "driver.uvm_loaded": True,
        "driver.cuda_version": "12.4",
        "gpus.count": 1,
        "gpus.count_pci": 1,
        "gpus.names": ["GeForce RTX 4090"],
        "gpu.model[0000:01:00.0]": "GeForce RTX 4090",
        "gpu.kernel_driver[0000:01:00.0]": "nvidia",
        "gpu.temperature[0000:01:00.0]": 41,
        "kernel.release": "6.8.0-57-generic",
        "dkms.nvidia.status": "installed",
        "secure_boot.enabled": False,
        "torch.version": "2.6.0+cu124",
        "torch.cuda_version": "12.4",
        "shm.size_mib": 32768,
        "gpu.processes[0000:01:00.0]": [2213],
    }
    assert {name: found.get(name) for name in healthy} == healthy


def test_healthy_outputs_name_no_fault() -> None:
    found = facts(HEALTHY)
    faults = {
        "xid.codes",
        "nouveau.loaded",
        "nova.loaded",
        "driver.insert_error",
        "driver.rm_init_failed",
        "pci.bar_unassigned",
        "pci.aer_errors",
        "dkms.build_failed",
        "ram.oom_killed",
        "nvidia_smi.hung",
        "disk.full",
        "python.exception",
    }
    assert not faults & {name.partition("[")[0] for name in found}
    assert not [name for name in found if name.startswith(("gpu.lost", "gpu.xids", "since.", "works."))]


def test_one_card_stays_one_card_however_often_it_is_shown() -> None:
    store = read(HEALTHY).store()
    assert store.entities("gpu") == ["0000:01:00.0"]
    assert store.is_complete("gpu")
    assert not store.contradictions()


def test_each_part_is_recognised() -> None:
    assert {
        "nvidia-smi",
        "uname",
        "dkms",
        "mokutil",
        "kernel_log",
        "lspci",
        "pip",
        "resources",
        "command",
    } <= kinds(HEALTHY)
