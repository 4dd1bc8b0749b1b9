"""Where the person looks from, and when that is the wrong place: said before any conclusion (design 5)."""

from __future__ import annotations

from kbtui.machine.facts import Facts

_CONTAINERS = ("docker", "podman", "kubernetes", "lxc", "apptainer")


def said(facts: Facts) -> list[tuple[str, str]]:
    """Sentences (English, Chinese) about a vantage point that hides or forbids something; empty on an ordinary one."""
    out: list[tuple[str, str]] = []
    where = facts.get("os.container")
    if where.value in _CONTAINERS:
        out.append(
            (
                f"You are inside a container ({where.value}): drivers and kernels are the host's, and can be mended only there.",
                f"你在容器内（{where.value}）：驱动和内核属于宿主机，只能在宿主机上修。",
            )
        )
    if facts.get("cluster.login_node").value is True:
        out.append(
            (
                "This looks like a login node: it has no GPU of its own. Ask the scheduler for one and look there.",
                "这像是登录节点，本身没有 GPU。请通过调度器申请一个，再到那里看。",
            )
        )
    if facts.get("slurm.in_job").value is True and facts.get("slurm.gpus_requested").value is False:
        out.append(
            (
                "This Slurm job asked for no GPU, so it sees none.",
                "这个 Slurm 作业没有申请 GPU，所以看不到。",
            )
        )
    root, may = facts.get("me.root"), facts.get("me.sudo")
    if root.value is False and may.value is False:
        out.append(
            (
                "You have no root here: what needs it is for whoever keeps this machine.",
                "你在这里没有 root 权限：需要 root 的步骤请交给管理员。",
            )
        )
    shadows = facts.get("python.user_site_shadows")
    if shadows.state == "known" and isinstance(shadows.value, list) and shadows.value:
        names = ", ".join(map(str, shadows.value[:4]))
        out.append(
            (
                f"Packages in ~/.local hide those of the active environment: {names}.",
                f"~/.local 里的包盖住了当前环境里的：{names}。",
            )
        )
    return out
