"""The story that kbtui began with, walked on recorded machines: ten kbtui bundles of made-up machines and a table of stages.

A recording is a source like any other (`kbtui.demo.source`). Nothing outside this package and the command that opens it
knows that a machine is one of these.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import msgspec

from kbtui.errors import InputError


class Said(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is read of a stage, in one language."""

    title: str
    sees: str
    """What has happened and what the person sees."""
    types: str
    """What the person types; "" where nothing is wrong."""
    then: str
    """What the verified fix opens onto."""


class Stage(Said, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One recorded machine of the story, with one trouble. Its own words are English."""

    id: str
    recording: str
    causes: list[str]
    """The true root cause; where there are several, any of them is right."""
    at_once: str = ""
    """The danger that is said before everything else."""
    zh: Said

    def said(self, zh: bool) -> Said:
        """The words in the language asked for."""
        return self.zh if zh else self


@cache
def stages() -> tuple[Stage, ...]:
    """The story's stages, in its order."""
    import yaml

    text = files(__name__).joinpath("stages.yaml").read_text(encoding="utf-8")
    return tuple(msgspec.convert(yaml.load(text, yaml.CSafeLoader), list[Stage]))


def number_of(wanted: str) -> int:
    """The 1-based number of a stage named by its number or id; "" is the first. InputError for what is none."""
    ids = [s.id for s in stages()]
    if not wanted:
        return 1
    if wanted in ids:
        return ids.index(wanted) + 1
    if wanted.isdecimal() and 1 <= int(wanted) <= len(ids):
        return int(wanted)
    raise InputError(f"there is no stage {wanted!r}: expected 1 to {len(ids)}, or one of {', '.join(ids)}")
