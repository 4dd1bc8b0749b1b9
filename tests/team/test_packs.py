"""`kbtui pack` and what a layer may do, as a new team would: folders and real git, pins, conflicts, the site's layer."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from kbtui import homes
from kbtui.cli import main
from kbtui.kb import trust
from kbtui.kb.cache import open_knowledge
from kbtui.kb.packs import Pack, discover, read_added
from kbtui.team import added, effect
from tests.team.conftest import node, write

SECURE = "secure-boot-unsigned-module"
needs_git = pytest.mark.skipif(not shutil.which("git"), reason="git is not installed")


@pytest.fixture
def small(monkeypatch, tmp_path) -> None:
    """A shipped pack of one node: what is tested is the layers, not what they hold."""
    node(
        tmp_path / "shipped",
        SECURE,
        "Secure Boot refuses the module",
        "Required key not available",
        "reviewed: 2026-11\n",
    )
    for module in ("kbtui.kb.packs", "kbtui.commands.diff"):
        monkeypatch.setattr(
            f"{module}.shipped", lambda: Pack("kbtui", tmp_path / "shipped", shipped=True, kind="shipped")
        )


@pytest.fixture
def repository(tmp_path, monkeypatch) -> Path:
    """A pack in a repository with a tag v1."""
    for who in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{who}_NAME", "x")
        monkeypatch.setenv(f"GIT_{who}_EMAIL", "x@example.org")
    folder = tmp_path / "our-lab"
    node(folder, "our-trouble", "Our own trouble", "labguard refused it")
    git(folder, "init", "-q", "-b", "main")
    commit(folder, "one")
    git(folder, "tag", "v1")
    return folder


def git(folder: Path, *words: str) -> None:
    subprocess.run(["git", *words], cwd=folder, check=True, capture_output=True)


def commit(folder: Path, message: str) -> None:
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", message)


def test_a_folder_is_copied_and_updated(small, run, tmp_path):
    node(tmp_path / "ours", "our-trouble", "Our own trouble", "labguard refused it")
    assert "needs no trust" in run("pack", "add", str(tmp_path / "ours"))
    assert main(["pack", "add", str(tmp_path / "ours")]) == 2
    assert main(["pack", "add", str(tmp_path / "ours"), "--pin", "v1", "--name", "other"]) == 2
    assert "our-trouble" in open_knowledge()[0].problems
    node(tmp_path / "ours", "more-trouble", "More of our own trouble", "labguard again")
    assert "more-trouble" not in open_knowledge()[0].problems  # nothing is fetched but by update
    assert " -> " in run("pack", "update", "ours") and "more-trouble" in open_knowledge()[0].problems
    assert "up to date" in run("pack", "update")
    shutil.rmtree(tmp_path / "ours")
    assert "kept as it is" in run("pack", "update", code=1) and "our-trouble" in open_knowledge()[0].problems
    run("pack", "remove", "ours")
    assert "our-trouble" not in open_knowledge()[0].problems and read_added() == {}
    assert main(["pack", "remove", "ours"]) == 2


@needs_git
def test_a_repository_is_pinned_and_moves_only_when_asked(small, run, repository):
    run("pack", "add", str(repository), "--pin", "v1")
    node(repository, "more-trouble", "More of our own trouble", "labguard again")
    commit(repository, "two")
    assert "up to date" in run("pack", "update")
    assert "more-trouble" not in open_knowledge()[0].problems
    assert " -> " in run("pack", "update", "our-lab", "--pin", "main")
    assert "more-trouble" in open_knowledge()[0].problems
    row = json.loads(run("pack", "list", "--json"))["packs"][1]
    assert (row["kind"], row["pin"], row["state"]) == ("added", "main", "needs no trust") and len(row["commit"]) == 40
    assert "the repository has no 'v9'" in run("pack", "update", "--pin", "v9", code=1)
    assert "more-trouble" in open_knowledge()[0].problems


@needs_git
def test_an_update_asks_for_trust_again(small, run, repository):
    run("pack", "add", str(repository))
    fix = "fixes:\n- title: Move it\n  steps:\n  - run: labguard --off\n  verify: 'ask: Does it work?'\n"
    node(repository, "with-fix", "A trouble with a fix", "labguard again", fix)
    commit(repository, "two")
    assert "kbtui trust our-lab" in run("pack", "update")
    assert "labguard --off" in run("trust", "our-lab", "--yes")
    assert "trusted" in run("pack", "list")
    node(repository, "with-fix", "A trouble with another fix", "labguard again", fix.replace("--off", "--wipe"))
    commit(repository, "three")
    run("pack", "update")
    assert "changed since it was reviewed" in run("pack", "list")


def test_an_override_is_shown_and_a_conflict_is_explained(small, run, tmp_path, monkeypatch):
    ours = tmp_path / "ours"
    monkeypatch.setenv("KBTUI_PACKS", str(ours))
    node(ours, SECURE, "Our word on Secure Boot", "Required key not available")
    digest = open_knowledge([discover()[0]])[0].built.origins[SECURE][2]
    trust.trust(Pack("ours", ours))
    listed = run("pack", "list")
    assert f"id '{SECURE}' is already that of kbtui:" in listed and f"override: {digest}" in listed
    assert "left out:" in run("show", SECURE, "--why") and "Our word" not in run("show", SECURE)
    node(ours, SECURE, "Our word on Secure Boot", "Required key not available", f"override: '{digest}'\n")
    write(ours, "problems/lab/more.yaml", f"kind: problem\nextends: {SECURE}\naka: [labguard says no key]\n")
    assert "only adds" in run("pack", "list") or "changed since" in run("pack", "list")
    trust.trust(Pack("ours", ours))
    told = run("show", SECURE, "--why")
    assert "Our word on Secure Boot" in told and "from pack ours" in told
    assert f"replaces kbtui, problems/lab/{SECURE}.yaml, hash {digest}" in told
    assert "added to by ours, problems/lab/more.yaml" in told


def test_the_site_s_packs_lie_below_the_person_s(small, run, tmp_path):
    node(homes.SITE / "packs" / "cluster", "our-trouble", "What the keeper says", "labguard refused it")
    node(homes.SITE / "packs" / "another", "another-trouble", "What another keeper says", "labguard again")
    assert [p.name for p in discover()][1:3] == ["site/another", "site/cluster"]
    assert "site/cluster  [site]  1 nodes, needs no trust" in run("pack", "list")
    assert open_knowledge()[0].problem("our-trouble").title == "What the keeper says"


def test_init_makes_what_the_other_commands_take(small, run, tmp_path):
    run("pack", "init", str(tmp_path / "lab"), "--title", "Ours: all of 'it'")
    assert main(["lint", str(tmp_path / "lab")]) == 0
    assert "0 passed, 0 failed" in run("test", "--pack", str(tmp_path / "lab"))
    assert main(["pack", "init", str(tmp_path / "lab" / "pack.yaml")]) == 2


@needs_git
def test_a_change_is_told_as_what_it_does_to_diagnoses(small, run, repository):
    for number in range(3):
        said = {"schema": "kbtui.case/1", "id": f"20260101-00000{number}-aaaaaa", "text": "labguard refused it"}
        write(repository, f"cases/{said['id']}.json", json.dumps(said))
    tested = "tests:\n- text: labguard refused it, said the log\n  expect: first\n"
    fix = "fixes:\n- title: Move it\n  steps:\n  - do: Move it\n  verify: 'ask: Does it work?'\n"
    node(repository, "our-trouble", "Our own trouble", "labguard refused it", fix + tested)
    commit(repository, "two")
    assert "0 changed, 0 worse" in run("diff", "HEAD", "--pack", str(repository))
    assert "these 3 cases now rank our-trouble over" in run("diff", "v1", "--pack", str(repository))
    node(
        repository, "our-trouble", "Our own trouble", "labguard accepted it", fix + tested.replace("labguard", "xguard")
    )
    told = run("diff", "HEAD", "--pack", str(repository), code=1)
    assert "WORSE test our-trouble 1: passed, fails now" in told
    made = json.loads(run("diff", "HEAD", "--pack", str(repository), "--json", code=1))
    assert made["worse"] == ["test our-trouble 1"] and made["replayed"] == 4
    assert main(["diff", "nothing", "--pack", str(repository)]) == 2
    assert main(["diff", "--pack", str(repository), "--", "--output=x"]) == 2


def test_what_changed_alike_stands_in_one_sentence():
    one = effect.Replayed("case 1", ["a"], ["b"])
    rows = [one, effect.Replayed("case 2", ["a"], ["b", "c"]), effect.Replayed("test x 1", [], ["b"], None, False)]
    assert effect.together(rows) == ["WORSE test x 1: new, FAILS", "these 2 cases now rank b over a: 1, 2"]
    assert effect.together([one]) == ["case 1: now ranks b over a"]


@pytest.mark.parametrize("name", ["", "a/b", "..", "-x", "A B"])
def test_a_name_that_is_none(small, tmp_path, name):
    node(tmp_path / "ours", "our-trouble", "Our own trouble", "labguard refused it")
    if name:
        assert main(["pack", "add", str(tmp_path / "ours"), f"--name={name}"]) == 2
    assert added._name_of("git@host.example:lab/Our Pack.git") == "our-pack"
