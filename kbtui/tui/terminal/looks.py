"""The look of a cell as its colours and attributes, and the shortest codes from one look to the next."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

_OFF = {"1": "22", "2": "22", "3": "23", "4": "24", "5": "25", "7": "27", "8": "28", "9": "29", "21": "24", "53": "55"}
"""What ends an attribute; bold and dim end together."""
_ENDS = {"22": "12", "23": "3", "24": "4", "25": "5", "27": "7", "28": "8", "29": "9"}
_SEEN_ON_BLANKS = frozenset("4579")
"""Attributes that a space shows too."""


class Look(NamedTuple):
    """Colours as the numbers that set them; 39 and 49 are the terminal's own."""

    attributes: frozenset[str]
    front: str
    back: str


PLAIN = Look(frozenset(), "39", "49")


@lru_cache(maxsize=2048)
def after(look: Look, codes: str) -> Look:
    """The look once these codes (`1;38;2;1;2;3`) were sent."""
    attributes, front, back = set(look.attributes), look.front, look.back
    parts = codes.split(";")
    while parts:
        code = parts.pop(0).lstrip("0") or "0"
        if code == "0":
            attributes, front, back = set(), "39", "49"
        elif code in ("38", "48"):
            taken = 4 if parts[:1] == ["2"] else 2
            colour = ";".join([code, *parts[:taken]])
            del parts[:taken]
            front, back = (colour, back) if code == "38" else (front, colour)
        elif code in _OFF:
            attributes.add(code)
        elif code in _ENDS:
            attributes -= set(_ENDS[code])
        elif code[0] in "39" and len(code) == 2:
            front = code
        elif code[0] in "41":
            back = code
    return Look(frozenset(attributes), front, back)


@lru_cache(maxsize=2048)
def blank(look: Look) -> Look:
    """The look as far as a space shows it."""
    kept = look.attributes & _SEEN_ON_BLANKS
    return Look(kept, look.front if kept else "39", look.back)


@lru_cache(maxsize=4096)
def way(now: Look, wanted: Look) -> str:
    """The escape code from one look to another, "" where they are the same."""
    if now == wanted:
        return ""
    gone = now.attributes - wanted.attributes
    codes = sorted({_OFF[a] for a in gone})
    kept = {a for a in now.attributes & wanted.attributes if _OFF[a] not in codes}
    codes += sorted(wanted.attributes - kept)
    codes += [wanted.front] if wanted.front != now.front else []
    codes += [wanted.back] if wanted.back != now.back else []
    short = ";".join(codes)
    whole = ";".join(["", *sorted(wanted.attributes), *(c for c in wanted[1:] if c not in ("39", "49"))])
    return f"\x1b[{min(short, whole, key=len)}m"


@lru_cache(maxsize=4096)
def way_for_blank(now: Look, wanted: Look) -> tuple[str, Look]:
    """As `way` for a space, whose text colour nobody sees: the code, and the look that it leaves."""
    if now.back == wanted.back and not (now.attributes & _SEEN_ON_BLANKS) and not wanted.attributes:
        return "", now
    if wanted.attributes:
        return way(now, wanted), wanted
    then = Look(now.attributes - _SEEN_ON_BLANKS, now.front, wanted.back)
    return way(now, then), then
