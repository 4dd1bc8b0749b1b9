"""The person's folders by the XDG rules. Imports nothing heavy: the screens need it before their first frame."""

from __future__ import annotations

import os
from pathlib import Path

SITE = Path("/etc/kbtui")


def config_home() -> Path | None:
    """Where the person's own settings live; None where there is no home."""
    return _home("XDG_CONFIG_HOME", ".config")


def cache_home() -> Path | None:
    """Where built caches live; None where there is no home."""
    return _home("XDG_CACHE_HOME", ".cache")


def data_home() -> Path | None:
    """Where cases live; None where there is no home."""
    return _home("XDG_DATA_HOME", ".local/share")


def site_home() -> Path:
    """Where whoever keeps this machine lays what holds for everybody on it."""
    return SITE


def _home(variable: str, default: str) -> Path | None:
    named = os.environ.get(variable)
    if named:
        return Path(named) / "kbtui"
    home = os.environ.get("HOME")
    return Path(home) / default / "kbtui" if home else None
