"""When the trouble began: by a person's words, in English or Chinese.

worked until yesterday     since Monday       since the update     3 days ago      this morning     since 2026-11-20
昨天还好好的                三天前开始          更新之后              上周五           今天早上          从 11月20日 起
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from kbtui.machine.changes.clock import Clock
from kbtui.machine.changes.model import WEIGHT, Change

_HOUR, _DAY = 3600.0, 86400.0
_UNIT = {"hour": _HOUR, "day": _DAY, "week": 7 * _DAY, "month": 30 * _DAY, "minute": 60.0,
         "小时": _HOUR, "天": _DAY, "日": _DAY, "周": 7 * _DAY, "星期": 7 * _DAY, "个月": 30 * _DAY, "月": 30 * _DAY, "分钟": 60.0}  # fmt: skip
_NUMBER: dict[str, float] = {
    w: n for n, w in enumerate("zero one two three four five six seven eight nine ten".split())
}
_NUMBER |= {"a": 1, "an": 1, "a few": 3, "a couple of": 2, "several": 4, "两": 2, "几": 3, "半": 0.5}
_NUMBER |= {c: n for n, c in enumerate("零一二三四五六七八九十")}
_WEEKDAYS = {d: n for n, d in enumerate("monday tuesday wednesday thursday friday saturday sunday".split())}
_WEEKDAYS |= {c: n for n, c in enumerate("一二三四五六日")} | {"天": 6}
_AGO = re.compile(
    rf"(?P<n>\d+(?:\.\d+)?|{'|'.join(sorted((w for w in _NUMBER if w.isascii()), key=len, reverse=True))}) "
    r"(?P<unit>minute|hour|day|week|month)s? (?:ago|back)"
)
_AGO_ZH = re.compile(r"(?P<n>\d+|[零一二三四五六七八九十两几半])\s?个?(?P<unit>分钟|小时|天|日|周|星期|月)(?:以|之)?前")
_LAST = re.compile(r"\b(last|past) (night|week|month)\b|(昨晚|上周|上星期|上个月)(?![一二三四五六日天])")
_WEEKDAY = re.compile(
    rf"\b({'|'.join(d for d in _WEEKDAYS if d.isascii())})\b|(?:上?(?:周|星期|礼拜))([一二三四五六日天])"
)
_DATE = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?)?")
_DATE_ZH = re.compile(r"(?:(\d{4})年)?(\d{1,2})月(\d{1,2})[日号]")
_AFTER_CHANGE = re.compile(
    r"\b(?:since|after|before|until|following)\b[\w\s'.-]{0,40}?\b(?:updat|upgrad|reboot|restart|install|dist-upgrade)\w*(?: the)?(?: [\w-]*(?:driver|nvidia|kernel|cuda|torch))*"
    r"|(?:驱动|内核)?(?:更新|升级|重启|安装|装)\S{0,8}?(?:之后|以后|后|之前|以前)"
)
_UNTIL = re.compile(
    r"\b(?:until|till|was fine|(?<!not )worked|(?:was|still) working|was ok)\b|还好|还能|还可以|正常|没问题|之前"
)

_PACKAGES = frozenset(WEIGHT) - {"boot", "error", "config", "environment"}
_MEANT: tuple[tuple[str, frozenset[str]], ...] = (
    (r"reboot|restart|重启", frozenset({"boot"})),
    (r"driver|nvidia|驱动", frozenset({"driver"})),
    (r"kernel|内核", frozenset({"kernel"})),
    (r"cuda", frozenset({"cuda"})),
    (r"torch|tensorflow|jax", frozenset({"framework"})),
)
"""What a person's words about an update mean; else any package."""


class Onset(NamedTuple):
    """The trouble began between these two times."""

    earliest: float
    latest: float
    why: str = ""
    """What says so: the person's words, "first: Xid 79"."""


def parse_onset(words: str, clock: Clock, changes: Iterable[Change] = ()) -> Onset | None:
    """The time that a person's words name; None where they name none. "Since the update" needs the changes."""
    low = words.lower()
    span = _span(low, clock)
    if span is None:
        return _after_change(low, clock, changes)
    begin, end, said = span
    if begin > clock.now:
        return None
    # "Worked until yesterday": it was well then, and broke between that day and now.
    latest = clock.now if _UNTIL.search(low) else min(end, clock.now)
    return Onset(begin, latest, f'"{said.strip()}"')


def _span(text: str, clock: Clock) -> tuple[float, float, str] | None:
    today = clock.local(clock.now).replace(hour=0, minute=0, second=0, microsecond=0)
    match = _DATE.search(text)
    if match and (when := clock.read(match[0].replace("t", "T"))) is not None:
        return when, when + (_DAY if len(match[0]) == 10 else 60.0), match[0]
    match = _DATE_ZH.search(text)
    if match:
        when = clock.read(f"{match[1] or today.year}-{int(match[2]):02}-{int(match[3]):02}")
        if when is not None and when > clock.now and not match[1]:
            when = clock.read(f"{today.year - 1}-{int(match[2]):02}-{int(match[3]):02}")
        return (when, when + _DAY, match[0]) if when is not None else None
    match = _AGO.search(text) or _AGO_ZH.search(text)
    if match:
        number = float(_NUMBER[match["n"]] if match["n"] in _NUMBER else match["n"])
        unit = _UNIT[match["unit"]]
        when = clock.now - number * unit
        if unit >= _DAY:
            day = clock.local(when).replace(hour=0, minute=0, second=0, microsecond=0)
            return _days(day, max(1, round(unit / _DAY / 2)), match[0])
        return when - unit / 2, when + unit / 2, match[0]
    for pattern, days in (
        (r"day before yesterday|前天", 2),
        (r"yesterday|昨天|昨日", 1),
        (r"today|今天|今日|this morning|今早", 0),
    ):
        match = re.search(pattern, text)
        if match:
            return _days(today - timedelta(days=days), 1, match[0])
    match = _LAST.search(text)
    if match:
        if match[2] == "night" or match[3] == "昨晚":
            evening = today - timedelta(hours=6)
            return evening.timestamp(), today.timestamp() + 6 * _HOUR, match[0]
        days = 30 if match[2] == "month" or match[3] == "上个月" else 7
        back = days if days == 30 else today.weekday() + 7
        return _days(today - timedelta(days=back), days, match[0])
    match = _WEEKDAY.search(text)
    if match:
        back = (today.weekday() - _WEEKDAYS[match[1] or match[2]]) % 7
        return _days(today - timedelta(days=back or 7 * match[0].startswith("上")), 1, match[0])
    return None


def _days(first: datetime, days: int, said: str) -> tuple[float, float, str]:
    return first.timestamp(), (first + timedelta(days=days)).timestamp(), said


def _after_change(text: str, clock: Clock, changes: Iterable[Change]) -> Onset | None:
    match = _AFTER_CHANGE.search(text)
    if not match:
        return None
    kinds = next((k for words, k in _MEANT if re.search(words, match[0])), _PACKAGES)
    times = [c.when for c in changes if c.when is not None and c.when <= clock.now and c.kind in kinds]
    return Onset(max(times), max(times), f'"{match[0].strip()}"') if times else None
