"""The fleet screen: groups as a tree, a node's case one key away, new groups at the end, stopped with what came."""

from __future__ import annotations

import threading

import pytest

from kbtui.fleet.check import Told, recorded
from kbtui.fleet.judge import Order
from kbtui.tui import places
from kbtui.tui.app import KbtuiApp
from kbtui.tui.messages import Opening
from kbtui.tui.screens.case import CaseScreen
from kbtui.tui.screens.fleet import FleetScreen
from kbtui.tui.settings import Settings
from kbtui.tui.widgets.pane import Pane
from kbtui.tui.widgets.rows import Rows
from kbtui.tui.words import Words
from tests.fleet.hosts import MACHINES
from tests.tui.conftest import settle
from tests.tui.test_journey import played

NODES = {
    "gpu1": "healthy-l40s-server", "gpu2": "row-remap-pending", "gpu3": "healthy-l40s-server", "gpu4": "no-such-file",
}  # fmt: skip


def start_over(nodes):
    def start(engine, stop, kept):
        order = Order(text="")
        paths = {name: str(MACHINES / f"{machine}.tar.gz") for name, machine in nodes.items()}
        return order, recorded(engine, order, paths, stop, kept), list(nodes)

    return start


@pytest.fixture
def app(engine, monkeypatch):
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")

    def build(start, *, zh: bool = False) -> KbtuiApp:
        made = KbtuiApp(Opening(Words(zh=zh), Settings(), lambda: engine, None))
        made.first = lambda: made.push_screen(places.make("fleet", start)) and None
        return made

    return build


def rows(app: KbtuiApp) -> list[str]:
    return ["".join(text for text, _ in row.parts) for row in app.screen.query_one("#groups", Rows).rows]


@pytest.mark.parametrize("zh", [False, True])
def test_groups_nodes_and_a_nodes_case(app, zh):
    @played
    async def play():
        made = app(start_over(NODES), zh=zh)
        async with made.run_test(size=(120, 40)) as pilot:
            await settle(made, pilot)
            assert isinstance(made.screen, FleetScreen)
            await pilot.press("s")
            shown = rows(made)
            assert shown[0].startswith("x 1 ") and "gpu2" in shown[0] and shown[-1].startswith("+ 2 ")
            assert any("gpu4" in row and row.startswith("? ") for row in shown)
            await pilot.press("home", "enter")
            assert rows(made)[1].strip() == "gpu2"
            pane = made.screen.query_one("#group", Pane)
            assert any("row-remapping" in text or "rows_remap" in text for text, _ in pane._parts)
            await pilot.press("down", "enter")
            await settle(made, pilot)
            assert isinstance(made.screen, CaseScreen) and made.session.machine == "gpu2"
            assert "row-remapping-pending" in {c.id for c in made.session.result.diagnosis.causes[:1]}
            await pilot.press("escape")
            await pilot.pause()
            assert isinstance(made.screen, FleetScreen)

    play()


def test_a_node_without_an_answer_opens_nothing(app):
    @played
    async def play():
        made = app(start_over({"gpu1": "healthy-l40s-server", "gpu2": "no-such-file"}))
        async with made.run_test(size=(80, 24)) as pilot:
            await settle(made, pilot)
            made.screen._kept.pop("gpu2")
            made.screen._unfolded = set(made.screen._groups)
            made.screen._show_rows()
            made.screen.query_one("#groups", Rows).go_to(next(k for k in _keys(made) if k.endswith("\ngpu2")))
            await pilot.press("enter")
            await settle(made, pilot)
            assert isinstance(made.screen, FleetScreen)

    play()


def _keys(app: KbtuiApp) -> list[str]:
    return [row.key for row in app.screen.query_one("#groups", Rows).rows]


def test_new_groups_come_at_the_end_until_they_are_sorted_and_a_stop_keeps_what_came(app, engine):
    """One node after the other, each let go by the test."""
    gate, stopped = threading.Semaphore(0), threading.Event()
    order = Order()
    paths = {n: str(MACHINES / f"{m}.tar.gz") for n, m in NODES.items() if n != "gpu4"}
    events = list(recorded(engine, order, paths))

    def start(engine, stop, kept):
        def slowly():
            for told in events:
                gate.acquire(timeout=20)
                if stop.is_set():
                    stopped.set()
                    break
                yield told
            yield Told("done", "", events[-1].value, 0)

        return order, slowly(), list(paths)

    @played
    async def play():
        made = app(start)
        async with made.run_test(size=(120, 40)) as pilot:
            for _ in range(3):
                await pilot.pause()
            gate.release()
            while not made.screen.query("#groups") or not rows(made):
                await pilot.pause(0.05)
            first = rows(made)[0]
            gate.release()
            while len(rows(made)) < 2:
                await pilot.pause(0.05)
            assert rows(made)[0] == first and rows(made)[1].startswith("x ")
            await pilot.press("c")
            gate.release(10)
            await settle(made, pilot)
            assert stopped.is_set() and isinstance(made.screen, FleetScreen)

    play()


def test_what_cannot_begin_is_said(app):
    from kbtui.errors import InputError

    def start(engine, stop, kept):
        raise InputError("'gpu[1-' is not a node set")

    @played
    async def play():
        made = app(start)
        async with made.run_test(size=(80, 24)) as pilot:
            await settle(made, pilot)
            from kbtui.tui.widgets.lines import Line

            assert "is not a node set" in str(made.screen.query_one("#verdict", Line).render())

    play()
