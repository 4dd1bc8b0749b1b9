"""Tokens and passwords are masked where raw text becomes evidence, so that no screen and no file ever holds one."""

from __future__ import annotations

import re

_WORDS = (
    "token", "passw", "passph", "secret", "apikey", "api_key", "api-key", "accesskey", "access_key", "access-key",
    "private key", "credential", "authorization", "bearer", "cookie", "psk", "$1", "$2", "$5", "$6", "$y",
)  # fmt: skip
_SHAPES = re.compile(r"://[^/\s]*@|[A-Za-z0-9_-]{24}")


def masked(text: str) -> str:
    """The text without its secrets. Most texts hold nothing like one, and are only searched for a few words."""
    low = text.lower()
    if not any(word in low for word in _WORDS) and not _SHAPES.search(text):
        return text
    from kbtui.redaction.masks import mask

    return mask(text)
