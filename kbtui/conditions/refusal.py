"""Where in a condition something stands, and the sentence that refuses it."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from typing import NoReturn

from kbtui.conditions.guard import MAX_DEPTH, check_source
from kbtui.errors import ConditionError

_WORDS: dict[type[ast.expr], str] = {
    ast.Lambda: "a lambda",
    ast.IfExp: "if/else",
    ast.ListComp: "a comprehension",
    ast.SetComp: "a comprehension",
    ast.DictComp: "a comprehension",
    ast.GeneratorExp: "a comprehension",
    ast.JoinedStr: "an f-string",
    ast.NamedExpr: ":=",
    ast.Subscript: "[...] behind a name",
    ast.Tuple: "a tuple",
    ast.Dict: "{...}",
    ast.Set: "{...}",
    ast.Starred: "*",
    ast.Constant: "this literal",
    ast.UnaryOp: "~",
    ast.Call: "this call",
}
_HINTS: dict[type[ast.expr], str] = {
    ast.Tuple: "; expected a list: [...]",
    ast.IfExp: "; expected and, or, not",
    ast.Subscript: "; expected any(gpu, ...) for one card among several",
}


class Source:
    """A condition's text with its places; the base of the compiler."""

    def __init__(self, source: str) -> None:
        """ConditionError where the text is refused before it is parsed."""
        whole = check_source(source)
        self._source = whole.lstrip()
        self._bytes = self._source.encode(errors="replace")
        self._lead = len(whole) - len(self._source)
        self._depth = 0

    def _tree(self) -> ast.expr:
        """The syntax tree; ConditionError where it does not parse."""
        try:
            return ast.parse(self._source, mode="eval").body
        except SyntaxError as error:
            message = (error.msg or "it does not parse").removeprefix("invalid syntax. ")
            column = self._lead + ((error.offset or len(self._source) + 1) - 1)
            raise ConditionError(f"not a condition: {message}", column) from None
        except (ValueError, RecursionError, MemoryError) as error:
            raise ConditionError(f"not a condition: {error}") from None

    def _enter(self, node: ast.expr) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            self._no(node, f"nested deeper than {MAX_DEPTH}")

    def _text(self, node: ast.expr) -> str:
        """The node as the author wrote it. The parser counts bytes."""
        return self._bytes[node.col_offset : node.end_col_offset].decode()

    def _column(self, node: ast.expr) -> int:
        """Characters before the node."""
        return self._lead + len(self._bytes[: node.col_offset].decode())

    def _refuse(self, node: ast.expr) -> NoReturn:
        what = _WORDS.get(type(node)) or type(node).__name__
        if isinstance(node, ast.BinOp):
            what = f"the operator in `{self._text(node)}`"
        self._no(node, f"a condition has no such thing as {what}{_HINTS.get(type(node), '')}")

    def _no(self, node: ast.expr, message: str) -> NoReturn:
        raise ConditionError(message, self._column(node))


def nearest_hint(word: str, words: Iterable[str]) -> str:
    """The end of a sentence about a misspelt word: the nearest right one, or all where they are few."""
    from rapidfuzz import process

    listed = sorted(words)
    best = process.extractOne(word, listed, score_cutoff=60)
    if best:
        return f"; did you mean {best[0]!r}?"
    return f"; expected one of: {', '.join(listed)}" if 0 < len(listed) <= 12 else ""
