r"""Which rank, on which host, a line or a log speaks of.

The line says it best (samples), else the log's name: rank37.log, rank_37.out, gpu017-rank37.log.gz, logs/37/stderr.log

    [rank37]:[E1103 03:12:09.955028747 ProcessGroupNCCL.cpp:629] [Rank 37] Watchdog caught ...      torch
    [2026-11-03 03:12:09] gpu017:4242:4300 [3] misc/socket.cc:57 NCCL WARN socketProgress: ...       NCCL
    37: RuntimeError: CUDA error: an illegal memory access was encountered                            srun --label
    srun: error: gpu017: task 37: Killed                                                              Slurm
    Nov  3 03:12:09 gpu017 kernel: NVRM: Xid (PCI:0000:41:00): 79, ...                                syslog
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import PurePath

_RANK = re.compile(
    r"\[rank ?(\d{1,5})\]|(?:\brank|\bRANK|global_rank)[=:] ?(\d{1,5})\b|^(\d{1,5}): |\btask (\d{1,5}): ",
    re.IGNORECASE,
)
_NAMED = re.compile(r"rank[-_.=]?(\d{1,5})(?!\d)", re.IGNORECASE)
_ALONE = re.compile(r"\d{1,5}$")
_STREAMS = ("stdout", "stderr", "out", "err", "log")
"""Names under which launchers keep what a rank wrote, in a folder that has the rank's number."""
_TASK = re.compile(r"(?:^|[-_.])(?:task|t|r)[-_]?(\d{1,5})(?=[-_.]|$)", re.IGNORECASE)
_ORIGIN = re.compile(r"collective timeout from +rank (\d{1,5})\b")
_HOST = re.compile(
    r"\b([A-Za-z][\w-]{1,62}(?:\.[\w-]+)*):\d+:\d+ \[\d+\]"
    r"|[A-Z][a-z]{2} {1,2}\d{1,2} \d\d:\d\d:\d\d ([A-Za-z][\w.-]{1,62}) [\w/.-]+(?:\[\d+\])?: "
    r"|\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d) ([A-Za-z][\w.-]{1,62}) [\w/.-]+(?:\[\d+\])?: "
    r"|srun: error: ([A-Za-z][\w.-]{1,62}): task"
    r"|\bhost(?:name)? *[:=] *([A-Za-z][\w.-]{1,62})\b"
    r"|\bon (?:node |host )([A-Za-z][\w.-]{1,62})\b"
)
_HEAD = 400
"""Lines of a log's head in which its host and rank are looked for."""


def rank_in(line: str) -> int | None:
    """The rank that a line says it comes from."""
    found = _RANK.search(line, 0, 200)
    return int(next(g for g in found.groups() if g)) if found else None


def origin_in(line: str) -> int | None:
    """The rank that a line says the trouble came from."""
    found = _ORIGIN.search(line)
    return int(found[1]) if found else None


def host_in(line: str) -> str:
    """The host that a line names as its own; "" where it names none."""
    found = _HOST.search(line, 0, 300)
    return next((g for g in found.groups() if g), "") if found else ""


def rank_of_path(path: str) -> int | None:
    """The rank in a log's name, or in that of its folder."""
    pure = PurePath(path)
    for part, patterns in ((pure.name, (_NAMED, _TASK)), (pure.parent.name, (_NAMED,))):
        for pattern in patterns:
            found = pattern.findall(part)
            if found:
                return int(found[-1])
    stem = pure.name.split(".")[0]
    alone = _ALONE.match(pure.parent.name if stem in _STREAMS else stem)
    return int(alone[0]) if alone else None


def most(values: Iterable[int | str | None]) -> int | str | None:
    """The value that comes most often; None where there is none."""
    counts = Counter(v for v in values if v not in (None, ""))
    return min(counts, key=lambda v: (-counts[v], str(v))) if counts else None


def of_log(path: str, head: str, lines: Sequence[str]) -> tuple[int | None, str]:
    """A log's rank and host, by its name, its beginning and the lines that were found in it. A log in which several ranks
    speak has no rank of its own, and one of several hosts no host."""
    said = [*head.split("\n")[:_HEAD], *lines]
    ranks = {r for line in said if (r := rank_in(line)) is not None}
    named = rank_of_path(path)
    rank = named if named is not None else (ranks.pop() if len(ranks) == 1 else None)
    hosts = [h for line in said if (h := host_in(line))]
    return rank, str(most(hosts) or "") if rank is not None or len(set(hosts)) == 1 else ""


def hosts_of_ranks(lines: Iterable[str]) -> dict[int | None, str]:
    """Where ranks ran, by the lines that name both."""
    found: dict[int | None, str] = {}
    for line in lines:
        rank, host = rank_in(line), host_in(line)
        if rank is not None and host:
            found.setdefault(rank, host)
    return found


def ranges(numbers: Iterable[int]) -> str:
    """Ranks as people write them: 0-36,38-63."""
    out: list[str] = []
    held: list[int] = []
    for n in [*sorted(set(numbers)), None]:
        if held and n == held[-1] + 1:
            held.append(n)
            continue
        if held:
            out.append(str(held[0]) if len(held) == 1 else f"{held[0]}-{held[-1]}")
        held = [n] if n is not None else []
    return ",".join(out)
