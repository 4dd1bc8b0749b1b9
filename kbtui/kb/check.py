"""A YAML tree held against the structs of `kbtui.kb.nodes`: plain data out, and every mistake at once.

msgspec stops at the first mistake and knows no lines; this walk reads the same structs through
`msgspec.inspect`, so a field is declared in one place only.
"""

from __future__ import annotations

import functools
import re
from typing import Any, TypeVar, cast

import msgspec
from msgspec import inspect as kinds

from kbtui.kb.mistakes import Mistake, did_you_mean
from kbtui.kb.nodes import KINDS, Disable, Extension, MoreRows, Node
from kbtui.kb.yamltree import Mapping, Mark, Scalar, Sequence, Tree

_S = TypeVar("_S", bound=msgspec.Struct)
_NULL = {"", "~", "null", "Null", "NULL"}


@functools.cache
def _type_of(struct: type[msgspec.Struct]) -> kinds.Type:
    return kinds.type_info(struct)


def _struct_for(kind: str, tree: Mapping) -> type[msgspec.Struct]:
    if kind == "problem" and tree.get("extends") is not None:
        return Extension
    if kind == "problem" and tree.get("disable") is not None:
        return Disable
    if kind == "table" and tree.get("adds") is not None:
        return MoreRows
    return KINDS[kind]


def to_node(tree: Tree | None, file: str) -> tuple[Node | None, list[Mistake]]:
    """The node that a tree spells, or None with every mistake of the file."""
    if not isinstance(tree, Mapping):
        return None, [Mistake(file, 1, 1, "expected a node: `kind: problem` and its fields")]
    kind = tree.get("kind")
    if not isinstance(kind, Scalar) or kind.text not in KINDS:
        mark = kind.mark if kind else Mark(1, 1)
        said = kind.text if isinstance(kind, Scalar) else ""
        hint = did_you_mean(said, KINDS) if said else f"expected one of: {', '.join(KINDS)}"
        return None, [Mistake(file, *mark, "expected `kind:` with a kind of node", hint)]
    node, wrong = to_struct(tree, file, _struct_for(kind.text, tree))
    return cast(Node | None, node), wrong


def to_struct(tree: Tree, file: str, struct: type[_S]) -> tuple[_S | None, list[Mistake]]:
    """What a tree spells as this struct, or None with every mistake of the file."""
    walk = _Walk(file)
    data = walk.value(tree, _type_of(struct), "")
    if walk.mistakes:
        return None, sorted(walk.mistakes)
    try:
        return msgspec.convert(data, struct, strict=False), []
    except msgspec.ValidationError as error:  # the walk and msgspec disagree: still a message, never a crash
        return None, [Mistake(file, *tree.mark, str(error))]


class _Walk:
    def __init__(self, file: str) -> None:
        self.file = file
        self.mistakes: list[Mistake] = []

    def no(self, mark: Mark, message: str, hint: str = "") -> None:
        self.mistakes.append(Mistake(self.file, *mark, message, hint))

    def value(self, tree: Tree, want: kinds.Type, path: str) -> Any:
        """Plain data for `want`; what does not fit is reported and left out."""
        if isinstance(want, kinds.UnionType):
            if isinstance(tree, Scalar) and tree.plain and tree.text in _NULL and want.includes_none:
                return None
            rest = [t for t in want.types if not isinstance(t, kinds.NoneType)]
            fitting = [t for t in rest if _shape_fits(tree, t)]
            return self.value(tree, (fitting or rest)[0], path)
        if isinstance(want, kinds.StructType):
            return self.struct(tree, want, path)
        if isinstance(want, kinds.ListType):
            return self.sequence(tree, want, path)
        if isinstance(want, kinds.DictType):
            return self.dictionary(tree, want, path)
        if not isinstance(tree, Scalar):
            self.no(
                tree.mark,
                f"{path}: expected {_spoken(want)}, got a {_shape(tree)}",
                "quote text that contains `: ` or begins with [ or {",
            )
            return None
        return self.scalar(tree, want, path)

    def struct(self, tree: Tree, want: kinds.StructType, path: str) -> Any:
        if not isinstance(tree, Mapping):
            self.no(
                tree.mark, f"{path}: expected fields such as `{want.fields[0].encode_name}: ...`, got {_shown(tree)}"
            )
            return None
        fields = {f.encode_name: f for f in want.fields}
        out: dict[str, Any] = {}
        for key, value in tree.items:
            if key.text == want.tag_field:
                out[key.text] = want.tag
            elif key.text not in fields:
                where = f" in {path}" if path else ""
                bare = isinstance(value, Scalar) and value.plain and not value.text and " " in key.text
                hint = "quote text that holds a comma" if bare else did_you_mean(key.text, fields)
                self.no(key.mark, f"unknown field {key.text!r}{where}", hint)
            else:
                found = self.value(value, fields[key.text].type, f"{path}.{key.text}".lstrip("."))
                if found is not None or _takes_none(fields[key.text].type):
                    out[key.text] = found
        for name, spec in fields.items():
            if spec.required and tree.get(name) is None:
                self.no(tree.mark, f"{path + ': ' if path else ''}field {name!r} is missing", f"add `{name}: ...`")
        return out

    def sequence(self, tree: Tree, want: kinds.ListType, path: str) -> Any:
        if isinstance(tree, Scalar) and tree.plain and tree.text in _NULL:
            return []
        if not isinstance(tree, Sequence):
            self.no(tree.mark, f"{path}: expected a list, got {_shown(tree)}", f"write `{path.split('.')[-1]}: [...]`")
            return None
        if want.min_length and len(tree.items) < want.min_length:
            self.no(tree.mark, f"{path}: expected at least {want.min_length} item")
        return [self.value(item, want.item_type, f"{path}[{i}]") for i, item in enumerate(tree.items)]

    def dictionary(self, tree: Tree, want: kinds.DictType, path: str) -> Any:
        if not isinstance(tree, Mapping):
            self.no(tree.mark, f"{path}: expected `name: value`, got {_shown(tree)}")
            return None
        return {
            self.scalar(key, want.key_type, path): self.value(item, want.value_type, f"{path}.{key.text}")
            for key, item in tree.items
        }

    def scalar(self, tree: Scalar, want: kinds.Type, path: str) -> Any:
        text = tree.text
        if isinstance(want, kinds.LiteralType):
            if text not in want.values:
                words = [str(v) for v in want.values]
                self.no(tree.mark, f"{path}: {text!r} is not one of {', '.join(words)}", did_you_mean(text, words))
            return text
        if isinstance(want, kinds.BoolType):
            if text not in ("true", "false"):
                self.no(tree.mark, f"{path}: expected true or false, got {text!r}")
            return text == "true"
        if isinstance(want, kinds.IntType):
            if not re.fullmatch(r"-?\d+", text):
                self.no(tree.mark, f"{path}: expected a whole number, got {text!r}")
                return None
            if (want.ge is not None and int(text) < want.ge) or (want.le is not None and int(text) > want.le):
                self.no(tree.mark, f"{path}: expected {want.ge} to {want.le}, got {text}")
            return int(text)
        if isinstance(want, kinds.StrType):
            self.text(tree, want, path)
        return text

    def text(self, tree: Scalar, want: kinds.StrType, path: str) -> None:
        text = tree.text
        if want.min_length and len(text.strip()) < want.min_length:
            self.no(tree.mark, f"{path}: expected at least {want.min_length} characters, got {text!r}")
        elif not text.strip():
            self.no(tree.mark, f"{path}: expected text, got nothing")
        if want.max_length and len(text) > want.max_length:
            self.no(tree.mark, f"{path}: {len(text)} characters; at most {want.max_length}")
        elif want.pattern and not re.search(want.pattern, text):
            self.no(
                tree.mark, f"{path}: {text[:60]!r} does not look right", _PATTERN_HINTS.get(want.pattern, want.pattern)
            )


_PATTERN_HINTS = {
    r"^[a-z0-9]+(-[a-z0-9]+)*$": "an id is small letters, digits and single hyphens, such as nouveau-conflict",
    r"^20\d\d-\d\d-\d\d( [0-2]\d:[0-5]\d)?$": "expected a day such as 2026-11-30, or 2026-11-30 06:00",
    r"^https?://\S+$": "expected an address that begins with https://",
    r"^20\d\d-(0[1-9]|1[0-2])$": "expected a month such as 2026-11",
    r"^[a-z][a-z0-9_]*(\.[a-z0-9_]+)+$": "a fact's name is small letters and dots, such as team.scratch_free_gib",
}


def _takes_none(want: kinds.Type) -> bool:
    return isinstance(want, kinds.UnionType) and want.includes_none


def _shape_fits(tree: Tree, want: kinds.Type) -> bool:
    if isinstance(want, kinds.ListType):
        return isinstance(tree, Sequence)
    if isinstance(want, (kinds.StructType, kinds.DictType)):
        return isinstance(tree, Mapping)
    return isinstance(tree, Scalar)


def _shape(tree: Tree) -> str:
    return {Scalar: "text", Sequence: "list", Mapping: "mapping"}[type(tree)]


def _shown(tree: Tree) -> str:
    return f"text {tree.text[:40]!r}" if isinstance(tree, Scalar) else f"a {_shape(tree)}"


def _spoken(want: kinds.Type) -> str:
    if isinstance(want, kinds.LiteralType):
        return "one of " + ", ".join(str(v) for v in want.values)
    return {kinds.IntType: "a whole number", kinds.BoolType: "true or false"}.get(type(want), "text")
