"""How a person sees a fact by hand: one read-only command whose output can be pasted back."""

from __future__ import annotations

from kbtui.machine.catalogue import SPECS, TEAM

LOOK: dict[str, str] = {
    "secure_boot.": "mokutil --sb-state",
    "secure_boot.mok": "mokutil --list-enrolled",
    "kernel.headers": "ls /lib/modules/$(uname -r)/build",
    "kernel.log": "sudo dmesg | tail -50",
    "kernel.cmdline": "cat /proc/cmdline",
    "kernel.gcc": "cat /proc/version",
    "kernel.": "uname -r",
    "os.wsl": "uname -r",
    "os.container": "cat /proc/1/cgroup",
    "os.": "cat /etc/os-release",
    "dkms.": "dkms status",
    "nouveau.": "lsmod | grep -E 'nouveau|nvidia|nova'",
    "nova.": "lsmod | grep -E 'nouveau|nvidia|nova'",
    "driver.module_loaded": "lsmod | grep -E 'nouveau|nvidia|nova'",
    "driver.uvm_loaded": "lsmod | grep -E 'nouveau|nvidia|nova'",
    "driver.module_on_disk": "modinfo nvidia | head -5",
    "driver.module_signer": "modinfo -F signer nvidia",
    "driver.module_version": "cat /proc/driver/nvidia/version",
    "driver.flavour": "modinfo -F license nvidia",
    "driver.versions_installed": "dpkg -l | grep -i nvidia; rpm -qa | grep -i nvidia",
    "driver.devices": "ls -l /dev/nvidia*",
    "driver.rm_init": "sudo dmesg | grep -i nvrm",
    "driver.": "nvidia-smi",
    "nvidia_smi.": "nvidia-smi",
    "gpu.kernel_driver": "lspci -nnk -d 10de:",
    "gpu.link": "nvidia-smi -q -d PCIE",
    "gpu.throttle": "nvidia-smi -q -d PERFORMANCE",
    "gpu.ecc": "nvidia-smi -q -d ECC",
    "gpu.rows": "nvidia-smi -q -d ROW_REMAPPER",
    "gpu.pages": "nvidia-smi -q -d PAGE_RETIREMENT",
    "gpu.nvlink": "nvidia-smi nvlink -s",
    "gpu.mig": "nvidia-smi -L",
    "gpu.bar1": "nvidia-smi -q -d MEMORY",
    "gpu.": "nvidia-smi",
    "gpus.count_pci": "lspci -nnk -d 10de:",
    "gpus.": "nvidia-smi -L",
    "pci.acs": "sudo lspci -vvv | grep -i acsctl",
    "pci.": "lspci -nnk -d 10de:",
    "vfio.": "lspci -nnk -d 10de:",
    "xid.": "sudo dmesg | grep -i xid",
    "sxid.": "sudo dmesg | grep -i sxid",
    "fabric_manager.": "systemctl status nvidia-fabricmanager",
    "display.renderer": "glxinfo -B",
    "display.": "loginctl show-session $XDG_SESSION_ID -p Type; ls /etc/X11/xorg.conf*",
    "prime.": "prime-select query",
    "cuda.visible": "echo $CUDA_VISIBLE_DEVICES",
    "cuda.home": "echo $CUDA_HOME",
    "cuda.init": "python3 -c 'import ctypes; print(ctypes.CDLL(\"libcuda.so.1\").cuInit(0))'",
    "cuda.": "nvcc --version",
    "ld_library_path.": "echo $LD_LIBRARY_PATH",
    "torch.cuda_available": "python3 -c 'import torch; print(torch.cuda.is_available())'",
    "torch.arch_list": "python3 -c 'import torch; print(torch.cuda.get_arch_list())'",
    "torch.": "python3 -m torch.utils.collect_env",
    "python.": "python3 --version; which python3",
    "shm.": "df -h /dev/shm",
    "disk.full_places": "df -h",
    "disk.": "df -h .; quota -s",
    "ram.": "free -h",
    "swap.": "free -h",
    "limits.open_files": "ulimit -n",
    "limits.memlock": "ulimit -l",
    "docker.": "docker info | grep -i runtime",
    "container_toolkit.": "nvidia-ctk --version",
    "cdi.": "ls /etc/cdi /var/run/cdi",
    "infiniband.": "ibstat",
    "nccl.": "NCCL_DEBUG=INFO <your command> 2>&1 | head -60",
    "iommu.": "cat /proc/cmdline; ls /sys/kernel/iommu_groups",
    "gcc.": "gcc --version",
    "peermem.": "lsmod | grep nvidia_peermem",
    "torch.import_error": "python3 -c 'import torch'",
    "me.": "id; who am i",
    "process.": "ps -eo pid,user,stat,etime,wchan:20,args",
    "gpu.other_users": "nvidia-smi --query-compute-apps=pid,name --format=csv; ps -eo pid,user,args",
    "net.": "ip -brief link",
    "slurm.": "env | grep SLURM; pgrep -a slurm",
    "cluster.login_node": "hostname; which sbatch; pgrep -a slurmd",
    "mpi.": "mpirun --version",
    "power.": "cat /sys/class/power_supply/*/online /sys/firmware/acpi/platform_profile",
    "wsl.": "ls /dev/dxg /usr/lib/wsl/lib",
    "packages.half_installed": "dpkg -l | grep -E '^i[UFH]'",
    "boot.": "journalctl -k -b -1 | tail -50",
    "driver.blacklisted": "grep -rw nvidia /etc/modprobe.d /usr/lib/modprobe.d /proc/cmdline",
    "nouveau.blacklisted": "grep -rw nouveau /etc/modprobe.d /usr/lib/modprobe.d /proc/cmdline",
    "packages.": "pip list | grep -i -E 'torch|nvidia|cuda'",
}


def command_for(fact: str) -> str:
    """The command that shows a fact, by the longest prefix that fits; for Python packages `pip show`; "" for what
    only a person sees; for a team's fact what its probe does."""
    if fact.startswith(TEAM):
        return SPECS[fact].yields if fact in SPECS and SPECS[fact].yields != "person" else ""
    best = max((p for p in LOOK if fact.startswith(p)), key=len, default="")
    if best:
        return LOOK[best]
    head, _, tail = fact.partition(".")
    return f"pip show {head.replace('_', '-')}" if tail == "version" else ""
