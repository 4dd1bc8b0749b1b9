"""Tokens and passwords are masked where raw text becomes evidence, so that no screen and no file ever holds one."""

from __future__ import annotations

import re

_PERHAPS = re.compile(
    r"(?i)token|passw|passph|secret|api[_-]?key|access[_-]?key|private key|credential|authorization|bearer|cookie|psk"
    r"|://[^/\s]*@|[A-Za-z0-9_-]{24,}|\$[1256y]\w?\$"
)


def masked(text: str) -> str:
    """The text without its secrets. Most texts hold nothing like one, and cost one search."""
    if not _PERHAPS.search(text):
        return text
    from kbtui.redaction.masks import mask

    return mask(text)
