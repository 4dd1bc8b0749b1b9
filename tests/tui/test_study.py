"""Graph and Learn: how problems hang together, and what there is to learn, by keyboard."""

from __future__ import annotations

from pathlib import Path

import pytest

from kbtui.diagnosis import case
from kbtui.tui import learned
from kbtui.tui.screens.case import CaseScreen
from kbtui.tui.screens.graph import GraphScreen
from kbtui.tui.screens.learn import LearnScreen
from kbtui.tui.widgets.canvas import Canvas
from kbtui.tui.widgets.pane import Pane
from kbtui.tui.widgets.rows import Rows
from tests.tui import shot
from tests.tui.conftest import settle
from tests.tui.test_drawing import FONT
from tests.tui.test_journey import KEY, drawn, keys_of, played, texts_of


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
@pytest.mark.parametrize("zh", [False, True])
def test_graph_and_learn_look(make, size, zh):
    @played
    async def play():
        app = make("black screen after driver install", zh=zh)
        async with app.run_test(size=size) as pilot:
            await settle(app, pilot)
            await pilot.press("m")
            await settle(app, pilot)
            assert isinstance(app.screen, GraphScreen)
            shot.check(app, f"graph-{size[0]}{'-zh' if zh else ''}")
            await pilot.press("escape", "L")
            await settle(app, pilot)
            assert isinstance(app.screen, LearnScreen)
            shot.check(app, f"learn-{size[0]}{'-zh' if zh else ''}")

    play()


@played
async def test_a_way_through_the_graph(make):
    app = make("black screen after driver install")
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(app, pilot)
        await pilot.press("m")
        await settle(app, pilot)
        canvas = app.screen.query_one(Canvas)
        assert canvas.at == "no-picture" and texts_of(app, "#ways")[0].startswith("1 can be caused by")
        await pilot.press("1")
        await pilot.pause()
        assert canvas.at == "module-not-loaded"
        await pilot.press("tab")
        assert canvas.at != "module-not-loaded"
        await pilot.press("shift+tab")
        assert canvas.at == "module-not-loaded"
        await pilot.press("enter")
        await settle(app, pilot)
        assert isinstance(app.screen, CaseScreen) and app.session.stack == ["module-not-loaded"]


@played
async def test_the_window_moves_and_the_selection_comes_into_sight(make):
    app = make("black screen after driver install")
    async with app.run_test(size=(60, 18)) as pilot:
        await settle(app, pilot)
        await pilot.press("m")
        await settle(app, pilot)
        canvas = app.screen.query_one(Canvas)
        await pilot.press("G")
        await pilot.pause()
        far = canvas.scroll_offset
        assert far.x > 0
        await pilot.press("h", "k", "g")
        await pilot.pause()
        assert canvas.scroll_offset == (0, 0)
        while canvas.at != "key-refused":
            await pilot.press("tab")
        await settle(app, pilot)
        assert "Secure Boot refuses" in await drawn(app, pilot) and canvas.scroll_offset.x > 0


@played
async def test_fewer_more_and_another_centre(make):
    app = make("black screen after driver install")
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(app, pilot)
        await pilot.press("m")
        await settle(app, pilot)
        whole = len(app.screen._made.part.nodes)
        await pilot.press("minus", "minus")
        await settle(app, pilot)
        assert len(app.screen._made.part.nodes) == 4 < whole
        await pilot.press("plus", "1", "c")
        await settle(app, pilot)
        assert app.screen._made.part.center == "module-not-loaded"


@played
async def test_the_larger_view_is_written_beside_the_case(make, monkeypatch):
    app = make("black screen after driver install", zh=True)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(app, pilot)
        await pilot.press("m")
        await settle(app, pilot)
        await pilot.press("x")
        await settle(app, pilot)
        page = case.folder() / f"{app.session.state.id}-no-picture.html"
        assert "装完驱动后没有画面" in page.read_text() and page.with_suffix(".svg").read_text().startswith("<svg")
        assert [s.id for s in case.every()] == [app.session.state.id]
        monkeypatch.setattr(Path, "write_text", lambda *_, **__: (_ for _ in ()).throw(OSError("disk full")))
        await pilot.press("x")
        await settle(app, pilot)
        assert any("disk full" in n.message for n in app._notifications)


@played
async def test_the_consoles_font_is_enough(make):
    app = make("black screen after driver install", term="linux")
    async with app.run_test(size=(80, 25)) as pilot:
        await settle(app, pilot)
        await pilot.press("m")
        await settle(app, pilot)
        seen = await drawn(app, pilot)
        await pilot.press("escape", "L", "space")
        await settle(app, pilot)
        seen += await drawn(app, pilot)
        assert {c for c in seen if not c.isascii()} - set("█▌░√·") <= FONT


@played
async def test_a_lesson_is_read_and_stays_read(make):
    app = make(KEY)
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(app, pilot)
        await pilot.press("L")
        await settle(app, pilot)
        assert keys_of(app, "#lessons") == ["kernel-module", "signed-module"]
        assert keys_of(app, "#see") == ["lsmod", "uname -r"]
        await pilot.press("space", "j")
        await pilot.pause()
        assert learned.load() == {"kernel-module"}
        text = "".join(t for t, _ in app.screen.query_one("#lesson", Pane)._parts)
        assert "behind Secure Boot refuses the unsigned module" in text and "https://example.org/signing" in text
        await pilot.press("tab", "tab", "c")
        await pilot.pause()
        assert app.clipboard == "mokutil --sb-state"
    app = make(KEY)
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(app, pilot)
        await pilot.press("L")
        await settle(app, pilot)
        assert "✓ 1. Kernel modules" in texts_of(app, "#lessons")[0]
        await pilot.press("enter")
        assert learned.load() == set()


def test_what_was_read_survives_a_broken_file():
    learned.save({"a"})
    assert learned.load() == {"a"}
    learned._file().write_text("{")
    assert learned.load() == set()


@played
async def test_a_path_without_concepts_says_so(make):
    app = make("It smells of burning", probes=None)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(app, pilot)
        await pilot.press("L")
        await settle(app, pilot)
        assert "No concept" in await drawn(app, pilot)
        assert app.screen.query_one("#lessons", Rows).has_focus


@played
async def test_where_steps_are_only_copied_none_is_run(make, monkeypatch):
    from kbtui.tui import fixing
    from kbtui.tui import settings as kept

    monkeypatch.setattr(fixing, "run", lambda *_: pytest.fail("a step was run"))
    app = make(KEY)
    app.settings = app.settings._replace(copy_only=True)
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(app, pilot)
        app.screen.query_one("#tree", Rows).go_to("key-refused")
        await pilot.press("f")
        await settle(app, pilot)
        await pilot.press("x")
        await settle(app, pilot)
        assert "only copied" in await drawn(app, pilot)
        await pilot.press("c")
        assert app.clipboard.startswith("sudo mokutil --import")
    kept.save(app.settings)
    assert kept.load().copy_only is False
