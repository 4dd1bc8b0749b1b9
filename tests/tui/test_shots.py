"""What each screen looks like, as text: healthy, broken, empty, narrow, wide, Chinese, and on the Linux console."""

from __future__ import annotations

import pytest

from kbtui.tui import clip
from kbtui.tui.screens.fix import FixScreen
from kbtui.tui.terminal.font import FONT
from kbtui.tui.widgets.rows import Rows
from tests.tui import shot
from tests.tui.conftest import probe, settle
from tests.tui.test_journey import KEY, drawn, played

SIZES = [(80, 24), (120, 40)]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("zh", [False, True])
def test_ask(make, size, zh):
    @played
    async def play():
        app = make(zh=zh)
        async with app.run_test(size=size) as pilot:
            await settle(app, pilot)
            shot.check(app, f"ask-{size[0]}{'-zh' if zh else ''}")
            await pilot.press(*"driver")
            await settle(app, pilot)
            shot.check(app, f"ask-typed-{size[0]}{'-zh' if zh else ''}")

    play()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("zh", [False, True])
def test_case_and_fix(make, size, zh):
    @played
    async def play():
        app = make("black screen after driver install", zh=zh)
        async with app.run_test(size=size) as pilot:
            await settle(app, pilot)
            shot.check(app, f"case-{size[0]}{'-zh' if zh else ''}")
            app.screen.query_one("#tree", Rows).go_to("no-picture\x1fmodule-not-loaded\x1fkey-refused")
            await pilot.press("l", "f")
            await settle(app, pilot)
            shot.check(app, f"fix-{size[0]}{'-zh' if zh else ''}")

    play()


@played
async def test_case_with_a_pruned_branch(make):
    app = make(KEY, probes=(probe("boot", secure_boot__enabled=False),))
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(app, pilot)
        shot.check(app, "case-pruned")


@played
async def test_case_where_nothing_matches(make):
    app = make("zzzz qqqq", probes=None)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(app, pilot)
        shot.check(app, "case-empty")


@played
async def test_help_and_settings(make):
    app = make(KEY, probes=None)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(app, pilot)
        await pilot.press("question_mark")
        await settle(app, pilot)
        shot.check(app, "help")
        await pilot.press("escape", "f2")
        await settle(app, pilot)
        shot.check(app, "settings")


@played
async def test_the_console_draws_only_what_its_font_has(make, monkeypatch):
    monkeypatch.setattr(clip, "write_script", lambda _text: "/home/me/kbtui/steps/1.sh")
    app = make(term="linux")
    async with app.run_test(size=(80, 25)) as pilot:
        await settle(app, pilot)
        seen = await drawn(app, pilot)
        shot.check(app, "console-ask")
        app.open_case("black screen after driver install")
        await settle(app, pilot)
        seen += await drawn(app, pilot)
        shot.check(app, "console-case")
        app.screen.query_one("#tree", Rows).go_to("no-picture\x1fmodule-not-loaded\x1fkey-refused")
        await pilot.press("l", "f")
        await settle(app, pilot)
        assert isinstance(app.screen, FixScreen)
        await pilot.press("c")
        seen += await drawn(app, pilot)
        beyond = set(seen) - FONT - {"\n"}
        assert not beyond
        shot.check(app, "console-fix")
