"""From a member's case to the keeper's pack: redacted on the way, nothing in the inbox acts, one key each."""

from __future__ import annotations

import json
import os
import pty
import shutil
import subprocess
import termios
from pathlib import Path

import msgspec
import pytest

from kbtui.cli import main
from kbtui.commands import inbox_review
from kbtui.diagnosis import case
from kbtui.engine import Engine
from kbtui.errors import InputError, PackError
from kbtui.kb import trust
from kbtui.kb.packs import Pack
from kbtui.team import inbox, keeper
from tests.report import story
from tests.team.conftest import write

TEXT = "scratchguard[4711]: error: cannot open checkpoint, watermark reached on /scratch"


@pytest.fixture
def shelf(tmp_path, monkeypatch) -> Path:
    """An inbox that everybody here uses."""
    folder = tmp_path / "inbox"
    folder.mkdir()
    monkeypatch.setenv("KBTUI_INBOX", str(folder))
    return folder


def begun(text: str, number: int = 0) -> str:
    name = f"20260101-00000{number}-aaaaaa" if number else case.new_id(text)
    case.record(name, "begin", text=text, machine="none", facts=[], hits=None)
    return name


def put(engine: Engine, folder: Path, text: str, title: str = "", number: int = 0) -> inbox.Item:
    """One shared case."""
    name = begun(text, number)
    inbox.share(folder, *inbox.made(engine, case.load(case.path_of(name)), title), "", "")
    return inbox.one(folder, name)


def test_what_is_shared_names_nobody(engine, shelf):
    name = story.keep("20260101-100000-abc123")
    plain, draft = inbox.made(engine, case.load(case.path_of(name)), "mallory broke modprobe on gpu-box")
    inbox.share(shelf, plain, draft, "", "")
    told = "\n".join(p.read_text() for p in shelf.rglob("*") if p.is_file())
    assert not [p for p in story.PRIVATE if p in told]
    assert "Key was rejected by service" in told and "<user-1>" in told
    mine = "title: mallory of gpu-box told me"
    assert "mallory" not in inbox.made(engine, case.load(case.path_of(name)), text=mine)[1]


def test_a_member_shares_and_the_keeper_asks_accepts_and_the_member_sees_it(engine, shelf, run, tmp_path):
    name = begun(f"resumed and it died\n{TEXT}")
    printed = run("share", name, "--print")
    assert "scratchguard" in printed and not list(shelf.iterdir())
    assert "nothing was shared" in run("share", "--mine")
    run("share", name, "--title", "The scratch guard refuses checkpoints", "--name", "Ada")
    assert "was shared before" in run("share", name)
    listed = run("inbox")
    assert name in listed and "changes 1 past cases" in listed and "1 waiting, 0 settled" in listed
    run("inbox", "ask", name[:-2], "Which", "file", "system?")
    assert "asked: Which file system?" in run("share", "--mine")
    run("share", name, "--note", "Lustre, said alice@gpu-box")
    shown = run("inbox", "show", name)
    assert "said: Lustre, said <user-1>@<host-1>" in shown and "scratchguard" in shown and "nothing" in shown
    groups = json.loads(run("inbox", "--json"))["groups"]
    assert [i["id"] for g in groups for i in g["items"]] == [name]
    assert main(["inbox", "accept", name]) == 2  # into which pack?
    (tmp_path / "lab").mkdir()
    path = Path(run("inbox", "accept", name, "--to", str(tmp_path / "lab")).split()[1])
    assert path.parts[-3] == "problems" and "author: 'Ada'" in path.read_text()
    assert (tmp_path / "lab" / "cases" / f"{name}.json").exists()
    assert f"accepted: {path.stem}" in run("share", "--mine")
    assert main(["inbox", "accept", name, "--to", str(tmp_path / "lab")]) == 2
    assert "0 waiting, 1 settled" in run("inbox")


def test_lookalikes_stand_together_and_go_into_the_known_node(engine, shelf, tmp_path):
    first = put(engine, shelf, "modprobe: ERROR: could not insert 'nvidia': Key was rejected by service")
    put(engine, shelf, "insmod: Key was rejected by service, after the update")
    put(engine, shelf, "quuxd: the frobnicator is on fire 0xdead", "The frobnicator is on fire")
    groups = keeper.groups(engine, inbox.items(shelf))
    assert [len(g.items) for g in groups] == [2, 1]
    assert "secure-boot-unsigned-module" in groups[0].near and not groups[1].near
    path = keeper.merge(engine.knowledge, first, "secure-boot-unsigned-module", tmp_path / "lab")
    assert "extends: secure-boot-unsigned-module" in path.read_text()
    with pytest.raises(InputError, match="no problem 'secure-boot'"):
        keeper.merge(engine.knowledge, first, "secure-boot", tmp_path / "lab")
    assert main(["lint", str(tmp_path / "lab")]) == 0


def test_a_pack_that_was_reviewed_stays_so_unless_a_command_came_in(engine, shelf, tmp_path):
    lab = Pack("lab", tmp_path / "lab")
    write(lab.path, "pack.yaml", "title: Ours\ninbox: ../inbox\n")
    trust.trust(lab)
    keeper.accept(put(engine, shelf, TEXT, "The scratch guard is up", 1), lab.path)
    assert trust.is_trusted(lab)
    item = put(engine, shelf, TEXT, "The scratch guard is down", 2)
    fix = "fixes:\n- title: Turn it off\n  steps:\n  - run: scratchguard --off\n  verify: 'ask: Well?'\n"
    path = keeper.accept(item._replace(draft=item.draft + fix), lab.path)
    assert "scratchguard --off" in path.read_text() and not trust.is_trusted(lab)


def test_one_key_each(engine, shelf, tmp_path, capsys, monkeypatch):
    put(engine, shelf, TEXT, "The scratch guard is up", 1)
    put(engine, shelf, f"{TEXT} again", "The scratch guard is up again", 2)
    put(engine, shelf, "insmod: Key was rejected by service, after the update", number=3)
    (tmp_path / "lab").mkdir()
    monkeypatch.setattr("builtins.input", lambda _: "")
    keys = iter("xak1")
    assert inbox_review.run(engine, shelf, tmp_path / "lab", lambda: next(keys)) == 0
    states = sorted(i.note.state for i in inbox.items(shelf))
    assert states == ["accepted", "asked", "merged"]
    asked = next(i for i in inbox.items(shelf) if i.note.state == "asked")
    assert asked.note.asked == [inbox_review.USUAL]
    assert inbox_review.run(engine, shelf, tmp_path / "lab", lambda: "q") == 0
    assert len(list((tmp_path / "lab").rglob("*.yaml"))) == 2
    capsys.readouterr()
    assert main(["inbox", "review", "--to", str(tmp_path / "lab")]) == 2
    assert "needs a terminal" in capsys.readouterr().err


def test_what_lies_in_the_inbox_acts_on_nothing(engine, shelf, tmp_path):
    good = put(engine, shelf, TEXT)
    secret = write(tmp_path, "secret/item.json", '{"shared": "2026-01-01"}').parent
    (shelf / "linked-item").symlink_to(secret)
    for name, draft in {
        "too-large": "x" * (2 << 20),
        "goes-up": "# problems/../../../etc/cron.yaml\nkind: problem\ntitle: Up\nsummary: x\n",
        "escapes": '# problems/lab/red.yaml\nkind: problem\ntitle: "\\e]0;owned\\a"\nsummary: x\n',
        "a-bomb": "# problems/lab/bomb.yaml\nkind: problem\ntitle: &a [x]\nsummary: [*a, *a]\n",
    }.items():
        write(shelf, f"{name}/item.json", '{"shared": "2026-01-01"}')
        write(shelf, f"{name}/draft.yaml", draft)
    write(shelf, "Not-An-Id!/item.json", "{}")
    found = {i.id: i for i in inbox.items(shelf)}
    assert set(found) == {good.id, "goes-up", "escapes", "a-bomb"}
    for name in ("goes-up", "escapes", "a-bomb"):
        assert keeper.mistakes(engine, found[name])
        with pytest.raises(InputError):
            keeper.accept(found[name], tmp_path / "lab")
    assert len(keeper.groups(engine, list(found.values()))) == 4
    assert not (tmp_path / "lab").exists()


def test_an_untrusted_pack_names_no_inbox(tmp_path, monkeypatch):
    monkeypatch.delenv("KBTUI_INBOX", raising=False)
    write(tmp_path, "pack/pack.yaml", "title: Ours\ninbox: /srv/inbox\n")
    pack = Pack("pack", tmp_path / "pack")
    with pytest.raises(InputError, match="is not trusted"):
        inbox.find([pack])
    trust.trust(pack)
    assert inbox.find([pack]).folder == Path("/srv/inbox")
    with pytest.raises(InputError, match="no inbox is named"):
        inbox.find([])


def test_an_inbox_that_cannot_be_written_is_a_message(engine, shelf):
    name = begun(TEXT)
    made = inbox.made(engine, case.load(case.path_of(name)))
    with pytest.raises(InputError, match="is not there"), inbox.opened(inbox.Place(shelf / "gone")):
        pass
    write(shelf, name, "a file where a folder should be")
    with pytest.raises(PackError, match="cannot be written"):
        inbox.share(shelf, *made, "", "")


@pytest.mark.skipif(not shutil.which("git"), reason="git is not installed")
def test_a_branch_of_the_pack_s_repository_is_an_inbox_too(engine, tmp_path, monkeypatch):
    for name, value in {"NAME": "x", "EMAIL": "x@example.org"}.items():
        monkeypatch.setenv(f"GIT_AUTHOR_{name}", value)
        monkeypatch.setenv(f"GIT_COMMITTER_{name}", value)
    bare, clone = tmp_path / "lab.git", tmp_path / "lab"
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", str(bare)], check=True)
    subprocess.run(["git", "clone", "-q", str(bare), str(clone)], check=True, capture_output=True)
    write(clone, "pack.yaml", "title: Ours\ninbox: 'branch:inbox'\n")
    for words in (["add", "-A"], ["commit", "-qm", "x"], ["push", "-q", "origin", "HEAD:main"]):
        subprocess.run(["git", *words], cwd=clone, check=True)
    place = inbox.find([Pack("lab", clone, reviewed=True)])
    assert str(place) == f"branch inbox of {clone}"
    for _ in range(2):
        made = inbox.made(engine, case.load(case.path_of(begun(TEXT))))
        with inbox.opened(place, "Shared") as folder:
            assert inbox.share(folder, *made, "", "")
    with inbox.opened(place) as folder:
        assert len(inbox.items(folder)) == 2
    log = subprocess.run(
        ["git", "log", "--format=%an %s", "inbox"], cwd=bare, check=True, capture_output=True, text=True
    )
    assert log.stdout == "kbtui Shared\nkbtui Shared\n"
    listed = subprocess.run(["git", "ls-tree", "-r", "inbox"], cwd=bare, check=True, capture_output=True, text=True)
    assert "pack.yaml" not in listed.stdout and listed.stdout.count("draft.yaml") == 2
    with pytest.raises(InputError, match="no name for a branch"):
        write(clone, "pack.yaml", "title: Ours\ninbox: 'branch:--upload-pack=x'\n")
        inbox.find([Pack("lab", clone, reviewed=True)])


def test_a_note_that_is_none_is_left_out(shelf):
    write(shelf, "an-item/item.json", msgspec.json.encode({"shared": "2026", "state": "hacked"}).decode())
    write(shelf, "an-item/draft.yaml", "x")
    assert inbox.items(shelf) == []


def test_one_key_needs_no_enter_and_leaves_the_terminal_as_it_was(monkeypatch):
    master, slave = pty.openpty()
    before = termios.tcgetattr(slave)
    with os.fdopen(slave, closefd=True) as terminal:
        monkeypatch.setattr("sys.stdin", terminal)
        os.write(master, b"a")
        assert inbox_review.one_key() == "a"
        assert termios.tcgetattr(terminal.fileno()) == before
    os.close(master)
