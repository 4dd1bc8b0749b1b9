"""A dozen made-up nodes, enough for rivals to compete."""

from __future__ import annotations

from kbtui.kb.search import Doc


def doc(
    name: str, title: str, *aka: str, body: str = "", zh: str = "", aka_zh: tuple[str, ...] = (), signs: str = ""
) -> Doc:
    """A problem; everything but its id and title may be left out."""
    return Doc(name, "problem", title, aka, body, zh, aka_zh, "", signs)


DOCS = (
    doc(
        "no-desktop",
        "No desktop after the driver was installed",
        "black screen instead of the login",
        body="The graphical session does not start once the new driver is there.",
        zh="装完驱动后没有桌面",
        aka_zh=("驱动装好 桌面进不去", "重启以后停在命令行"),
    ),
    doc(
        "module-build",
        "The kernel module was not built for the new kernel",
        "driver gone since the kernel upgrade",
        "dkms status shows nothing for this kernel",
        zh="新内核没有编译模块",
    ),
    doc(
        "link-flap",
        "The NVLink link goes down and comes back",
        "nvlink flap in the log",
        "nvlink errors keep counting up",
        zh="NVLink 链路反复断开",
    ),
    doc(
        "collective-timeout",
        "A NCCL collective runs into its timeout",
        "nccl watchdog timeout",
        "all ranks wait until the timeout",
        zh="NCCL 通信超时",
    ),
    doc("off-bus", "The GPU has fallen off the bus", "Xid 79", "card is lost until the next reboot", zh="显卡掉卡"),
    doc("ecc", "The card reports memory errors that it cannot correct", "Xid 48", zh="显存有无法纠正的错误"),
    doc(
        "vram-full",
        "The model needs more memory than the card has",
        "CUDA out of memory",
        "runs with batch size one and not with two",
        zh="模型太大显存不足",
        aka_zh=("爆显存",),
        signs="torch OutOfMemoryError Tried to allocate",
    ),
    doc(
        "supply-small",
        "The power supply is too small for the card",
        "machine powers off when training starts",
        zh="电源功率太小",
        aka_zh=("一训练就断电",),
    ),
    doc("fan-stopped", "A fan of the card stands still", "card gets hot and no fan turns", zh="显卡风扇不转"),
    doc("shm-small", "Shared memory of the container is too small", "bus error in the data loader workers"),
    doc(
        "wrong-python", "Another Python environment is used than the one installed into", "works in conda, not in cron"
    ),
    doc("fp16-cpu", "Half precision runs on the CPU", "addmm_impl_cpu_ not implemented for 'Half'"),
    Doc(
        "vram", "concept", "What the memory of a card is for", ("vram",), "Weights and activations.", "显存", (), "", ""
    ),
    Doc("smoke", "question", "Does it smell burnt?", (), "Hold your nose near the vents.", "有焦味吗？", (), "", ""),
)
