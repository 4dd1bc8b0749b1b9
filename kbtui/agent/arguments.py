"""The arguments of each tool: one declaration for the schema that a client sees and for the check of what it sends."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct, field

from kbtui.errors import InputError

Id = Annotated[str, Meta(min_length=1, max_length=120, description="a node's id, as other answers name it")]
Name = Annotated[str, Meta(max_length=120)]
Text = Annotated[
    str,
    Meta(max_length=200_000, description="what the person sees, in their words, or the error and its lines as pasted"),
]
FactsGiven = Annotated[
    dict[Name, Annotated[str, Meta(max_length=1000)]],
    Meta(max_length=100, description='what is known of the machine, such as {"gpu[0].model": "RTX 4090"}'),
]


class Search(Struct, forbid_unknown_fields=True):
    """Find nodes of the graph by words, English or Chinese: problems, questions, concepts, goals."""

    query: Annotated[str, Meta(min_length=1, max_length=400)]
    limit: Annotated[int, Meta(ge=1, le=20)] = 10


class Show(Struct, forbid_unknown_fields=True):
    """One node whole: what it is, what speaks for and against it, its fixes with risk and way back, its references."""

    id: Id


class Diagnose(Struct, forbid_unknown_fields=True):
    """Ranked causes of what the person sees, the evidence for each, its fixes as text, and the next step. Ask the person
    what `next` asks, then call again with the same text and the answer added. Fixes are for the person to do: nothing here
    runs them."""

    text: Text = ""
    facts: FactsGiven = field(default_factory=dict)
    answers: Annotated[
        dict[Name, Literal["yes", "no", "unknown"]],
        Meta(max_length=100, description="question id to what the person said"),
    ] = field(default_factory=dict)
    tried: Annotated[
        list[Id], Meta(max_length=50, description="causes whose fix the person tried and that did not help")
    ] = field(default_factory=list)
    look: Annotated[bool, Meta(description="also look at this machine, read-only (a few seconds)")] = False


class DiagnoseFiles(Diagnose, forbid_unknown_fields=True):
    """Diagnose, where the person let the agent name log files."""

    files: Annotated[
        list[Annotated[str, Meta(min_length=1, max_length=4096)]],
        Meta(max_length=256, description="logs of one run, one a rank: files, folders, or patterns"),
    ] = field(default_factory=list)


class NextStep(Diagnose, forbid_unknown_fields=True):
    """Only the next step of a diagnosis: the cheapest question, look or fix now, why it is next, and how to do it."""


class FactsOf(Struct, forbid_unknown_fields=True):
    """What is known of this machine: each fact with its state, value and origin. Unknown is a state with a reason."""

    names: Annotated[
        list[Name], Meta(max_length=100, description="facts or their beginnings (driver.); left out: all")
    ] = field(default_factory=list)
    fresh: Annotated[bool, Meta(description="look again instead of using the look of the last minute")] = False


class Check(Struct, forbid_unknown_fields=True):
    """Is this machine what a goal requires; if not, the root cause first."""

    goal: Annotated[
        str, Meta(max_length=120, description="a goal's id; left out: a usable GPU and what is installed")
    ] = ""
    fresh: bool = False


class Plan(Struct, forbid_unknown_fields=True):
    """Before buying or installing: do the parts fit, one consistent set of software, does the model fit the cards."""

    goal: Id
    gpus: Annotated[str, Meta(max_length=200, description='the cards, such as "4x RTX 3090"')] = ""
    model: Name = ""
    method: Name = ""
    precision: Name = ""
    batch: Annotated[int, Meta(ge=1, le=1_000_000)] = 1
    seq: Annotated[int, Meta(ge=1, le=100_000_000)] | None = None
    as_of: Annotated[str, Meta(pattern=r"^$|^(19|20)\d\d-(0[1-9]|1[0-2])$")] = ""
    facts: FactsGiven = field(default_factory=dict)


TOOLS: dict[str, type[Struct]] = {
    "search": Search,
    "show": Show,
    "diagnose": Diagnose,
    "next_step": NextStep,
    "facts": FactsOf,
    "check": Check,
    "plan": Plan,
}


def tools(*, files: bool) -> dict[str, type[Struct]]:
    """Each tool's arguments. `files`: whether the person lets log files be named."""
    return {**TOOLS, "diagnose": DiagnoseFiles} if files else TOOLS


def schema(kind: type[Struct]) -> dict[str, Any]:
    """The JSON Schema of a tool's arguments, without references."""
    found, parts = msgspec.json.schema_components([kind])
    body = dict(parts[kind.__name__])
    body.pop("title", None)
    body.pop("description", None)
    assert found and "$ref" not in str(body)
    return body


def describe(kind: type[Struct]) -> str:
    """What the tool is for."""
    doc = kind.__doc__ if kind is not DiagnoseFiles else Diagnose.__doc__
    return " ".join((doc or "").split())


def read(kind: type[Struct], given: object) -> Struct:
    """What a client sent, checked. InputError says what is wrong with it, never what it holds."""
    try:
        return msgspec.convert(given if given is not None else {}, kind)
    except msgspec.ValidationError as error:
        raise InputError(str(error)[:300]) from None
