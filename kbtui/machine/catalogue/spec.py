"""The shape of one catalogue entry, and how a typed value is read from text.

The entries stand beside this file, one module an area; `kbtui.machine.catalogue` joins them.
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from kbtui.errors import FactError
from kbtui.machine.facts import Value, scope_of

Type = Literal["bool", "int", "float", "text", "version", "texts", "ints"]


class FactSpec(NamedTuple):
    """One fact: what it is called, what it holds, what it means and what yields it."""

    name: str
    type: Type
    meaning: str
    yields: str
    """The probes that can yield it, for a person: "nvidia-smi, text", or "person" where only a person sees it."""
    unit: str = ""
    """MiB, W, C, mm, s, % ...; "" for a bare number or text."""
    aliases: tuple[str, ...] = ()
    stable: bool = False
    """True for what no problem of the machine can change (OS, form factor, hardware ever seen); only these may
    stand in `applies`."""

    @property
    def scope(self) -> str:
        """ "" for the machine, else gpu, boot, env, process or net."""
        return scope_of(self.name)


_TRUE = {"true", "yes", "on", "1", "enabled", "是"}
_FALSE = {"false", "no", "off", "0", "disabled", "否"}
_NUMBER = re.compile(r"\s*([-+]?\d+(?:\.\d+)?)\s*([A-Za-z%°]*)\s*")
_TO_UNIT: dict[str, dict[str, float]] = {
    "MiB": {"mib": 1, "mb": 1, "m": 1, "gib": 1024, "gb": 1024, "g": 1024, "tib": 1048576, "tb": 1048576},
    "GiB": {"gib": 1, "gb": 1, "g": 1, "mib": 1 / 1024, "mb": 1 / 1024, "tib": 1024, "tb": 1024},
    "W": {"w": 1, "watts": 1, "watt": 1, "kw": 1000},
    "C": {"c": 1, "°c": 1},
    "mm": {"mm": 1, "cm": 10},
    "s": {"s": 1, "sec": 1, "min": 60, "h": 3600},
    "%": {"%": 1},
    "MHz": {"mhz": 1, "ghz": 1000},
    "MB/s": {"mb": 1},
}


def parse_value(spec: FactSpec, text: str) -> Value:
    """Read `text` as the spec's type; sizes and lengths are converted to the spec's unit.

    Raises FactError with what was expected.
    """
    text = text.strip()
    if spec.type == "bool":
        low = text.lower()
        if low in _TRUE or low in _FALSE:
            return low in _TRUE
        raise FactError(f"{spec.name}: expected true or false, got {text!r}")
    if spec.type in ("int", "float"):
        return _number(spec, text)
    if spec.type == "version":
        if not re.match(r"[A-Za-z]{0,2}\d", text):
            raise FactError(f"{spec.name}: expected a version such as 550.120, got {text!r}")
        return text.lstrip("vV")
    if spec.type in ("texts", "ints"):
        parts = [p.strip().strip("'\"") for p in text.strip("[]").split(",") if p.strip()]
        if spec.type == "texts":
            return parts
        try:
            return [int(p) for p in parts]
        except ValueError:
            raise FactError(f"{spec.name}: expected whole numbers such as 79,154, got {text!r}") from None
    return text


def _number(spec: FactSpec, text: str) -> int | float:
    match = _NUMBER.fullmatch(text)
    if not match:
        unit = f" in {spec.unit}" if spec.unit else ""
        raise FactError(f"{spec.name}: expected a number{unit}, got {text!r}")
    number, unit = float(match[1]), match[2].lower()
    if unit:
        factors = _TO_UNIT.get(spec.unit, {})
        if unit not in factors:
            raise FactError(f"{spec.name}: expected a number in {spec.unit or 'no unit'}, got {text!r}")
        number *= factors[unit]
    return round(number) if spec.type == "int" else number
