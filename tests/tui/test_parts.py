"""The parts without a screen: words, tree, watch, session, keys, settings, what a step may do."""

from __future__ import annotations

import string
import threading

import pytest

from kbtui.diagnosis import case
from kbtui.diagnosis.result import StepOut
from kbtui.engine import Engine, Request
from kbtui.machine.given import fact_from
from kbtui.tui import fixing, settings
from kbtui.tui.attached import named
from kbtui.tui.glyphs import CONSOLE, RICH, bar, percent
from kbtui.tui.session import Session
from kbtui.tui.step import note_of
from kbtui.tui.strip import summary
from kbtui.tui.taken import read
from kbtui.tui.tree import CauseTree
from kbtui.tui.watch import Seen, Watch
from kbtui.tui.widgets.stack import cut
from kbtui.tui.words import EN, Words
from kbtui.tui.words_zh import ZH
from tests.demo.conftest import seen
from tests.tui.conftest import MACHINE, PaperHost, probe

KEY = "modprobe: ERROR: could not insert 'nvidia': Key was rejected by service"
BLACK = "black screen after driver install"


def slots(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_both_languages_say_the_same_things():
    assert list(EN) == list(ZH)
    assert {k: slots(t) for k, t in EN.items()} == {k: slots(t) for k, t in ZH.items()}


@pytest.mark.parametrize(
    ("text", "said"), [("", "No fault was found"), ("nvcc: command not found", "The machine by itself shows no fault")]
)
def test_a_machine_in_order_is_said_to_be_so_and_a_complaint_is_heard(text, said):
    found = Engine.open().diagnose(Request(text=text, look=seen(10), machine="the last of the story", goals=[]))
    assert found.healthy
    assert said in note_of(found, Words(zh=False), told=bool(text), known=9, stale=False)


def test_every_word_is_used_somewhere():
    from pathlib import Path

    import kbtui.tui

    files = Path(kbtui.tui.__file__).parent.rglob("*.py")
    code = "\n".join(f.read_text() for f in files if not f.name.startswith("words"))
    built = ("state.", "kind.", "age.", "fix.", "tree.", "settings.", "h.", "web.", "risk.", "need.", "hurts.", "plan.")
    assert [k for k in EN if f'"{k}"' not in code and f"'{k}'" not in code and not k.startswith(built)] == []


@pytest.mark.parametrize(("share", "drawn", "said"), [(0, "░░░░", "  0%"), (0.001, "▌░░░", " <1%"), (0.5, "██░░", " 50%"), (0.999, "████", ">99%"), (1, "████", "100%")])  # fmt: skip
def test_a_bar_says_something_of_little_and_of_much(share, drawn, said):
    assert bar(share, 4, RICH) == drawn and percent(share) == said
    assert len(bar(share, 4, CONSOLE)) == 4


def test_the_tree_shows_a_shared_problem_once(small_engine):
    result = small_engine.think(Request(text=BLACK))
    rows = CauseTree(small_engine.knowledge).rows(result, [], [])
    shown = [(r.id, r.status) for r in rows]
    assert shown.count(("nouveau-holds-card", "open")) == 1 and ("nouveau-holds-card", "again") in shown
    assert rows[0].id == "no-picture" and rows[0].fold == "open"


def test_a_circle_is_shown_and_not_followed(small_engine):
    result = small_engine.think(Request(text=BLACK))
    knowledge = small_engine.knowledge
    held = knowledge.problems["nouveau-holds-card"]
    causes, held.causes = held.causes, [("no-picture", 1.0)]
    try:
        tree = CauseTree(knowledge)
        tree.rows(result, [], [])
        for row in tree.rows(result, [], []):
            if row.id == "nouveau-holds-card" and row.fold == "shut":
                tree.toggle(row.path)
        assert "cycle" in [r.status for r in tree.rows(result, [], [])]
    finally:
        held.causes = causes


def test_rows_stay_in_place_until_they_are_sorted(small_engine):
    tree = CauseTree(small_engine.knowledge)
    before = small_engine.think(Request(text=BLACK))
    first = [r.path for r in tree.rows(before, [], [])]
    after = small_engine.think(Request(text=BLACK, facts=[fact_from("driver.module_loaded", "yes", "--set")]))
    assert [r.path for r in tree.rows(after, [], [])] == first
    assert tree.is_stale(after) and not tree.is_stale(before)
    tree.resort()
    resorted = [r.path for r in tree.rows(after, [], [])]
    assert resorted != first and resorted[1][-1] == "bad-config"


def test_a_pruned_branch_stays_with_its_reason(small_engine):
    tree = CauseTree(small_engine.knowledge)
    tree.rows(small_engine.think(Request(text=BLACK)), [], [])
    off = small_engine.think(Request(text=BLACK, facts=[fact_from("secure_boot.enabled", "off", "--set")]))
    (row,) = [r for r in tree.rows(off, [], []) if r.id == "key-refused"]
    assert row.status == "out" and row.reason == "secure_boot.enabled is false"


def watch(host: PaperHost, told: list[Seen]) -> Watch:
    return Watch(lambda: host, lambda: list(MACHINE), told.append, every=0.0)


def test_the_watch_collects_and_runs_one_again(host):
    told: list[Seen] = []
    looking = watch(host, told)
    looking.start()
    assert looking.wait(20)
    last = told[-1]
    assert last.over and last.done == last.total == 3 and last.look.facts.get("driver.version").value == "550.120"
    assert last.at.keys() >= {"driver.version", "secure_boot.enabled"}
    assert summary(last.look.facts, "|") == "Ubuntu 24.04.1 LTS | driver 550.120"
    host.asked.clear()
    looking.start({"driver.version"})
    assert looking.wait(20) and host.asked == ["/paper/driver"]
    assert told[-1].look.facts.get("os.name").value == "Ubuntu 24.04.1 LTS"


def test_what_hangs_is_named_and_can_be_given_up(host):
    told: list[Seen] = []
    arrived = threading.Event()

    def tell(seen: Seen) -> None:
        told.append(seen)
        if len(seen.running) == 3:
            arrived.set()

    host.gate.clear()
    looking = Watch(lambda: host, lambda: list(MACHINE), tell, every=0.0)
    looking.start()
    assert arrived.wait(20)
    assert {name for name, _ in told[-1].running} == {"system", "driver", "boot"} and not told[-1].over
    looking.cancel()
    assert told[-1].over and told[-1].running == ()
    host.gate.set()
    assert looking.wait(20)
    assert len(told) == told.index(told[-1]) + 1


def test_a_crash_loses_nothing(small_engine):
    session = Session(small_engine)
    session.begin(KEY)
    session.push("module-not-loaded")
    session.push("key-refused")
    session.answer("saw-blue-screen", "no")
    session.toggle_belief("driver.version")
    session.add_text("and more")
    session.keep(small_engine.think(session.request()))
    again = Session(small_engine)
    again.resume(session.state.id)
    assert again.state.stack == ["module-not-loaded", "key-refused"]
    assert again.request().answers == {"saw-blue-screen": "no"}
    assert again.request().withdrawn == {"driver.version"} and again.request().text == f"{KEY}\nand more"
    assert again.state.found == session.state.found != []
    assert not again.toggle_belief("driver.version") and again.request().withdrawn == frozenset()


def test_a_fix_that_helped_pops_to_the_parent(small_engine):
    session = Session(small_engine)
    session.begin(KEY, ["no-picture", "module-not-loaded", "key-refused"])
    session.tried("key-refused", "helped")
    assert session.stack == ["no-picture", "module-not-loaded"] and session.look is None
    session.tried("nouveau-holds-card", "did-not-help")
    assert session.request().closed == {"nouveau-holds-card"}
    assert case.load(case.path_of(session.state.id)).tried == [
        ("key-refused", "helped"),
        ("nouveau-holds-card", "did-not-help"),
    ]


def test_a_full_disk_is_said_and_stops_nothing(small_engine, monkeypatch):
    from kbtui.errors import CaseError

    session = Session(small_engine)

    def full(*_: object, **__: object) -> None:
        raise CaseError("no space")

    monkeypatch.setattr(case, "record", full)
    session.begin(KEY)
    assert session.trouble == "no space" and small_engine.think(session.request()).diagnosis.causes


def test_a_named_file_opens_as_a_log(small_engine, tmp_path):
    log = tmp_path / "train log.txt"
    log.write_text(f"one\n{KEY}\n")
    session = Session(small_engine)
    attached = named(f"'{log}'")
    assert attached and attached.path == log and named("no such/file") is None
    found = read(attached.path, small_engine)
    assert found.log and not found.there
    session.begin_with_log(found.log)
    result = small_engine.think(session.request())
    assert result.diagnosis.causes[0].id == "key-refused"


def step(text: str, kind: str = "run") -> StepOut:
    return StepOut(kind=kind, text=text, rendered=text, when="", needs_root=False, text_zh="")


@pytest.mark.parametrize(
    ("command", "open_ones"),
    [
        ("sudo apt install nvidia-driver-NNN", ["NNN"]),
        ("dkms install nvidia/VERSION -k <kernel.release>", ["VERSION", "<kernel.release>"]),
        ("kill PID", ["PID"]),
        ("dd of=DEVICE", ["DEVICE"]),
        ("export PATH=/usr/local/cuda/bin:$PATH", []),
        ("CUDA_DEVICE_ORDER=PCI_BUS_ID python3 -c 1", []),
        ("nvidia-smi -q -d PERFORMANCE", []),
        ("cat $CONDA_PREFIX/x /var/lib/shim-signed/mok/MOK.der", []),
    ],
)
def test_a_command_with_blanks_is_not_run(command, open_ones):
    assert fixing.blanks(step(command)) == open_ones


def test_settings_survive_and_nonsense_does_not_hurt(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert settings.load() == settings.Settings()
    settings.save(settings.Settings(lang="zh", calm=True))
    assert settings.load() == settings.Settings(lang="zh", calm=True)
    (tmp_path / "kbtui" / "screens.json").write_text('{"lang": 3, "calm": true, "other": 1}')
    assert settings.load() == settings.Settings(calm=True)
    (tmp_path / "kbtui" / "screens.json").write_text("[")
    assert settings.load() == settings.Settings()


def test_wide_text_is_cut_by_cells():
    assert cut("显卡驱动没有加载", 10) == "显卡驱..." and cut("short", 10) == "short"


def test_a_probe_can_fail_to_answer(host):
    told: list[Seen] = []
    looking = Watch(lambda: host, lambda: [probe("gpu", driver__version="1")], told.append)
    looking.start()
    assert looking.wait(20) and told[-1].look.complete
