"""A fix that helped on the screen leaves an outcome that names the fix; a demonstration leaves none."""

from __future__ import annotations

from pathlib import Path

import pytest

from kbtui.kb.learned import fix_id
from kbtui.team import outcomes
from tests.tui.conftest import settle
from tests.tui.test_journey import played


@pytest.fixture
def lab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A pack that keeps outcomes, in force."""
    folder = tmp_path / "lab"
    folder.mkdir()
    (folder / "pack.yaml").write_text("title: Ours\noutcomes: true\n")
    monkeypatch.setenv("KBTUI_PACKS", str(folder))
    return folder


@played
async def test_helped_is_counted_with_the_fix_that_was_taken(make, lab):
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
    (made,) = outcomes.read(lab)
    assert (made.id, made.end, made.tried[-1].fix) == (name, "key-refused", fix_id(title))


@played
async def test_in_vain_the_case_stays_open(make, lab):
    app = make("Key was rejected by service", probes=None)
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(app, pilot)
        app.open_problem("key-refused")
        await settle(app, pilot)
        await pilot.press("f")
        await settle(app, pilot)
        await pilot.press("2")
        await settle(app, pilot)
    assert not list(outcomes.read(lab))
