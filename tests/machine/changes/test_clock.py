"""Times: zones, missing years, the future."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from kbtui.machine.asks import Raw
from kbtui.machine.changes.clock import Clock, clock_from
from kbtui.machine.changes.model import change
from kbtui.machine.changes.onset import parse_onset
from tests.machine.changes.logs import CLOCK, NOW, answers, epoch


@pytest.mark.parametrize(
    ("stamp", "utc"),
    [
        ("2026-11-22 06:41:20", "2026-11-22T06:41:20"),
        ("2026-11-22  06:41:20", "2026-11-22T06:41:20"),
        ("2024-11-05T10:12:13+0100", "2024-11-05T09:12:13"),
        ("2024-11-05T10:12:13.179999+01:00", "2024-11-05T09:12:13"),
        ("2024-11-05T10:12:13-0530", "2024-11-05T15:42:13"),
        ("2023-05-10T11:00:01Z", "2023-05-10T11:00:01"),
        ("2019-03-01 12:00", "2019-03-01T12:00:00"),
        ("2026-11-20", "2026-11-20T00:00:00"),
        ("Tue Nov  5 10:12:13 2024", "2024-11-05T10:12:13"),
        ("Tue 05 Nov 2024 10:12:13 AM UTC", "2024-11-05T10:12:13"),
        ("Tue 05 Nov 2024 12:12:13 AM UTC", "2024-11-05T00:12:13"),
        ("Nov 22 06:41:20", "2026-11-22T06:41:20"),
        ("Dec 24 06:41:20", "2025-12-24T06:41:20"),
        ("Feb 29 06:41:20", "2024-02-29T06:41:20"),
    ],
)
def test_every_stamp_is_read(stamp, utc):
    assert CLOCK.read(stamp) == epoch(utc)


@pytest.mark.parametrize(
    "stamp", ["", "yesterday", "2026-13-01 00:00:00", "2026-11-31", "Foo 12 06:41:20", "99", "0000-01-01"]
)
def test_what_is_no_time_is_none(stamp):
    assert CLOCK.read(stamp) is None


def test_a_syslog_stamp_at_new_year_is_last_year():
    new_year = Clock(epoch("2026-01-01T00:10:00"))
    assert new_year.read("Dec 31 23:59:00") == epoch("2025-12-31T23:59:00")


def test_the_machine_tells_its_zone():
    seen = answers(localtime={"/etc/localtime": "link -> ../usr/share/zoneinfo/Asia/Shanghai"})
    assert clock_from(seen, 0.0) == Clock(NOW, ZoneInfo("Asia/Shanghai"))
    named = answers(timezone="Europe/Berlin\n")
    assert clock_from(named, 0.0).zone == ZoneInfo("Europe/Berlin")
    offset = answers(date="2026-11-25 17:30:00 +0530\n")
    assert clock_from(offset, 0.0).read("2026-11-25 17:30:00") == NOW
    unknown = answers(date=Raw(status="unknown", reason="not in this bundle"), timezone="Not/AZone")
    assert clock_from(unknown, 5.0) == Clock(5.0, UTC, guessed=True)


def test_daylight_saving_is_kept():
    berlin = Clock(NOW, ZoneInfo("Europe/Berlin"))
    assert berlin.read("2026-07-01 12:00:00") == epoch("2026-07-01T10:00:00")
    assert berlin.read("2026-11-01 12:00:00") == epoch("2026-11-01T11:00:00")


def day(text: str) -> tuple[float, float]:
    return epoch(f"{text}T00:00:00"), epoch(f"{text}T00:00:00") + 86400


@pytest.mark.parametrize(
    ("words", "span"),  # now is Wednesday 25 November 2026, noon
    [
        ("it worked until yesterday", (day("2026-11-24")[0], NOW)),
        ("昨天还好好的", (day("2026-11-24")[0], NOW)),
        ("broken since yesterday", day("2026-11-24")),
        ("torch is not working since yesterday", day("2026-11-24")),
        ("since Monday training hangs", day("2026-11-23")),
        ("since 2026-11-20", day("2026-11-20")),
        ("nvidia-smi fails, three days ago it began", day("2026-11-22")),
        ("三天前开始报错", day("2026-11-22")),
        ("11月20日之后", day("2026-11-20")),
        ("上周五坏的", day("2026-11-20")),
        ("今天早上开不了机", (day("2026-11-25")[0], NOW)),
        ("crashed this morning", (day("2026-11-25")[0], NOW)),
        ("2 hours ago", (NOW - 2.5 * 3600, NOW - 1.5 * 3600)),
        ("an hour ago", (NOW - 1.5 * 3600, NOW - 0.5 * 3600)),
        ("last week", (day("2026-11-16")[0], day("2026-11-23")[0])),
    ],
)
def test_the_persons_words_are_a_time(words, span):
    onset = parse_onset(words, CLOCK)
    assert onset is not None and (onset.earliest, onset.latest) == span
    assert onset.why.strip('"') in words.lower()


@pytest.mark.parametrize("words", ["nvidia-smi has failed", "", "显卡驱动装不上", "error 803", "since 2031-01-01"])
def test_no_time_is_no_onset(words):
    assert parse_onset(words, CLOCK) is None


def test_since_the_update_is_the_time_of_the_update():
    history = [
        change(NOW - 9000, "driver", "nvidia-driver-550", before="550.1", after="550.2"),
        change(NOW - 5000, "package", "tzdata", before="1", after="2"),
        change(NOW - 4000, "boot", "started"),
        change(NOW + 9999, "driver", "from the future"),
    ]
    for words, back in (
        ("since the update nothing works", 5000),
        ("after the nvidia driver update", 9000),
        ("after I installed the nvidia driver and rebooted", 9000),
        ("更新之后就黑屏", 5000),
        ("驱动升级后", 9000),
        ("since the reboot", 4000),
        ("重启之后没有显卡", 4000),
    ):
        onset = parse_onset(words, CLOCK, history)
        assert onset is not None and onset.latest == NOW - back, words
    assert parse_onset("since the update", CLOCK) is None


def test_now_for_a_person_is_local():
    assert CLOCK.local(NOW) == datetime(2026, 11, 25, 12, tzinfo=UTC)
