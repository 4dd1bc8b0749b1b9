"""Which concepts a person has marked as read; kept over all cases."""

from __future__ import annotations

import json
from pathlib import Path

from kbtui.errors import InputError
from kbtui.homes import data_home


def _file() -> Path | None:
    home = data_home()
    return home / "read.json" if home else None


def load() -> set[str]:
    """The ids; none where the file cannot be read."""
    file = _file()
    try:
        saved = json.loads(file.read_bytes()) if file else []
    except (OSError, ValueError):
        return set()
    return {name for name in saved if isinstance(name, str)} if isinstance(saved, list) else set()


def save(read: set[str]) -> None:
    """Keep them. InputError where they cannot be written."""
    file = _file()
    if file is None:
        raise InputError("there is no home folder to keep it in; set XDG_DATA_HOME")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        fresh = file.with_suffix(".new")
        fresh.write_text(json.dumps(sorted(read)), encoding="utf-8")
        fresh.replace(file)
    except OSError as error:
        raise InputError(f"{file} cannot be written: {error.strerror}") from error
