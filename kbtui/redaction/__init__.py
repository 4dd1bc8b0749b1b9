"""What is made to leave goes through here: people, hosts, addresses and serials become stand-ins, secrets are masked.

The same name always becomes the same stand-in within one `Redactor`, so that a report stays readable:

    alice@gpu-box:~$ nvidia-smi -q | grep Serial     <user-1>@<host-1>:~$ nvidia-smi -q | grep Serial
    Serial Number : 1650522003820                    Serial Number : <serial-1>

`masks` knows secrets, `shapes` what names somebody by its shape, `contexts` where a word is a name, `words` which names
are no one's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from kbtui.redaction import contexts
from kbtui.redaction.masks import MASK, mask, names_a_secret
from kbtui.redaction.shapes import replace_shapes
from kbtui.redaction.words import any_case, is_public, is_safe_everywhere

__all__ = ["KINDS", "MASK", "Redactor", "mask"]

KINDS = (
    "user", "person", "host", "domain", "email", "ip", "ip6", "mac", "guid", "uuid", "gpu-uuid", "machine", "serial", "ssid",
)  # fmt: skip
"""What stand-ins are called: <user-1>, <host-2>."""
_STAND_IN = re.compile(rf"<(?:{'|'.join(sorted(KINDS, key=len, reverse=True))})-\d+>|{MASK}")
_TOKEN = re.compile(rf"{_STAND_IN.pattern}|[^\W_]+")


class Redactor:
    """Stand-ins given out so far. `names`: what is known beforehand, each with its kind (`{"gpu-box": "host"}`)."""

    def __init__(self, names: Mapping[str, str] | None = None) -> None:
        self._given: dict[str, dict[str, str]] = {}
        self._known: dict[str, str] = {}
        self._by_first: dict[str, list[tuple[str, int]]] = {}
        """First word of a known name, in small letters, to the names and where in each it begins; longest first."""
        for name, kind in (names or {}).items():
            self.learn(name, kind)

    @property
    def host(self) -> str:
        """The stand-in of the first host met; "" where none was."""
        return next(iter(self._given.get("host", {}).values()), "")

    def learn(self, name: str, kind: str) -> str:
        """Replace this name wherever it stands as a word from now on; its stand-in, or the name where it is no one's."""
        name = name.strip().rstrip(".")
        if not name or _STAND_IN.search(name) or is_public(name):
            return name
        if kind == "serial" and not contexts.is_serial(name):
            return name
        if kind == "host" and "." in name:
            short, _, domain = name.partition(".")
            if short.isdecimal():
                return name
            whole = self._keep(name, "host", self.learn(short, "host"))
            if domain.count(".") and not is_public(domain):
                self._keep(domain, "domain")
            return whole
        if kind == "person":
            for part in name.split(","):
                self._keep(part.strip(), kind) if part.strip() else None
            return ",".join(self._known.get(p.strip(), p) for p in name.split(","))
        return self._keep(name, kind)

    def learn_from(self, text: str, label: str = "") -> None:
        """Learn the names in a text. `label`: the path, command, variable or field that it stands under."""
        self._in_place(text, label)

    def text(self, text: str, label: str = "") -> str:
        """The text with everything that names somebody replaced."""
        if not text:
            return text
        if label and "/" not in label and names_a_secret(label):
            return MASK
        text = self._in_place(mask(text), label)
        return self._replace_known(replace_shapes(text, self._stand_in))

    def value(self, value: Any, label: str = "") -> Any:
        """JSON-like data with every text redacted, those under telling keys ("hostname", "token") whole."""
        self._learn_value(value, label)
        return self._value(value, label)

    def _learn_value(self, value: Any, label: str) -> None:
        if isinstance(value, str):
            self.learn_from(value, label)
        elif isinstance(value, Mapping):
            for key, item in value.items():
                self._learn_value(item, _label(value, key))
        elif isinstance(value, list | tuple | set | frozenset):
            for item in value:
                self._learn_value(item, label)

    def _value(self, value: Any, label: str) -> Any:
        if isinstance(value, str):
            return self.text(value, label)
        if isinstance(value, Mapping):
            return {
                self.text(k) if isinstance(k, str) else k: self._value(v, _label(value, k)) for k, v in value.items()
            }
        if isinstance(value, list | tuple | set | frozenset):
            return [self._value(item, label) for item in value]
        return value

    def _in_place(self, text: str, label: str) -> str:
        """The names that their surroundings give away, replaced where they stand and learnt."""
        kind = contexts.kind_of_whole(label, text)
        if kind:
            name = text.strip()
            return text.replace(name, self.learn(name, kind), 1)
        for serial in contexts.serial_columns(label, text):
            self.learn(serial, "serial")
        for pattern in contexts.PATTERNS:
            text = pattern.sub(self._groups, text)
        return text

    def _groups(self, match: re.Match[str]) -> str:
        said, begin = match[0], match.start()
        for group, name in reversed(list(match.groupdict().items())):
            if not name:
                continue
            kind, start = group.rstrip("2").removesuffix("_list"), match.start(group) - begin
            new = (
                re.sub(r"[^\s,]+", lambda m, k=kind: self.learn(m[0], k), name)
                if group.endswith("_list")
                else self.learn(name, kind)
            )
            said = said[:start] + new + said[start + len(name) :]
        return said

    def _keep(self, name: str, kind: str, stand_in: str = "") -> str:
        known = self._known.get(name)
        if known:
            return known
        stand_in = stand_in if _STAND_IN.fullmatch(stand_in) else self._stand_in(kind, name)
        if is_safe_everywhere(name):
            self._known[name] = stand_in
            first = re.search(r"[^\W_]+", name)
            if first:
                names = self._by_first.setdefault(first[0].lower(), [])
                names.append((name, first.start()))
                names.sort(key=lambda known: len(known[0]), reverse=True)
        return stand_in

    def _replace_known(self, text: str) -> str:
        """Known names wherever they stand as words, also inside "backup-alice" and "vg_gpubox"."""
        out: list[str] = []
        done = 0
        for token in _TOKEN.finditer(text):
            for name, offset in self._by_first.get(token[0].lower(), ()):
                start = token.start() - offset
                end = start + len(name)
                said = text[start:end] if start >= done else ""
                same = said == name or (any_case(name) and said.lower() == name.lower())
                if same and not text[end : end + 1].isalnum():
                    out += [text[done:start], self._known[name]]
                    done = end
                    break
        return "".join([*out, text[done:]])

    def _stand_in(self, kind: str, name: str) -> str:
        given = self._given.setdefault(kind, {})
        key = name.lower() if kind in ("host", "domain") else name
        return given.setdefault(key, f"<{kind}-{len(given) + 1}>")


def _label(fields: Mapping[Any, Any], key: Any) -> str:
    """What a field's text stands under: its key; for the value of a fact, the fact's name."""
    if key == "value" and isinstance(fields.get("name"), str):
        return str(fields["name"])
    return str(key)
