"""The child that climbs a process's control groups from its own to the root: the tightest limit may stand in any of them.

It is given the path of a /proc/PID/cgroup and prints one line a file: PATH, a tab, CONTENT on one line.

    /sys/fs/cgroup/system.slice/docker-4f0c.scope/memory.max	8589934592
    /sys/fs/cgroup/system.slice/docker-4f0c.scope/cpu.max	200000 100000
    /sys/fs/cgroup/memory/slurm/uid_1000/job_7/memory.limit_in_bytes	17179869184
"""

import sys

FILES = {
    "": ("memory.max", "cpu.max", "memory.events"),
    "memory": ("memory.limit_in_bytes", "memory.oom_control"),
    "cpu": ("cpu.cfs_quota_us", "cpu.cfs_period_us"),
}
"""Controller to its files; "" is version 2."""


def main() -> None:
    """Print what there is; nothing where the files are missing."""
    for line in text(sys.argv[1]).splitlines():
        cells = line.split(":", 2)
        if len(cells) != 3:
            continue
        for controller in cells[1].split(","):
            for mount in mounts(controller):
                climb(mount, cells[2], FILES.get(controller, ()))


def mounts(controller: str) -> tuple[str, ...]:
    """Where a controller may be mounted."""
    if controller == "":
        return ("/sys/fs/cgroup", "/sys/fs/cgroup/unified")
    return (
        ("/sys/fs/cgroup/" + controller, "/sys/fs/cgroup/cpu,cpuacct")
        if controller == "cpu"
        else ("/sys/fs/cgroup/" + controller,)
    )


def climb(mount: str, group: str, names: tuple[str, ...]) -> None:
    """The files of a group and of all above it. Inside a container the group's path may be that of the host."""
    parts = [part for part in group.split("/") if part and part != ".."]
    for depth in range(len(parts), -1, -1):
        folder = "/".join([mount, *parts[:depth]])
        for name in names:
            said = " ".join(text(folder + "/" + name).split())
            if said:
                sys.stdout.write("%s/%s\t%s\n" % (folder, name, said))


def text(path: str) -> str:
    """A small file, or nothing."""
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read(8192)
    except OSError:
        return ""


if __name__ == "__main__":
    main()
