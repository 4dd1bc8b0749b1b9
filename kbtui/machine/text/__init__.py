"""Text as a source: whatever people paste, recognised and parsed into facts.

`read` cleans the text, runs the reader of every kind of output whose trigger occurs in it, reads what remains as prose,
and gives the facts with their lines. Each kind is one small module with a sample of the real output; a module is
imported only when its trigger is seen. Outputs outweigh prose. Nothing here raises, whatever the text holds.
"""

from __future__ import annotations

from typing import NamedTuple

from msgspec.structs import replace

from kbtui.machine.facts import Fact, Facts
from kbtui.machine.text.found import Found, Segment
from kbtui.machine.text.kinds import KINDS

__all__ = ["Listing", "Reading", "Segment", "read"]


class Listing(NamedTuple):
    """The entities of a scope that an output lists; `complete` where nothing else can be there."""

    scope: str
    keys: list[str]
    complete: bool


class Reading(NamedTuple):
    """What one text says of a machine."""

    facts: list[Fact]
    segments: list[Segment]
    """What the lines are, in order; they do not overlap, and blank lines may stand between them."""
    listings: list[Listing]

    def store(self) -> Facts:
        """The facts and listings in a store of their own."""
        facts = Facts(self.facts)
        for listing in self.listings:
            facts.list_scope(listing.scope, listing.keys, complete=listing.complete)
        return facts


def read(text: str) -> Reading:
    """Parse any text. Never raises; the time grows linearly with the text."""
    from importlib import import_module

    found = Found(text)
    whole = "\n".join(found.lines)
    for kind in KINDS:
        if kind.occurs_in(whole):
            import_module(f"kbtui.machine.text.{kind.module}").parse(found)

    from kbtui.machine.text import prose
    from kbtui.machine.text.cards import joined

    prose.parse(found)
    facts, scopes = joined(found.facts(), found.scopes)
    return Reading(facts, _in_order(found.segments), [Listing(*scope) for scope in scopes])


def _in_order(segments: list[Segment]) -> list[Segment]:
    """By first line, without overlaps: of two readers that took a line, the first keeps it."""
    out: list[Segment] = []
    for segment in sorted(segments, key=lambda s: (s.first_line, -s.last_line)):
        first = max(segment.first_line, out[-1].last_line + 1 if out else 1)
        if first <= segment.last_line:
            out.append(replace(segment, first_line=first))
    return out
