"""Who looks, and from where: root or not, sudo or not, over SSH, on a login node.

/proc/self/status    Uid:    1000    1000    1000    1000
                     Groups: 4 27 44 1000
/etc/group           sudo:x:27:lin
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from kbtui.machine.asks import Environ, Raw, Read, Which
from kbtui.machine.probes.spec import Out, Probe

STATUS = Read("/proc/self/status", cap=8192)
PASSWD = Read("/etc/passwd")
SUDO = Environ(("SUDO_UID", "SUDO_USER"))
_ADMINS = ("sudo", "wheel", "admin")


def person(seen: Mapping[str, Raw]) -> tuple[int, str] | None:
    """Number and name of the person who looks, behind sudo too; None where it cannot be told."""
    uids = re.search(r"^Uid:\s+(\d+)\s+(\d+)", seen["status"].text, re.MULTILINE)
    if not uids:
        return None
    sudo = seen["sudo"].files.get("SUDO_UID", "")
    uid = int(sudo) if sudo.isdecimal() and uids[2] == "0" else int(uids[1])
    return uid, users(seen["passwd"]).get(uid, f"uid {uid}")


def users(passwd: Raw) -> dict[int, str]:
    """Login names by number, of the machine's own file; those of a directory server are not in it."""
    rows = (line.split(":") for line in passwd.text.splitlines())
    return {int(row[2]): row[0] for row in rows if len(row) > 2 and row[2].isdecimal()}


def parse_person(seen: Mapping[str, Raw], out: Out) -> None:
    """Root, name, groups, sudo, SSH."""
    status = seen["status"]
    who = person(seen)
    if who:
        line = re.search(r"^Uid:.*", status.text, re.MULTILINE)
        root = bool(re.search(r"^Uid:\s+\d+\s+0\b", status.text, re.MULTILINE))
        out.add("me.root", root, status, line[0] if line else "")
        out.add("me.user", who[1], status, line[0] if line else "")
        _groups(seen, who[1], root, out)
    if not seen["ssh"].ok:
        return
    remote = next((v for v in ("SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY") if v in seen["ssh"].files), "")
    out.add("me.remote", bool(remote), seen["ssh"], f"{remote} is set" if remote else "no SSH_CONNECTION")


def _groups(seen: Mapping[str, Raw], name: str, root: bool, out: Out) -> None:
    rows = [line.split(":") for line in seen["group"].text.splitlines()]
    names = {row[2]: row[0] for row in rows if len(row) > 3}
    said = re.search(r"^Groups:[ \t]*([\d ]*)", seen["status"].text, re.MULTILINE)
    primary = re.search(r"^Gid:\s+(\d+)", seen["status"].text, re.MULTILINE)
    numbers = dict.fromkeys([primary[1]] if primary else []) | dict.fromkeys(said[1].split() if said else [])
    mine = [names.get(number, f"gid {number}") for number in numbers]
    out.add("me.groups", mine, seen["status"], said[0] if said else "")
    listed = [row[0] for row in rows if len(row) > 3 and row[0] in _ADMINS and name in row[3].split(",")]
    admin = root or bool(listed) or any(group in _ADMINS for group in mine)
    if admin or seen["group"].ok:
        out.add("me.sudo", admin, seen["group"], "root" if root else ", ".join(listed or mine))


def parse_login_node(seen: Mapping[str, Raw], out: Out) -> None:
    """A scheduler's tools, no daemon of it, no card, no job: one submits here and computes elsewhere."""
    if not all(seen[name].ok for name in ("which", "vendors", "running", "environ")):
        return
    tools = [name for name in ("sbatch", "qsub", "bsub") if name in seen["which"].files]
    card = any("0x10de" in text for text in seen["vendors"].files.values())
    running = {text.strip() for text in seen["running"].files.values()}
    daemon = running & {"slurmd", "pbs_mom", "sbatchd"}
    job = bool(seen["environ"].files)
    login = bool(tools) and not card and not daemon and not job
    out.add(
        "cluster.login_node", login, seen["which"], f"tools {tools}, NVIDIA device {card}, daemons {sorted(daemon)}"
    )


PROBES = (
    Probe(
        "person",
        {
            "status": STATUS,
            "passwd": PASSWD,
            "sudo": SUDO,
            "group": Read("/etc/group"),
            "ssh": Environ(("SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY")),
        },
        parse_person,
        ("me.root", "me.user", "me.groups", "me.sudo", "me.remote"),
        always=True,
    ),
    Probe(
        "login node",
        {
            "which": Which(("sbatch", "srun", "qsub", "bsub", "kubectl")),
            "vendors": Read("/sys/bus/pci/devices/*/vendor", cap=16),
            "running": Read("/proc/[0-9]*/comm", cap=64, most=4096),
            "environ": Environ(("SLURM_JOB_ID", "PBS_JOBID", "LSB_JOBID")),
        },
        parse_login_node,
        ("cluster.login_node",),
        always=True,
    ),
)
