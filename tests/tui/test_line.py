"""The line to the terminal: only cells that change are sent, and what arrives is what was drawn."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbtui.tui.terminal import font
from kbtui.tui.terminal.looks import PLAIN, after, way
from kbtui.tui.terminal.painter import SYNC_BEGIN, SYNC_END, Painter
from kbtui.tui.terminal.paste import BEGIN, END, MOST, Pasted, Pastes
from tests.tui.pty import Screen

codes = st.lists(
    st.sampled_from(["0", "1", "2", "3", "4", "7", "22", "24", "31", "97", "39", "44", "49", "38;2;1;2;3", "48;5;17"]),
    min_size=1,
    max_size=5,
).map(";".join)
texts = st.text(st.sampled_from("ab  cé·"), max_size=12)
pieces = st.tuples(st.integers(1, 5), st.integers(1, 20), codes, texts).map(
    lambda p: f"\x1b[{p[0]};{p[1]}H\x1b[{p[2]}m{p[3]}"
)


def seen(data: list[str]) -> tuple[list[list[str]], Screen]:
    screen = Screen(40, 6)
    for piece in data:
        screen.feed(piece)
    return screen.cells, screen


@given(st.lists(pieces, max_size=12))
def test_the_terminal_shows_what_was_drawn(drawn):
    painter = Painter()
    assert seen([painter.feed(piece) for piece in drawn])[0] == seen(drawn)[0]


@given(codes, codes)
def test_the_shortest_way_leads_there(one, other):
    start, end = after(PLAIN, one), after(PLAIN, other)
    code = way(start, end)
    assert (after(start, code[2:-1] or "0") if code else start) == end


def test_what_did_not_change_is_not_sent():
    painter = Painter()
    line = "\x1b[1;1H\x1b[1;38;2;9;9;9mhello world\x1b[0m"
    assert "hello world" in painter.feed(line)
    assert painter.feed(line) == ""
    sent = painter.feed(line.replace("world", "wor1d"))
    assert sent.startswith("\x1b[;10H") and sent.count("1") >= 1 and len(sent) < 20 and "hello" not in sent


def test_an_update_without_a_change_sends_nothing():
    painter = Painter()
    first = [painter.feed(p) for p in (SYNC_BEGIN, "\x1b[1;1Hab", SYNC_END)]
    assert first[0] == "" and first[1].startswith(SYNC_BEGIN) and first[2] == SYNC_END
    assert [painter.feed(p) for p in (SYNC_BEGIN, "\x1b[1;1Hab", SYNC_END)] == ["", "", ""]


def test_after_something_else_wrote_there_all_is_sent():
    painter = Painter()
    painter.feed("\x1b[1;1Hfirst\n\x1b[2;1Hsecond")
    painter.forget()
    assert seen([painter.feed("")])[1].text.split("\n")[:2] == ["first", "second"]
    painter.feed("\x1b[?1049h")
    assert "first" in painter.feed("\x1b[1;1Hfirst")


def test_modes_and_questions_go_through_in_their_place():
    painter = Painter()
    assert painter.feed("\x1b[?2004h\x1b[?2026$p") == "\x1b[?2004h\x1b[?2026$p"
    assert painter.feed("\x1b[1;1Hx\x07\x1b]52;c;YQ==\x07").endswith("\x1b]52;c;YQ==\x07")


def test_half_of_a_wide_sign_leaves_no_ghost():
    painter = Painter()
    sent = [painter.feed(p) for p in ("\x1b[1;1H显卡", "\x1b[1;2Hx", "\x1b[1;3Hyz")]
    assert seen(sent)[1].text.split("\n")[0].replace("\0", "") == " xyz"


@pytest.mark.parametrize(
    ("text", "drawn"), [("49 of 64…", "49 of 64."), ("→ “a”", '> "a"'), ("显卡 é█√·", "???? é█√·"), ("ŝ", "s")]
)
def test_the_console_is_sent_only_what_its_font_has(text, drawn):
    assert font.fit(text) == drawn and set(font.fit(text)) <= font.FONT


def fed(*pieces: str) -> list[str | Pasted]:
    pastes = Pastes()
    return [part for piece in pieces for part in pastes.feed(piece)]


def test_a_paste_is_taken_out_whole_between_keys():
    assert fed(f"ab{BEGIN}one\r\ntwo\r{END}c") == ["ab", Pasted("one\ntwo\n"), "c"]
    assert fed("\x1b[A", "j") == ["\x1b[A", "j"]


def test_an_escape_key_waits_no_longer_than_the_rest_of_a_mark_may_take():
    pastes = Pastes()
    assert list(pastes.feed("a\x1b")) == ["a"] and pastes.held
    assert list(pastes.release()) == ["\x1b"] and not pastes.held
    assert list(pastes.feed("\x1b")) == [] and list(pastes.feed("j")) == ["\x1bj"]


def test_a_paste_may_come_in_any_pieces():
    whole = f"{BEGIN}x\r\n\x1b[20y\r{END}k"
    for cut in range(1, len(whole)):
        parts = fed(whole[:cut], whole[cut:])
        assert [p for p in parts if isinstance(p, Pasted)] == [Pasted("x\n\x1b[20y\n")]
        assert "".join(p for p in parts if isinstance(p, str)) == "k"


def test_a_longer_paste_goes_to_a_file_of_ones_own(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    text = "a line of a log\r" * (MOST // 16 + 10)
    (pasted,) = fed(BEGIN + text[:5000], text[5000:] + END)
    assert pasted.text == "" and pasted.spool
    path = Path(pasted.spool.path)
    assert path.parent == tmp_path and stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_text() == text.replace("\r", "\n") and pasted.spool.size == len(text) and not pasted.spool.lost
    pasted.spool.remove()
    assert not path.exists()
