"""Commands as a person calls them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kbtui.cli import main

Run = Callable[..., str]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Call a command with its words; checks the exit code, gives what it printed."""

    def call(*argv: str, code: int = 0) -> str:
        assert main(argv) == code
        return capsys.readouterr().out

    return call
