"""Versions in one order."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbtui.conditions.versions import Version, looks_like_version, parse_version

RISING = [
    "1.13.1",
    "2.0.0.dev2022",
    "2.0.0a0+git1234",
    "2.0.0b1",
    "2.0.0rc1.dev3",
    "2.0.0rc1",
    "2.0.0rc2",
    "2.0.0",
    "2.0.0.post1",
    "2.1",
    "2.10.0.dev20250901+cu130",
    "2.10.0",
    "4.18.0-553.el8_10.x86_64",
    "5.14.0-503",
    "6.8.0-45-generic",
    "6.8.0-48-generic",
    "6.11.0-rc3",
    "6.11.0",
    "6.12.1-arch1-1",
    "525.60.13",
    "550.54",
    "550.120",
]
EQUAL = [
    ("12.4", "12.4.0"),
    ("12", "12.0.0"),
    ("2.6.0+cu124", "2.6.0"),
    ("6.8.0-45-generic", "6.8.0.45"),
    ("v1.2", "1.2"),
    ("2.6.0+cu124", "2.6.0+cpu"),
    ("6.6.87.2-microsoft-standard-WSL2", "6.6.87.2"),
    ("1.1.1w", "1.1.1"),
    ("R550", "550"),
    ("24.04 LTS", "24.4"),
    ("2.0.0-rc1", "2.0.0rc1"),
    ("2.0.0.alpha2", "2.0.0a2"),
    ("5.6.4-rt3-xanmod1", "5.6.4"),
    ("5.15.0-1053-aws", "5.15.0.1053"),
    ("2.1.0.nightly", "2.1.0.dev0"),
    ("550.54.14-0ubuntu1", "550.54.14"),
]


@pytest.mark.parametrize(("low", "high"), list(itertools.combinations(RISING, 2)))
def test_order(low, high):
    a, b = Version(low), Version(high)
    assert a < b and a <= b and b > a and b >= a and a != b and not b < a


@pytest.mark.parametrize(("one", "other"), EQUAL)
def test_equal(one, other):
    a, b = Version(one), Version(other)
    assert a == b and hash(a) == hash(b) and a <= b and a >= b and not a < b and not a > b


def test_a_shorter_version_is_the_first_of_its_kind():
    assert Version("12.4") == Version("12.4.0") and Version("12.4") < Version("12.4.1")


@pytest.mark.parametrize("text", ["", "latest", "abc1", "-1", ".5", "cuda 12"])
def test_no_version(text):
    with pytest.raises(ValueError, match="not a version"):
        parse_version(text)


def test_a_hostile_version_is_cut_short():
    assert len(Version("1." * 5000 + "1").numbers) <= 101


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("550.120", True),
        ("2.6.0+cu124", True),
        ("v1.2", True),
        ("6.8.0-45-generic", True),
        ("12", True),
        ("550 or so", False),
        ("latest", False),
        ("12.4,", False),
        ("", False),
    ],
)
def test_looks_like_a_version(text, is_one):
    assert looks_like_version(text) is is_one


NUMBERS = st.lists(st.integers(0, 999), min_size=1, max_size=5)


@given(NUMBERS, NUMBERS)
def test_numbers_are_ordered_like_padded_lists(a, b):
    pad = [[*n, *[0] * (5 - len(n))] for n in (a, b)]
    one, other = (Version(".".join(map(str, n))) for n in (a, b))
    assert (one < other, one == other) == (pad[0] < pad[1], pad[0] == pad[1])
