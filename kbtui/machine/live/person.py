"""The person's own surroundings: the environment of the process looked at, and the Python that they work in."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from kbtui.errors import InputError


def environment(pid: int | None = None) -> dict[str, str]:
    """Variables of a process; of kbtui itself where no process is named.

    InputError where there is no such process, or it belongs to somebody else.
    """
    if pid is None:
        return dict(os.environ)
    try:
        raw = Path(f"/proc/{pid}/environ").read_bytes()
    except PermissionError as error:
        raise InputError(f"process {pid} is another user's: run as that user, or as root") from error
    except OSError as error:
        raise InputError(f"there is no process {pid} here") from error
    pairs = (item.partition(b"=") for item in raw.split(b"\0") if item)
    return {os.fsdecode(name): os.fsdecode(value) for name, _, value in pairs}


def python(env: Mapping[str, str]) -> str | None:
    """The Python that `python3` means to this person: of the active environment, else the first on PATH."""
    for variable in ("VIRTUAL_ENV", "CONDA_PREFIX"):
        home = env.get(variable)
        if home and os.access(f"{home}/bin/python3", os.X_OK):
            return f"{home}/bin/python3"
    path = env.get("PATH", "")
    return shutil.which("python3", path=path) or shutil.which("python", path=path)
