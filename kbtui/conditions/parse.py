"""A condition's text to closures: Python's own parser, a short list of what may stand there, and types.

What may stand there: `and or not`, comparisons (chained too), `in`, `+ - * /` on numbers, strings, numbers,
true and false, lists of literals, dotted fact names, and the functions of `FUNCTIONS`. Everything else is
refused with its column. Nothing is ever evaluated as Python.
"""

from __future__ import annotations

import ast

from msgspec.structs import replace

from kbtui.conditions import evaluate, values
from kbtui.conditions.outcome import Run
from kbtui.conditions.refusal import Source, nearest_hint
from kbtui.conditions.tables import Tables
from kbtui.conditions.types import CONVERT, FACT_TYPES, ITEM, SAY, Term, comparable, literal
from kbtui.conditions.versions import looks_like_version, parse_version
from kbtui.errors import ConditionError, FactError
from kbtui.machine.catalogue import find
from kbtui.machine.facts import SCOPES

FUNCTIONS = {
    "version": 'version("525.60.13")',
    "absent": "absent(FACT)",
    "known": "known(FACT)",
    "table": 'table("NAME", key, "column")',
    "any": "any(SCOPE, CONDITION)",
    "all": "all(SCOPE, CONDITION)",
    "count": "count(SCOPE, CONDITION)",
}
"""Every function, and how it is written."""
_COMPARE: dict[type[ast.cmpop], str] = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.In: "in",
    ast.NotIn: "not in",
}
_ARITHMETIC: dict[type[ast.operator], str] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}
_BOOL = {"true": True, "false": False, "True": True, "False": False}
_LARGEST = 10**15


class Compiler(Source):
    """One condition on its way from text to closures; then `facts`, `scopes`, `tables` say what it reads."""

    def __init__(self, source: str, known_tables: Tables | None) -> None:
        super().__init__(source)
        self._known_tables = known_tables
        self._scope = ""
        self.facts: set[str] = set()
        self.scopes: set[str] = set()
        self.tables: set[str] = set()

    def compile(self) -> Run:
        """The closure of the whole; ConditionError where it does not parse or type-check."""
        return self._truth(self._tree())

    def _truth(self, node: ast.expr) -> Run:
        """Something that is true, false or unknown."""
        self._enter(node)
        try:
            if isinstance(node, ast.BoolOp):
                parts = [self._truth(part) for part in node.values]
                return evaluate.join(parts, decisive=isinstance(node.op, ast.Or))
            if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
                return evaluate.negate(self._truth(node.operand))
            if isinstance(node, ast.Compare):
                return self._comparison(node)
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                if node.func.id in ("any", "all"):
                    scope, body = self._over(node)
                    return evaluate.over(scope, body, decisive=node.func.id == "any")
                if node.func.id in ("absent", "known"):
                    return self._presence(node)
            return self._bare(self._value(node))
        finally:
            self._depth -= 1

    def _bare(self, term: Term) -> Run:
        if term.type == "any":
            return evaluate.truth_of(values.adapt(term.get, CONVERT["bool"]))
        if term.type != "bool":
            said = f"{term.label} is {SAY[term.type]}, which is neither true nor false; expected "
            wants = f"`x in {term.label}`" if term.type in ITEM else f"a comparison: `{term.label} == ...`"
            raise ConditionError(said + wants, term.column)
        return evaluate.truth_of(term.get)

    def _comparison(self, node: ast.Compare) -> Run:
        terms = [self._value(n) for n in (node.left, *node.comparators)]
        runs = []
        for left, op, right in zip(terms, node.ops, terms[1:], strict=False):
            symbol = _COMPARE.get(type(op))
            if symbol is None:
                self._no(node, "`is` does not compare values; expected == or !=")
            runs.append(evaluate.compare(symbol, *comparable(symbol, left, right)))
        return runs[0] if len(runs) == 1 else evaluate.join(runs, decisive=False)

    def _value(self, node: ast.expr) -> Term:
        """Something that has a value."""
        self._enter(node)
        try:
            if isinstance(node, ast.Constant):
                return self._constant(node)
            if isinstance(node, ast.Name | ast.Attribute):
                return self._name(node)
            if isinstance(node, ast.List):
                return self._list(node)
            if isinstance(node, ast.BinOp) and type(node.op) in _ARITHMETIC:
                left, right = (self._number(n) for n in (node.left, node.right))
                get = values.arithmetic(_ARITHMETIC[type(node.op)], left.get, right.get)
                return Term("number", get, self._text(node), self._column(node))
            if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.UAdd):
                return self._signed(node)
            if isinstance(node, ast.Call):
                return self._call(node)
            if isinstance(node, ast.BoolOp | ast.Compare | ast.UnaryOp) and not isinstance(
                getattr(node, "op", None), ast.Invert
            ):
                self._no(node, f"`{self._text(node)}` is a condition where a value is expected")
            self._refuse(node)
        finally:
            self._depth -= 1

    def _constant(self, node: ast.Constant) -> Term:
        value = node.value
        if not isinstance(value, bool | int | float | str):
            self._refuse(node)
        if not isinstance(value, str) and not -_LARGEST <= value <= _LARGEST:
            self._no(node, f"numbers go up to {_LARGEST}")
        return literal(value, self._text(node), self._column(node))

    def _name(self, node: ast.Name | ast.Attribute) -> Term:
        column = self._column(node)
        parts: list[str] = []
        base: ast.expr = node
        while isinstance(base, ast.Attribute):
            parts.append(base.attr)
            base = base.value
        if not isinstance(base, ast.Name):
            self._refuse(base)
        name = ".".join([base.id, *reversed(parts)])
        if name in _BOOL:
            return literal(_BOOL[name], name, column)
        if name in FUNCTIONS:
            self._no(node, f"expected {FUNCTIONS[name]}")
        try:
            spec = find(name)
        except FactError as error:
            raise ConditionError(str(error), column) from None
        if spec.scope and spec.scope != self._scope:
            self._no(
                node,
                f"{spec.name} is about one {spec.scope}; expected it inside "
                f"any({spec.scope}, ...), all({spec.scope}, ...) or count({spec.scope}, ...)",
            )
        self.facts.add(spec.name)
        kind = FACT_TYPES[spec.type]
        return Term(kind, values.read_fact(spec.name, bool(spec.scope), CONVERT[kind]), name, column)

    def _list(self, node: ast.List) -> Term:
        if not node.elts:
            self._no(node, "an empty list; expected literals in it")
        terms = [self._value(n) for n in node.elts]
        for term, item in zip(terms, node.elts, strict=True):
            if term.literal is None or isinstance(term.literal, list) or term.type == "bool":
                self._no(item, f"{term.label}: a list holds texts, numbers or versions, written out")
        kind = next((t.type for t in terms if t.type != terms[0].type), terms[0].type)
        if kind != terms[0].type:
            self._no(node, f"expected a list of one kind, got {SAY[terms[0].type]} and {SAY[kind]} in one")
        written = [t.literal for t in terms]
        made = CONVERT[kind + "s"](written)
        return Term(kind + "s", values.constant(made), self._text(node), self._column(node), written)

    def _number(self, node: ast.expr) -> Term:
        term = self._value(node)
        if term.type == "any":
            return replace(term, type="number", get=values.adapt(term.get, CONVERT["number"]))
        if term.type != "number":
            said = f"{term.label} is {SAY[term.type]}; expected a number to calculate with"
            raise ConditionError(said, term.column)
        return term

    def _signed(self, node: ast.UnaryOp) -> Term:
        term = self._number(node.operand)
        sign = -1 if isinstance(node.op, ast.USub) else 1
        label, column = self._text(node), self._column(node)
        if term.literal is not None:
            return literal(sign * term.literal, label, column)
        get = values.arithmetic("*", values.constant(sign), term.get)
        return Term("number", get, label, column)

    def _call(self, node: ast.Call) -> Term:
        if not isinstance(node.func, ast.Name):
            self._refuse(node)
        name = node.func.id
        if name not in FUNCTIONS:
            self._no(node, f"there is no function {name!r}; expected one of: {', '.join(FUNCTIONS)}")
        if node.keywords:
            self._no(node, f"expected {FUNCTIONS[name]}")
        if name == "version":
            return self._version(node)
        if name == "table":
            return self._table(node)
        if name == "count":
            scope, body = self._over(node)
            return Term("number", evaluate.count(scope, body), self._text(node), self._column(node))
        self._no(node, f"`{self._text(node)}` is a condition where a value is expected")

    def _version(self, node: ast.Call) -> Term:
        text = _string(node.args[0]) if len(node.args) == 1 else None
        label = self._text(node)
        if text is None or not looks_like_version(text):
            self._no(node, f"expected {FUNCTIONS['version']}, got {label}")
        return Term("version", values.constant(parse_version(text)), label, self._column(node), text)

    def _table(self, node: ast.Call) -> Term:
        name, column = (_string(a) for a in node.args[::2]) if len(node.args) == 3 else (None, None)
        if name is None or column is None:
            self._no(node, f"expected {FUNCTIONS['table']}")
        key = self._value(node.args[1])
        if key.type not in ("text", "version", "number", "any"):
            raise ConditionError(f"{key.label} is {SAY[key.type]}; expected a key to look up", key.column)
        kind = "any"
        tables = self._known_tables
        if tables is not None:
            if name not in tables.names:
                self._no(node.args[0], f"there is no table {name!r}{nearest_hint(name, tables.names)}")
            columns = tables.columns(name)
            if column not in columns:
                self._no(node.args[2], f"{name} has no column {column!r}{nearest_hint(column, columns)}")
            kind = FACT_TYPES[columns[column]]
        self.tables.add(name)
        get = values.read_table(name, key.get, column)
        if kind != "any":
            get = values.adapt(get, CONVERT[kind])
        return Term(kind, get, self._text(node), self._column(node))

    def _presence(self, node: ast.Call) -> Run:
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        if len(node.args) != 1 or node.keywords:
            self._no(node, f"expected {FUNCTIONS[name]}")
        term = self._value(node.args[0])
        if term.literal is not None or not isinstance(node.args[0], ast.Name | ast.Attribute | ast.Call):
            self._no(node.args[0], f"expected {FUNCTIONS[name]}, got {term.label}")
        return evaluate.presence(term.get, when_absent=name == "absent")

    def _over(self, node: ast.Call) -> tuple[str, Run]:
        """The scope and the body of any, all and count."""
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        if len(node.args) != 2 or node.keywords:
            self._no(node, f"expected {FUNCTIONS[name]}")
        scope = node.args[0]
        if not isinstance(scope, ast.Name) or scope.id not in SCOPES:
            self._no(scope, f"{self._text(scope)} is no scope; expected one of: {', '.join(SCOPES)}")
        if self._scope:
            self._no(node, f"{name}(...) inside {self._scope}'s own; expected one level")
        self._scope = scope.id
        self.scopes.add(scope.id)
        try:
            return scope.id, self._truth(node.args[1])
        finally:
            self._scope = ""


def _string(node: ast.expr) -> str | None:
    """A string literal's value; None for anything else."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None
