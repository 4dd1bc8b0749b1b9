"""Hostile content is shown, never obeyed: escape codes, markup, text that turns, text without width, endless lines."""

from __future__ import annotations

import unicodedata

import pytest

from kbtui.tui import inert
from tests.tui.conftest import probe, settle
from tests.tui.shot import screen_text
from tests.tui.test_journey import drawn, played

ESCAPES = "\x1b[2J\x1b]0;owned\x07\x1b[31mred\x9b31m"
MARKUP = "[bold red]not bold[/] [@click=app.quit]click[/] [link=file:///etc]x[/link]"
BIDI = "abc\u202edcba\u2066x\u2069"
THIN = "a\u200bb\u200d\ufeffc\u2060"
ZALGO = "z" + "\u0301" * 60
EVERYTHING = f"{ESCAPES} {MARKUP} {BIDI} {THIN} {ZALGO} 显卡 \U0001f525"


@pytest.mark.parametrize("text", [ESCAPES, BIDI, THIN, ZALGO, "\ud800", "a\u2028b", "tab\there\rback"])
@pytest.mark.parametrize("clean", [inert.line, inert.block])
def test_nothing_acts_on_the_terminal(text, clean):
    shown = clean(text)
    kinds = {unicodedata.category(c) for c in shown if c != "\n"}
    assert not kinds & {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    assert sum(unicodedata.category(c) in ("Mn", "Me") for c in shown) <= 2


def test_what_is_harmless_stays():
    assert (
        inert.line("NVRM: Xid (PCI:0000:01:00): 79, 显卡 掉线 ✓ é") == "NVRM: Xid (PCI:0000:01:00): 79, 显卡 掉线 ✓ é"
    )
    assert inert.block("a\n\n  b\tc") == "a\n\n  b c"


def test_a_long_line_is_cut():
    assert len(inert.line("x" * 1_000_000)) == inert.LONGEST
    assert len(inert.block("y" * 1_000_000)) == inert.LONGEST
    assert inert.block("z\n" * 1000).count("\n") == 400


@played
async def test_every_screen_shows_it_inert(make, host):
    host.notes.append(EVERYTHING)
    app = make(
        f"black screen after driver install {EVERYTHING}",
        probes=(probe("os", os__name=EVERYTHING, driver__version=EVERYTHING),),
    )
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(app, pilot)
        beside = (["escape", "m"], ["escape", "L"], ["escape", "w"], ["escape", "N"], ["tab", "ctrl+end", "x"])
        for keys in ([], ["e", "enter"], *beside, ["escape", "f"], ["escape", "question_mark"], ["escape", "escape"]):
            await pilot.press(*keys)
            await settle(app, pilot)
            shown = await drawn(app, pilot)
            assert not any(unicodedata.category(c) in ("Cc", "Cf") for c in shown if c != "\n")
            assert shown.count("\n") == 24
            assert app.is_running
        assert "[bold red]" in shown or "black screen" in shown


@played
async def test_a_megabyte_line_opens(make):
    app = make("no screens found " + "A" * 1_000_000)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(app, pilot)
        assert app.session.result.diagnosis.causes
        assert "no screens found" in screen_text(app)
