"""One walk for all: the story with two dives and a fix that did not hold."""

from __future__ import annotations

import pytest

from kbtui.engine import Engine
from kbtui.report import build, walk
from kbtui.report.model import Report
from tests.report import story


@pytest.fixture(scope="session")
def walked(engine: Engine) -> walk.Walk:
    return walk.replay(engine, "20260101-100000-abc123", story.events())


@pytest.fixture(scope="session")
def english(walked: walk.Walk) -> Report:
    return build.report(walked, zh=False)


@pytest.fixture(scope="session")
def chinese(walked: walk.Walk) -> Report:
    return build.report(walked, zh=True)
