"""What is made to leave goes through here: people, hosts, addresses and serials become stand-ins.

The same name always becomes the same stand-in within one `Redactor`, so that a report stays readable. Secrets are
masked whole.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

_SECRET = re.compile(
    r"(?i)\b((?:api[_-]?key|token|secret|passw(?:or)?d|passphrase|authorization)\s*[=:]\s*(?:bearer\s+)?)(\S{4,})"
    r"|\b(hf_[A-Za-z0-9]{20,}|gh[pousr]_[A-Za-z0-9]{20,}|sk-[A-Za-z0-9_-]{20,}|AKIA[0-9A-Z]{16})\b"
    r"|(?<=://)([^/\s:@]+:[^/\s@]+)(?=@)"
)
_KINDS: list[tuple[str, re.Pattern[str]]] = [
    ("email", re.compile(r"\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+\b")),
    ("mac", re.compile(r"\b(?:[0-9a-fA-F]{2}:){5}[0-9a-fA-F]{2}\b")),
    ("ip", re.compile(r"\b(?!127\.0\.0\.1\b|0\.0\.0\.0\b)(?:\d{1,3}\.){3}\d{1,3}\b(?!\.\d)")),
    ("ip6", re.compile(r"\b(?:[0-9a-fA-F]{1,4}:){4,7}[0-9a-fA-F]{1,4}\b|\bfe80::[0-9a-fA-F:]+\b")),
    ("gpu-uuid", re.compile(r"\b(?:GPU|MIG)-[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\b")),
    ("serial", re.compile(r"(?i)(?<=serial number)(\s*:\s*)(?!N/A)(\w{6,})")),
]
_USER = re.compile(r"(?<=/home/)[^/\s:'\"]+|(?<=/Users/)[^/\s:'\"]+|(?<=\\Users\\)[^\\\s:'\"]+")
_PROMPT = re.compile(r"^\s*[\[(]?([a-z_][\w.-]*)@([A-Za-z][\w.-]*)(?=[:\s][^\n]*[$#%])", re.MULTILINE)
_SYSLOG = re.compile(r"^[A-Z][a-z]{2} +\d+ [\d:]{8} (\S+)(?= \S+:)", re.MULTILINE)


class Redactor:
    """Stand-ins given out so far. `names`: host and user names that are known beforehand."""

    def __init__(self, names: dict[str, str] | None = None) -> None:
        self._given: dict[str, dict[str, str]] = {}
        self._known: dict[str, str] = {}
        for name, kind in (names or {}).items():
            self.learn(name, kind)

    def learn(self, name: str, kind: str) -> None:
        """Replace this name wherever it stands as a word from now on."""
        if len(name) > 2 and name not in ("root", "user", "localhost"):
            self._known[name] = self._stand_in(kind, name)

    def text(self, text: str) -> str:
        """The text with everything that names somebody replaced."""
        text = _SECRET.sub(lambda m: (m[1] or "") + "<secret>", text)
        for match in _PROMPT.finditer(text):
            self.learn(match[1], "user")
            self.learn(match[2], "host")
        for match in _SYSLOG.finditer(text):
            self.learn(match[1], "host")
        for match in _USER.finditer(text):
            self.learn(match[0], "user")
        for kind, pattern in _KINDS:
            text = pattern.sub(self._replacer(kind), text)
        for name, stand_in in self._known.items():
            text = re.sub(rf"(?<![\w-]){re.escape(name)}(?![\w-])", stand_in, text)
        return text

    def value(self, value: Any) -> Any:
        """JSON-like data with every text redacted; keys stay."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, list):
            return [self.value(v) for v in value]
        if isinstance(value, dict):
            return {k: self.value(v) for k, v in value.items()}
        return value

    def _replacer(self, kind: str) -> Callable[[re.Match[str]], str]:
        def replace(match: re.Match[str]) -> str:
            if match.re.groups == 2:
                return match[1] + self._stand_in(kind, match[2])
            return self._stand_in(kind, match[0])

        return replace

    def _stand_in(self, kind: str, name: str) -> str:
        given = self._given.setdefault(kind, {})
        return given.setdefault(name, f"<{kind}-{len(given) + 1}>")
