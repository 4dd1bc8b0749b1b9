"""What comes in besides keys: dropped files, long pastes, keys before the engine is open; the text marked; the curves."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import pytest
from textual import events

from kbtui.machine.facts import Fact, Facts
from kbtui.tui import curves
from kbtui.tui.attached import Attached, named, size_said
from kbtui.tui.marked import mark
from kbtui.tui.screens.ask import AskScreen
from kbtui.tui.screens.case import CaseScreen
from kbtui.tui.screens.tell import TellScreen
from kbtui.tui.screens.text import TextScreen
from kbtui.tui.terminal.messages import Growing, Spooled
from kbtui.tui.terminal.spool import Spool
from kbtui.tui.widgets.field import Field
from kbtui.tui.widgets.live import LivePanel
from kbtui.tui.widgets.rows import Rows
from kbtui.tui.words import Words
from tests.tui.conftest import probe, settle
from tests.tui.shot import screen_text
from tests.tui.test_journey import KEY, drawn, played

RECORDED = Path(__file__).parents[2] / "kbtui" / "demo" / "recordings"
HOT = {"gpu__temperature": 88, "gpu__power_watts": 180.5, "gpu__clock_mhz": 900}


@pytest.mark.parametrize("said", ["{}", "'{}'", "  {} \n", "file://{}", '"{}"'])
def test_a_dropped_path_is_a_file(tmp_path, said):
    log = tmp_path / "train.log"
    log.write_text("abc")
    assert named(said.format(log)) == Attached(log, 3)


def test_a_path_with_spaces_may_be_escaped(tmp_path):
    log = tmp_path / "my train.log"
    log.write_text("x")
    assert named(str(log).replace(" ", "\\ ")) == Attached(log, 1)
    assert named(f"file://{tmp_path}/my%20train.log") == Attached(log, 1)


@pytest.mark.parametrize("said", ["", "/", "no such/file", "black screen", "a\n/etc/passwd", "/" + "x" * 2000, "/a\0b"])
def test_what_is_no_path_is_said(said):
    assert named(said) is None


def test_sizes_are_said_for_a_person():
    assert [size_said(n) for n in (0, 999, 1000, 1_500_000, 2 * 10**9)] == ["0 B", "999 B", "1 kB", "1.5 MB", "2.0 GB"]


@played
async def test_evidence_that_is_dropped_is_looked_at_instead_of_this_machine(make, host, tmp_path):
    bundle = tmp_path / "there.tar.gz"
    shutil.copy(sorted(RECORDED.glob("*.tar.gz"))[1], bundle)
    app = make()
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(app, pilot)
        field = app.screen.query_one(Field)
        assert field.take(f"'{bundle}'") and field.attached.path == bundle
        await settle(app, pilot)
        assert "there.tar.gz" in await drawn(app, pilot)
        await pilot.press(*"black screen", "enter")
        await settle(app, pilot)
        await settle(app, pilot)
        assert isinstance(app.screen, CaseScreen) and app.where == "bundle there.tar.gz"
        assert app.session.state.text == "black screen" and app.session.state.machine == app.where
        assert {f.kind for f in app.session.look.facts} <= {"bundle", "derived"} and len(
            list(app.session.look.facts)
        ) > 5
        assert "bundle there.tar.gz" in await drawn(app, pilot)
        name, known = app.session.state.id, len(app.session.state.facts)
        assert known
        host.asked.clear()
        await pilot.press("backspace")
        await settle(app, pilot)
        assert isinstance(app.screen, AskScreen) and app.where == "" and app.session.machine == "live"
        assert host.asked and field.attached is None
        app.resume(name)  # what was seen of it is in the case, though this machine is looked at again
        await settle(app, pilot)
        assert len(app.session.request().facts) == known and app.session.request().look is None


@played
async def test_what_cannot_be_opened_is_said_and_stays(make, tmp_path):
    (tmp_path / "core").write_bytes(b"\0" * 4000)
    app = make()
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(app, pilot)
        app.screen.query_one(Field).take(str(tmp_path / "core"))
        await pilot.press("enter")
        await settle(app, pilot)
        assert isinstance(app.screen, AskScreen) and "core is neither text nor an archive" in await drawn(app, pilot)
        assert app.screen.query_one(Field).attached


@played
async def test_enter_before_the_engine_is_open_is_not_lost(make):
    app = make()
    opened, go = app.opening.open_engine, asyncio.Event()
    loop = asyncio.get_running_loop()

    def slow():
        asyncio.run_coroutine_threadsafe(go.wait(), loop).result(20)
        return opened()

    app.opening = app.opening._replace(open_engine=slow)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*"black screen", "enter")
        assert app.session is None and "opening the knowledge" in await drawn(app, pilot)
        go.set()
        await settle(app, pilot)
        await settle(app, pilot)
        assert isinstance(app.screen, CaseScreen) and app.session.state.text == "black screen"


@played
async def test_a_long_paste_shows_how_far_it_is_then_its_file(make, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    app = make(probes=None)
    async with app.run_test(size=(120, 30)) as pilot:
        await settle(app, pilot)
        app.post_message(Growing(640_000))
        await settle(app, pilot)
        assert "640 kB" in await drawn(app, pilot)
        spool = Spool.open()
        spool.write(f"one\r\n{KEY}\r")
        spool.close()
        app.post_message(Spooled(spool))
        await settle(app, pilot)
        assert spool.path.name[:20] in await drawn(app, pilot)
        await pilot.press("enter")
        await settle(app, pilot)
        await settle(app, pilot)
        assert app.session.state.text == f"one\n{KEY}\n" and "key-refused" in app.session.result.belief.through
        app.post_message(Spooled(spool))  # over a case it is more that is said
        await settle(app, pilot)
        assert isinstance(app.screen, TellScreen)


@pytest.mark.parametrize("pasted", [KEY, f"one\n{KEY}"], ids=["short", "several lines"])
@played
async def test_a_paste_over_a_case_is_more_that_is_said(make, pasted):
    app = make("black screen after driver install", probes=None)
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(app, pilot)
        app.post_message(events.Paste(pasted))
        await settle(app, pilot)
        assert isinstance(app.screen, TellScreen)
        await pilot.press("enter")
        await settle(app, pilot)
        assert app.session.state.text == f"black screen after driver install\n{pasted}"
        app.post_message(Growing(640_000))
        await settle(app, pilot)
        app.post_message(Growing(700_000))
        await settle(app, pilot)
        assert isinstance(app.screen, TellScreen) and "700 kB" in await drawn(app, pilot)


@played
async def test_the_text_is_marked_and_a_mark_opens_its_problem(make):
    app = make(f"one line\nanother [bold] line\n{KEY}\nlast", probes=None)
    async with app.run_test(size=(100, 24)) as pilot:
        await settle(app, pilot)
        await pilot.press("p")
        await settle(app, pilot)
        assert isinstance(app.screen, TextScreen) and app.screen.query_one("#text", Rows).cursor == 2
        shown = await drawn(app, pilot)
        assert "4 lines, 1 with signs" in shown and "another [bold] line" in shown
        await pilot.press("k", "k", "n")
        assert app.screen.query_one("#text", Rows).cursor == 2
        title = app.screen.title_of("key-refused")
        assert f"1 {title}" in await drawn(app, pilot)
        await pilot.press("enter")
        await settle(app, pilot)
        assert isinstance(app.screen, CaseScreen) and app.session.stack == ["key-refused"]


def test_a_sign_far_to_the_right_comes_into_sight(small_engine):
    (found,) = mark(small_engine, "x" * 900 + " " + KEY, None, 80)
    (start, end) = found.spans[0]
    assert end < 80 + len(KEY) and found.text.startswith("...") and "rejected" in found.text[start:end]


def test_of_a_scanned_log_the_marked_lines_come_first(small_engine):
    hit = mark(small_engine, KEY, None, 80)
    assert hit[0].problems
    from kbtui.kb.signs import match_text

    far = [h._replace(line=70_000) for h in match_text(small_engine.signs(), KEY)]
    lines = mark(small_engine, "head\ntail", far, 80)
    assert [x.number for x in lines] == [70_000, 0, 0, 0] and lines[0].problems == hit[0].problems


def test_secrets_are_masked_in_the_text(small_engine):
    (found,) = mark(small_engine, "export HF_TOKEN=hf_abcdefghijklmnopqrstuvwxyzABCDEFGH", None, 80)
    assert "hf_abcdef" not in found.text


def facts(**values: object) -> Facts:
    out = Facts()
    for name, value in values.items():
        out.add(Fact(name=name.replace("__", "."), value=value, entity="0000:01:00.0", kind="live"))
    return out


@pytest.mark.parametrize(("term", "signs"), [("xterm", "▁█"), ("linux", "_█")])
def test_a_curve_is_drawn_in_signs_of_this_terminal(monkeypatch, term, signs):
    monkeypatch.setenv("TERM", term)
    assert curves.drawn([0, 100], 100) == signs and curves.drawn([5], 0) == signs[0]
    series = curves.Series()
    for degrees in (40, 90):
        series.take(facts(gpu__temperature=degrees, gpu__throttle_reasons=["hw_thermal_slowdown"], gpu__link_gen=1, gpu__link_gen_max=4))  # fmt: skip
    text = "".join(t for t, _ in series.rows("0000:01:00.0", 60, Words(zh=False)))
    assert "90 C" in text and "hw_thermal_slowdown" in text and "gen 1 / 4" in text
    assert len(next(line for line in text.split("\n") if "temperature" in line).split("C  ")[1]) == 2


@played
async def test_the_curves_of_a_fault_about_load(make, monkeypatch):
    monkeypatch.delenv("SSH_CONNECTION", raising=False)
    monkeypatch.delenv("SSH_TTY", raising=False)
    app = make("black screen after driver install", probes=(probe("card", **HOT),))
    about = []
    monkeypatch.setattr(curves, "about_load", lambda _knowledge, problem: about.append(problem) or True)
    monkeypatch.setattr(curves, "any_card", lambda _facts: True)
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(app, pilot)
        panel = app.screen.query_one(LivePanel)
        assert panel.display and about
        await pilot.press("v")
        assert not panel.display
        await pilot.press("v")
        assert panel.display
        await pilot.press("v")


@pytest.mark.parametrize("why", ["calm", "ssh"])
def test_over_a_slow_line_the_curves_are_off_until_asked_for(make, monkeypatch, why):
    @played
    async def play():
        app = make("black screen after driver install", probes=(probe("card", **HOT),))
        if why == "calm":
            app.settings = app.settings._replace(calm=True)
        else:
            monkeypatch.setenv("SSH_CONNECTION", "192.0.2.1 1 192.0.2.2 22")
        monkeypatch.setattr(curves, "about_load", lambda *_: True)
        monkeypatch.setattr(curves, "any_card", lambda *_: True)
        async with app.run_test(size=(100, 30)) as pilot:
            await settle(app, pilot)
            assert not app.screen.query_one(LivePanel).display
            await pilot.press("v")
            assert app.screen.query_one(LivePanel).display and "Live" in screen_text(app)
            await pilot.press("v")

    play()


def test_a_fault_is_about_load_where_its_evidence_reads_it(small_engine):
    assert not curves.about_load(small_engine.knowledge, "key-refused")
