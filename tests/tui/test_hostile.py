"""Hostile content is shown, never obeyed: escape codes, markup, text that turns, text without width, endless lines."""

from __future__ import annotations

import json
import unicodedata

import pytest
from textual import events

from kbtui.authoring import submit
from kbtui.engine import Engine
from kbtui.kb.cache import open_knowledge
from kbtui.kb.packs import Pack
from kbtui.tui import inert, places
from kbtui.tui.attached import Attached
from kbtui.tui.screens.case import CaseScreen
from kbtui.tui.widgets.rows import Rows
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


NODE = f"{MARKUP} {THIN} z{chr(0x301) * 20} 显卡 \U0001f525 \u00a0end"
"""What a node may hold: the loader refuses control characters and those that turn the text."""


def written(**fields: object) -> str:
    """A node's file; JSON is YAML."""
    return json.dumps(fields, ensure_ascii=False)


@pytest.fixture
def hostile(tmp_path, small_engine) -> Engine:
    """A pack whose every text acts up, and a fix of it."""
    folder = tmp_path / "pack"
    for name, text in {
        "problems/driver/evil": written(
            kind="problem", title=f"Evil {NODE}"[:160], summary=NODE, aka=["evil words here"],
            evidence=[{"sign": "evil sign", "supports": "strongly", "caveat": NODE}],
            causes=[{"worse": "often"}], concepts=["trick"],
            fixes=[{"title": f"Fix {NODE}"[:160], "risk": "none", "minutes": 1, "verify": "driver.module_loaded", "undo": NODE,
                    "steps": [{"do": NODE}, {"run": f"echo {NODE}"}]}],
            references=[{"title": NODE, "url": "https://example.org/evil"}], zh={"title": NODE}),
        "problems/driver/worse": written(
            kind="problem", title=f"Worse {NODE}"[:160], summary="y" * 300_000,
            evidence=[{"sign": "worse sign", "supports": "strongly"}],
            fixes=[{"title": "x" * 160, "risk": "none", "minutes": 1, "verify": "driver.module_loaded", "steps": [{"do": "z" * 300_000}]}],
            references=[{"title": "A", "url": "https://example.org/worse"}], zh={"title": "更糟"}),
        "concepts/trick": written(
            kind="concept", title=f"Trick {NODE}"[:160], summary=NODE, see=[f"cat {NODE}"],
            references=[{"title": NODE, "url": "https://example.org/trick"}], zh={"title": "把戏", "summary": NODE}),
    }.items():  # fmt: skip
        file = folder / f"{name}.yaml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    engine = Engine(*open_knowledge([Pack("evil", folder, shipped=True)]))
    assert not engine.knowledge.built.mistakes
    return engine


def is_inert(shown: str, lines: int) -> bool:
    """Nothing in it acts on a terminal, and the screen keeps its shape."""
    kinds = {unicodedata.category(c) for c in shown if c != "\n"}
    return not kinds & {"Cc", "Cf", "Cs", "Co"} and shown.count("\n") == lines


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
@pytest.mark.parametrize("zh", [False, True])
def test_nodes_and_names_are_shown_inert_on_every_screen(make, hostile, tmp_path, monkeypatch, size, zh):
    monkeypatch.setattr(submit, "folders", lambda: [tmp_path / f"own {MARKUP}"])

    @played
    async def play():
        app = make(probes=(probe("os", os__name=EVERYTHING, driver__version=EVERYTHING),), zh=zh)
        app.opening = app.opening._replace(open_engine=lambda: hostile)
        seen = []

        async def look(*keys: str) -> None:
            await pilot.press(*keys)
            await settle(app, pilot)
            seen.append(type(app.screen).__name__)
            assert is_inert(await drawn(app, pilot), size[1]), seen[-1]

        async with app.run_test(size=size) as pilot:
            await settle(app, pilot)
            await look(*"evil")
            await look("enter")  # of the two problems the first sign decides
            app.session.add_text(f"evil sign {EVERYTHING} worse sign\n{'q' * 1_000_000} evil sign")
            app.think()
            await settle(app, pilot)
            app.screen.query_one(Rows).go_to("evil")
            for name in ("f", "m", "L", "w", "N", "p", "e"):
                await look(name)
                await look("tab", "down")
                while not isinstance(app.screen, CaseScreen):
                    app.pop_screen()
            await look("t")
            app.post_message(events.Paste(EVERYTHING))
            await look("x")
            await look("escape", "colon", *"evil")
            await look("escape", "f1")
            await look("escape")
            app.push_screen(places.make("told", EVERYTHING, f"{EVERYTHING}\n{'n' * 1_000_000}"))
            await look("down")
            app.screen.dismiss()
            (tmp_path / f"log {THIN}.txt").write_text(EVERYTHING)
            app.push_screen(
                places.make("tell", "", Attached(tmp_path / f"log {THIN} {MARKUP}.txt".replace("/etc", ""), 10))
            )
            await look("down")
            app.push_screen(places.make("confirm", "Run this?", EVERYTHING, ""))
            await look("down")
        assert {
            "AskScreen",
            "CaseScreen",
            "FixScreen",
            "GraphScreen",
            "LearnScreen",
            "WebScreen",
            "DraftScreen",
        } <= set(seen)
        assert {
            "TextScreen",
            "EvidenceScreen",
            "TellScreen",
            "CommandPalette",
            "HelpScreen",
            "ToldScreen",
            "ConfirmScreen",
        } <= set(seen)

    play()


@played
async def test_a_megabyte_line_opens(make):
    app = make("no screens found " + "A" * 1_000_000)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(app, pilot)
        assert app.session.result.diagnosis.causes
        assert "no screens found" in screen_text(app)
