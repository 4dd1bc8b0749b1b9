"""The story in the screens: the machine's name on top, nothing run here, a check that looks at the next machine."""

from __future__ import annotations

import asyncio

import pytest

from kbtui.demo.source import Journey
from kbtui.engine import Engine
from kbtui.tui import fixing, places
from kbtui.tui.app import KbtuiApp
from kbtui.tui.elsewhere import watch
from kbtui.tui.messages import Opening
from kbtui.tui.screens.told import ToldScreen
from kbtui.tui.settings import Settings
from kbtui.tui.widgets.lines import Line
from kbtui.tui.words import Words
from tests.tui.conftest import settle


def program(engine: Engine, journey: Journey, *, zh: bool = False) -> KbtuiApp:
    """The program over a journey; looking at this machine is switched off, which is not meant for another one."""
    settings = Settings(look=False)
    return KbtuiApp(
        Opening(Words(zh=zh), settings, lambda: engine, lambda tell: watch(journey, tell, 0.0), there=journey)
    )


def line(app: KbtuiApp, name: str) -> str:
    return "".join(text for text, _ in app.screen.query_one(name, Line)._parts)


async def shown(app: KbtuiApp, pilot) -> None:
    await settle(app, pilot)
    await settle(app, pilot)


async def read(app: KbtuiApp, pilot) -> None:
    """What the story says has happened: read, then a key."""
    assert isinstance(app.screen, ToldScreen)
    await pilot.press("enter")


@pytest.fixture(autouse=True)
def nothing_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> int:
        raise AssertionError("nothing may be run here for another machine")

    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setattr(fixing, "run", refused)


async def walk(engine: Engine, zh: bool) -> None:
    journey = Journey(2, zh=zh)
    app = program(engine, journey, zh=zh)
    async with app.run_test(size=(120, 40)) as pilot:
        await shown(app, pilot)
        await read(app, pilot)
        assert app.session.state.text == journey.text()
        assert line(app, "#machine").strip().startswith("录制的机器 2/10" if zh else "recorded machine 2/10")
        app.push_screen(places.make("fix", "driver-not-installed"))
        await shown(app, pilot)
        await pilot.press("x")
        await shown(app, pilot)
        assert journey.name in line(app, "#verdict")
        await pilot.press("v")
        await shown(app, pilot)
        assert journey.number == 3
        assert line(app, "#verdict").startswith("已验证" if zh else "Verified: driver.installed is true")
        assert app.session.state.pending == ""
        await pilot.press("1")
        await shown(app, pilot)
        await read(app, pilot)
        assert journey.number == 3 and app.session.state.text == journey.text()
        assert app.session.result.diagnosis.causes[0].id == "nouveau-not-blacklisted"
        assert line(app, "#machine").strip().startswith(journey.name)


@pytest.mark.parametrize("zh", [False, True], ids=["en", "zh"])
def test_a_verified_fix_moves_on(engine: Engine, zh: bool):
    asyncio.run(walk(engine, zh))


def test_another_fix_does_not(engine: Engine):
    async def stay() -> None:
        journey = Journey(2)
        app = program(engine, journey)
        async with app.run_test(size=(120, 40)) as pilot:
            await shown(app, pilot)
            await read(app, pilot)
            case = app.session.state.id
            app.push_screen(places.make("fix", "nouveau-not-blacklisted"))
            await shown(app, pilot)
            await pilot.press("v")
            await shown(app, pilot)
            assert line(app, "#verdict").startswith("Not fixed yet: nouveau.loaded is true")
            await pilot.press("2")
            await shown(app, pilot)
            assert journey.number == 2 and app.session.state.id == case

    asyncio.run(stay())


def test_the_end_is_ask_over_a_healthy_machine(engine: Engine):
    async def end() -> None:
        journey = Journey(9)
        app = program(engine, journey)
        async with app.run_test(size=(120, 40)) as pilot:
            await shown(app, pilot)
            await read(app, pilot)
            assert "Switch off at the wall" in line(app, "#danger")
            app.push_screen(places.make("fix", "psu-undersized"))
            await shown(app, pilot)
            await pilot.press("1")
            await shown(app, pilot)
            await read(app, pilot)
            assert journey.number == 10 and len(app.screen_stack) == 1
            assert not app.session.is_open and line(app, "#danger") == ""
            assert line(app, "#machine").strip().startswith("recorded machine 10/10")

    asyncio.run(end())
