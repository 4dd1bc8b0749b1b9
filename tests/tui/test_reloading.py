"""Packs that change while the screens are open, and what holds here for a while."""

from __future__ import annotations

import os
import platform
from pathlib import Path

import pytest

from kbtui.engine import Engine
from kbtui.kb import packs, trust
from kbtui.kb.cache import open_knowledge
from kbtui.kb.packs import Pack
from kbtui.tui.messages import Opening
from kbtui.tui.reloading import key
from kbtui.tui.screens.ask import AskScreen
from kbtui.tui.screens.case import CaseScreen
from tests.team.conftest import node, write
from tests.tui.conftest import PACK, settle
from tests.tui.test_journey import drawn, played


@pytest.fixture
def lab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A pack of one node, in force over the small one."""
    node(tmp_path / "lab", "our-trouble", "Our own trouble", "labguard refused it")
    monkeypatch.setenv("KBTUI_PACKS", str(tmp_path / "lab"))
    monkeypatch.setattr(packs, "shipped", lambda: Pack("kbtui", PACK, shipped=True))
    return tmp_path / "lab"


def reread(app):
    """The same program, its engine over the packs in force."""
    app.opening = Opening(app.say, app.settings, lambda: Engine(*open_knowledge()), None, app.opening.text)
    return app


@played
async def test_a_node_that_is_written_meanwhile_is_weighed(make, lab):
    app = reread(make("quuxd: frobnicator on fire", probes=None))
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(app, pilot)
        assert isinstance(app.screen, CaseScreen) and "our-trouble" in app.session.engine.knowledge.problems
        before = app.session.engine
        app.reloading.check()
        await settle(app, pilot)
        assert app.session.engine is before  # nothing changed, nothing is read
        node(
            lab,
            "on-fire",
            "The frobnicator is on fire",
            "quuxd: frobnicator on fire",
            "causes: [{our-trouble: often}]\n",
        )
        app.reloading.check()
        await settle(app, pilot)
        assert [e.id for e in app.session.result.diagnosis.entry] == ["on-fire"]
        assert any("packs have changed" in n.message for n in app._notifications)


@played
async def test_a_node_that_is_gone_takes_its_screens_with_it(make, lab):
    node(lab, "on-fire", "The frobnicator is on fire", "quuxd: frobnicator on fire", "causes: [{our-trouble: often}]\n")
    app = reread(make("quuxd: frobnicator on fire", probes=None))
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(app, pilot)
        app.open_problem("on-fire")
        await settle(app, pilot)
        await pilot.press("e")
        (lab / "problems" / "lab" / "on-fire.yaml").unlink()
        app.reloading.check()
        await settle(app, pilot)
        assert app.session.stack == [] and isinstance(app.screen, CaseScreen)
        await drawn(app, pilot)


@played
async def test_a_pack_that_cannot_be_found_any_more_leaves_what_is_known(make, lab, monkeypatch):
    app = reread(make("quuxd", probes=None))
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(app, pilot)
        monkeypatch.setenv("KBTUI_PACKS", str(lab / "gone"))
        app.reloading.check()
        await settle(app, pilot)
        assert any("not a folder" in n.message for n in app._notifications)
        assert "our-trouble" in app.session.engine.knowledge.problems


@played
async def test_a_notice_stands_on_ask(make, lab):
    write(lab, "notices.yaml", "notices:\n- {text: Driver upgrade tonight, until: 2099-01-01, zh: 今晚升级驱动}\n"
          f"- {{text: Not for you, until: 2099-01-01, hosts: [another-{platform.node()}]}}\n")  # fmt: skip
    trust.trust(Pack("lab", lab))
    app = reread(make(probes=None))
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(app, pilot)
        text = await drawn(app, pilot)
        assert isinstance(app.screen, AskScreen)
        assert "Notice until 2099-01-01: Driver upgrade tonight" in text and "Not for you" not in text


def test_the_key_follows_files_and_trust(lab):
    first = key()
    file = lab / "problems" / "lab" / "our-trouble.yaml"
    os.utime(file, (1, 1))
    second = key()
    trust.trust(Pack("lab", lab))
    assert len({first, second, key()}) == 3 and key() == key()
