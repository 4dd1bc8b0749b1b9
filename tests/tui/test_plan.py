"""The plan screen, over the shipped packs: change a part and the lines change; written, in both languages."""

from __future__ import annotations

from pathlib import Path

import pytest

import kbtui.tui.app
import kbtui.tui.planned
import kbtui.tui.screens.plan
from kbtui.cli import main
from kbtui.engine import Engine
from kbtui.tui.app import KbtuiApp
from kbtui.tui.messages import Opening
from kbtui.tui.planned import PARTS, Draft, from_words, names, near
from kbtui.tui.screens.case import CaseScreen
from kbtui.tui.screens.plan import PlanScreen
from kbtui.tui.settings import Settings
from kbtui.tui.widgets.field import Field
from kbtui.tui.widgets.pane import Pane
from kbtui.tui.widgets.rows import Rows
from kbtui.tui.words import Words
from kbtui.tui.words_plan import PLAN
from tests.tui import shot
from tests.tui.conftest import settle
from tests.tui.test_journey import played, texts_of

STORY = {"goal": "train-theano", "gpus": "GTX 770 4GB", "as_of": "2015-12", "system": "fedora-22", "psu.watts": "500", "cpu.cores": "2", "ram.total_gib": "4"}  # fmt: skip


@pytest.fixture
def app(engine: Engine, monkeypatch: pytest.MonkeyPatch):
    """The program over the shipped packs, on no machine."""
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")

    def build(*, zh: bool = False, draft: Draft | None = None) -> KbtuiApp:
        made = KbtuiApp(Opening(Words(zh=zh), Settings(), lambda: engine, None))
        made.planned = draft
        return made

    return build


async def change(app: KbtuiApp, pilot, part: str, text: str) -> None:
    app.screen.query_one("#parts", Rows).focus()
    app.screen.query_one("#parts", Rows).go_to(part)
    await pilot.press("enter")
    app.screen.query_one("#plan-field", Field).value = text
    await pilot.press("enter")
    await settle(app, pilot)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
@pytest.mark.parametrize("zh", [False, True])
def test_the_storys_machine(app, size, zh):
    @played
    async def play():
        made = app(zh=zh, draft=Draft(STORY))
        async with made.run_test(size=size) as pilot:
            await settle(made, pilot)
            await pilot.press("f3")
            await settle(made, pilot)
            assert isinstance(made.screen, PlanScreen)
            made.screen.query_one("#plan-lines", Rows).focus()
            await pilot.press("j")
            await settle(made, pilot)
            shot.check(made, f"plan-{size[0]}{'-zh' if zh else ''}")

    play()


@played
async def _other_card(app):
    made = app(draft=Draft(STORY))
    async with made.run_test(size=(120, 40)) as pilot:
        await settle(made, pilot)
        await pilot.press("f3")
        await settle(made, pilot)
        assert any(t.startswith("x supply: at least 600 W") for t in texts_of(made, "#plan-lines"))
        await change(made, pilot, "gpus", "GTX 960 4GB")
        assert any(t.startswith("+ supply: at least 400 W") for t in texts_of(made, "#plan-lines"))
        await change(made, pilot, "gpus", "GTX 906")
        assert "did you mean" in str(made.screen.query_one("#verdict").content)
        assert any("400 W" in t for t in texts_of(made, "#plan-lines")), "the old lines stay"
        await change(made, pilot, "gpus", "GTX 960 4GB")
        await change(made, pilot, "psu.watts", "many")
        assert "psu.watts" in str(made.screen.query_one("#verdict").content)
        assert made.screen.query_one("#plan-field", Field).display, "what is typed can be mended"
        await pilot.press("escape")
        assert made.planned.value("psu.watts") == "500"


def test_another_card_changes_the_lines_at_once(app):
    _other_card(app)


@played
async def _answers(app):
    made = app(draft=Draft(STORY))
    async with made.run_test(size=(120, 40)) as pilot:
        await settle(made, pilot)
        await pilot.press("f3")
        await settle(made, pilot)
        lines = made.screen.query_one("#plan-lines", Rows)
        lines.focus()
        asked = next(r.key for r in lines.rows if any("plugs: " in text for text, _ in r.parts))
        lines.go_to(asked)
        await pilot.press("enter")
        await settle(made, pilot)
        await pilot.press(*"2x", "space", *"6-pin", "enter")
        await settle(made, pilot)
        assert made.planned.value("psu.plugs") == "2x 6-pin"
        assert any(t.startswith("x plugs: 1x 6-pin + 1x 8-pin; 2x 6-pin") for t in texts_of(made, "#plan-lines"))
        lines.focus()
        lines.go_to(asked)
        await pilot.press("o")
        await settle(made, pilot)
        assert isinstance(made.screen, CaseScreen)
        assert made.session.stack == ["card-needs-power-plug"]
        assert made.planned.value("psu.plugs") == "2x 6-pin", "the plan outlives its screen"


def test_a_question_is_answered_and_a_line_opens_its_problem(app):
    _answers(app)


@played
async def _written(app, home):
    made = app(draft=Draft({"gpus": "RTX 3090", "model": "llama-3-8b", "method": "qlora"}))
    async with made.run_test(size=(80, 24)) as pilot:
        await settle(made, pilot)
        await pilot.press("f3")
        await settle(made, pilot)
        lines = made.screen.query_one("#plan-lines", Rows)
        lines.focus()
        lines.go_to("steps 1")
        await settle(made, pilot)
        assert any("$ " in text for text, _ in made.screen.query_one("#plan-line", Pane)._parts)
        await pilot.press("w")
        await settle(made, pilot)
    written = sorted(p.suffix for p in (home / "kbtui" / "plans").iterdir())
    assert written == [".html", ".md"]
    assert "- [ ] 1 x GeForce RTX 3090" in next((home / "kbtui" / "plans").glob("*.md")).read_text()


def test_a_plan_is_written_with_its_list(app, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    _written(app, tmp_path)


def test_names_that_fit_what_is_typed(engine):
    assert near(names(engine, "gpus"), "4x RTX 30")[0].startswith("4x RTX 30")
    assert near(names(engine, "model"), "lama-3-70b") == ["llama-3-70b"]
    assert near(names(engine, "method"), "qlora") == ["qlora"]
    assert near(names(engine, "psu.watts"), "500") == []


def test_a_draft_keeps_its_parts_and_refuses_what_a_fact_refuses(engine):
    from kbtui.errors import KbtuiError

    draft = Draft().with_value("system", "opensuse-leap-15.6").with_value("psu.watts", " 650 ")
    assert draft.stated() == ["psu.watts=650", "os.id=opensuse-leap", "os.version=15.6"]
    with pytest.raises(KbtuiError):
        draft.with_value("psu.watts", "many")
    with pytest.raises(KbtuiError, match="2015-12"):
        draft.with_value("as_of", "2015").ask([], "none", engine.tables)
    assert draft.with_value("psu.watts", "").value("psu.watts") == ""


def test_a_command_line_becomes_a_draft():
    words = {"goal": "train-theano", "gpus": None, "as_of": "2015-12"}
    draft = from_words(words, ["gpu.model=GTX 770", "os.id=fedora", "os.version=22", "psu.watts=500", "gpu.slots=2"])
    assert draft.said == {
        "goal": "train-theano",
        "as_of": "2015-12",
        "gpus": "GTX 770",
        "system": "fedora-22",
        "psu.watts": "500",
    }
    assert draft.stated() == ["gpu.slots=2", "psu.watts=500", "os.id=fedora", "os.version=22"]


def test_the_command_opens_the_screen(engine, monkeypatch):
    opened = []
    monkeypatch.setattr(KbtuiApp, "run", lambda app: opened.append(app) or 0)
    assert main(["plan", "train-theano", "--tui", "--gpus", "GTX 770 4GB", "--as-of", "2015-12"]) == 0
    screens = []
    monkeypatch.setattr(opened[0], "push_screen", screens.append)
    opened[0].first()
    assert isinstance(screens[0], PlanScreen)
    assert screens[0]._begun.value("gpus") == "GTX 770 4GB"


def test_every_word_of_the_plan_is_a_part_or_is_named_in_the_code():
    files = (kbtui.tui.screens.plan, kbtui.tui.planned, kbtui.tui.app)
    code = "".join(Path(module.__file__ or "").read_text() for module in files).replace("'", '"')
    said = {key for key in PLAN if key.startswith("plan.")}
    assert {key for key in said if f'"{key}"' not in code} <= {f"plan.{part}" for part in PARTS} <= said
