"""What the tests of the text readers share: the sample in a reader's docstring, and its facts by name."""

from __future__ import annotations

import textwrap
from importlib import import_module

from kbtui.machine.facts import Value
from kbtui.machine.text import Reading, read


def sample(module: str) -> str:
    """The indented block under "Sample:" in the docstring of a reader."""
    doc = import_module(f"kbtui.machine.text.{module}").__doc__ or ""
    _, _, below = doc.partition("Sample:\n")
    assert below, f"{module} has no sample"
    return textwrap.dedent(below.strip("\n"))


def known(reading: Reading) -> dict[str, Value]:
    """Known facts in force, as "name" or "name[entity]" -> value; an absent one as None."""
    return {
        f.name + (f"[{f.entity}]" if f.entity else ""): f.value
        for f in reading.store()
        if f.state in ("known", "absent")
    }


def facts(text: str) -> dict[str, Value]:
    """What a text says, as `known` gives it."""
    return known(read(text))


def kinds(text: str) -> set[str]:
    """The kinds of segment in a text."""
    return {segment.kind for segment in read(text).segments}
