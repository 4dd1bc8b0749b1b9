"""What kbtui's own children print: one JSON object a line, the last of them perhaps cut off by a deadline."""

from __future__ import annotations

from typing import Any

import msgspec

from kbtui.machine.asks import Raw

Said = dict[str, Any]


def said(raw: Raw) -> list[Said]:
    """The objects in the order they were printed; a half line and anything that is no object is left out."""
    found = []
    for line in raw.text.splitlines():
        try:
            item = msgspec.json.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError):
            continue
        if isinstance(item, dict):
            found.append(item)
    return found


def first(items: list[Said], what: str) -> Said | None:
    """The first object of a kind."""
    return next((item for item in items if item.get("what") == what), None)


def dotted(number: int) -> str:
    """CUDA's way to write a version as one number: 12040 is 12.4."""
    return f"{number // 1000}.{number % 1000 // 10}"
