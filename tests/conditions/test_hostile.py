"""Nothing that a condition's text says can run, hang, grow or crash anything."""

from __future__ import annotations

import sys
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kbtui.conditions import Condition, parse
from kbtui.errors import ConditionError
from kbtui.machine.facts import Facts

PYTHON = [
    "().__class__",
    "().__class__.__base__.__subclasses__()",
    "driver.__class__",
    "driver.version.__class__",
    "os.id.__len__() > 1",
    "__import__('os').system('id')",
    "open('/etc/passwd')",
    "lambda: 1",
    "[x for x in y]",
    "{x: 1 for x in y}",
    "(x for x in y)",
    "{1, 2}",
    "{1: 2}",
    "f'{os.id}' == os.id",
    "(x := 1)",
    "9**9**9",
    "9 ** 9 > 1",
    "2 << 99999",
    "1 // 1 == 1",
    "5 % 2 == 1",
    "1 | 1 == 1",
    "~1 == 1",
    "-os.id == 1",
    "os.id[0]",
    "os.id[0:9]",
    "1 if true else 2",
    "*os.id",
    "await os.id",
    "yield",
    "b'x' == os.id",
    "1j == 1",
    "None",
    "...",
    "any(gpu, true, *[1])",
    "any(scope=gpu)",
    "absent(**{})",
    "print(1)",
    "eval('1')",
    "version('1').text",
    "os.id @ os.id",
    "true; true",
    "true\\\nand true",
    "import os",
    "del x",
    "\x00",
    "\ud800",
    "\ufeff true",
    "os.id == '''x'''",
    'os.id == "\\N{DIGIT ONE}"',
    "os.id == r'x\\'",
    "table('x')",
    "1_000 == 1",
    "0x10 == 16",
    "os . __class__",
    "any",
    "gpu",
    "true.__class__",
    "(true)(true)",
    "'a'.join([os.id]) == os.id",
    "print",
]


@pytest.mark.parametrize("source", PYTHON)
def test_python_is_refused(source):
    with pytest.raises(ConditionError) as caught:
        parse(source)
    assert caught.value.column <= len(source)


@pytest.mark.parametrize(
    "unit",
    [
        "(",
        "[",
        "{",
        "-",
        "+",
        "~",
        "not ",
        "()",
        "not not(",
        "-(",
        "1+",
        "1 or ",
        "a.",
        "lambda:",
        "any(gpu,",
        "1<",
        '"',
        "1if 1else ",
        "f(",
        "[(",
        "x",
        "9",
        "\n",
        " ",
        "é",
        "#",
        "\\",
        "(not ",
        "((((((((not -",
        "*",
        "**",
        ":=",
        "''",
    ],
)
@pytest.mark.parametrize("length", [400, 500, 100_000])
def test_much_of_anything_is_refused_at_once(unit, length):
    began = time.perf_counter()
    with pytest.raises(ConditionError):
        parse((unit * length)[:length])
    assert time.perf_counter() - began < 1


def test_the_longest_and_the_deepest_that_are_taken():
    assert parse("true or " * 62 + "true").evaluate(Facts()).is_true
    assert parse("(" * 30 + "driver.installed" + ")" * 30).facts == {"driver.installed"}
    assert parse("not " * 30 + "true").evaluate(Facts()).is_true
    with pytest.raises(ConditionError, match="at most 500 characters"):
        parse("true or " * 63 + "true")
    with pytest.raises(ConditionError, match="deeper than 32"):
        parse("1 < " + "+".join("1" * 40))


def test_a_deep_stack_is_no_excuse():
    def at_depth(n: int) -> str:
        if n:
            return at_depth(n - 1)
        try:
            parse("not " * 30 + "driver.installed or any(gpu, " + "(" * 20 + "gpu.lost" + ")" * 21)
        except ConditionError:
            return "refused"
        return "taken"

    depth = len(_frames())
    assert at_depth(sys.getrecursionlimit() - depth - 330) in ("refused", "taken")


def _frames() -> list[object]:
    frame, out = sys._getframe(), []
    while frame:
        out.append(frame)
        frame = frame.f_back
    return out


@settings(deadline=None)
@given(st.text(max_size=520))
def test_any_text_is_a_condition_or_a_condition_error(source):
    _try(source)


@settings(deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "driver.installed",
                "os.id",
                "driver.version",
                "gpu.model",
                "and",
                "or",
                "not",
                "in",
                "==",
                "<",
                "+",
                "-",
                "(",
                ")",
                "[",
                "]",
                ",",
                '"12.4"',
                "1",
                "2.5",
                "any(gpu,",
                "count(",
                "version(",
                "absent(",
                "table(",
                "true",
                "is",
                "if",
                ".",
                "for",
                "lambda",
                ":",
                "**",
                "gpu",
                "é",
            ]
        ),
        max_size=25,
    ).map(" ".join)
)
def test_any_jumble_of_words_is_a_condition_or_a_condition_error(source):
    _try(source)


def _try(source: str) -> None:
    try:
        condition = parse(source)
    except ConditionError as error:
        assert 0 <= error.column <= 520 and str(error)
    else:
        assert isinstance(condition, Condition)
        condition.evaluate(Facts())
