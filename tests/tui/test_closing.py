"""A fix that helped on the screen leaves an outcome that names the fix; a demonstration leaves none."""

from __future__ import annotations

from kbtui.kb.learned import fix_id
from kbtui.team import outcomes
from tests.tui.conftest import settle
from tests.tui.test_journey import played


@played
async def test_helped_is_counted_with_the_fix_that_was_taken(make, tmp_path, monkeypatch):
    (tmp_path / "lab").mkdir()
    (tmp_path / "lab" / "pack.yaml").write_text("title: Ours\noutcomes: true\n")
    monkeypatch.setenv("KBTUI_PACKS", str(tmp_path / "lab"))
    app = make("Key was rejected by service", probes=None)
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(app, pilot)
        name = app.session.state.id
        app.open_problem("key-refused")
        await settle(app, pilot)
        await pilot.press("f")
        await settle(app, pilot)
        title = app.screen._fix.title
        await pilot.press("1")
        await settle(app, pilot)
    (made,) = outcomes.read(tmp_path / "lab")
    assert (made.id, made.end, made.tried[-1].fix) == (name, "key-refused", fix_id(title))


@played
async def test_in_vain_the_case_stays_open(make, tmp_path, monkeypatch):
    (tmp_path / "lab").mkdir()
    (tmp_path / "lab" / "pack.yaml").write_text("title: Ours\noutcomes: true\n")
    monkeypatch.setenv("KBTUI_PACKS", str(tmp_path / "lab"))
    app = make("Key was rejected by service", probes=None)
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(app, pilot)
        app.open_problem("key-refused")
        await settle(app, pilot)
        await pilot.press("f")
        await settle(app, pilot)
        await pilot.press("2")
        await settle(app, pilot)
    assert not list(outcomes.read(tmp_path / "lab"))
