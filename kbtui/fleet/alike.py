"""What nodes of one kind should share: the facts that are held against each other even where each node alone looks fine."""

from __future__ import annotations

from typing import NamedTuple


class Alike(NamedTuple):
    """One fact that alike nodes share."""

    fact: str
    title: str
    title_zh: str
    """What a person calls it, in English and Chinese."""
    within: float = 0.0
    """Numbers that lie this close to each other are the same: memory differs by some MiB between boots."""
    asked: bool = True
    """False: compared where it is known, and not worth asking every node for."""


KIND = ("machine.model", "cpu.model", "gpus.names")
"""What makes two nodes be of one kind. A card that fell off the bus does not change the names of those that are left."""

ALIKE: tuple[Alike, ...] = (
    Alike("driver.version", "driver", "驱动"),
    Alike("driver.flavour", "kernel module", "内核模块", asked=False),
    Alike("driver.library_version", "driver libraries", "驱动库"),
    Alike("kernel.release", "kernel", "内核"),
    Alike("os.version", "system", "系统"),
    Alike("firmware.version", "BIOS", "BIOS"),
    Alike("firmware.date", "BIOS date", "BIOS 日期"),
    Alike("nccl.version", "NCCL", "NCCL"),
    Alike("cuda.toolkit.version", "CUDA toolkit", "CUDA 工具包", asked=False),
    Alike("container_toolkit.version", "container toolkit", "容器工具包", asked=False),
    Alike("fabric_manager.version", "fabric manager", "fabric manager"),
    Alike("fabric_manager.running", "fabric manager runs", "fabric manager 运行"),
    Alike("gpus.count_pci", "cards on the bus", "总线上的显卡数"),
    Alike("gpus.count", "cards that the driver lists", "驱动列出的显卡数"),
    Alike("gpu.vbios", "VBIOS", "VBIOS"),
    Alike("gpu.memory_total_mib", "card memory", "显存"),
    Alike("gpu.link_width", "link width", "链路宽度"),
    Alike("gpu.link_gen_max", "link generation", "链路代次"),
    Alike("gpu.clock_max_mhz", "highest clock", "最高频率"),
    Alike("gpu.power_limit_watts", "power limit", "功耗上限"),
    Alike("gpu.ecc_enabled", "ECC", "ECC"),
    Alike("gpu.mig_enabled", "MIG", "MIG"),
    Alike("gpu.persistence", "persistence mode", "持久模式"),
    Alike("gpu.compute_mode", "compute mode", "计算模式"),
    Alike("cpu.cores", "processors", "处理器数"),
    Alike("ram.total_gib", "memory", "内存", 4.0),
    Alike("limits.open_files", "limit on open files", "打开文件上限"),
    Alike("limits.memlock_kib", "limit on locked memory", "锁定内存上限"),
    Alike("limits.stack_kib", "stack limit", "栈上限"),
    Alike("shm.size_mib", "/dev/shm", "/dev/shm", 2048.0),
    Alike("net.mtu", "MTU", "MTU"),
    Alike("net.speed_mbps", "network speed", "网速"),
    Alike("infiniband.port_active", "InfiniBand port", "InfiniBand 端口"),
    Alike("peermem.loaded", "nvidia_peermem", "nvidia_peermem"),
    Alike("pci.acs_enabled", "PCIe ACS", "PCIe ACS", asked=False),
    Alike("iommu.enabled", "IOMMU", "IOMMU"),
)
NET_KINDS = frozenset({"ethernet", "infiniband"})
"""Interfaces that are compared; those of containers come and go."""
