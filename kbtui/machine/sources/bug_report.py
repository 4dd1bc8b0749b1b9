"""nvidia-bug-report.log(.gz) as a source: the same asks as on a live machine, answered from what the script kept.

    *** /proc/modules                        Read("/proc/modules")
    /usr/bin/nvidia-smi --query              Run(("nvidia-smi", "-q"))
    uname: Linux box 6.8.0-60-generic ...    Run(("uname", "-r"))
    dmesg:                                   Run(("dmesg",))
      journalctl -b -1:                      Run(("journalctl", "-b", "-1")): only its lines that name NVIDIA
    Skipping vulkaninfo output (...)         Run(("vulkaninfo",)) is absent

What the report does not hold is unknown, never absent: only a file that the script looked for and did not find, and a
tool that it skipped, are certainly not there.
"""

from __future__ import annotations

import fnmatch
import os
import zlib
from pathlib import Path
from typing import Literal

from kbtui.errors import InputError
from kbtui.machine.asks import Ask, Environ, Names, Raw, Read, Run, Which, absent, unknown
from kbtui.machine.sources import report_commands, report_dmi, report_os
from kbtui.machine.sources.report_header import Head, read_head
from kbtui.machine.sources.report_sections import Part, cut, parts

MOST = 512 << 20
"""Bytes of an unpacked report that are read; the largest seen is 12 MB."""
NOT_HERE = "not in this bug report"
_MARK = b"NVIDIA bug report log file"


class BugReport:
    """One report, cut once; a `Host`."""

    kind: Literal["bundle"] = "bundle"
    areas = ("report", "report_pci", "report_machine", "report_driver")
    """Modules of `kbtui.machine.probes` whose probes only a report can answer."""

    def __init__(self, text: str, *, broken: str = "") -> None:
        """From the whole text; `broken` says why it could not be read to its end."""
        text = text.replace("\r\n", "\n") if "\r\n" in text else text
        self.text = text
        self.files: dict[str, Part] = {}
        self.missing: dict[str, Part] = {}
        self.links: dict[str, Part] = {}
        self.commands: dict[tuple[str, ...], Part] = {}
        self.skipped: dict[str, Part] = {}
        self.ended = False
        self.broken = broken
        head = ""
        line = 1
        for section in cut(text):
            for part in parts(section):
                if part.kind == "head" and not head:
                    head, line = part.body, part.line
                self._keep(part)
        self.head: Head = read_head(head, line, text)

    @classmethod
    def open(cls, path: str | os.PathLike[str]) -> BugReport:
        """From a file, packed or not; one that is cut off gives what can be read. InputError where there is nothing."""
        try:
            data = Path(path).read_bytes()
        except OSError as error:
            raise InputError(f"{path} cannot be read: {error.strerror}") from error
        data, broken = _unpacked(data)
        if _MARK not in data[: 64 << 10]:
            raise InputError(f"{path} is no nvidia-bug-report: it does not begin as one")
        return cls(data.decode("utf-8", "replace"), broken=broken)

    @staticmethod
    def is_one(data: bytes) -> bool:
        """Whether the first 64 KiB of a file, packed or not, are those of a bug report."""
        return _MARK in _unpacked(data)[0][: 64 << 10]

    @property
    def name(self) -> str:
        """With the day on which it was made."""
        day = self.head.date[:10] or self.head.date_text
        return f"nvidia-bug-report of {day}" if day else "nvidia-bug-report"

    @property
    def safe_mode(self) -> bool:
        """Made with --safe-mode: without nvidia-smi and without questions to X."""
        return "--safe-mode" in self.head.flags

    @property
    def complete(self) -> bool:
        """Whether the script came to its end."""
        return self.ended and not self.broken

    @property
    def notes(self) -> list[str]:
        """What it could not see at all."""
        out = []
        if not self.complete:
            what = self.broken or f"it ends after line {self.text.count(chr(10)) + 1} without the script's last line"
            out.append(f"the report is cut off: {what}; what would stand below is unknown")
        if self.safe_mode:
            out.append("the report was made with --safe-mode: nvidia-smi and X were not asked")
        if self.skipped:
            tools = ", ".join(sorted(set(self.skipped) - {"safe mode"}))
            out.append(f"tools that were not found when the report was made: {tools}") if tools else None
        out.append(
            "an nvidia-bug-report holds no packages, no Python, no containers, no limits and no environment;"
            " of earlier boots it keeps only the lines that name NVIDIA"
        )
        return out

    def answer(self, ask: Ask) -> Raw:
        """From what the report holds."""
        if isinstance(ask, Run):
            return report_commands.answer(self, ask)
        if isinstance(ask, Read):
            return self._many(ask) if ask.many else self._read(ask)
        if isinstance(ask, Names):
            return self._names(ask)
        if isinstance(ask, Which):
            return self._which(ask)
        assert isinstance(ask, Environ)
        return self.lacking(ask.key)

    def lacking(self, what: str) -> Raw:
        """Unknown, with the reason."""
        if not self.complete:
            return unknown(f"{what}: {NOT_HERE}, which is cut off")
        return unknown(f"{what}: {NOT_HERE}")

    def given(self, part: Part, cap: int, *, tail: bool = False) -> Raw:
        """A part as an answer, no longer than `cap` characters."""
        body, line = part.body, part.line
        if len(body) > cap and tail:
            line += body.count("\n", 0, len(body) - cap)
            body = body[len(body) - cap :]
        return Raw(text=body[:cap], origin=f"bug report line {line}", line=line, truncated=len(part.body) > cap)

    def _keep(self, part: Part) -> None:
        if part.kind == "file":
            self.files.setdefault(part.title, part)
        elif part.kind in ("missing", "unreadable"):
            self.missing.setdefault(part.title, part)
        elif part.kind == "link":
            self.links.setdefault(part.title, part)
        elif part.kind == "skipped":
            self.skipped.setdefault(part.title, part)
        elif part.kind == "end":
            self.ended = True
        elif part.kind == "command":
            for argv, block in report_commands.blocks(part):
                if argv and argv[0].startswith("/"):
                    self.files.setdefault(argv[0], block)
                else:
                    self.commands.setdefault(argv, block)

    def _read(self, ask: Read) -> Raw:
        part = self.files.get(ask.path)
        if part:
            return self.given(part, ask.cap, tail=ask.tail)
        gone = self.missing.get(ask.path)
        if gone and gone.kind == "unreadable":
            return Raw(status="refused", reason=f"{ask.path}: may not be read", line=gone.line)
        if gone:
            return Raw(status="absent", reason=f"{ask.path}: does not exist", line=gone.line)
        if ask.path in ("/etc/os-release", "/usr/lib/os-release"):
            return report_os.os_release(self) or self.lacking(ask.path)
        if ask.path.startswith(report_dmi.FOLDER):
            return report_dmi.dmi(self, ask.path) or self.lacking(ask.path)
        return self.lacking(ask.path)

    def _many(self, ask: Read) -> Raw:
        found = [p for path, p in self.files.items() if matches(path, ask.path)]
        if not found:
            gone = [path for path in self.missing if matches(path, ask.path)]
            return absent(f"{gone[0]}: does not exist") if gone else self.lacking(ask.path)
        given = [(p.title, self.given(p, ask.cap, tail=ask.tail)) for p in found[: ask.most]]
        return Raw(
            files={name: raw.text for name, raw in given},
            origin=f"bug report line {found[0].line}",
            line=found[0].line,
            truncated=len(found) > ask.most or any(raw.truncated for _, raw in given),
        )

    def _names(self, ask: Names) -> Raw:
        found: dict[str, str] = {}
        for path, part in self.files.items():
            if matches(path, ask.path):
                found[path] = _kind(part.metadata)
        for path, part in self.links.items():
            if matches(path, ask.path):
                found[path] = _kind(part.body)
        for path in self.files:
            if path.startswith("/proc/driver/nvidia/gpus/"):
                folder = path.rpartition("/")[0]
                if matches(folder, ask.path):
                    found.setdefault(folder, "dir 555 0:0")
        if found:
            kept = dict(list(found.items())[: ask.most])
            return Raw(files=kept, origin="bug report", truncated=len(found) > ask.most)
        if ask.path in self.missing:
            return absent(f"{ask.path}: does not exist")
        return self.lacking(ask.path)

    def _which(self, ask: Which) -> Raw:
        """Known only where the script ran or missed every one of them."""
        ran = {
            part.title.split()[0].rsplit("/", 1)[-1]: part.title.split()[0]
            for part in self.commands.values()
            if part.title
        }
        open_ = [name for name in ask.names if name not in ran and name not in self.skipped]
        if open_:
            return self.lacking(f"which {' '.join(open_)}")
        return Raw(files={n: ran[n] for n in ask.names if n in ran}, origin="bug report")


def matches(path: str, pattern: str) -> bool:
    """Whether a path fits a pattern; as in a shell, `*` does not cross a slash."""
    if path.count("/") != pattern.count("/"):
        return False
    pairs = zip(path.split("/"), pattern.split("/"), strict=True)
    return all(name == part or fnmatch.fnmatchcase(name, part) for name, part in pairs)


def _kind(metadata: str) -> str:
    """What `ls -l` says, in the words of a listing."""
    words = metadata.split()
    if not words or len(words[0]) < 10:
        return "other"
    mode = sum(1 << (8 - at) for at, c in enumerate(words[0][1:10]) if c in "rwxst")
    owner = "0:0" if words[2:4] == ["root", "root"] else ":".join(words[2:4])
    if words[0][0] == "l":
        return "link -> " + metadata.rpartition(" -> ")[2]
    if words[0][0] == "c":
        return f"char {words[4].rstrip(',')}:{words[5]} {mode:o} {owner}"
    if words[0][0] == "d":
        return f"dir {mode:o} {owner}"
    return f"file {mode:o} {owner} {words[4]}" if words[0][0] == "-" else "other"


def _unpacked(data: bytes) -> tuple[bytes, str]:
    """The text of a file, and why its end is missing. Several gzip members one after the other are how the script writes."""
    if data[:2] != b"\x1f\x8b":
        return data, ""
    out: list[bytes] = []
    size = 0
    while data[:2] == b"\x1f\x8b":
        unpack = zlib.decompressobj(16 + zlib.MAX_WBITS)
        try:
            out.append(unpack.decompress(data, MOST - size))
        except zlib.error as error:
            out.append(_rescued(data))
            return b"".join(out), f"the gzip file is damaged ({error})"
        size += len(out[-1])
        if not unpack.eof:
            return b"".join(out), "the gzip file ends too early" if size < MOST else "it is too large"
        data = unpack.unused_data
    return b"".join(out), ""


def _rescued(data: bytes) -> bytes:
    """What stands in front of the damage."""
    unpack = zlib.decompressobj(16 + zlib.MAX_WBITS)
    out: list[bytes] = []
    for at in range(0, len(data), 512):
        try:
            out.append(unpack.decompress(data[at : at + 512]))
        except zlib.error:
            break
    return b"".join(out)
