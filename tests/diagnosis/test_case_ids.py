"""How cases are named: newest last by name alone."""

from __future__ import annotations

import time

import pytest

from kbtui.diagnosis import case


def test_cases_sort_by_time_within_a_second_too(monkeypatch: pytest.MonkeyPatch) -> None:
    start = 1_780_000_000 * 10**9
    moments = [start + ms * 10**6 for ms in (0, 1, 15, 16, 255, 999, 1000)]
    names = []
    for moment in moments:
        monkeypatch.setattr(time, "time_ns", lambda moment=moment: moment)
        names.append(case.new_id("x"))
    assert names == sorted(names) and len(set(names)) == len(names)


def test_two_texts_of_one_moment_stay_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "time_ns", lambda: 1_780_000_000 * 10**9)
    assert case.new_id("one") != case.new_id("two")
