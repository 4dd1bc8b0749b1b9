"""One small index for all tests of search."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kbtui.kb.search import Index, build
from tests.kb.search.corpus import DOCS


@pytest.fixture(scope="session")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    path: Path = tmp_path_factory.mktemp("search") / "search.sqlite"
    build(DOCS, path)
    with Index.open(path) as opened:
        yield opened
