"""Every test has a home of its own: no test reads or writes the person's settings, cases or caches."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from kbtui.engine import Engine

# Under nohup it is ignored, by every child too, and nothing that a lost line should end would end.
signal.signal(signal.SIGHUP, signal.SIG_DFL)


@pytest.fixture(autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("HOME", str(home))
    for name in (
        "XDG_CONFIG_HOME",
        "XDG_DATA_HOME",
        "XDG_CACHE_HOME",
        "XDG_STATE_HOME",
        "KBTUI_PACKS",
        "LANG",
        "LC_ALL",
    ):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", _shared_cache())
    monkeypatch.setenv("COLUMNS", "100")


def _shared_cache() -> str:
    """One warm cache for the whole run, so that the shipped pack is read once."""
    folder = Path(os.environ.get("PYTEST_SHARED_CACHE", "/tmp")) / f"kbtui-tests-{os.getuid()}"
    folder.mkdir(parents=True, exist_ok=True)
    return str(folder)


@pytest.fixture(scope="session")
def engine() -> Engine:
    """The engine over the shipped pack."""
    old = {k: os.environ.get(k) for k in ("XDG_CACHE_HOME", "KBTUI_PACKS")}
    os.environ["XDG_CACHE_HOME"] = _shared_cache()
    os.environ.pop("KBTUI_PACKS", None)
    try:
        return Engine.open()
    finally:
        for key, value in old.items():
            if value is None:
                os.environ.pop(key, None)
            else:
                os.environ[key] = value
