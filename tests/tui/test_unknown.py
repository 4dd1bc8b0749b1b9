"""When the graph does not know: searches elsewhere, what was found, and the new node made of it."""

from __future__ import annotations

import webbrowser
from pathlib import Path

import pytest

from kbtui.authoring import draft, submit
from kbtui.diagnosis import case
from kbtui.team import inbox
from kbtui.tui.screens.case import CaseScreen
from kbtui.tui.screens.draft import NEW, DraftScreen
from kbtui.tui.screens.found import title_of
from kbtui.tui.screens.web import WebScreen
from kbtui.tui.widgets.field import Field
from kbtui.tui.widgets.rows import Rows
from kbtui.tui.widgets.sheet import Sheet
from tests.tui import shot
from tests.tui.conftest import settle
from tests.tui.test_journey import drawn, keys_of, played

TEXT = "since tuesday nothing works\nfoodrv 0000:65:00.0: Failed to map the frobnicator BAR at 0xdeadbeef00"
FOUND = "https://example.org/t/fix-the-bar_of_foodrv  sudo modprobe foodrv map=0"


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(submit, "folders", lambda: [Path("/home/you/.config/kbtui/pack"), tmp_path / ".kbtui"])
    monkeypatch.setattr(draft, "this_month", lambda: "2026-11")
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "VISUAL", "EDITOR"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize("zh", [False, True])
@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
def test_searches_and_the_new_node_look(make, size, zh):
    @played
    async def play():
        app = make(TEXT, zh=zh, probes=None)
        async with app.run_test(size=size) as pilot:
            await settle(app, pilot)
            await pilot.press("w")
            await settle(app, pilot)
            assert isinstance(app.screen, WebScreen)
            shot.check(app, f"web-{size[0]}{'-zh' if zh else ''}")
            await pilot.press("escape", "N")
            await settle(app, pilot)
            assert isinstance(app.screen, DraftScreen)
            shot.check(app, f"draft-{size[0]}{'-zh' if zh else ''}")

    play()


@played
async def test_what_was_found_becomes_a_reference_of_a_new_node(make, tmp_path):
    app = make(TEXT, probes=None)
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(app, pilot)
        await pilot.press("w", "a")
        await settle(app, pilot)
        app.screen.query_one(Field).value = "a page without an address"
        await pilot.press("enter")
        assert "address of the page is missing" in await drawn(app, pilot)
        app.screen.query_one(Field).value = FOUND
        await pilot.press("enter")
        await settle(app, pilot)
        assert isinstance(app.screen, DraftScreen)
        kept = case.load(case.path_of(app.session.state.id)).elsewhere
        assert [(p.url, p.helped) for p in kept] == [tuple(FOUND.split("  "))]
        sheet = app.screen.query_one(Sheet)
        assert FOUND.split()[0] in sheet.text and "run: sudo modprobe foodrv map=0" in sheet.text
        await pilot.press("ctrl+t", "ctrl+s")
        await settle(app, pilot)
        assert not list(
            tmp_path.rglob("*.yaml")
        )  # a root cause needs evidence against it: lint says so, nothing is written
        head, tail = sheet.text.split("evidence:\n", 1)
        sheet.load_text(f"{head}evidence:\n- question: saw-blue-screen\n  refutes: weakly\n{tail}")
        await settle(app, pilot)
        assert app.screen.query_one("#mistakes").display and "nothing to do" not in await drawn(app, pilot)
        await pilot.press("ctrl+s")
        await settle(app, pilot)
        path = next(tmp_path.rglob("*.yaml"))
        assert path.parts[-4:-1] == (".kbtui", "problems", path.parent.name) and "Written:" in await drawn(app, pilot)


@played
async def test_a_found_page_alone_stays_with_the_case(make):
    app = make(TEXT, probes=None)
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(app, pilot)
        await pilot.press("w", "a")
        await settle(app, pilot)
        app.screen.query_one(Field).value = "https://example.org/read-this"
        await pilot.press("enter")
        await settle(app, pilot)
        assert isinstance(app.screen, WebScreen) and "example.org: read this" in await drawn(app, pilot)


@played
async def test_lookalikes_come_first_and_open_their_problem(make):
    app = make("Key was rejected by service", probes=None)
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(app, pilot)
        await pilot.press("N")
        await settle(app, pilot)
        assert app.screen.query_one("#alike", Rows).has_focus
        assert keys_of(app, "#alike")[0] == "key-refused" and keys_of(app, "#alike")[-1] == NEW
        await pilot.press("G", "enter")
        assert app.screen.query_one(Sheet).has_focus
        app.screen.query_one("#alike", Rows).focus()
        await pilot.press("g", "enter")
        await settle(app, pilot)
        assert isinstance(app.screen, CaseScreen) and app.session.stack == ["key-refused"]


@played
async def test_a_half_written_draft_waits(make):
    app = make(TEXT, probes=None)
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(app, pilot)
        await pilot.press("N")
        await settle(app, pilot)
        begun = app.screen.query_one(Sheet).text
        app.screen.query_one(Sheet).load_text(begun.replace("title: ", "title: my own "))
        await settle(app, pilot)
        await pilot.press("escape", "N")
        await settle(app, pilot)
        assert "title: my own " in app.screen.query_one(Sheet).text
        await pilot.press("ctrl+r")
        await settle(app, pilot)
        assert app.screen.query_one(Sheet).text == begun
        await pilot.press("ctrl+e")
        await settle(app, pilot)
        assert any("$EDITOR" in n.message for n in app._notifications)


@played
async def test_a_paste_into_the_draft_is_inert(make):
    from textual import events

    app = make(TEXT, probes=None)
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(app, pilot)
        await pilot.press("N")
        await settle(app, pilot)
        sheet = app.screen.query_one(Sheet)
        sheet.focus()
        sheet.post_message(events.Paste("\x1b[2Jone\u202etwo\nthree"))
        await settle(app, pilot)
        assert "one?two\nthree" in sheet.text and "\x1b" not in sheet.text


class _Browser:
    def __init__(self, name: str = "") -> None:
        self.opened: list[str] = []

    def open(self, url: str) -> bool:
        self.opened.append(url)
        return True


@pytest.mark.parametrize("display", [True, False])
def test_a_search_is_opened_only_where_there_is_a_display(make, monkeypatch, display):
    browser = _Browser()
    monkeypatch.setattr(webbrowser, "get", lambda: browser)
    if display:
        monkeypatch.setenv("DISPLAY", ":0")

    @played
    async def play():
        app = make(TEXT, probes=None)
        async with app.run_test(size=(100, 30)) as pilot:
            await settle(app, pilot)
            await pilot.press("w", "j", "enter")
            await settle(app, pilot)
            assert [u.startswith("https://github.com/search?") for u in browser.opened] == ([True] if display else [])
            assert ("Opened in your browser" if display else "no browser here") in await drawn(app, pilot)
            await pilot.press("c")
            assert app.clipboard.startswith("https://github.com/search?")

    play()


@played
async def test_a_text_browser_would_take_the_terminal(make, monkeypatch):
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setattr(webbrowser, "get", lambda: webbrowser.GenericBrowser("w3m"))
    app = make(TEXT, probes=None)
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(app, pilot)
        await pilot.press("w", "enter")
        await settle(app, pilot)
        assert "no browser here" in await drawn(app, pilot)


def test_a_page_is_named_by_its_address():
    assert title_of("https://example.org/a/the-driver_is+lost") == "example.org: a the driver is lost"
    assert title_of("https://example.org") == "example.org"


@played
async def test_from_an_unsolved_case_to_a_shared_draft_in_five_keys_after_the_title(make, tmp_path, monkeypatch):
    (tmp_path / "inbox").mkdir()
    monkeypatch.setenv("KBTUI_INBOX", str(tmp_path / "inbox"))
    app = make(f"{TEXT}\nalice@gpu-box:~$ ssh 10.20.30.40", probes=None)
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(app, pilot)
        await pilot.press("N")
        await settle(app, pilot)
        await pilot.press("G", "enter", *"alice saw foodrv die")
        after = ["ctrl+o", "y"]
        assert len(after) <= 5
        await pilot.press(after[0])
        await settle(app, pilot)
        assert str(tmp_path)[:40] in await drawn(app, pilot)  # a long path is folded
        await pilot.press(*after[1:])
        await settle(app, pilot)
        assert "Shared." in await drawn(app, pilot)
    (item,) = inbox.items(tmp_path / "inbox")
    assert "title: '<user-1> saw foodrv die'" in item.draft and item.id == app.session.state.id
    told = "".join(p.read_text() for p in (tmp_path / "inbox" / item.id).iterdir())
    assert not [name for name in ("alice", "gpu-box", "10.20.30.40") if name in told] and "frobnicator" in told


@played
async def test_without_an_inbox_it_says_how_to_name_one(make, monkeypatch):
    monkeypatch.delenv("KBTUI_INBOX", raising=False)
    app = make(TEXT, probes=None)
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(app, pilot)
        await pilot.press("N")
        await settle(app, pilot)
        await pilot.press("ctrl+o")
        assert any("no inbox is named" in n.message for n in app._notifications)


@played
async def test_its_own_tests_run_while_it_is_typed(make):
    app = make(TEXT, probes=None)
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(app, pilot)
        await pilot.press("N")
        await settle(app, pilot)
        sheet = app.screen.query_one(Sheet)
        assert "Its tests: 0 pass, 1 fail." in await drawn(app, pilot)  # without a fix it is no cause
        fix = (
            "fixes:\n- title: Map it again\n  steps:\n  - run: sudo foodrv --map\n  verify: 'ask: Does it work now?'\n"
        )
        sheet.load_text(sheet.text.replace("reviewed:", f"{fix}reviewed:"))
        await settle(app, pilot)
        assert "Its tests: 1 pass, 0 fail." in await drawn(app, pilot)
