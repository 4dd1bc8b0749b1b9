"""What a person chose, kept between starts. Read before the first frame, so it imports nothing heavy."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

from kbtui.errors import InputError
from kbtui.homes import config_home


class Settings(NamedTuple):
    """Every setting has a default that works."""

    lang: str = ""
    """en or zh; "" lets the locale decide."""
    theme: str = "kbtui-dark"
    look: bool = True
    """Look at this machine at the start."""
    calm: bool = False
    """Update once a second instead of four times: for slow lines."""
    copy_only: bool = False
    """Steps are copied and never run. Of this session only: it is not kept."""


def _file() -> Path | None:
    home = config_home()
    return home / "screens.json" if home else None


def load() -> Settings:
    """The saved settings; the default for each that is missing or of another type."""
    file = _file()
    try:
        saved = json.loads(file.read_bytes()) if file else {}
    except (OSError, ValueError):
        return Settings()
    defaults = Settings()._asdict()
    del defaults["copy_only"]
    saved = saved if isinstance(saved, dict) else {}
    fitting: dict[str, Any] = {k: v for k, v in saved.items() if type(v) is type(defaults.get(k))}
    return Settings()._replace(**fitting)


def save(settings: Settings) -> None:
    """Keep them. InputError where they cannot be written."""
    file = _file()
    if file is None:
        raise InputError("there is no home folder to keep settings in; set XDG_CONFIG_HOME")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        fresh = file.with_suffix(".new")
        fresh.write_text(
            json.dumps({k: v for k, v in settings._asdict().items() if k != "copy_only"}, indent=2), encoding="utf-8"
        )
        fresh.replace(file)
    except OSError as error:
        raise InputError(f"{file} cannot be written: {error.strerror}") from error
