"""Times in the lines of logs, as they are printed: only gaps between logs of one run count, so years are left out.

Read are, near the beginning of a line (samples of each):

    2026-11-03 03:12:09,123 - INFO - step 81               Python's logging, transformers, DeepSpeed, Megatron
    [2026-11-03T03:12:09.123456+01:00] slurmd: ...         ISO 8601, journalctl -o short-iso, Slurm
    [2026-11-03 03:12:09] gpu017:4242:4300 [3] ... NCCL    NCCL
    11/03/2026 03:12:09 - INFO - trainer                   transformers' example scripts
    [rank3]:[E1103 03:12:09.955028747 ProcessGroupNCCL.cpp:629]   torch from C++; W709 is 9 July
    Nov  3 03:12:09 gpu017 kernel: NVRM: Xid ...           syslog
    [Tue Nov  3 03:12:09 2026] NVRM: Xid ...               dmesg -T

Seconds since boot ("[344210.113529]") are another clock on each machine and are not read.
"""

from __future__ import annotations

import re
from typing import NamedTuple

NEAR = 160
"""Bytes of a line in which its time is looked for."""
_DAYS = (0, 31, 60, 91, 121, 152, 182, 213, 244, 274, 305, 335)
"""Days before each month; with 29 February, so that logs of a leap year are read."""
_MONTHS = {name: n for n, name in enumerate(b"Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(), 1)}
YEAR = 366 * 86400.0
_STAMP = re.compile(
    rb"(?<![0-9])(?:"
    rb"(?:19|20)\d\d[-/](?P<m1>\d\d)[-/](?P<d1>\d\d)[ T_]"
    rb"|(?P<m2>\d\d)/(?P<d2>\d\d)/(?:19|20)?\d\d,? "
    rb"|\b[IWEF](?P<m3>[01]?\d)(?P<d3>[0-3]\d) "
    rb"|\b(?P<m4>Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) {1,2}(?P<d4>\d{1,2}) "
    rb")(?P<h>[0-2]\d):(?P<i>[0-5]\d):(?P<s>[0-6]\d)(?P<f>[.,]\d{1,9})?(?P<z> ?[+-]\d\d:?\d\d\b|Z\b)?"
)


class Stamp(NamedTuple):
    """When a line was written."""

    at: float
    """Seconds since the year began, on the clock that the line shows."""
    zone: float | None
    """Seconds that this clock is ahead of UTC; None where the line does not say."""
    text: str
    """As it is printed."""


def stamp(line: bytes) -> Stamp | None:
    """The time that a line begins with; None where it has none."""
    found = _STAMP.search(line, 0, NEAR)
    if found is None:
        return None
    month = found["m1"] or found["m2"] or found["m3"] or _MONTHS[found["m4"]]
    month, day = int(month), int(found["d1"] or found["d2"] or found["d3"] or found["d4"])
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    seconds = (_DAYS[month - 1] + day - 1) * 86400 + int(found["h"]) * 3600 + int(found["i"]) * 60 + int(found["s"])
    fraction = float(b"0." + found["f"][1:]) if found["f"] else 0.0
    return Stamp(seconds + fraction, _zone(found["z"]), found[0].decode().strip())


def _zone(said: bytes | None) -> float | None:
    if said is None:
        return None
    if said == b"Z":
        return 0.0
    sign, digits = said.strip()[:1], said.strip()[1:].replace(b":", b"")
    return (int(digits[:2]) * 3600 + int(digits[2:]) * 60) * (-1.0 if sign == b"-" else 1.0)


def last(data: bytes, end: int, lines: int, low: int = 0) -> Stamp | None:
    """The time of the nearest of so many lines above `end`, and not above `low`, that has one."""
    for _ in range(lines):
        if end <= low:
            return None
        start = data.rfind(b"\n", 0, end) + 1
        found = stamp(data[start : min(end, start + NEAR)])
        if found:
            return found
        end = start - 1
    return None


def first(data: bytes, lines: int) -> Stamp | None:
    """The time of the first of so many lines that has one."""
    start = 0
    for _ in range(lines):
        stop = data.find(b"\n", start)
        found = stamp(data[start : start + NEAR if stop < 0 else min(stop, start + NEAR)])
        if found or stop < 0:
            return found
        start = stop + 1
    return None
