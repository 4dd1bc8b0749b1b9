"""A sosreport (Red Hat, Ubuntu, Debian ...) as a source: packed or unpacked, of sos 3 to 4.

It holds copies of files under their own paths (`proc/`, `sys/`, `etc/`) and each command's output in a file named after
the command: `nvidia-smi -q -d ECC` stands in sos_commands/nvidia/nvidia-smi_-q_-d_ECC.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Literal

from kbtui.machine.asks import OWN_PYTHON, PYTHON, Ask, Environ, Names, Raw, Read, Run, Which, unknown
from kbtui.machine.sources.tree import Below, Tree, look, resolve

_MISSING = "not in this sosreport"
_LONGEST_NAME = 255
_STAND_FOR: dict[str, tuple[str, ...]] = {
    # what is asked -> what sos runs instead, the nearest first; more than was asked for is no harm
    "lspci": ("lspci -nnvv", "lspci -nvv", "lspci -nnk", "lspci"),
    "dmesg": ("dmesg", "dmesg -T"),
    "uname": ("uname -a",),
    "lsmod": ("lsmod",),
    "dkms": ("dkms status",),
    "dmidecode": ("dmidecode",),
    "mokutil --sb-state": ("mokutil --sb-state",),
    "nvidia-smi -q": ("nvidia-smi -q",),
    "nvidia-smi -L": ("nvidia-smi --list-gpus",),
    "dpkg -l": ("dpkg -l",),
    "journalctl --list-boots": ("journalctl --list-boots",),
    "journalctl -b -1": ("journalctl --no-pager --boot -1",),
    "journalctl -k -b -1": ("journalctl --no-pager --boot -1",),
    "journalctl": ("journalctl --no-pager --boot", "journalctl --no-pager", "journalctl --no-pager --catalog --boot"),
    "systemctl --failed": ("systemctl list-units --failed",),
    "systemctl list-units": ("systemctl list-units --all", "systemctl list-units"),
    "df": ("df -al -x autofs", "df -aliT -x autofs"),
    "free": ("free", "free -m"),
    "lscpu": ("lscpu",),
    "ip addr": ("ip -o addr", "ip -d address"),
    "ldconfig -p": ("ldconfig -p -N -X",),
    "ibstat": ("ibstat",),
    "hostname": ("hostname",),
    "hostnamectl": ("hostnamectl status",),
}
_RPM = ("installed-rpms", "rpm_-qa")


def top_of(tree: Tree) -> str | None:
    """The folder of a tree that holds a sosreport's sos_commands: the root or one below it; None where it is none."""
    for folder in ["", *tree.children("")[:50]]:
        entry = tree.entry(f"{folder}/sos_commands".lstrip("/"))
        if entry and entry.kind == "dir":
            return folder
    return None


class SosReport:
    """A machine as sos saw it."""

    kind: Literal["bundle"] = "bundle"

    def __init__(self, tree: Tree, top: str, name: str, notes: list[str] | None = None) -> None:
        """`top`: the folder inside the tree in which sos_commands stands (`top_of`)."""
        self._tree = Below(tree, top)
        self.name = name
        self.notes = list(notes or [])
        self._commands = self._listed()

    def answer(self, ask: Ask) -> Raw:
        """A copied file, or the output of the command or of one that says the same."""
        if isinstance(ask, Read | Names):
            return look(self._tree, ask, _MISSING)
        if isinstance(ask, Which):
            return unknown(f"which programs are installed is {_MISSING}", origin=ask.key)
        if isinstance(ask, Environ):
            return self._environ(ask)
        if ask.argv[0] in (PYTHON, OWN_PYTHON):
            return unknown(f"what the person's Python says is {_MISSING}", origin="python")
        for command in _candidates(ask.argv):
            path = self._commands.get(mangled(command))
            if path:
                return self._output(ask, command, path)
        if ask.argv[0] == "rpm" and "-qa" in ask.argv:
            return self._rpm(ask)
        return unknown(f"{ask.key.splitlines()[0][:80]}: {_MISSING}", origin=ask.key)

    def _listed(self) -> dict[str, str]:
        """File name to path of everything under sos_commands/PLUGIN/."""
        found: dict[str, str] = {}
        for plugin in sorted(self._tree.children("sos_commands")):
            for name in self._children(f"sos_commands/{plugin}"):
                found.setdefault(name, f"sos_commands/{plugin}/{name}")
        return found

    def _children(self, path: str) -> list[str]:
        try:
            return sorted(self._tree.children(path))
        except OSError:
            return []

    def _output(self, ask: Run, command: str, path: str) -> Raw:
        raw = look(self._tree, Read(path, cap=ask.cap, tail=ask.argv[0] in ("dmesg", "journalctl")), _MISSING)
        said = raw.text
        if not raw.ok:
            return raw
        gone = re.match(r"(?:timeout: .*|.*: command not found|.*No such file or directory)\s*$", said[:200])
        if gone and len(said) < 200:
            return Raw(status="absent", reason=f"{ask.argv[0]}: not on this machine", text=said, origin=path)
        if ask.argv[0] == "uname":
            said = _uname(ask.argv, said)
        if ask.argv[0] == "journalctl" and "--list-boots" not in ask.argv:
            said = _journal(ask.argv, said)
        failed = re.match(r"NVIDIA-SMI has failed|No devices were found|Failed to initialize NVML", said)
        return Raw(text=said, exit_code=9 if failed else 0, truncated=raw.truncated, origin=f"{command} ({path})")

    def _rpm(self, ask: Run) -> Raw:
        for name in _RPM:
            path = name if resolve(self._tree, name) else self._commands.get(name)
            if path is None:
                continue
            raw = look(self._tree, Read(path, cap=ask.cap), _MISSING)
            if raw.ok and raw.text:
                packages = [line.split()[0] for line in raw.text.splitlines() if line.strip()]
                return Raw(text="\n".join(packages) + "\n", exit_code=0, truncated=raw.truncated, origin=path)
        return unknown(f"the list of rpm packages is {_MISSING}", origin=ask.key)

    def _environ(self, ask: Environ) -> Raw:
        said = look(self._tree, Read("environment"), _MISSING)
        if not said.ok:
            return unknown(f"the person's environment is {_MISSING}: sos ran as root", origin=ask.key)
        pairs = dict(line.partition("=")[::2] for line in said.text.splitlines() if "=" in line)
        return unknown(
            f"the person's environment is {_MISSING}: sos ran as root with PATH={pairs.get('PATH', '')}", origin=ask.key
        )


def mangled(command: str) -> str:
    """A command as sos names its output's file."""
    name = re.sub(r"^/(usr/|)(bin|sbin)/", "", command)
    name = re.sub(r"[^\w\-\.\/]+", "_", name)
    return name.replace("/", ".").strip(" ._-")[:_LONGEST_NAME]


def _candidates(argv: tuple[str, ...]) -> list[str]:
    """The command itself, then what sos runs that says the same, the longest beginning of the argv first."""
    out = [" ".join(argv)]
    for length in range(len(argv), 0, -1):
        out += _STAND_FOR.get(" ".join(argv[:length]), ())
    if argv[0] == "journalctl" and any(a in ("-1", "-b-1") for a in argv):
        out = [out[0], *_STAND_FOR["journalctl -b -1"]]
    return list(dict.fromkeys(out))


def _journal(argv: tuple[str, ...], said: str) -> str:
    """The lines of a whole journal that were asked for: the kernel's (-k), those of units (-u), those that match (-g)."""
    wanted = []
    if "-k" in argv or "_TRANSPORT=kernel" in argv:
        wanted.append(r" kernel: ")
    units = [re.escape(value) for option, value in pairwise(argv) if option == "-u"]
    units += [re.escape(a.partition("=")[2]) for a in argv if a.startswith("_COMM=")]
    if units:
        wanted.append(rf"\b(?:{'|'.join(units)})")
    lines = said.splitlines(keepends=True)
    for pattern in wanted:
        lines = [line for line in lines if re.search(pattern, line)]
    for option, value in pairwise(argv):
        if option == "-g":
            lines = [line for line in lines if re.search(value, line, re.IGNORECASE if value.islower() else 0)]
    return "".join(lines)


def _uname(argv: tuple[str, ...], said: str) -> str:
    """`uname -a` cut down to what was asked: -s kernel, -n host, -r release, -m machine."""
    words = said.split()
    if len(words) < 4 or "a" in "".join(argv[1:]):
        return said
    arch = re.findall(r"\b(x86_64|aarch64|ppc64le|s390x|i686)\b", said)
    fields = {"s": words[0], "n": words[1], "r": words[2], "m": arch[-1] if arch else words[-2]}
    return " ".join(fields[f] for f in "snrm" if f in "".join(argv[1:])) + "\n"
