"""Probes of packs: declared for the pack's own conditions, run only where the pack is trusted."""

from __future__ import annotations

import pytest

from kbtui import conditions
from kbtui.cli import main
from kbtui.engine import Engine, Request
from kbtui.errors import ConditionError
from kbtui.kb import cache, trust
from kbtui.kb.packs import Pack, shipped
from kbtui.machine import team
from kbtui.machine.asks import Ask, Raw, Run
from kbtui.machine.catalogue import SPECS
from kbtui.machine.look import command_for
from kbtui.machine.probes import probes_for
from kbtui.machine.sweep import gather, sweep

PROBE = """\
kind: probe
title: How full this person's scratch quota is
run: [lfs, quota, -q, /scratch]
parse: table
facts:
  team.scratch_used_gib:
    find: used
    type: float
    unit: GiB
    meaning: What this person holds on /scratch
reviewed: 2026-11
"""
PROBLEM = """\
kind: problem
title: The scratch quota is used up
summary: Nothing can be written below /scratch.
evidence:
- condition: team.scratch_used_gib >= 1000
  supports: strongly
  otherwise: strongly
fixes:
- title: Make room
  steps: [{do: Delete old checkpoints.}]
  verify: team.scratch_used_gib < 900
"""


@pytest.fixture
def pack(tmp_path) -> Pack:
    for name, text in (("probes/scratch-quota", PROBE), ("problems/disk/scratch-quota-full", PROBLEM)):
        path = tmp_path / "ours" / f"{name}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return Pack("ours", tmp_path / "ours")


@pytest.fixture(autouse=True)
def nothing_declared():
    yield
    team.declare({})
    conditions.forget()


class Cluster:
    """A host on which only lfs is there."""

    kind = "live"
    name = "a cluster"

    def __init__(self) -> None:
        self.notes: list[str] = []
        self.ran: list[tuple[str, ...]] = []

    def answer(self, ask: Ask) -> Raw:
        if isinstance(ask, Run) and ask.argv[0] == "lfs":
            self.ran.append(ask.argv)
            return Raw(text="Filesystem used\n/scratch 1020G\n", exit_code=0, origin=ask.key)
        return Raw(status="absent", reason=f"{ask.key} is not there")


def look(packs: list[Pack]):
    engine, host = Engine(*cache.open_knowledge(packs)), Cluster()
    found = gather(host, sweep(host, [p for p in probes_for(host) if "team.scratch_used_gib" in p.facts]))
    return engine, host, found


def test_a_trusted_probe_runs_and_its_fact_decides_a_problem_of_the_pack(pack):
    trust.trust(pack)
    engine, host, found = look([shipped(), pack])
    fact = found.facts.get("team.scratch_used_gib")
    assert host.ran == [("lfs", "quota", "-q", "/scratch")] and fact.value == 1020.0
    assert command_for("team.scratch_used_gib") == "lfs quota -q /scratch"
    first = engine.diagnose(Request(look=found)).causes[0]
    assert first.id == "scratch-quota-full"


def test_a_probe_of_a_pack_that_is_not_trusted_does_not_run_until_it_is(pack):
    engine, host, found = look([shipped(), pack])
    fact = found.facts.get("team.scratch_used_gib")
    assert host.ran == [] and fact.state == "unknown" and "not trusted" in fact.reason
    assert command_for("team.scratch_used_gib") == "" and "scratch-quota-full" in engine.knowledge.problems
    trust.trust(pack)
    assert look([shipped(), pack])[1].ran, "trust counts at once, whatever a cache holds"
    (pack.path / "probes" / "scratch-quota.yaml").write_text(PROBE.replace("/scratch]", "/home]"))
    assert not look([shipped(), pack])[1].ran, "a change asks again"


def test_team_facts_are_those_of_the_packs_in_force(pack):
    source = "team.scratch_used_gib > 1"
    cache.open_knowledge([shipped(), pack])
    assert conditions.parse(source).facts == {"team.scratch_used_gib"}
    cache.open_knowledge([shipped()])
    assert "team.scratch_used_gib" not in SPECS and not team.BROUGHT
    with pytest.raises(ConditionError):
        conditions.parse(source)
    (pack.path / "probes" / "scratch-quota.yaml").write_text(
        PROBE.replace("float", "text").replace("    unit: GiB\n", "")
    )
    cache.open_knowledge([shipped(), pack])
    with pytest.raises(ConditionError, match="cannot compare"):
        conditions.parse(source)


def test_a_probe_adds_and_never_replaces_a_catalogue_fact(pack):
    path = pack.path / "probes" / "driver.yaml"
    path.write_text(
        "kind: probe\ntitle: Our driver\nread: /etc/ours\nparse: regex\nfacts: {driver.version: {find: '\\d+', type: int}}\n"
    )
    before = SPECS["driver.version"]
    cache.open_knowledge([shipped(), pack])
    assert SPECS["driver.version"] is before


def test_a_knowledge_of_probes_is_kept_in_the_cache(pack):
    trust.trust(pack)
    cold, _ = cache.open_knowledge([shipped(), pack])
    warm, _ = cache.open_knowledge([shipped(), pack])
    assert warm.kind_of("scratch-quota") == "probe" and warm.probe("scratch-quota") == cold.probe("scratch-quota")
    assert list(team.BROUGHT) == ["scratch-quota"]


def test_a_person_can_read_a_probe_whole(pack, monkeypatch, capsys):
    monkeypatch.setenv("KBTUI_PACKS", str(pack.path))
    assert main(["show", "scratch-quota"]) == 0
    assert "its pack is not trusted" in capsys.readouterr().out
    trust.trust(pack)
    assert main(["show", "scratch-quota"]) == 0
    assert "looks at: lfs quota -q /scratch" in capsys.readouterr().out
    assert main(["facts", "--from", "none", "team.scratch_used_gib"]) == 0
    assert "see it yourself: lfs quota -q /scratch" in capsys.readouterr().out
