"""The mounted disk of a machine that does not run: its files under a root, its journal and package databases.

Nothing from that disk is executed. This machine's own journalctl, dpkg and rpm read its databases; what they cannot
read is unknown, and so is everything that only a running machine could say.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal

from msgspec.structs import replace

from kbtui.machine.asks import Ask, Names, Raw, Read, Run, absent, unknown
from kbtui.machine.live import Live
from kbtui.machine.sources.folder import Folder
from kbtui.machine.sources.tree import look, matches, resolve

NOT_RUNNING = "the machine does not run"
_GONE = re.compile(r"/(?:proc|sys|dev|run)(?:/|$)")
_MACHINES = {0x3E: "x86_64", 0xB7: "aarch64", 0x15: "ppc64le", 0xF3: "riscv64"}
_QUERIES = {
    "journalctl": re.compile(
        r"--?(?:rotate|vacuum.*|flush|sync|relinquish.*|setup-keys|update-catalog|root.*|D.*|directory.*|file.*|M.*|f|follow)$"
    ),
    "dpkg": re.compile(r"(?!-l$|--list$|-s$|-L$|-S$|--get-selections$|--print|--audit$|-C$)-.*"),
    "dpkg-query": re.compile(r"--(?:admindir|root).*"),
    "rpm": re.compile(r"(?!-q[a-z]*$|--q|--last$|--nodigest$|--nosignature$)-.*"),
}
"""Tools of this machine that may read that disk, and the options that they must not be given."""


class Mounted:
    """A disk mounted at a root."""

    kind: Literal["bundle"] = "bundle"

    def __init__(self, root: Path, name: str = "") -> None:
        self._root = root.resolve()
        self._tree = Folder(root)
        self._live = Live()
        self.name = name or f"the disk at {root}"
        self.notes = [f"{NOT_RUNNING}: nothing that only a running kernel or program could say was seen"]

    def answer(self, ask: Ask) -> Raw:
        """A file of the disk, or what this machine's tools read from its databases."""
        if isinstance(ask, Read | Names):
            return self._look(ask)
        if isinstance(ask, Run):
            if ask.argv[0] == "uname":
                return self._uname(ask)
            if ask.argv[0] in _QUERIES:
                return self._query(ask)
        return unknown(f"{ask.key.splitlines()[0][:80]}: {NOT_RUNNING}", origin=ask.key)

    def close(self) -> None:
        """End what was started to look."""
        self._live.close()

    def _look(self, ask: Read | Names) -> Raw:
        path = ask.path
        if _GONE.match(path):
            return unknown(f"{path}: {NOT_RUNNING}", origin=ask.key)
        if not path.startswith("~"):
            return look(self._tree, ask)
        homes = [h for h in matches(self._tree, "/home/*") if (e := self._tree.entry(h[1:])) and e.kind == "dir"]
        if len(homes) != 1:
            return unknown(f"{path}: whose home is meant cannot be told from a disk", origin=ask.key)
        raw = look(self._tree, ask._replace(path=homes[0] + path[1:]))
        return replace(raw, files={"~" + p.removeprefix(homes[0]): text for p, text in raw.files.items()}, origin=path)

    def _query(self, ask: Run) -> Raw:
        """Run this machine's tool on that disk's database."""
        tool, options = ask.argv[0], ask.argv[1:]
        if any(_QUERIES[tool].match(o) for o in options):
            return unknown(f"{ask.key}: may not be asked of a disk", origin=ask.key)
        if tool == "journalctl":
            where, flag = "var/log/journal", "--directory="
        elif tool == "rpm":
            where, flag = self._rpm_database(), "--dbpath="
        else:
            where, flag = "var/lib/dpkg", "--admindir="
        real = resolve(self._tree, where)
        entry = None if real is None else self._tree.entry(real)
        if real is None or entry is None or entry.kind != "dir":
            return absent(f"/{where} is not on that disk", origin=ask.key)
        raw = self._live.answer(ask._replace(argv=(tool, f"{flag}{self._root / real}", *options)))
        if raw.status == "absent":
            return unknown(f"{tool} is not on this machine, so that disk's /{where} was not read", origin=ask.key)
        if raw.status == "ok" and raw.exit_code not in (0, 1):
            said = (raw.errors.strip().splitlines() or [f"exit code {raw.exit_code}"])[0]
            return unknown(f"{tool} could not read that disk's /{where}: {said}", origin=ask.key)
        return replace(raw, origin=f"{ask.key} of that disk")

    def _rpm_database(self) -> str:
        for where in ("usr/lib/sysimage/rpm", "var/lib/rpm"):
            if resolve(self._tree, where):
                return where
        return "var/lib/rpm"

    def _uname(self, ask: Run) -> Raw:
        """Which kernel would run, and how we know: the newest in /boot, else of /lib/modules, else of the journal."""
        release, how = self._kernel()
        if not release:
            return unknown(
                f"{ask.key}: {NOT_RUNNING}, and no kernel was found in /boot or /lib/modules", origin=ask.key
            )
        host = look(self._tree, Read("/etc/hostname")).text.split()
        fields = {"s": "Linux", "n": host[0] if host else "unknown", "r": release, "m": self._arch()}
        flags = "".join(ask.argv[1:]) or "s"
        said = " ".join(fields[f] for f in "snrm" if f in flags or "a" in flags)
        return Raw(text=said + "\n", exit_code=0, origin=f"{how}; {NOT_RUNNING}")

    def _kernel(self) -> tuple[str, str]:
        images = [p.partition("/vmlinuz-")[2] for p in matches(self._tree, "/boot/vmlinuz-*")]
        images = [i for i in images if "rescue" not in i and not i.endswith((".old", ".hmac"))]
        if images:
            return images[-1], "the newest kernel in its /boot"
        modules = [p.rpartition("/")[2] for p in matches(self._tree, "/lib/modules/*")]
        if modules:
            return modules[-1], "the newest kernel in its /lib/modules"
        last = self._query(Run(("journalctl", "-k", "-b", "-o", "cat", "-n", "2000", "--no-pager"), cap=1 << 20))
        found = re.search(r"^Linux version (\S+)", last.text, re.MULTILINE)
        return (found[1], "the last boot in its journal") if found else ("", "")

    def _arch(self) -> str:
        """The processor that its programs are for, from the head of one of them."""
        for path in ("usr/bin/sh", "usr/bin/bash", "bin/sh", "bin/bash", "usr/bin/env"):
            real = resolve(self._tree, path)
            entry = None if real is None else self._tree.entry(real)
            if real is not None and entry is not None and entry.kind == "file":
                head = self._tree.content(real, 20, False)[0]
                if head.startswith(b"\x7fELF") and len(head) == 20:
                    return _MACHINES.get(head[18] | head[19] << 8, "unknown")
        return "unknown"
