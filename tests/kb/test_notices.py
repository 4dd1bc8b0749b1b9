"""What holds here for a while: until when, on which hosts."""

from __future__ import annotations

import time

import pytest

from kbtui.kb.notices import Notice, in_force

NOW = time.mktime(time.strptime("2026-11-25 17:00", "%Y-%m-%d %H:%M"))


def held(host: str = "", **more: object) -> bool:
    return bool(in_force([Notice(text="Driver upgrade", **{"until": "2099-01-01", **more})], host, NOW))


@pytest.mark.parametrize(
    ("more", "holds"),
    [
        ({"until": "2026-11-25"}, True),
        ({"until": "2026-11-24"}, False),
        ({"until": "2026-11-25 17:00"}, True),
        ({"until": "2026-11-25 16:59"}, False),
        ({"since": "2026-11-25 17:01"}, False),
        ({"since": "2026-11-25"}, True),
    ],
)
def test_it_holds_from_its_beginning_to_its_end(more, holds):
    assert held(**more) is holds


@pytest.mark.parametrize(
    ("pattern", "host", "holds"),
    [
        ("gpu[01-20]", "gpu07", True),
        ("gpu[01-20]", "gpu20.cluster.example", True),
        ("gpu[01-20]", "gpu21", False),
        ("gpu[01-20]", "gpu7", False),
        ("gpu[1-20]-[1-2]", "gpu7-3", False),
        ("GPU*", "gpu-box", True),
        ("gpu*.cluster.example", "gpu1.another.example", False),
        ("gpu.1", "gpux1", False),
        ("gpu[01-20]", "", False),
    ],
)
def test_hosts_are_names_ranges_and_stars(pattern, host, holds):
    assert held(host, hosts=[pattern]) is holds
