"""The .run installer's own log.

/var/log/nvidia-installer.log    nvidia-installer log file '/var/log/nvidia-installer.log'
                                 creation time: Thu Nov 20 10:11:12 2026
                                 installer version: 550.163.01
"""

from __future__ import annotations

import re

from kbtui.machine.changes.clock import Clock
from kbtui.machine.changes.model import Change, change

_CREATED = re.compile(r"^creation time: (.+)$", re.MULTILINE)
_VERSION = re.compile(r"^installer version: (\S+)", re.MULTILINE)


def installer(text: str, origin: str, clock: Clock) -> list[Change]:
    """The last run of the installer; it keeps no older ones."""
    version = _VERSION.search(text)
    if not version:
        return []
    created = _CREATED.search(text)
    when = clock.read(created[1]) if created else None
    what = "NVIDIA installer (.run)"
    return [change(when, "driver", what, after=version[1], origin=origin, raw=created[0] if created else version[0])]
