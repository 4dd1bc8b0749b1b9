"""The commands of a bug report: under which arguments their output is kept, and which question it answers.

The script's own wording changed (`nvidia-smi -q` until 2015, `--query` since; `lspci -nnDvvvxxx` or `-nnDvvvxxxx`), and
a probe asks in one way. So a question is answered by a command of the same program whose output says at least the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from kbtui.machine.asks import Raw, Run, absent, unknown
from kbtui.machine.sources import report_summary
from kbtui.machine.sources.report_sections import Part, argv_of

if TYPE_CHECKING:
    from kbtui.machine.sources.bug_report import BugReport

PROSE = {
    "Found Vulkan loader(s):": ("vulkan-loaders",),
    "Running window manager properties:": ("xprop", "-root"),
    "PCI devices configuration space dump using sysfs": ("pci-config-dump",),
    "NVIDIA Driver Type Detection:": ("driver-type",),
    "power_resources_d3hot directory of the parent PCI/e port": ("power-resources-d3hot",),
}
"""Titles that are no command lines, and the words under which a report's own probes ask for them."""
_SCAN = "Scanning kernel log files for "
_SOURCE = re.compile(r"^  (/[\w./-]+|journalctl -b -\d):$", re.MULTILINE)
_BOOT = re.compile(r"(?:-k?b|--boot=?)\s*=?(-?\d+)?$")
_QUIET = frozenset({"--no-pager", "-q", "--quiet", "-a", "--all", "-k", "--dmesg", "-x", "--utc"})
_ALIKE = {"-q": "--query", "-u": "--unit"}
_LSPCI_HEX = re.compile(r"-[a-zA-Z]+$")


def blocks(part: Part) -> Iterator[tuple[tuple[str, ...], Part]]:
    """A command part under its arguments; the scan of the kernel logs under each of its sources."""
    if part.title.startswith(_SCAN):
        yield from _scanned(part)
    elif part.title in PROSE:
        yield PROSE[part.title], part
    else:
        argv = argv_of(part.title)
        if argv and argv[0] == "nvidia-smi":
            argv = tuple(_ALIKE.get(word, word) for word in argv)
        yield argv, part


def answer(report: BugReport, ask: Run) -> Raw:
    """The output of that command, or why there is none."""
    argv = (ask.argv[0].rsplit("/", 1)[-1], *ask.argv[1:])
    if argv[0] == "uname":
        return _uname(report, argv)
    if argv[0] == "date" and report.head.date:
        line = report.head.lines.get("date", 0)
        said = re.sub(r"([+-]\d\d):(\d\d)$", r" \1\2", report.head.date.replace("T", " "))
        return Raw(text=said + "\n", exit_code=0, origin=f"bug report line {line}", line=line)
    if argv == report_summary.SUMMARY:
        return report_summary.summary(report)
    if argv == report_summary.XIDS:
        return report_summary.xid_lines(report)
    for wanted in _wanted(argv):
        part = report.commands.get(wanted)
        if part:
            return _output(report, part, ask.cap)
    special = _SPECIAL.get(argv[0])
    found = special(report, argv) if special else None
    if found:
        return found if isinstance(found, Raw) else _output(report, found, ask.cap)
    if argv[0] in report.skipped:
        return absent(f"{argv[0]}: {report.skipped[argv[0]].body}")
    if report.safe_mode and argv[0] in ("nvidia-smi", "xset", "xrandr", "nvidia-settings", "vulkaninfo"):
        return unknown(f"{argv[0]}: not asked, because the report was made with --safe-mode")
    return report.lacking(" ".join(argv[:3]))


def _output(report: BugReport, part: Part, cap: int) -> Raw:
    """A part as a command's answer. The exit code is not kept, so it is 0 only for an output without an error."""
    raw = report.given(part, cap)
    first = part.body.lstrip("\n").partition("\n")[0]
    tool = part.title.split(" ")[0].rsplit("/", 1)[-1]
    if re.search(
        rf"\b{re.escape(tool)}\s?[:：]\s?(?:not found|command not found|未找到命令|commande introuvable)", first
    ):
        return Raw(status="absent", reason=f"{tool}: not found", line=raw.line, origin=raw.origin)
    failed = not part.body.strip() or bool(FAILED.search(part.body[:2000]))
    return Raw(
        text=raw.text,
        exit_code=None if failed else 0,
        origin=raw.origin,
        line=raw.line,
        truncated=raw.truncated,
    )


FAILED = re.compile(
    r"not found$|could ?n.t |could not |can(?:no|')t |[Uu]nable to|^ERROR|[Ff]ailed|No devices were found|"
    r"No protocol specified|Authorization required|Unknown Error|未找到命令|introuvable|не найден|niet gevonden|"
    r"No such file|无法|kan niet|невозможно|impossible",
    re.MULTILINE,
)
"""What an output says that is none."""


def _wanted(argv: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    yield argv
    if argv[0] == "nvidia-smi":
        yield tuple(_ALIKE.get(word, word) for word in argv)
    elif argv[0] in ("sudo", "env") and len(argv) > 1:
        yield argv[1:]
    elif argv[0] == "dmesg":
        yield ("dmesg",)


def _uname(report: BugReport, argv: tuple[str, ...]) -> Raw:
    kernel, host, release, machine = report.head.uname
    line = report.head.lines.get("uname", 0)
    if not release:
        return report.lacking("uname")
    letters = set("".join(word.lstrip("-") for word in argv[1:] if not word.startswith("--"))) or {"s"}
    fields = (("s", kernel), ("n", host), ("r", release), ("m", machine))
    if not letters <= {"s", "n", "r", "m", "a"} or ("m" in letters and not machine):
        return report.lacking(" ".join(argv))
    words = [value for letter, value in fields if letter in letters or "a" in letters]
    return Raw(text=" ".join(words) + "\n", exit_code=0, origin=f"bug report line {line}", line=line)


def _lspci(report: BugReport, argv: tuple[str, ...]) -> Part | None:
    """A listing of all devices that has at least the letters asked for; -v shows drivers as -k does."""
    asked = {c for word in argv[1:] if _LSPCI_HEX.match(word) for c in word[1:]}
    if any(word in ("-d", "-s", "-t", "-mm", "-m") or not word.startswith("-") for word in argv[1:]):
        return None
    for have, part in report.commands.items():
        letters = {c for word in have[1:] for c in word[1:]}
        if have[0] != "lspci" or "-d" in have or "t" in letters:
            continue
        if asked <= (letters | ({"k"} if "v" in letters else set())):
            return part
    return None


def _journalctl(report: BugReport, argv: tuple[str, ...]) -> Part | None:
    boot, rest, words = "", [], list(argv[1:])
    while words:
        word = words.pop(0)
        match = _BOOT.match(word)
        if match:
            boot = match[1] or (words.pop(0) if words and re.fullmatch(r"-?\d+", words[0]) else "0")
        elif word in ("-k", "--dmesg"):
            boot = boot or "0"
        elif word in ("-o", "--output", "-n", "--lines") and words:
            words.pop(0)
        elif word not in _QUIET and not word.startswith(("--output=", "-o", "--lines=", "-n")):
            rest.append(word)
    return report.commands.get(("journalctl", "-b", f"-{boot.lstrip('-')}", *rest)) if boot else None


def _systemctl(report: BugReport, argv: tuple[str, ...]) -> Raw | None:
    """`status UNIT` and `is-active UNIT` from the sections that show several units."""
    units = [w if "." in w else f"{w}.service" for w in argv[2:] if not w.startswith("-")]
    if len(argv) < 3 or argv[1] not in ("status", "is-active") or len(units) != 1:
        return None
    for have, part in report.commands.items():
        if have[:2] != ("systemctl", "status") or units[0] not in have:
            continue
        match = re.search(
            rf"^\S? ?{re.escape(units[0])} - .*(?:\n(?!\S? ?\S+\.service - ).*)*", part.body, re.MULTILINE
        )
        if not match:
            return unknown(f"{units[0]}: the report's systemctl says nothing of it")
        line = part.line + part.body.count("\n", 0, match.start())
        state = re.search(r"^\s+Active: (\w+)", match[0], re.MULTILINE)
        text = match[0] if argv[1] == "status" else f"{state[1]}\n" if state else ""
        active = bool(state and state[1] == "active")
        return Raw(text=text, exit_code=0 if active else 3, origin=f"bug report line {line}", line=line)
    return None


def _modinfo(report: BugReport, argv: tuple[str, ...]) -> Raw | None:
    """`modinfo -F vermagic MODULE`: the one line that the script keeps."""
    if argv[1:3] not in (("-F", "vermagic"), ("--field", "vermagic")) or len(argv) != 4:
        return None
    part = report.commands.get(("modinfo", argv[3], "|", "grep", "vermagic"))
    match = re.search(r"^vermagic:\s*(\S.*)$", part.body, re.MULTILINE) if part else None
    if not part or not match:
        return unknown(f"modinfo {argv[3]}: it printed nothing when the report was made") if part else None
    return Raw(text=match[1] + "\n", exit_code=0, origin=f"bug report line {part.line}", line=part.line)


def _smi(report: BugReport, argv: tuple[str, ...]) -> Raw | None:
    """`nvidia-smi --version` stands in the summary table."""
    rows = report.head.table.get("NVIDIA SMI", [])
    if argv[1:] != ("--version",) or not any("version" in row for row in rows):
        return None
    line = report.head.lines.get("NVIDIA SMI", 0)
    return Raw(text="\n".join(rows) + "\n", exit_code=0, origin=f"bug report line {line}", line=line)


_SPECIAL = {
    "lspci": _lspci,
    "journalctl": _journalctl,
    "systemctl": _systemctl,
    "modinfo": _modinfo,
    "nvidia-smi": _smi,
}


def _scanned(part: Part) -> Iterator[tuple[tuple[str, ...], Part]]:
    """The lines that name NVIDIA, by source."""
    sources = list(_SOURCE.finditer(part.body))
    for match, stop in zip(sources, [*(s.start() for s in sources[1:]), len(part.body)], strict=False):
        begin = min(match.end() + 1, len(part.body))
        line = part.line + part.body.count("\n", 0, begin)
        block = Part("command", match[1], part.body[begin:stop].rstrip("\n") + "\n", line)
        yield (match[1],) if match[1].startswith("/") else argv_of(match[1]), block
    yield ("nvidia-kernel-messages",), part
