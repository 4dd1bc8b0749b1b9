"""An nvidia-bug-report.log cut at its separators, and what each section is.

Three kinds of section, of all versions from 2009 to 2026:

    ____________________________________________

    *** /proc/driver/nvidia/./version
    *** ls: -r--r--r-- 1 root root 0 2025-09-13 09:47:51.519401355 +0000 /proc/driver/nvidia/./version
    NVRM version: NVIDIA UNIX x86_64 Kernel Module  535.230.02  Fri Dec 20 21:42:05 UTC 2024

    ____________________________________________

    /usr/bin/lspci -nn

    01:00.0 VGA compatible controller [0300]: NVIDIA Corporation AD102 [GeForce RTX 4090] [10de:2684] (rev a1)
    ____________________________________________

    Using built-in specs.
    COLLECT_GCC=gcc

One section can hold several commands, a line that says what was skipped, or nothing at all.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from typing import Literal, NamedTuple

SEPARATOR = "_" * 44
_LONG = 2 << 20
"""Characters of a section from which it is not searched for a second command: that is a log or a block of base64."""
_ROOTS = ("/.bottlerocket/rootfs",)
"""Prefixes that the script puts before a path where the machine's own root is mounted elsewhere."""
_COMMAND = re.compile(r"(?:/[\w.+/-]*/)?[A-Za-z][\w.+-]*(?: .*)?$")
_AGAIN = re.compile(r"(/[\w.+/-]*s?bin/[\w.+-]+(?: [^\n]*)?)\n\n")
_SKIPPED = re.compile(
    r"^Skipping (?:(\S[^\n]{0,60}?) output \(([^\n]{0,120})\)|due to --safe-mode[^\n]*)$", re.MULTILINE
)
_VALUE = re.compile(r"(/sys/module/[\w./-]+):(.*)")


class Section(NamedTuple):
    """From one separator to the next. The texts of all sections, one after the other, are the report."""

    line: int
    """1-based line of the report where it begins."""
    text: str
    """The separator's own line is its first, except in what stands above the first separator."""


class Part(NamedTuple):
    """One file, command or remark of a section."""

    kind: Literal["head", "file", "missing", "unreadable", "command", "skipped", "link", "end"]
    title: str
    """A path as it is on the machine; a command line; for what was skipped its name."""
    body: str
    """The content or output; for a skipped tool the reason, for a link the `ls -l` line."""
    line: int
    """1-based line of the report where the body begins; that of the title where there is no body."""
    metadata: str = ""
    """Of a file its `ls -l --full-time` line, without the mark in front."""


def cut(text: str) -> list[Section]:
    """The sections of any text; never raises. A text without a separator is one section."""
    starts = [0]
    at = 0 if text.startswith(SEPARATOR) else text.find("\n" + SEPARATOR) + 1
    while at or text.startswith(SEPARATOR, at):
        end = at + len(SEPARATOR)
        if at and (end == len(text) or text[end] == "\n"):
            starts.append(at)
        found = text.find("\n" + SEPARATOR, at)
        if found < 0:
            break
        at = found + 1
    sections, line = [], 1
    for start, stop in zip(starts, [*starts[1:], len(text)], strict=True):
        sections.append(Section(line, text[start:stop]))
        line += text.count("\n", start, stop)
    return sections


def parts(section: Section) -> Iterator[Part]:
    """What a section holds, in order; nothing for an empty one."""
    at = len(SEPARATOR) + 1 if section.text.startswith(SEPARATOR) else 0
    line = section.line + bool(at)
    text = section.text
    while at < len(text) and text[at] == "\n":
        at, line = at + 1, line + 1
    if at >= len(text):
        return
    body = text[at:]
    if body.startswith("*** ls:"):
        yield from _links(body, line)
    elif body.startswith("*** "):
        yield _file(body, line)
    elif body.startswith("/sys/module/") and _VALUE.match(body):
        yield from _values(body, line)
    elif body.startswith("Start of NVIDIA bug report"):
        yield Part("head", "", body, line)
    elif body.startswith("End of NVIDIA bug report"):
        yield Part("end", "", body, line)
    else:
        yield from _commands(body, line)


def clean_path(path: str) -> str:
    """A path as it is on the machine: without `/./` and without the mount point of its root."""
    for root in _ROOTS:
        path = path.removeprefix(root)
    return path.strip().replace("/./", "/")


def argv_of(title: str) -> tuple[str, ...]:
    """A command line as arguments, the program without its folder: `/usr/bin/lspci -d "10de:*"` -> lspci, -d, 10de:*."""
    try:
        words = shlex.split(title.removesuffix(":"))
    except ValueError:
        words = title.split()
    return (words[0].rsplit("/", 1)[-1], *words[1:]) if words else ()


def _file(body: str, line: int) -> Part:
    title, _, rest = body.partition("\n")
    path = title[4:]
    refusals: tuple[tuple[str, Literal["missing", "unreadable"]], ...] = (
        (" does not exist", "missing"),
        (" is not readable", "unreadable"),
    )
    for words, kind in refusals:
        if path.endswith(words):
            return Part(kind, clean_path(path.removesuffix(words)), rest, line)
    metadata = ""
    line += 1
    if rest.startswith("*** ls:"):
        metadata, _, rest = rest.partition("\n")
        line += 1
    return Part("file", clean_path(path), rest.removesuffix("\n"), line, metadata[7:].strip())


def _links(body: str, line: int) -> Iterator[Part]:
    for row in body.split("\n"):
        if row.startswith("*** ls:"):
            name = row[7:].strip()
            path = next((word for word in name.split(" -> ")[0].split() if word.startswith("/")), "")
            if path:
                yield Part("link", clean_path(path), name, line)
        line += 1


def _values(body: str, line: int) -> Iterator[Part]:
    for row in body.split("\n"):
        match = _VALUE.match(row)
        if match:
            yield Part("file", match[1], match[2] + "\n", line)
        line += 1


def _commands(body: str, line: int) -> Iterator[Part]:
    """A title and its output; further commands and skipped tools below it."""
    first = body.partition("\n")[0]
    if first.startswith(("Skipping", "Error:")):
        yield from _skips(body, line)
        return
    title, start = first.rstrip(), len(first) + 1
    if "\nCOLLECT_GCC=" in body[:400] or body.startswith("COLLECT_GCC="):
        title, start = ("g++ -v" if "\nCOLLECT_GCC=g++" in body[:400] else "gcc -v"), 0
    cuts = [(title, 0, start)]
    if len(body) < _LONG and title.startswith("/") and _COMMAND.match(title):
        cuts += [(m[1].rstrip(), m.start(), m.end()) for m in _further(body, start)]
    skips = list(_SKIPPED.finditer(body)) if "\nSkipping " in body else []
    for (name, _, begin), stop in zip(cuts, [*(c[1] for c in cuts[1:]), len(body)], strict=True):
        end = next((s.start() for s in skips if begin <= s.start() < stop), stop)
        while begin < end and body[begin] == "\n":
            begin += 1
        yield Part("command", name, body[begin:end], line + body.count("\n", 0, begin))
    for skip in skips:
        yield _skip(skip, line + body.count("\n", 0, skip.start()))


def _further(body: str, start: int) -> Iterator[re.Match[str]]:
    at = body.find("\n\n/", max(start - 1, 0))
    while at >= 0:
        match = _AGAIN.match(body, at + 2)
        if match:
            yield match
        at = body.find("\n\n/", at + 2)


def _skips(body: str, line: int) -> Iterator[Part]:
    """`Skipping X output (reason)` of all versions until 2024; `Skipping: X output` and the reason below it since."""
    for match in _SKIPPED.finditer(body):
        yield _skip(match, line + body.count("\n", 0, match.start()))
    rows = body.split("\n")
    for at, row in enumerate(rows):
        if row.startswith(("Skipping: ", "Error: ")):
            name = row.partition(": ")[2].strip().removesuffix(" output")
            reason = rows[at + 1].strip() if at + 1 < len(rows) else ""
            yield Part("skipped", name, reason, line + at)


def _skip(match: re.Match[str], line: int) -> Part:
    return Part("skipped", match[1] or "safe mode", match[2] or match[0], line)
