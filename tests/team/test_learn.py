"""What closed cases teach: one file a case, merged by git, counted, shrunk towards the nodes, shown with its numbers."""

from __future__ import annotations

import random
import shutil
import subprocess
from collections import Counter

import pytest

from kbtui.cli import main
from kbtui.demo.source import name_of
from kbtui.diagnosis import case, journal
from kbtui.engine import Engine
from kbtui.kb import learned, trust
from kbtui.kb.cache import open_knowledge
from kbtui.kb.costs import fix_cost
from kbtui.kb.learned import Fate, FixFate, Learned, fix_id
from kbtui.kb.packs import Pack, shipped
from kbtui.team import learn, outcomes
from kbtui.team.outcomes import UNKNOWN, Outcome, Tried
from tests.team.conftest import write

PULL = ("pull", "-q", "--no-rebase", "--no-edit", "origin", "main", "--allow-unrelated-histories")
HUB, ENDS = "nvidia-module-not-loaded", ("secure-boot-unsigned-module", "nvidia-module-missing-for-kernel")


@pytest.fixture(scope="module")
def knowledge():
    return open_knowledge([shipped()])[0]


def outcome(number: int, path: tuple[str, ...], end: str, fix: str = "", minutes: int = 10) -> Outcome:
    tried = [Tried(end, "helped", minutes, fix)] if end != UNKNOWN else []
    name = f"20260101-{number:06d}-aaaaaa"
    return Outcome(
        schema="kbtui.outcome/1", id=name, closed="2026-01", path=list(path), end=end, minutes=minutes, tried=tried
    )


def closed(seconds: int = 1200, **more: str) -> str:
    """A case of this home whose fix helped, twenty minutes after it began; its id."""
    name = case.new_id("x")
    case.record(name, "begin", text="modprobe: Key was rejected by service", machine="none", facts=[], hits=None)
    began = case.load(case.path_of(name)).began
    event = {"at": began + seconds, "kind": "tried", "cause": "secure-boot-unsigned-module", "outcome": "helped"}
    journal.append(case.path_of(name), event | more)
    return name


@pytest.mark.skipif(not shutil.which("git"), reason="git is not installed")
def test_two_hundred_cases_on_five_clones_merge_and_move_the_priors(tmp_path, knowledge):
    chance = random.Random(3)
    told = [(chance.randrange(5), chance.choices([*ENDS, UNKNOWN], [6, 3, 1])[0]) for _ in range(200)]

    def git(*words: str, at: str) -> None:
        named = ["-c", "user.name=x", "-c", "user.email=x@example.org"]
        subprocess.run(["git", *named, *words], cwd=tmp_path / at, check=True, capture_output=True)

    git("init", "-q", "--bare", "-b", "main", "team.git", at=".")
    for person in range(5):
        git("clone", "-q", "team.git", f"p{person}", at=".")
    for start in range(0, 200, 50):
        for person in range(5):
            for number in range(start, start + 50):
                if told[number][0] == person:
                    end = told[number][1]
                    path = (HUB,) if end == UNKNOWN else (HUB, end)
                    outcomes.write(outcome(number, path, end), tmp_path / f"p{person}")
            git("add", "-A", at=f"p{person}")
            git("commit", "-qm", f"closed {start}", at=f"p{person}")
        for person in range(5):  # all five have something that the others lack
            if start or person:
                git(*PULL, at=f"p{person}")
            git("push", "-q", "origin", "HEAD:main", at=f"p{person}")
    git("clone", "-q", "team.git", "fresh", at=".")
    found = list(outcomes.read(tmp_path / "fresh"))
    assert len(found) == 200
    learn.write(learn.count(found), tmp_path / "fresh")
    pack = Pack("fresh", tmp_path / "fresh", reviewed=True)
    moved = open_knowledge([shipped(), pack])[0].problems[HUB]
    counts, before = Counter(end for _, end in told), knowledge.problems[HUB]
    assert dict(moved.causes) == {c: share + counts[c] for c, share in before.causes}
    assert moved.unknown == before.unknown + counts[UNKNOWN]
    total = sum(s for _, s in before.causes) + before.unknown + 200
    assert learn.split(moved)[ENDS[0]] == pytest.approx((dict(before.causes)[ENDS[0]] + counts[ENDS[0]]) / total)


def test_an_untrusted_count_moves_nothing(tmp_path, knowledge):
    learn.write(learn.count([outcome(i, (HUB, ENDS[0]), ENDS[0]) for i in range(50)]), tmp_path / "pack")
    found = open_knowledge([shipped(), Pack("pack", tmp_path / "pack")])[0]
    assert found.problems[HUB].causes == knowledge.problems[HUB].causes


def test_a_fix_that_fails_here_gives_way_to_another(knowledge):
    name = next(n for n, p in knowledge.problems.items() if p.has_fix and len(knowledge.problem(n).fixes) > 1)
    fixes = knowledge.problem(name).fixes
    first = min(fixes, key=fix_cost)
    fate = Fate(tried=40, fixes={fix_id(first.title): FixFate(tried=40)})
    assert fix_cost(first, fate) == pytest.approx(fix_cost(first) + first.minutes * (0.9 / (9 / 50) - 1))
    assert all(fix_cost(f, fate) == fix_cost(f) for f in fixes if f is not first)


def test_times_and_rates_are_shrunk_towards_the_node():
    assert learned.rate(FixFate()) == 0.9 and learned.rate(FixFate(10, 0)) == 9 / 20
    assert learned.cost(10, FixFate()) == 10
    assert learned.cost(10, FixFate(5, 5, 150)) == pytest.approx((5 * 10 + 150) / 10 * 0.9 / (14 / 15))


def test_a_fix_is_named_by_the_words_of_its_title():
    assert fix_id("Enrol the machine owner key (MOK)") == "enrol-the-machine-owner-key-mok"
    assert fix_id("登记机器所有者密钥") != fix_id("重启") and len(fix_id("x" * 200)) <= 60


def test_a_closed_case_leaves_ids_and_minutes_only(engine: Engine):
    name = closed(fix="enrol-the-key")
    made = outcomes.of_case(engine, case.path_of(name))
    assert made and made.end == "secure-boot-unsigned-module" == made.path[-1] and made.minutes == 20
    assert made.tried == [Tried("secure-boot-unsigned-module", "helped", 20, "enrol-the-key")]
    assert outcomes.of_case(engine, case.path_of(name)) == made


def test_a_demonstration_teaches_nothing_of_one_s_own(engine: Engine):
    for number, zh in ((1, False), (1, True)):
        name = case.new_id("x")
        case.record(name, "begin", text="x", machine=name_of(number, zh=zh), facts=[], hits=None)
        case.record(name, "tried", cause="secure-boot-unsigned-module", outcome="helped")
        assert outcomes.of_case(engine, case.path_of(name)) is None


def test_a_case_that_nothing_solved_ends_unknown_after_a_week(engine: Engine):
    name = case.new_id("x")
    case.record(name, "begin", text="Key was rejected by service", machine="none", facts=[], hits=None)
    path, began = case.path_of(name), case.load(case.path_of(name)).began
    assert outcomes.of_case(engine, path, now=began + 86400) is None
    given_up = outcomes.of_case(engine, path, now=began + 8 * 86400)
    assert given_up and given_up.end == UNKNOWN and given_up.path


def test_the_answer_that_closes_a_case_is_counted_in_the_team_s_pack(run, tmp_path, monkeypatch, capsys):
    write(tmp_path, "pack/pack.yaml", "title: Ours\noutcomes: true\n")
    monkeypatch.setenv("KBTUI_PACKS", str(tmp_path / "pack"))
    name = case.new_id("x")
    case.record(name, "begin", text="Key was rejected by service", machine="none", facts=[], hits=None)
    run("case", "answer", name, "secure-boot-unsigned-module/2=helped")
    (made,) = outcomes.read(tmp_path / "pack")
    wanted = Engine.open().knowledge.problem("secure-boot-unsigned-module").fixes[1].title
    assert made.id == name and made.tried[0].fix == fix_id(wanted)
    assert main(["case", "answer", name, "secure-boot-unsigned-module/99=helped"]) == 2
    assert "1: " in capsys.readouterr().err
    said = run("learn", "--write")
    assert "1 closed cases" in said and "secure-boot-unsigned-module: helped 1 of 1 times" in said
    assert "wrote" in said and trust.is_trusted(Pack("pack", tmp_path / "pack"))
    assert "helped 1 time" in run("show", "secure-boot-unsigned-module")


def test_what_is_worth_knowing_is_named(knowledge):
    rare = next(c for c, s in knowledge.problems[HUB].causes if s >= 3 and c not in ENDS)
    asked = {"a-question": outcomes.Asked("no", False)}
    found = [outcome(i, (HUB, ENDS[0]), ENDS[0]) for i in range(12)]
    for one in found:
        one.questions = asked
    found += [outcome(50, (HUB,), UNKNOWN), outcome(51, (HUB, "disk-full"), "disk-full")]
    lessons = learn.study(found, knowledge)
    assert lessons.useless == {"a-question": 12} and lessons.unknown == {HUB: 1}
    assert rare in lessons.never[HUB] or learn.split(knowledge.problems[HUB])[rare] < learn.LIKELY
    assert (HUB, "disk-full", 1) in lessons.missing
    assert lessons.shares[0].counted and abs(sum(learn.split(knowledge.problems[HUB]).values()) - 1) < 1e-9


def test_the_same_case_twice_counts_once():
    one = outcome(1, (HUB, ENDS[0]), ENDS[0])
    assert learn.count([one, one]) == learn.count([one]) and learn.count([]) == Learned()


@pytest.mark.parametrize(
    "raw",
    [
        b"not json",
        b'{"schema": "kbtui.outcome/1"}',
        b'{"schema": "kbtui.outcome/1", "id": "20260101-aaaa", "closed": "2026-01", "end": "../../etc"}',
        b'{"schema": "kbtui.outcome/1", "id": "another-id", "closed": "2026-01", "end": "unknown"}',
        b"x" * (65 << 10),
    ],
)
def test_what_is_no_outcome_is_left_out(tmp_path, raw):
    write(tmp_path, "cases/outcomes/2026/20260101-aaaa.json", "").write_bytes(raw)
    assert list(outcomes.read(tmp_path)) == []
