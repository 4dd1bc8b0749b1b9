"""Where to look when the graph does not know: ready-made searches for the telling part of an error, redacted.

    [  12.3] NVRM: GPU 0000:65:00.0: Failed to copy vbios to system memory.
      ->  "NVRM: GPU Failed to copy vbios to system memory"

Nothing is sent from here: a search is an address that a person may open or type.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple
from urllib.parse import quote_plus

from kbtui.kb.lines import clean
from kbtui.machine.facts import Fact, Facts
from kbtui.redaction import MASK, Redactor

MOST_WORDS = 14
"""Words of a search; with more of them a search engine finds nothing."""
_LONGEST_LINE = 2000
_STAND_IN = re.compile(rf"<[a-z0-9-]+-\d+>|{re.escape(MASK)}")
_FOLDER = re.compile(r"(?<![\w.:/])(?:~|\.{0,2}(?=/))(?:/[\w.@+<>-]+)*/(?=[\w.@+-])")
_PREFIX = re.compile(
    r"^\s*(?:\[\s*\d+\.\d+\]"  # dmesg
    r"|[A-Z][a-z]{2}\s+\d+\s+[\d:]+\s+\S+"  # syslog, journal
    r"|\[?\d{4}-\d\d-\d\d[T ][\d:.,]+(?:Z|[+-]\d\d:?\d\d)?\]?)\s*"
)
_NOISE = (
    re.compile(r"\b\d{4}-\d\d-\d\d[T ][\d:.,]+(?:Z|[+-]\d\d:?\d\d)?\b"),
    re.compile(r"\b\d\d:\d\d:\d\d(?:[.,]\d+)?\b"),
    re.compile(r"\b[0-9a-fA-F]{4,8}:[0-9a-fA-F]{2}:[0-9a-fA-F]{2}\.[0-9a-fA-F]\b|\bPCI:[\d:@]+"),
    re.compile(r"\b0x[0-9a-fA-F]{5,}\b|\b[0-9a-f]{12,}\b"),
    re.compile(r"\b[\w.-]+@[\w-]+(?:\.[\w-]+)*:?"),
    re.compile(r"^\s*[\w-]*\d[\w.-]*\s+(?=(?:ERROR|WARN|WARNING|INFO|FATAL|CRITICAL|kernel)\b)"),  # a host before the level
    re.compile(r"\bpid\s*=?\s*\d+,?|\[(?:pid )?\d+\](?=:)|\brank\s*\d+\b|\bline \d+,? ?", re.IGNORECASE),
    re.compile(r"<(?:\s*>)?|[\"'`“”{}|\\]|\s-+\s"),
)  # fmt: skip
_TELLING = re.compile(
    r"\b(errors?|failed|failure|fatal|cannot|can't|could not|couldn't|unable|refused|rejected|denied|not found|no such|undefined"
    r"|unsupported|mismatch|timed? ?out|timeout|abort\w*|panic|oops|segfault|killed|illegal|invalid|exception|assert\w*"
    r"|Xid|NVRM|CUDA_ERROR\w*|out of memory|not supported|missing|corrupt\w*|lost|fallen off)\b|\b\w+Error\b",
    re.IGNORECASE,
)
_LOG = re.compile(
    r"^\s*(\[|[A-Z][a-z]{2} +\d|\d{4}-\d\d-\d\d|\w[\w.]*(Error|Exception)\b"
    r"|[\w.+/<>~-]+(\[\d+\]|\(\d+\)| [0-9a-f:.]{7,})?:\s)"  # program: ..., program[123]: ..., driver 0000:65:00.0: ...
)
_ASIDE = re.compile(r"^\s*(File \"|at \S+\(|Traceback|\^+$|\$ |# )")

REPOSITORIES = (
    (re.compile(r"\bNCCL\b", re.IGNORECASE), "NVIDIA/nccl"),
    (re.compile(r"nvidia-container|libnvidia-container|nvidia-ctk", re.IGNORECASE), "NVIDIA/nvidia-container-toolkit"),
    (re.compile(r"\bNVRM\b|nvidia-(?:drm|modeset|uvm)|open kernel module", re.IGNORECASE), "NVIDIA/open-gpu-kernel-modules"),
    (re.compile(r"\bflash[_-]attn", re.IGNORECASE), "Dao-AILab/flash-attention"),
    (re.compile(r"\bbitsandbytes\b", re.IGNORECASE), "bitsandbytes-foundation/bitsandbytes"),
    (re.compile(r"\bvllm\b", re.IGNORECASE), "vllm-project/vllm"),
    (re.compile(r"\btriton\b", re.IGNORECASE), "triton-lang/triton"),
    (re.compile(r"\bdeepspeed\b", re.IGNORECASE), "deepspeedai/DeepSpeed"),
    (re.compile(r"\btensorflow\b|\btf\.", re.IGNORECASE), "tensorflow/tensorflow"),
    (re.compile(r"\bjax(?:lib)?\b|\bXLA\b", re.IGNORECASE), "jax-ml/jax"),
    (re.compile(r"\b(?:lib)?torch|\bpytorch\b|DataLoader", re.IGNORECASE), "pytorch/pytorch"),
)  # fmt: skip
"""Whose issues an error belongs to: the first pattern that the text holds."""
_TRAILING = frozenset("at in on for the a an by of with from to and is was".split())
"""Words that say nothing where they end a search."""
_WIKIS = {
    "ubuntu": ("Ask Ubuntu", "https://askubuntu.com/search?q={}"),
    "debian": ("the Debian wiki", "https://wiki.debian.org/FrontPage?action=fullsearch&value={}"),
    "arch": ("the Arch wiki", "https://wiki.archlinux.org/index.php?search={}"),
    "fedora": ("the Fedora forum", "https://discussion.fedoraproject.org/search?q={}"),
    "rhel": ("the Red Hat knowledge base", "https://access.redhat.com/search/?q={}"),
    "opensuse": ("the openSUSE wiki", "https://en.opensuse.org/index.php?search={}"),
    "gentoo": ("the Gentoo wiki", "https://wiki.gentoo.org/index.php?search={}"),
    "nixos": ("the NixOS wiki", "https://wiki.nixos.org/w/index.php?search={}"),
}
_LIKE = {
    "linuxmint": "ubuntu", "pop": "ubuntu", "elementary": "ubuntu", "zorin": "ubuntu", "neon": "ubuntu",
    "manjaro": "arch", "endeavouros": "arch", "cachyos": "arch", "rocky": "rhel", "almalinux": "rhel", "centos": "rhel",
    "ol": "rhel", "redhat": "rhel", "opensuse-leap": "opensuse", "opensuse-tumbleweed": "opensuse", "sles": "opensuse",
    "kali": "debian", "raspbian": "debian",
}  # fmt: skip
PEOPLE = ("gpu.other_users", "machine.users")
"""Facts that name people."""


class Search(NamedTuple):
    """One ready-made search."""

    id: str
    """web, stackoverflow, github, nvidia or distribution."""
    where: str
    """The place by its name: "Stack Overflow"."""
    words: str
    url: str

    @property
    def tells_where(self) -> bool:
        """Whether `where` says more than the id does: a repository, a distribution."""
        return self.id == "distribution" or (self.id == "github" and "/" in self.where)


def redactor_for(text: str, facts: Iterable[Fact]) -> Redactor:
    """A redactor that knows this machine's name, who else works on it, and hosts that are only named as user@host."""
    named: dict[str, str] = {}
    for fact in facts:
        if fact.name == "machine.hostname" and fact.state == "known":
            named[str(fact.value)] = "host"
        elif fact.name in PEOPLE and isinstance(fact.value, list | tuple):
            named |= {str(name): "user" for name in fact.value}
    for user, host in re.findall(r"(?<![\w.])([A-Za-z][\w-]{1,62})@([A-Za-z][\w-]{1,62})(?![\w.])", text):
        named |= {user: "user", host: "host"}
    return Redactor(named)


def distinctive(text: str, redactor: Redactor | None = None) -> str:
    """The part of what was said that others with this trouble will have in common; "" where nothing was said.

    Names, hosts, paths, times and addresses are left out: what stays may be shown to a search engine.
    """
    lines = said(text, redactor)
    best = max(enumerate(lines), key=lambda item: (_worth(item[1]), item[0]), default=None)
    return _words(best[1]) if best else ""


def said(text: str, redactor: Redactor | None = None) -> list[str]:
    """The redacted lines of a text, without what varies from machine to machine."""
    plain = clean(text.encode("utf-8", "replace")).decode().replace("\r", "\n")
    redacted = (redactor or Redactor()).text("\n".join(line[:_LONGEST_LINE] for line in plain.split("\n")))
    return [line for line in map(without_noise, redacted.split("\n")) if len(line) > 3]


def without_noise(line: str) -> str:
    """A line without times, addresses, folders and stand-ins."""
    line = _STAND_IN.sub(" ", _FOLDER.sub("", without_prefix(line)))
    for pattern in _NOISE:
        line = pattern.sub(" ", line)
    return re.sub(r"\s+([:;,.)])(?=\s|$)", r"\1", " ".join(line.split())).strip(" :;,.-=")


def without_prefix(line: str) -> str:
    """A log line without the time and the host that it begins with."""
    return _PREFIX.sub("", line)


def is_log(line: str) -> bool:
    """Whether a line reads like a program's, not like a person's."""
    return bool(_LOG.match(line))


def is_telling(line: str) -> bool:
    """Whether a line says that something went wrong."""
    return bool(_TELLING.search(line)) and not _ASIDE.match(line)


def _worth(line: str) -> float:
    words = len(line.split())
    if _ASIDE.match(line) or words < 2:
        return 0.0
    return 3.0 * is_telling(line) + is_log(line) + min(words, MOST_WORDS) / MOST_WORDS - (words > 40)


def _words(line: str) -> str:
    words = line.split()
    at = _TELLING.search(line)
    start = len(line[: at.start()].split()) if at else 0
    first = max(0, min(start - MOST_WORDS // 2, len(words) - MOST_WORDS))
    chosen = words[first : first + MOST_WORDS]
    while chosen and chosen[-1].lower() in _TRAILING:
        chosen.pop()
    return " ".join(chosen).strip(" :;,.-")


def searches(text: str, facts: Facts, redactor: Redactor | None = None) -> list[Search]:
    """The searches for this case, the likeliest to help first; none where nothing was said."""
    words = distinctive(text, redactor)
    if not words:
        return []
    repository = next((name for pattern, name in REPOSITORIES if pattern.search(text)), "")
    scope = f"repo:{repository} " if repository else ""
    found = [
        Search("web", "the web", words, _url("https://duckduckgo.com/?q={}", words)),
        Search(
            "github",
            f"GitHub issues of {repository}" if repository else "GitHub issues",
            words,
            _url("https://github.com/search?type=issues&q={}", scope + words),
        ),
        Search("stackoverflow", "Stack Overflow", words, _url("https://stackoverflow.com/search?q={}", words)),
        Search("nvidia", "the NVIDIA forums", words, _url("https://forums.developer.nvidia.com/search?q={}", words)),
    ]
    wiki = _wiki(facts)
    if wiki:
        found.append(Search("distribution", wiki[0], words, _url(wiki[1], words)))
    return found


def _wiki(facts: Facts) -> tuple[str, str] | None:
    """Of the machine's distribution, where that is known."""
    for name in ("os.id", "os.family"):
        fact = facts.get(name)
        if fact.state == "known":
            said = str(fact.value).lower()
            found = _WIKIS.get(_LIKE.get(said, said))
            if found:
                return found
    return None


def _url(pattern: str, words: str) -> str:
    return pattern.format(quote_plus(words))
