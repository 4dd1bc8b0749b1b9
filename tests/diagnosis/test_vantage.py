"""A wrong vantage point is said; an ordinary one says nothing."""

from __future__ import annotations

import pytest

from kbtui.diagnosis import vantage
from kbtui.machine.facts import Fact, Facts


def facts(**values: object) -> Facts:
    return Facts(Fact(name=n.replace("__", "."), value=v, kind="live") for n, v in values.items())  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("values", "word"),
    [
        ({"os__container": "docker"}, "container"),
        ({"cluster__login_node": True}, "login node"),
        ({"slurm__in_job": True, "slurm__gpus_requested": False}, "Slurm"),
        ({"me__root": False, "me__sudo": False}, "no root"),
        ({"python__user_site_shadows": ["torch"]}, "torch"),
    ],
)
def test_what_is_wrong_is_said(values, word):
    (said,) = vantage.said(facts(**values))
    assert word in said[0] and any("\u4e00" <= c <= "\u9fff" for c in said[1])


def test_an_ordinary_place_says_nothing():
    ordinary = {"os__container": "none", "me__root": False, "me__sudo": True, "python__user_site_shadows": []}
    assert vantage.said(facts(**ordinary)) == [] == vantage.said(Facts())
