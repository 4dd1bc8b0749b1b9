"""What the engine says in its own terms, in a person's: odds, origins, checks, why a problem stands here."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kbtui.tui.glyphs import on_console
from kbtui.tui.inert import line
from kbtui.tui.words import Words

if TYPE_CHECKING:
    from kbtui.diagnosis.evidence import Observation

_WIDE = r"[\u2e80-\u9fff\uac00-\ud7ff\uf900-\ufaff\uff00-\uffef]"
_APART = re.compile(rf"(?<={_WIDE})\s+(?={_WIDE})")
_LINE = re.compile(r"^(?:(?P<place>.*), )?line (?P<number>\d+)$")
_NAME = re.compile(r"^(?P<no>not )?(?P<name>[a-z_0-9]+(?:\.[a-z_0-9]+)+)$")


def times(ratio: float, say: Words) -> str:
    """What an observation did to the odds: `30 times likelier`. A ratio of 0 rules out."""
    if ratio == 0:
        return say("detail.prunes")
    size = max(ratio, 1 / ratio)
    return say("detail.for" if ratio > 1 else "detail.against", times=f"{size:.2g}" if size < 10 else f"{size:,.0f}")


def origin_of(origin: str, say: Words) -> str:
    """Where it was read: `your text, line 3`; a file or a command stays as it is."""
    found = _LINE.match(origin)
    if not found:
        return say("kind.answer") if origin == "answer" else line(origin, 80)
    place = line(found["place"], 60) if found["place"] else say("kind.text")
    return say("origin.line", place=place, n=found["number"])


def joined(because: str) -> str:
    """Matched words on one line; Chinese ones, which the index keeps apart, stand together again."""
    return line(_APART.sub("", because), 100)


def reason(because: str, title: str, say: Words) -> str:
    """The words that a search matched, where they tell more than the title does and can be drawn here."""
    said = line(joined(because), 60)
    foreign = re.search(_WIDE, said) and (on_console() or not say.zh)
    return "" if foreign or said.casefold() in title.casefold() else said


def seen_by(because: str, seen: list[Observation]) -> bool:
    """Whether one of these observations is what the engine began with, so that it need not be said twice."""
    return any(because in (o.text, f"{o.origin} says {o.text[:80]!r}") for o in seen)


def check_said(verify: str, say: Words) -> str:
    """A check as a sentence where it asks for one fact; a longer condition stays as it is written."""
    found = _NAME.match(verify.strip())
    if not found:
        return line(verify, 300)
    return say("fix.is_not" if found["no"] else "fix.is", fact=found["name"])
