"""YAML text to a tree that remembers where every value stood.

Every scalar stays text: YAML's own typing would turn version 550.120 into 550.12 and `no` into False; the
schema gives the type. Refused, because nodes need none of them: tags (`!!python/...`), anchors and aliases
(alias bombs), several documents, duplicate keys, depth over 24, files over 1 MiB.
"""

from __future__ import annotations

import re
from typing import NamedTuple

import yaml
from msgspec import Struct

from kbtui.kb.mistakes import Mistake

MAX_BYTES = 1 << 20
MAX_DEPTH = 24
_DRIVING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""Escape and control characters, and those that make a reader see another order than the machine does."""
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Mark(NamedTuple):
    """A place in the file, 1-based."""

    line: int
    column: int


class Scalar(Struct):
    """Text as it was written; `plain` when it had no quotes."""

    mark: Mark
    text: str
    plain: bool


class Sequence(Struct):
    """A list."""

    mark: Mark
    items: list[Tree]


class Mapping(Struct):
    """Keys in file order, each with its own mark."""

    mark: Mark
    items: list[tuple[Scalar, Tree]]

    def get(self, key: str) -> Tree | None:
        """The value of a key, or None."""
        return next((value for name, value in self.items if name.text == key), None)


Tree = Scalar | Sequence | Mapping


class _Refused(Exception):
    def __init__(self, mark: Mark, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.mark, self.message, self.hint = mark, message, hint


def parse(text: str, file: str) -> tuple[Tree | None, list[Mistake]]:
    """The tree of one file, and the mistakes that stop it from being read (at most one, as YAML stops there)."""
    if len(text) > MAX_BYTES:
        return None, [Mistake(file, 1, 1, f"the file has {len(text)} characters; a node has at most {MAX_BYTES}")]
    text = text.removeprefix("\ufeff")
    try:
        return _build(text), []
    except _Refused as refused:
        return None, [Mistake(file, *refused.mark, refused.message, refused.hint)]
    except yaml.YAMLError as error:
        return None, [_explain(error, text, file)]
    except (RecursionError, MemoryError):
        return None, [Mistake(file, 1, 1, f"nested too deeply; a node nests at most {MAX_DEPTH} levels")]


def _build(text: str) -> Tree | None:
    root: Tree | None = None
    stack: list[tuple[Sequence | Mapping, list[Tree]]] = []
    documents = 0
    for event in yaml.parse(text, Loader=_LOADER):
        start = event.start_mark
        mark = Mark(start.line + 1, start.column + 1) if start else Mark(1, 1)
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                raise _Refused(mark, "a second document begins here", "one file is one node: split the file")
            continue
        if isinstance(event, (yaml.SequenceEndEvent, yaml.MappingEndEvent)):
            done, parts = stack.pop()
            _close(done, parts)
            continue
        tree = _open(event, mark)
        if tree is None:
            continue
        if stack:
            stack[-1][1].append(tree)
        else:
            root = tree
        if not isinstance(tree, Scalar):
            if len(stack) >= MAX_DEPTH:
                raise _Refused(mark, f"nested too deeply; a node nests at most {MAX_DEPTH} levels")
            stack.append((tree, []))
    return root


def _open(event: yaml.Event, mark: Mark) -> Tree | None:
    if isinstance(event, yaml.AliasEvent):
        raise _Refused(mark, f"alias *{event.anchor}: a node uses no aliases", "write the value again")
    if not isinstance(event, (yaml.ScalarEvent, yaml.SequenceStartEvent, yaml.MappingStartEvent)):
        return None
    if event.anchor is not None:
        raise _Refused(
            mark, f"anchor &{event.anchor}: a node uses no anchors", "remove it; quote text that begins with &"
        )
    if event.tag is not None:
        raise _Refused(mark, f"tag {event.tag}: a node uses no tags", "remove it; quote text that begins with !")
    if isinstance(event, yaml.ScalarEvent):
        driving = _DRIVING.search(event.value)
        if driving:
            raise _Refused(
                mark,
                f"the character {ascii(driving[0])[1:-1]} drives a terminal or turns the writing round",
                "remove it",
            )
        return Scalar(mark, event.value, not event.style)
    return Sequence(mark, []) if isinstance(event, yaml.SequenceStartEvent) else Mapping(mark, [])


def _close(done: Sequence | Mapping, parts: list[Tree]) -> None:
    if isinstance(done, Sequence):
        done.items = parts
        return
    seen: dict[str, Mark] = {}
    for key, value in zip(parts[::2], parts[1::2], strict=True):
        if not isinstance(key, Scalar):
            raise _Refused(key.mark, "a key must be one word", "is a colon missing its quotes?")
        if key.text in seen:
            raise _Refused(
                key.mark, f"key {key.text!r} stands twice (first on line {seen[key.text].line})", "keep one of them"
            )
        seen[key.text] = key.mark
        done.items.append((key, value))


def _explain(error: yaml.YAMLError, text: str, file: str) -> Mistake:
    """What YAML breaks, answered with the corrected line where it can be told."""
    place = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    line, column = (place.line, place.column) if place else (0, 0)
    problem = str(getattr(error, "problem", None) or getattr(error, "reason", None) or error).split("\n")[0]
    lines = text.splitlines()
    source = lines[line] if line < len(lines) else ""
    return Mistake(file, line + 1, column + 1, f"YAML cannot read this: {problem}", _correct(source, problem))


_VALUE = re.compile(r"^(\s*(?:- )?(?:[\w-]+:\s+|- ))(.+)$")


def _correct(source: str, problem: str) -> str:
    if "\t" in source[: len(source) - len(source.lstrip())]:
        return "indent with spaces: " + source.replace("\t", "  ").rstrip()
    match = _VALUE.match(source)
    if match and not match[2].startswith(("'", '"', "|", ">")):
        quoted = "'" + match[2].strip().replace("'", "''") + "'"
        return f"write it in quotes: {match[1].strip()} {quoted}"
    if "found unexpected end of stream" in problem or "while scanning a quoted" in problem:
        return "a quote is not closed"
    if re.match(r"^\s*[\w-]+:\S", source):
        return "a colon needs a space after it: " + re.sub(r"^(\s*[\w-]+):", r"\1: ", source).strip()
    return ""
