"""Every next step says why in both languages."""

from __future__ import annotations

import re

import pytest

from kbtui.engine import Request
from kbtui.machine.given import facts_from

HAN = re.compile(r"[\u4e00-\u9fff]")
SURE = {"secure_boot.enabled": "true", "driver.installed": "true", "driver.module_loaded": "false"}
NO_ROOT = {"me.root": "false", "me.sudo": "false"}
LOCKED = "E: Could not get lock /var/lib/dpkg/lock-frontend"
ERROR = "modprobe: ERROR: could not insert 'nvidia': Key was rejected by service"


@pytest.mark.parametrize(
    ("kind", "request_"),
    [
        ("none", Request(text="zzzz qqqq")),
        ("none", Request(text="the quick brown fox jumps over the lazy frobnicator dog and nothing else at all")),
        ("fix", Request(text=ERROR, facts=facts_from(SURE, "test"))),
        ("fix", Request(text="there is smoke and a burning smell from the card")),
        ("handoff", Request(text=LOCKED, facts=facts_from(NO_ROOT, "test"))),
    ],
)
def test_why_has_a_twin(engine, kind, request_):
    found = engine.diagnose(request_).next
    assert found.why and HAN.search(found.why_zh), found
    assert found.kind == kind


@pytest.mark.parametrize(
    "text", ["no X after I installed the nvidia driver", "nccl hangs", "training is slow", "cuda not available"]
)
def test_questions_and_looks_have_one_too(engine, text):
    found = engine.diagnose(Request(text=text)).next
    assert HAN.search(found.why_zh) and re.findall(r"\d+", found.why)[:1] == re.findall(r"\d+", found.why_zh)[:1]
