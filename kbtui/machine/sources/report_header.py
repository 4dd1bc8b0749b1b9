"""The first lines of an nvidia-bug-report.log and the summary table that follows them since 2025.

nvidia-bug-report.sh Version: 36172400

Date: 2025年 07月 18日 星期五 18:50:28 CST
uname: Linux box 6.12.3-061203-generic #202412060638 SMP PREEMPT_DYNAMIC Fri Dec  6 07:08:51 UTC 2024 x86_64 GNU/Linux
command line flags: --safe-mode

Component                           | Details
================================================================================
NVIDIA SMI                          | NVIDIA-SMI version  : 570.172.08
                                    | CUDA Version        : 12.8
--------------------------------------------------------------------------------
NVIDIA GPU Details                  | Failed: No devices were found
"""

from __future__ import annotations

import re
from typing import NamedTuple

_MONTHS = """
en jan feb mar apr may jun jul aug sep oct nov dec | de jan feb mär apr mai jun jul aug sep okt nov dez
fr janv févr mars avril mai juin juil août sept oct nov déc | nl jan feb mrt apr mei jun jul aug sep okt nov dec
es ene feb mar abr may jun jul ago sep oct nov dic | it gen feb mar apr mag giu lug ago set ott nov dic
pt jan fev mar abr mai jun jul ago set out nov dez | ru янв фев мар апр мая июн июл авг сен окт ноя дек
ru янв фев мар апр май июн июл авг сен окт ноя дек | uk січ лют бер кві тра чер лип сер вер жов лис гру
pl sty lut mar kwi maj cze lip sie wrz paź lis gru | cs led úno bře dub kvě čer čvc srp zář říj lis pro
sv jan feb mar apr maj jun jul aug sep okt nov dec | tr oca şub mar nis may haz tem ağu eyl eki kas ara
hu jan febr márc ápr máj jún júl aug szept okt nov dec | fi tammi helmi maalis huhti touko kesä heinä elo syys loka marras joulu
"""
_WEEKDAYS = """
en mon tue wed thu fri sat sun | de mo di mi do fr sa so | fr lun mar mer jeu ven sam dim | nl ma di wo do vr za zo
es lun mar mié jue vie sáb dom | it lun mar mer gio ven sab dom | pt seg ter qua qui sex sáb dom
ru пн вт ср чт пт сб вс пнд втр срд чтв птн сбт вск | uk пн вт ср чт пт сб нд | pl pon wto śro czw pią sob nie | cs po út st čt pá so ne
sv mån tis ons tors fre lör sön | tr pzt sal çar per cum cmt paz | hu h k sze cs p szo v | fi ma ti ke to pe la su
"""
_ARCH = re.compile(r"\b(x86_64|aarch64|i[3-6]86|ppc64le|ppc64|armv\w+|riscv64|amd64)\b")
_CLOCK = re.compile(r"(\d{1,2})[:.時时h](\d{2})[:.分m](\d{2})")
_STAMP = re.compile(r"\*\*\* ls: \S{10,11} .*? (\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)[.\d]* ([+-]\d{4}) /")
_ROW = re.compile(r"(\S.*?)?\s*\| ?(.*)")


class Head(NamedTuple):
    """What the first section says."""

    version: int | None
    """Of the script: a change number, 4401223 of 2009 to 37062940 of 2025."""
    date: str
    """ISO, with the offset where any time stamp of the report shows it; "" where it cannot be read."""
    date_text: str
    uname: tuple[str, str, str, str]
    """Kernel, host, release, machine; empty texts where there is no line."""
    flags: tuple[str, ...]
    locale: str
    """A language such as fr or nl; zh_CN, ja or ko by the signs of the date; "" where the date does not tell."""
    table: dict[str, list[str]]
    """The summary table: component to its lines."""
    lines: dict[str, int]
    """1-based lines of the report: of `date`, `uname`, `flags`, `version` and each component."""


def read_head(body: str, line: int, report: str) -> Head:
    """From the body of the first section, its first line, and the report for the time stamps in it. Never raises."""
    fields: dict[str, str] = {}
    lines: dict[str, int] = {}
    table: dict[str, list[str]] = {}
    component = ""
    for at, row in enumerate(body.split("\n"), line):
        for name, words in _FIELDS.items():
            if row.startswith(words) and name not in fields:
                fields[name], lines[name] = row[len(words) :].strip(), at
        match = _ROW.match(row) if "|" in row else None
        if match and not (match[1] == "Component" and match[2] == "Details"):
            component = match[1] or component
            table.setdefault(component, []).append(match[2].rstrip())
            lines.setdefault(component, at)
    version = fields.get("version", "")
    date = fields.get("date", "")
    return Head(
        int(version) if version.isascii() and version.isdecimal() and len(version) < 16 else None,
        _iso(date, report),
        date,
        _uname(fields.get("uname", "")),
        tuple(fields.get("flags", "").split()),
        _language(date)[0],
        table,
        lines,
    )


_FIELDS = {
    "version": "nvidia-bug-report.sh Version:",
    "date": "Date:",
    "uname": "uname:",
    "flags": "command line flags:",
}


def _uname(said: str) -> tuple[str, str, str, str]:
    words = said.split()
    if len(words) < 3:
        return ("", "", "", "")
    machines = _ARCH.findall(" ".join(words[3:]))
    return (words[0], words[1], words[2], machines[0] if machines else "")


def _iso(date: str, report: str) -> str:
    """The date line as ISO. What its words do not tell (the month of a rare locale, the offset) is taken from the
    time stamp in the report that stands nearest to it."""
    clock = _CLOCK.search(date)
    rest = f"{date[: clock.start()]} {date[clock.end() :]}" if clock else ""
    year = re.search(r"(?<!\d)(?:19|20)\d\d(?!\d)", rest)
    if not clock or not year:
        return ""
    hour, minute, second = (int(n) for n in clock.groups())
    if re.search(r"\bpm\b|下午|午後|오후|晚上", date.lower()) and hour < 12:
        hour += 12
    elif re.search(r"\bam\b|上午|午前|오전|凌晨", date.lower()) and hour == 12:
        hour = 0
    month, day = _month_and_day(rest, year, _language(date)[1])
    near = [s for s in _stamps(report, year[0]) if int(s[3]) == day and (not month or int(s[2]) == month)]
    if not month and near:
        month = int(near[0][2])
    if not (1 <= month <= 12 and 1 <= day <= 31 and hour < 24 and minute < 60 and second < 61):
        return ""
    offset = f"{near[0][7][:3]}:{near[0][7][3:]}" if near else _zone(date)
    return f"{year[0]}-{month:02d}-{day:02d}T{hour:02d}:{minute:02d}:{second:02d}{offset}"


def _month_and_day(rest: str, year: re.Match[str], month: int) -> tuple[int, int]:
    """From a date without its clock; 0 for what it does not tell."""
    plain = re.search(r"(\d{1,2})\s*[月월]\s*(\d{1,2})", rest) or re.match(r"-(\d\d)-(\d\d)", rest[year.end() :])
    if plain:
        return int(plain[1]), int(plain[2])
    numbers = [int(n) for n in re.findall(r"(?<![\d+-])\d{1,2}(?!\d)", rest.replace(year[0], " ", 1))]
    days = [n for n in numbers if 1 <= n <= 31]
    month = month or _month(rest)
    if not month and len(days) > 1:
        return days[0], days[1]
    return month, days[0] if days else 0


def _stamps(report: str, year: str) -> list[re.Match[str]]:
    """The first time stamps of that year in the report's `ls` lines."""
    found: list[re.Match[str]] = []
    at = report.find("*** ls: ") if year else -1
    while at >= 0 and len(found) < 400:
        match = _STAMP.match(report, at)
        if match and match[1] == year:
            found.append(match)
        at = report.find("\n*** ls: ", at)
        at += at >= 0
    return found


def _zone(date: str) -> str:
    numeric = re.search(r"(?<!\d)([+-])(\d\d)(\d\d)?(?!\d)", date)
    if numeric:
        return f"{numeric[1]}{numeric[2]}:{numeric[3] or '00'}"
    return "+00:00" if re.search(r"\b(?:UTC|GMT)\b", date) else ""


def _tables(source: str) -> list[tuple[str, list[str]]]:
    rows = (row.split() for block in source.strip().split("\n") for row in block.split("|"))
    return [(row[0], row[1:]) for row in rows]


def _month(text: str) -> int:
    words = re.findall(r"[^\W\d_]+", text.lower())
    for _, names in _tables(_MONTHS):
        for word in words:
            number = next((i for i, name in enumerate(names, 1) if word.startswith(name)), 0)
            if number:
                return number
    return 0


def _language(date: str) -> tuple[str, int]:
    """The language whose weekday and month both stand in the date, and that month; "" and 0 where none does."""
    if re.search(r"[가-힣]", date):
        return "ko", 0
    if re.search(r"[年月日]", date):
        return ("ja" if re.search(r"[月火水木金土日]曜", date) else "zh_TW" if "週" in date else "zh_CN"), 0
    words = re.findall(r"[^\W\d_]+\.?", date)
    days = dict(_tables(_WEEKDAYS))
    for language, months in _tables(_MONTHS):
        for at, word in enumerate(words):
            if _weekday(language, word, days[language]):
                others = [w.lower() for w in words[:at] + words[at + 1 :]]
                month = next((n for n, m in enumerate(months, 1) if any(w.startswith(m) for w in others)), 0)
                if month:
                    return language, month
    return "", 0


def _weekday(language: str, word: str, days: list[str]) -> bool:
    """Whether the word is a weekday, short or long. German writes it large and French short with a dot, which tells
    them from Dutch and Spanish."""
    low = word.lower().removesuffix(".")
    short = low in days
    if language == "de" and not word[:1].isupper():
        return False
    if language == "fr" and short and not word.endswith("."):
        return False
    return short or any(len(day) > 2 and low.startswith(day) for day in days)
