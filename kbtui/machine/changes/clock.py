"""Times of logs as seconds since 1970: stamps without a zone are the machine's local time, syslog stamps lack the year.

2026-11-22 06:41:20            dpkg, apt, unattended-upgrades, zypper, conda: local
2024-11-05T10:12:13+0100       dnf, pacman, journalctl -o short-iso: the zone is said
2023-05-10T11:00:01Z           dnf on RHEL 8
Nov 22 06:41:20                syslog, yum.log: the latest such day that is not in the future
Tue Nov  5 10:12:13 2024       last -F, rpm -qa --last, dmesg -T
Tue 05 Nov 2024 10:12:13 AM CET   rpm -qa --last in a person's locale
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import NamedTuple

from kbtui.machine.asks import Raw, Run

DATE = Run(("date", "+%Y-%m-%d %H:%M:%S %z"))
"""The machine's own clock and its distance from UTC: 2026-11-25 13:17:52 +0000."""
FUTURE = 300.0
"""Seconds after now from which a time is in the future: the clock was wrong when it was written, or is now."""
_DAY = 86400.0
_MONTHS = {m: n for n, m in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)}
_ISO = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)(?:[T ]\s?(\d\d):(\d\d)(?::(\d\d))?(?:[.,](\d{1,9}))?\s?(Z|UTC|GMT|[+-]\d\d:?\d\d)?)?"
)
_WORDS = re.compile(
    r"(?:[A-Z][a-z]{2},? )?(?:([A-Z][a-z]{2})\s+(\d{1,2})|(\d{1,2}) ([A-Z][a-z]{2}))"
    r"(?: (\d{4}))? (\d\d):(\d\d)(?::(\d\d))?(?: (AM|PM))?(?: ([A-Z]{3,4}))?(?: (\d{4}))?"
)


class Clock(NamedTuple):
    """The machine's now and its zone."""

    now: float
    zone: tzinfo = UTC
    guessed: bool = False
    """True where the zone is not known and UTC is taken."""

    def read(self, text: str) -> float | None:
        """A stamp of one of the shapes above, at the beginning of `text`; None for anything else."""
        text = text.lstrip()
        match = _ISO.match(text)
        if match:
            year, month, day, hour, minute, second, _, zone = match.groups(default="")
            date = (int(year), int(month), int(day))
            return self._epoch(*date, int(hour or 0), int(minute or 0), int(second or 0), zone)
        match = _WORDS.match(text)
        if not match:
            return None
        number = _MONTHS.get((match[1] or match[4]).lower(), 0)
        at = int(match[6])
        if match[9]:
            at = at % 12 + (12 if match[9] == "PM" else 0)
        rest = (number, int(match[2] or match[3]), at, int(match[7]), int(match[8] or 0), match[10] or "")
        if match[5] or match[11]:
            return self._epoch(int(match[5] or match[11]), *rest)
        return self._latest_year(*rest)

    def local(self, when: float) -> datetime:
        """For a person."""
        return datetime.fromtimestamp(when, self.zone)

    def in_future(self, when: float | None) -> bool:
        """Whether a time lies after now, so that a clock must have been wrong."""
        return when is not None and when > self.now + FUTURE

    def _latest_year(self, month: int, day: int, hour: int, minute: int, second: int, zone: str) -> float | None:
        this = self.local(self.now).year
        for year in range(this + 1, this - 5, -1):  # five years reach a 29 February
            when = self._epoch(year, month, day, hour, minute, second, zone)
            if when is not None and when <= self.now + _DAY:
                return when
        return None

    def _epoch(self, year: int, month: int, day: int, hour: int, minute: int, second: int, zone: str) -> float | None:
        try:
            return datetime(year, month, day, hour, minute, min(second, 59), tzinfo=self._zone(zone)).timestamp()
        except (ValueError, OverflowError):
            return None

    def _zone(self, said: str) -> tzinfo:
        if said in ("Z", "UTC", "GMT"):
            return UTC
        if said[:1] in ("+", "-"):
            minutes = int(said[1:3]) * 60 + int(said[-2:])
            return timezone(timedelta(minutes=-minutes if said[0] == "-" else minutes))
        return self.zone  # CET and its like are names of the machine's own zone


def clock_from(seen: Mapping[str, Raw], fallback: float) -> Clock:
    """The clock of the machine that was looked at.

    `date` answers `DATE`, `date_plain` the bare command, `localtime` lists the link /etc/localtime, `timezone` is the file /etc/timezone.
    `fallback` is taken for now where `date` did not answer.
    """
    text = next(
        (seen[name].text for name in ("date", "date_plain") if Clock(0.0).read(seen[name].text) is not None), ""
    )
    said = Clock(fallback).read(text)
    now = fallback if said is None else said
    link = seen["localtime"].files.get("/etc/localtime", "").partition("zoneinfo/")[2]
    for name in (link, seen["timezone"].text.strip()):
        zone = _named(name)
        if zone:
            return Clock(now, zone)
    offset = re.search(r" ([+-]\d{4}|UTC|GMT)\b", text)
    if offset:
        return Clock(now, Clock(now)._zone(offset[1]))
    return Clock(now, UTC, guessed=True)


def _named(name: str) -> tzinfo | None:
    from zoneinfo import ZoneInfo

    try:
        return ZoneInfo(name) if name else None
    except (KeyError, ValueError, OSError):
        return None
