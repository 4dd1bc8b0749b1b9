"""A person's way by keyboard: from "I am stuck" to a fix that helped, and back where they were after a quit."""

from __future__ import annotations

import asyncio
from functools import wraps

from kbtui.diagnosis import case
from kbtui.tui.screens.ask import AskScreen
from kbtui.tui.screens.case import CaseScreen
from kbtui.tui.screens.evidence import EvidenceScreen
from kbtui.tui.screens.fix import FixScreen
from kbtui.tui.widgets.field import Field
from kbtui.tui.widgets.rows import Rows
from tests.tui.conftest import settle
from tests.tui.shot import screen_text

KEY = "modprobe: ERROR: could not insert 'nvidia': Key was rejected by service"


def played(test):
    @wraps(test)
    def run(*args, **kwargs):
        asyncio.run(test(*args, **kwargs))

    return run


async def drawn(app, pilot) -> str:
    """The screen after everything that waits to be drawn."""
    await pilot.pause()
    return screen_text(app)


def keys_of(app, selector: str) -> list[str]:
    return [row.key for row in app.screen.query_one(selector, Rows).rows]


def texts_of(app, selector: str) -> list[str]:
    return ["".join(text for text, _ in row.parts) for row in app.screen.query_one(selector, Rows).rows]


@played
async def test_results_narrow_as_you_type(make):
    app = make()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(app, pilot)
        await pilot.press(*"black scr")
        await settle(app, pilot)
        assert keys_of(app, "#results") == ["no-picture"]
        assert "No picture after the driver was installed" in await drawn(app, pilot)


@played
async def test_a_typo_is_forgiven(make):
    app = make()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(app, pilot)
        await pilot.press(*"nouvaeu")
        await settle(app, pilot)
        assert "nouveau-holds-card" in keys_of(app, "#results")


@played
async def test_enter_opens_the_case_and_the_machine_prunes(make):
    app = make(KEY)
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(app, pilot)
        assert isinstance(app.screen, CaseScreen)
        assert any("Secure Boot refuses" in row for row in texts_of(app, "#tree"))
        assert "Ubuntu 24.04.1 LTS · driver 550.120" in await drawn(app, pilot)


@played
async def test_dive_and_climb_keep_the_cursor(make):
    app = make("black screen after driver install")
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(app, pilot)
        rows = app.screen.query_one("#tree", Rows)
        before = list(rows.rows)
        await pilot.press("j")
        inner = app.screen.at
        await pilot.press("l")
        assert app.session.stack == [inner] and "depth 1" in await drawn(app, pilot)
        await pilot.press("backspace")
        assert app.session.stack == [] and app.screen.at == inner
        assert [r.key for r in rows.rows] == [r.key for r in before]
        await pilot.press("backspace")
        await settle(app, pilot)
        assert isinstance(app.screen, AskScreen)


@played
async def test_a_question_is_answered_with_one_key(make):
    app = make("black screen after driver install")
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(app, pilot)
        result = app.session.result
        assert result.diagnosis.next.kind == "question"
        assert "y yes" in await drawn(app, pilot)
        before = result.belief.ends["key-refused"]
        await pilot.press("h")
        assert "Perform MOK management" in await drawn(app, pilot)
        await pilot.press("n")
        await settle(app, pilot)
        assert app.session.state.answers == {"saw-blue-screen": "no"}
        assert app.session.result.belief.ends["key-refused"] < before


@played
async def test_a_withdrawn_fact_brings_the_branch_back(make, host):
    from tests.tui.conftest import probe

    app = make(KEY, probes=(probe("boot", secure_boot__enabled=False),))
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(app, pilot)
        assert app.session.result.belief.ends["key-refused"] == 0
        assert any("ruled out: secure_boot.enabled is false" in row for row in texts_of(app, "#tree"))
        await pilot.press("e")
        assert isinstance(app.screen, EvidenceScreen)
        rows = app.screen.query_one("#facts", Rows)
        rows.go_to("secure_boot.enabled ")
        await pilot.press("enter")
        assert "raw text of the probe" in await drawn(app, pilot)
        await pilot.press("w")
        await settle(app, pilot)
        assert app.session.result.belief.ends["key-refused"] > 0.3
        assert any("not believed" in row for row in texts_of(app, "#facts"))
        await pilot.press("w")
        await settle(app, pilot)
        assert app.session.result.belief.ends["key-refused"] == 0


@played
async def test_fix_verify_and_outcome(make, host, monkeypatch):
    app = make(KEY)
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(app, pilot)
        app.screen.query_one("#tree", Rows).go_to("key-refused")
        await pilot.press("enter", "f")
        assert isinstance(app.screen, FixScreen)
        shown = await drawn(app, pilot)
        assert "needs a reboot · 30 min · needs root, hands at the machine" in shown and "6.8.0-45-generic" in shown
        await pilot.press("j", "j", "x")
        assert "Fill in MODULE_VERSION first" in await drawn(app, pilot)
        host.asked.clear()
        await pilot.press("v")
        await settle(app, pilot)
        assert host.asked == ["/paper/driver"]
        assert "Not fixed yet: driver.module_loaded is false" in await drawn(app, pilot)
        await pilot.press("1")
        await settle(app, pilot)
        assert isinstance(app.screen, CaseScreen)
        assert app.session.stack == [] and app.session.state.solved_by == "key-refused"
        assert app.session.state.epoch == 2


@played
async def test_a_step_runs_only_after_yes(make, monkeypatch):
    from contextlib import contextmanager

    from kbtui.tui import fixing

    ran: list[str] = []
    monkeypatch.setattr(fixing, "run", lambda command, say: ran.append(command) or 3)
    app = make(KEY)

    @contextmanager
    def suspended():
        yield

    monkeypatch.setattr(app, "suspend", suspended)
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(app, pilot)
        app.screen.query_one("#tree", Rows).go_to("key-refused")
        await pilot.press("f", "x")
        assert "Run this on this machine now?" in await drawn(app, pilot)
        await pilot.press("escape")
        assert ran == []
        await pilot.press("x", "y")
        await pilot.pause()
        assert ran == ["sudo mokutil --import /var/lib/dkms/mok.pub"]
        assert "ended with 3" in await drawn(app, pilot)


@played
async def test_copy_goes_to_the_clipboard_or_into_a_script(make, monkeypatch, tmp_path):
    app = make(KEY)
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(app, pilot)
        app.screen.query_one("#tree", Rows).go_to("key-refused")
        await pilot.press("f", "c")
        assert app.clipboard == "sudo mokutil --import /var/lib/dkms/mok.pub"
        monkeypatch.setenv("TERM", "linux")
        monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
        await pilot.press("c")
        (script,) = (tmp_path / "kbtui" / "steps").glob("*.sh")
        assert script.read_text() == "#!/bin/sh\nsudo mokutil --import /var/lib/dkms/mok.pub\n"
        assert "no clipboard. Run it with: sh" in await drawn(app, pilot) and script.stat().st_mode & 0o777 == 0o700


@played
async def test_a_quit_loses_nothing(make):
    app = make(KEY)
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(app, pilot)
        await pilot.press("l")
        name, stack = app.session.state.id, list(app.session.stack)
        assert stack
    state = case.load(case.path_of(name))
    assert state.stack == stack and state.text == KEY
    assert any(f.name == "driver.version" and f.value == "550.120" for f in state.facts)
    again = make()
    async with again.run_test(size=(100, 30)) as pilot:
        await settle(again, pilot)
        assert keys_of(again, "#recent") == [name]
        await pilot.press("down", "enter")
        await settle(again, pilot)
        assert isinstance(again.screen, CaseScreen) and again.session.stack == stack


@played
async def test_a_pasted_log_is_kept_whole(make):
    from textual import events

    app = make()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(app, pilot)
        app.screen.query_one(Field).post_message(events.Paste(f"one\n{KEY}\nthree"))
        await settle(app, pilot)
        assert "Pasted: 3 lines" in await drawn(app, pilot)
        await pilot.press("enter")
        await settle(app, pilot)
        assert app.session.state.text == f"one\n{KEY}\nthree"


@played
async def test_telling_more_moves_the_belief(make):
    app = make("black screen after driver install", probes=None)
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(app, pilot)
        await pilot.press("t", *"secure_boot.enabled=off", "enter")
        await settle(app, pilot)
        assert app.session.result.belief.ends["key-refused"] == 0
        await pilot.press("t", *"no screens found", "enter")
        await settle(app, pilot)
        assert app.session.state.text.endswith("\nno screens found")


@played
async def test_danger_stands_above_everything(make):
    app = make("smoke and a burning smell")
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(app, pilot)
        assert (await drawn(app, pilot)).startswith(" DANGER: Switch off at the wall now.")
        await pilot.press("e")
        assert (await drawn(app, pilot)).startswith(" DANGER: Switch off at the wall now.")


@played
async def test_the_mouse_does_what_keys_do(make):
    app = make("black screen after driver install")
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(app, pilot)
        await pilot.click("#tree", offset=(10, 1))
        assert app.screen.at == "module-not-loaded" and app.session.stack == []
        await pilot.click("#tree", offset=(10, 1))
        assert app.session.stack == ["module-not-loaded"]
        await pilot.click("#keybar", offset=(18, 0))
        await settle(app, pilot)
        assert app.session.stack == []


@played
async def test_the_palette_asks_our_own_index(make):
    app = make("black screen after driver install")
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(app, pilot)
        await pilot.press("colon", *"nouvaeu")
        await settle(app, pilot)
        assert "nouveau holds the card  problem" in await drawn(app, pilot)
        await pilot.press("enter")
        await settle(app, pilot)
        assert isinstance(app.screen, CaseScreen) and app.session.stack == ["nouveau-holds-card"]


@played
async def test_without_colour_the_cursor_and_the_states_still_show(make, monkeypatch):
    app = make(KEY, no_color=True)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(app, pilot)
        await pilot.press("j")
        shown = (await drawn(app, pilot)).splitlines()
        assert sum(line.startswith("▌") for line in shown) == 1


@played
async def test_a_look_can_be_stopped_and_repeated(make, host):
    host.gate.clear()
    app = make(KEY)
    async with app.run_test(size=(100, 30)) as pilot:
        await app.workers.wait_for_complete()
        await pilot.pause()
        while not app.seen:
            await pilot.pause(0.01)
        assert "looking at this machine" in await drawn(app, pilot)
        await pilot.press("c")
        host.gate.set()
        await settle(app, pilot)
        assert app.seen.over and "looking" not in await drawn(app, pilot)
        await pilot.press("r")
        await settle(app, pilot)
        assert "Ubuntu 24.04.1 LTS" in await drawn(app, pilot)


@played
async def test_a_reboot_leaves_the_check_for_the_next_start(make, monkeypatch):
    from kbtui.tui import session

    monkeypatch.setattr(session, "boot_id", lambda: "the first boot")
    app = make(KEY)
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(app, pilot)
        app.screen.query_one("#tree", Rows).go_to("key-refused")
        await pilot.press("f", "c")
        name = app.session.state.id
    same_boot = make()
    async with same_boot.run_test(size=(100, 30)) as pilot:
        await settle(same_boot, pilot)
        assert isinstance(same_boot.screen, AskScreen)
    monkeypatch.setattr(session, "boot_id", lambda: "the second boot")
    again = make()
    async with again.run_test(size=(100, 30)) as pilot:
        await settle(again, pilot)
        assert isinstance(again.screen, FixScreen) and again.session.state.id == name
        assert "Not fixed yet: driver.module_loaded is false" in await drawn(again, pilot)
        await pilot.press("2")
        await settle(again, pilot)
        assert again.session.state.pending == "" and again.session.state.closed == ["key-refused"]


@played
async def test_a_picked_result_is_where_the_case_starts(make):
    app = make()
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(app, pilot)
        await pilot.press(*"xorg.conf")
        await settle(app, pilot)
        await pilot.press("down", "enter")
        await settle(app, pilot)
        assert app.session.stack == ["bad-config"]
        assert max(app.session.result.belief.through.items(), key=lambda x: x[1])[0] == "bad-config"
