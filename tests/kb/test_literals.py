from __future__ import annotations

import pytest
import re2
from hypothesis import given, settings
from hypothesis import strategies as st

from kbtui.kb import literals, matcher


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        (r"NVRM: Xid \(PCI:.*\): 79", [["nvrm: xid (pci:"], ["): 79"]]),
        (r"Required key not available", [["required key not available"]]),
        (r"(no|bad) key|rejected", [["bad key", "no key", "rejected"]]),
        (r"drivers? too old", [["driver too old", "drivers too old"]]),
        (r"colou?rs?", [["color", "colour"]]),
        (r"^\s*RmInitAdapter failed!", [["rminitadapter failed!"]]),
        (r"[Ee]rror\b", [["error"]]),
        (r"GPU-[0-9a-f]{8} lost", [[" lost"], ["gpu-"]]),
        (r"ab+c", [["ab"], ["bc"]]),
        (r"(?i)out of (?P<what>memory)", [["out of memory"]]),
        (r"\x43\x{55}DA\tOK", [["ok"], ["cuda"]]),
        (r"显存.{0,9}不够用", [["不够用"], ["显存"]]),
        (r"(suspend|睡眠).{0,80}cuda|cuda.{0,80}(suspend|睡眠)", [["suspend", "睡眠"], ["cuda"]]),
        (r"a{3}", [["aaa"]]),
        *[(p, []) for p in (".*", "x", r"\d+", "(a|)b*", "foo|.", "(foo)?", "É+")],
        *[(p, []) for p in ("(unclosed", "a**", "[", "\\", "(?=look)", r"back\1", r"\Qa.b\E", "(" * 500 + ")" * 500)],
    ],
)
def test_what_must_be_there(pattern, expected):
    assert [list(clause) for clause in literals.clauses(literals.required(pattern))] == expected


def test_letters_that_re2_pairs_with_ascii_ones_are_folded_alike():
    text = "\u212aernel mi\u017fmatch"
    assert matcher.one("kernel mismatch").search(text.encode())
    assert literals.may_match(literals.required("kernel mismatch"), literals.fold(text))


ATOMS = [
    "a",
    "B",
    "ck",
    "Xid",
    r"\.",
    ".",
    r"\d",
    r"\w",
    r"\s",
    "[Ee]",
    "[^x]",
    "[a-c]",
    "[[:alpha:]]",
    "[]k]",
    "^",
    "$",
    r"\b",
    " ",
    r"\x41",
    r"\pL",
    "显",
    "é",
    "ß",
    "(?i)",
    "-",
    ":",
    "{",
    r"\(",
    "s",
]
REPEATS = ["{0,9}", "{2,}", "", "", "", "", "*", "+", "?", "*?", "+?", "??", "{2}", "{0,2}", "{1,}", "{2,3}?"]


def combined(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    many = st.lists(inner, min_size=1, max_size=5).map("".join)
    branches = st.lists(many, min_size=1, max_size=4).map("|".join)
    group = st.sampled_from(["(", "(?:", "(?P<n>", "(?s:"])
    return st.builds(lambda g, b, r: f"{g}{b}){r}", group, branches, st.sampled_from(REPEATS))


PATTERNS = st.lists(
    st.recursive(
        st.builds(lambda a, r: a + r, st.sampled_from(ATOMS), st.sampled_from(REPEATS)), combined, max_leaves=8
    ),
    min_size=1,
    max_size=5,
).flatmap(lambda parts: st.sampled_from(["".join(parts), "|".join(parts)]))
TEXTS = st.lists(
    st.sampled_from(
        [
            "a",
            "b",
            "B",
            "ck",
            "CK",
            "xid",
            "XID",
            ".",
            "1",
            "_",
            " ",
            "E",
            "e",
            "x",
            "c",
            "A",
            "显",
            "é",
            "É",
            "ß",
            "-",
            ":",
            "{",
            "(",
            "s",
            "S",
            "\u017f",
            "\u212a",
            "]",
            "İ",
            "Σ",
        ]
    ),
    max_size=25,
).map("".join)


@settings(max_examples=600, deadline=None)
@given(PATTERNS, st.lists(TEXTS, min_size=1, max_size=8))
def test_every_match_holds_its_clauses(pattern, texts):
    try:
        regexp = re2.compile(pattern, options=matcher.options())
    except re2.error:
        return
    literal = literals.required(pattern)
    for text in texts:
        found = regexp.search(text)
        if found:
            assert literals.may_match(literal, literals.fold(found.group()))


@given(st.text())
def test_any_text_at_all_is_answered(pattern):
    assert isinstance(literals.required(pattern), str)
