"""Conditions a second time: slow, obvious, and sharing no code with `kbtui`'s own but the names of facts.

Its own tokens, its own recursive descent, its own numbers for truth: 1 true, 0 false, 0.5 unknown; `and` is
the smallest of both, `or` the largest, `not` is one minus. It knows no tables and takes well-typed sources
only.
"""

from __future__ import annotations

import re
from typing import Any

from kbtui.machine.catalogue import SPECS
from kbtui.machine.facts import Facts

TOKEN = re.compile(r'\s*("[^"]*"|\d+\.\d+|\d+|==|!=|<=|>=|<|>|[-+*/(),\[\]]|[A-Za-z_][\w.]*)')
COMPARE = ("==", "!=", "<=", ">=", "<", ">", "in", "not in")
ABSENT = object()


class Missing(frozenset):
    """The (fact, entity) pairs that a value or a truth lacked."""


def evaluate(source: str, facts: Facts) -> tuple[float, frozenset[tuple[str, str]]]:
    """1.0, 0.0 or 0.5, and what an unknown outcome lacked."""
    tree = Parser(source).whole()
    truth, lack = truth_of(tree, facts, "")
    return truth, frozenset(lack) if truth == 0.5 else frozenset()


class Parser:
    """Tokens to nested tuples."""

    def __init__(self, source: str) -> None:
        self.tokens = TOKEN.findall(source)
        assert "".join(self.tokens) == re.sub(r'\s+(?=(?:[^"]*"[^"]*")*[^"]*$)', "", source)

    def peek(self) -> str:
        return self.tokens[0] if self.tokens else ""

    def take(self, *wanted: str) -> str:
        assert not wanted or self.peek() in wanted, self.tokens
        return self.tokens.pop(0)

    def whole(self) -> tuple[Any, ...]:
        tree = self.disjunction()
        assert not self.tokens
        return tree

    def disjunction(self) -> tuple[Any, ...]:
        tree = self.conjunction()
        while self.peek() == "or":
            self.take()
            tree = ("or", tree, self.conjunction())
        return tree

    def conjunction(self) -> tuple[Any, ...]:
        tree = self.negation()
        while self.peek() == "and":
            self.take()
            tree = ("and", tree, self.negation())
        return tree

    def negation(self) -> tuple[Any, ...]:
        if self.peek() == "not":
            self.take()
            return ("not", self.negation())
        return self.comparison()

    def comparison(self) -> tuple[Any, ...]:
        left = self.sum()
        links = []
        while self.peek() in ("==", "!=", "<=", ">=", "<", ">", "in", "not"):
            symbol = self.take()
            if symbol == "not":
                symbol = "not " + self.take("in")
            right = self.sum()
            links.append((symbol, left, right))
            left = right
        if not links:
            return left
        tree = links[0]
        for link in links[1:]:
            tree = ("and", tree, link)
        return tree

    def sum(self) -> tuple[Any, ...]:
        tree = self.product()
        while self.peek() in ("+", "-"):
            tree = (self.take(), tree, self.product())
        return tree

    def product(self) -> tuple[Any, ...]:
        tree = self.atom()
        while self.peek() in ("*", "/"):
            tree = (self.take(), tree, self.atom())
        return tree

    def atom(self) -> tuple[Any, ...]:
        token = self.take()
        if token == "-":
            return ("-", ("value", 0), self.atom())
        if token == "(":
            tree = self.disjunction()
            self.take(")")
            return tree
        if token == "[":
            items = [self.atom()[1]]
            while self.take(",", "]") == ",":
                items.append(self.atom()[1])
            return ("value", items)
        if token[0] == '"':
            return ("value", token[1:-1].lower())
        if token[0].isdigit():
            return ("value", float(token))
        if token in ("true", "false"):
            return ("value", token == "true")
        if self.peek() != "(":
            return ("fact", token)
        self.take("(")
        first = self.take() if token in ("any", "all", "count") else self.disjunction()
        second = None
        if self.take(",", ")") == ",":
            second = self.disjunction()
            self.take(")")
        return ("version", numbers(first[1])) if token == "version" else (token, first, second)


def numbers(text: str) -> list[int]:
    """A version of numbers only, padded far."""
    parts = [int(n) for n in text.split(".")]
    return parts + [0] * (12 - len(parts))


def truth_of(tree: tuple[Any, ...], facts: Facts, entity: str) -> tuple[float, set[tuple[str, str]]]:
    """The truth of a tree and what it lacked."""
    kind = tree[0]
    if kind == "not":
        truth, lack = truth_of(tree[1], facts, entity)
        return 1 - truth, lack
    if kind in ("and", "or"):
        sides = [truth_of(t, facts, entity) for t in tree[1:]]
        truth = (min if kind == "and" else max)(t for t, _ in sides)
        return truth, set().union(*(lack for t, lack in sides if t == 0.5))
    if kind in ("any", "all"):
        return over(kind, tree[1], tree[2], facts)
    if kind in ("absent", "known"):
        value = value_of(tree[1], facts, entity)
        if isinstance(value, Missing):
            return 0.5, set(value)
        return float((value is ABSENT) == (kind == "absent")), set()
    if kind in COMPARE:
        return compare(kind, value_of(tree[1], facts, entity), value_of(tree[2], facts, entity))
    value = value_of(tree, facts, entity)
    if isinstance(value, Missing):
        return 0.5, set(value)
    return float(value is True), set()


def over(kind: str, scope: str, body: tuple[Any, ...], facts: Facts) -> tuple[float, set[tuple[str, str]]]:
    """any and all, written as one long or / and with one unknown at the end where the list may go on."""
    each = [truth_of(body, facts, entity) for entity in facts.entities(scope)]
    if not facts.is_complete(scope):
        each.append((0.5, {(scope, "")}))
    if not each:
        return 0.0, set()
    truth = (max if kind == "any" else min)(t for t, _ in each)
    return truth, set().union(*(lack for t, lack in each if t == 0.5))


def compare(symbol: str, a: Any, b: Any) -> tuple[float, set[tuple[str, str]]]:
    """A comparison of two values."""
    if a is ABSENT or b is ABSENT:
        return 0.0, set()
    lack = {pair for value in (a, b) if isinstance(value, Missing) for pair in value}
    if lack:
        return 0.5, lack
    if symbol not in ("in", "not in"):
        a, b = (numbers(x) if isinstance(x, str) and isinstance(y, list) else x for x, y in ((a, b), (b, a)))
    said = {
        "==": lambda: a == b,
        "!=": lambda: a != b,
        "<": lambda: a < b,
        "<=": lambda: a <= b,
        ">": lambda: a > b,
        ">=": lambda: a >= b,
        "in": lambda: a in b,
        "not in": lambda: a not in b,
    }[symbol]()
    return float(said), set()


def value_of(tree: tuple[Any, ...], facts: Facts, entity: str) -> Any:
    """A plain value, ABSENT or Missing."""
    kind = tree[0]
    if kind in ("value", "version"):
        return tree[1]
    if kind == "fact":
        return read(tree[1], facts, entity)
    if kind == "count":
        each = [truth_of(tree[2], facts, e) for e in facts.entities(tree[1])]
        lack = set().union(*(lack for t, lack in each if t == 0.5))
        if not facts.is_complete(tree[1]):
            lack.add((tree[1], ""))
        return Missing(lack) if lack else sum(t == 1 for t, _ in each)
    a, b = (value_of(t, facts, entity) for t in tree[1:])
    if a is ABSENT or b is ABSENT:
        return ABSENT
    lack = {pair for value in (a, b) if isinstance(value, Missing) for pair in value}
    if lack:
        return Missing(lack)
    if kind == "/" and b == 0:
        return ABSENT
    return {"+": a + b, "-": a - b, "*": a * b, "/": a / b if b else 0}[kind]


def read(name: str, facts: Facts, entity: str) -> Any:
    """A fact, as it is compared."""
    spec = SPECS[name]
    entity = entity if spec.scope else ""
    fact = facts.get(name, entity)
    if fact.state == "unknown":
        return Missing({(name, entity)})
    if fact.state in ("absent", "not_applicable"):
        return ABSENT
    if spec.type == "version":
        return numbers(fact.value)
    if isinstance(fact.value, list):
        return [v.lower() if isinstance(v, str) else v for v in fact.value]
    return fact.value.lower() if isinstance(fact.value, str) else fact.value
