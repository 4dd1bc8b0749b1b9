from __future__ import annotations

import pytest
import re2
from hypothesis import given, settings
from hypothesis import strategies as st

from kbtui.errors import SignError
from kbtui.kb import literals, matcher, signs
from kbtui.kb.lines import clean, cut
from kbtui.kb.signs import Hit, Search, Sign, match_text


def sign(pattern: str, key: str = "") -> Sign:
    return Sign(key or pattern, pattern, literals.required(pattern))


def naive(wanted: list[Sign], lines: list[str]) -> list[Hit]:
    """Every sign on every part of every clean line: what must come out, however it is done."""
    options = re2.Options()
    options.case_sensitive = False
    out = []
    for number, line in enumerate(lines, 1):
        seen = set()
        for part in line.split("\r"):
            for one in wanted:
                found = re2.compile(one.pattern, options=options).search(part)
                if found and one.key not in seen:
                    seen.add(one.key)
                    out.append(Hit(one.key, number, part.replace("\t", " "), found.start(), found.end()))
    return out


# What a line may be made of, dirty and as it must be matched.
PIECES: list[tuple[bytes, str]] = [
    (p.encode(), p)
    for p in (
        "NVRM: ",
        "Xid ",
        "xid",
        "79",
        "1",
        " ",
        "\t",
        "\r",
        "CUDA error",
        "cuda",
        "out of memory",
        "key",
        "\u212aey",
        "显存",
        "é",
        "É",
        "a",
        "b",
        "B",
        ":",
        "(",
        "[",
        "x",
        ";",
        "mi\u017fs",
        "[0m",
        "31m",
    )
] + [
    (b"\x1b[31m", ""),
    (b"\x1b[0;1m", ""),
    (b"\x1b]0;title\x07", ""),
    (b"\x1b]8;;http://x\x1b\\", ""),
    (b"\x1b(B", ""),
    (b"\0", ""),
    (b"\x08", ""),
    (b"\x07", ""),
    (b"\x7f", ""),
    (b"\xff", "\ufffd"),
    ("\u200b".encode(), ""),
    ("\ufeff".encode(), ""),
    ("\u00a0".encode(), " "),
    ("\u202e".encode(), ""),
    ("\u009b31m".encode(), ""),
    ("\u0085".encode(), ""),
]
PATTERNS = [
    r"NVRM: Xid.*79",
    r"xid \(",
    r"^NVRM",
    r"79$",
    r"CUDA error|out of memory",
    r"cuda\s+error",
    r"k[^x]*y",
    r"key",
    r"miss",
    r"é",
    r"显存",
    r"a.b",
    r"\bcuda\b",
    r"x+1",
    r"(?s)a.*b",
    r"[^a]b",
    r":\s*\t",
    r"\ba|b\b",
    r"�",
]
LINES = st.lists(st.lists(st.sampled_from(PIECES), max_size=8), max_size=12)
WANTED = st.lists(st.sampled_from(PATTERNS), unique=True).map(lambda ps: [sign(p) for p in ps])


def dirty_and_clean(lines) -> tuple[bytes, list[str]]:
    return b"\n".join(b"".join(d for d, _ in one) for one in lines), ["".join(c for _, c in one) for one in lines]


@settings(max_examples=400, deadline=None)
@given(WANTED, LINES)
def test_short_text_agrees_with_every_sign_on_every_line(wanted, lines):
    dirty, plain = dirty_and_clean([[p for p in one if p[0] != b"\xff"] for one in lines])
    assert sorted(match_text(wanted, dirty.decode())) == sorted(naive(wanted, plain))


@settings(max_examples=400, deadline=None)
@given(WANTED, LINES)
def test_search_agrees_with_every_sign_on_every_line(wanted, lines):
    dirty, plain = dirty_and_clean(lines)
    assert sorted(Search(wanted).feed(dirty)) == sorted(naive(wanted, plain))


def test_long_text_is_matched_as_short_text_is():
    text = "step 1 ok\n" * 300 + "NVRM: Xid (PCI:0000:01:00): 79, GPU has fallen off the bus.\r\n" + "fine\n" * 20_000
    wanted = [sign(r"Xid.*: 79"), sign("fallen off the bus"), sign("ECC error")]
    found = match_text(wanted, text)
    assert found == match_text(wanted, text[:9000])
    assert [(h.key, h.line) for h in found] == [("Xid.*: 79", 301), ("fallen off the bus", 301)]


def test_only_signs_whose_literal_is_there_are_compiled():
    wanted = [sign(rf"failure number {n} in module m{n}") for n in range(2000)]
    before = matcher.one.cache_info().misses
    found = match_text(wanted, "so it says: Failure number 77 in module m77, what now?")
    assert [h.key for h in found] == ["failure number 77 in module m77"]
    assert found.compiled == 1
    assert matcher.one.cache_info().misses - before <= 1


def test_one_hit_for_a_sign_and_a_line_and_the_cap_is_counted():
    found = match_text(
        [sign("oops", "k#0"), sign("oop", "k#0"), sign("never", "n#0")], "oops oops\r oops\n" * 60, cap=50
    )
    assert [h.line for h in found] == list(range(1, 51))
    assert found.left_out == {"k#0": 10}


def test_a_long_line_is_cut_around_the_match():
    for left, right in ((0, 5000), (5000, 0), (5000, 5000), (10, 10), (400, 300)):
        line = "显" * left + "CUDA error" + "é" * right
        (hit,) = match_text([sign("cuda error")], line)
        assert hit.text[hit.start : hit.end] == "CUDA error"
        assert len(hit.text) == min(500, len(line))
        assert hit.text in line
    text, start, end = cut(b"x" * 900, 100, 900)
    assert (len(text), start, end) == (500, 0, 500)


def test_a_set_that_answers_nothing_is_checked():
    search = Search([sign("alpha"), sign("beta.*gamma")])

    class Silent:
        def Match(self, line):
            return None

    search.matcher.name = Silent()
    assert [h.key for h in search.feed(b"beta and gamma\nnothing\nALPHA\n")] == ["beta.*gamma", "alpha"]


def test_signs_that_do_not_fit_together_are_said(monkeypatch):
    monkeypatch.setattr(matcher, "_FIND_MEMORY", 20_000)
    with pytest.raises(SignError, match="no room for 400 signs together"):
        Search([sign(rf"word{n} end{n}") for n in range(400)])


def test_wide_gaps_are_not_searched_as_one_automaton():
    wanted = [sign(rf"(one|two) {n}.{{0,60}}\b(three|four)\b.{{0,40}}[a-z]{{1,30}} part{n}") for n in range(500)]
    search = Search(wanted)
    assert search.matcher.find.programsize < 500 * 50
    line = b"one 7 and then three of word part7"
    assert [h.key for h in search.feed(b"one 7 part7\n" + line + b"\n")] == [wanted[7].key]


def test_no_signs_and_no_text():
    assert match_text([], "anything") == []
    assert match_text([sign("a")], "") == []
    assert list(Search([]).feed(b"anything\n")) == []


@pytest.mark.parametrize(
    ("pattern", "says"),
    [
        ("foo(?=bar)", "look-around"),
        ("(?<!x)y", "look-around"),
        ("(?!x)y", "look-around"),
        (r"(a)\1", "back-references"),
        ("a{1001}", "repeats too often"),
        ("(a{40}){40}", "repeats too often"),
        ("x" * 2001, "2000"),
        ("a*", "empty"),
        ("foo|", "empty"),
        (r"\b", "empty"),
        ("^", "empty"),
        ("[a", r"\["),
        ("(a", r"\("),
        ("a)", r"\)"),
        ("*a", "nothing to repeat"),
        ("a**", "two"),
        (r"\Afoo", r"\^"),
        (r"foo\z", r"\$"),
        ("(?-m)^foo", r"\^"),
        (r"\Qa.b\E", "backslash"),
        (r"a\Q", "backslash"),
        ("a\\", "RE2: trailing"),
        ("(?>a)", "kind of group"),
        ("a\ud800", "half a character"),
    ],
)
def test_what_cannot_be_a_sign_is_refused_in_words(pattern, says, capfd):
    with pytest.raises(SignError, match=says):
        signs.check(pattern)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    "pattern",
    [r"(Required key not available|Key was rejected)", r"C:\\Apps", r"Xid \(.*\): 79\b", "显存不足", r"(?i-s:a)b"],
)
def test_good_signs_pass(pattern):
    assert signs.check(pattern) is None


def test_a_refused_sign_is_named_when_it_comes_into_question():
    bad = Sign("p#0", "foo(?=bar)", "")
    for use in (lambda: match_text([bad], "foo"), lambda: Search([sign("ok"), bad, sign("fine")])):
        with pytest.raises(SignError, match="foo"):
            use()


@given(st.binary(max_size=200))
def test_clean_bytes_are_valid_and_steer_no_terminal(data):
    out = clean(data)
    text = out.decode()
    assert out.count(b"\n") == data.count(b"\n")
    assert not set(text) & ({chr(c) for c in range(32)} | {chr(c) for c in range(127, 161)}) - set("\t\n\r")
    assert clean(out) == out


def test_hit_holds_plain_values():
    assert match_text([sign("b", "p#1")], "a\nabc") == [Hit("p#1", 2, "abc", 1, 2)]


def test_a_sign_that_every_line_asks_for_gets_a_pass_of_its_own():
    wanted = [sign("loss .{0,20}nan"), sign("Xid"), sign("step"), sign("late")]
    search = Search(wanted, cap=10**6)
    block = b"".join(b"step %d loss 0.%d\n" % (n, n) for n in range(20_000)) + b"step 7 loss is nan\nXid\n"
    found = [list(search.feed(block)) for _ in range(2)]
    assert [wanted[n].key for n in search.matcher.alone] == ["step"]
    first, again = ([(h.key, h.start, h.end, h.text) for h in hits] for hits in found)
    assert first == again and len(first) == 20_001 + 2
    assert first[-3:] == [
        ("loss .{0,20}nan", 7, 18, "step 7 loss is nan"),
        ("step", 0, 4, "step 7 loss is nan"),
        ("Xid", 0, 3, "Xid"),
    ]
    dirty = list(search.feed(b"step 1\nstep \x002\nlate\n"))
    assert [(h.key, h.line) for h in dirty] == [("step", 40005), ("step", 40006), ("late", 40007)]
