"""A team's own probes: five parsers, each on the output that it is for, and what does not fit made unknown."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kbtui.machine import team
from kbtui.machine.asks import Raw, Read, Run, absent
from kbtui.machine.facts import Facts
from kbtui.machine.probes.spec import run_probe
from kbtui.machine.probes.team import PARSERS, brought, json_path, team_probe
from kbtui.machine.team import TeamFact, TeamProbe

LFS = """\
Disk quotas for usr 1000 (uid 1000):
      Filesystem    used   quota   limit   grace   files
        /scratch  812.3G      1T    1.1T       -  183421
           /home   49.9G     50G     55G       -   92113
"""
JSON = (
    '{"pools": [{"name": "a", "free": 3}, {"name": "b", "free": 7, "tags": ["x", "y"]}], "healthy": true, "none": null}'
)
KEYS = 'Mount point : /scratch\nState: DOWN\nFREE=12 GiB\nowner = "ops"\n'


@pytest.fixture(autouse=True)
def nothing_declared():
    yield
    team.declare({})


def found(parse: str, text: str, find: str, *, separator: str | None = None, exit_code: int | None = 0, **more):
    more.setdefault("type", "text")
    node = TeamProbe(
        "A look", parse, {"team.x": TeamFact(find, meaning="it", **more)}, run=["tool"], separator=separator
    )
    team.declare({"p": node})
    probe = team_probe("p", node)
    facts = Facts(run_probe(probe, {"it": Raw(text=text, origin="tool", exit_code=exit_code)}, "live").facts)
    return facts.get("team.x")


@pytest.mark.parametrize(
    ("parse", "text", "more", "value", "raw"),
    [
        (
            "regex",
            LFS,
            {"find": r"/scratch\s+(\S+)"},
            "812.3G",
            "        /scratch  812.3G      1T    1.1T       -  183421",
        ),
        ("regex", LFS, {"find": r"^Disk quotas"}, "Disk quotas", "Disk quotas for usr 1000 (uid 1000):"),
        ("regex", "a 1\nb 2", {"find": r"^b (\d)$", "type": "int"}, 2, "b 2"),
        ("json", JSON, {"find": "pools[1].free", "type": "int"}, 7, "pools[1].free: 7"),
        ("json", JSON, {"find": "pools[1].tags", "type": "texts"}, ["x", "y"], "pools[1].tags: x, y"),
        ("json", JSON, {"find": "healthy", "type": "bool"}, True, "healthy: true"),
        ("json", "[[4]]", {"find": "[0][0]", "type": "int"}, 4, "[0][0]: 4"),
        ("key_value", KEYS, {"find": "mount point"}, "/scratch", "Mount point : /scratch"),
        ("key_value", KEYS, {"find": "FREE", "type": "float", "unit": "GiB"}, 12.0, "FREE=12 GiB"),
        ("key_value", KEYS, {"find": "owner"}, "ops", 'owner = "ops"'),
        ("key_value", "a|b:c", {"find": "a", "separator": "|"}, "b:c", "a|b:c"),
        (
            "table",
            LFS,
            {"find": "used", "row": "Filesystem=/home"},
            "49.9G",
            "           /home   49.9G     50G     55G       -   92113",
        ),
        (
            "table",
            LFS,
            {"find": "files", "type": "int"},
            183421,
            "        /scratch  812.3G      1T    1.1T       -  183421",
        ),
        ("table", "a,b\n1,2\n3,4\n", {"find": "b", "row": "a=3", "separator": ",", "type": "int"}, 4, "3,4"),
        ("count", "DOWN a\nUP b\nDOWN c\n", {"find": "^DOWN", "type": "int"}, 2, "DOWN a\nDOWN c"),
        ("count", "UP b\n", {"find": "^DOWN", "type": "int"}, 0, "UP b\n"),
    ],
)
def test_what_is_found(parse, text, more, value, raw):
    fact = found(parse, text, **more)
    assert (fact.state, fact.value, fact.origin) == ("known", value, "tool")
    assert fact.raw == raw


@pytest.mark.parametrize(
    ("parse", "text", "find"),
    [
        ("regex", "nothing", r"/scratch (\d)"),
        ("json", "{}", "pools[0].free"),
        ("json", '{"pools": 3}', "pools[0].free"),
        ("json", JSON, "none"),
        ("json", JSON, "pools[0]"),
        ("key_value", "no separator here", "no separator here"),
        ("table", "used\n", "used"),
        ("table", LFS, "no such column"),
    ],
)
def test_what_is_not_found_is_unknown_or_what_the_author_says(parse, text, find):
    assert found(parse, text, find).reason == "it was not in the output"
    assert found(parse, text, find, otherwise="absent").state == "absent"
    assert found(parse, text, find, otherwise="false", type="bool").value is False


def test_what_does_not_fit_its_type_is_unknown_with_what_was_expected():
    fact = found("key_value", "free: lots", "free", type="int", unit="GiB")
    assert fact.state == "unknown" and "expected a number in GiB, got 'lots'" in fact.reason
    assert "could not be read (JSONDecodeError" in found("json", "<html>", "a").reason


def test_an_exit_code_that_was_not_expected_makes_it_unknown():
    fact = found("key_value", "free: 3", "free", exit_code=2, otherwise="absent")
    assert fact.state == "unknown" and fact.reason == "tool ended with exit code 2: free: 3"


def test_a_look_that_failed_gives_its_reason_and_never_otherwise():
    node = TeamProbe(
        "A look", "regex", {"team.x": TeamFact("x", type="text", meaning="it", otherwise="absent")}, read="/etc/x*"
    )
    probe = team_probe("p", node)
    assert probe.asks == {"it": Read("/etc/x*", seconds=5.0)}
    fact = run_probe(probe, {"it": absent("/etc/x* is not there")}, "live").facts[0]
    assert (fact.state, fact.reason) == ("unknown", "/etc/x* is not there")


def test_several_files_are_read_as_one():
    node = TeamProbe("A look", "count", {"team.x": TeamFact("bad", type="int", meaning="it")}, read="/etc/x*")
    team.declare({"p": node})
    out = run_probe(team_probe("p", node), {"it": Raw(files={"/etc/x1": "bad\n", "/etc/x2": "good\nbad"})}, "live")
    assert out.facts[0].value == 2


def test_a_probe_without_an_ask_is_of_a_pack_that_is_not_trusted():
    facts = {"team.x": TeamFact("x", type="text", meaning="it")}
    team.declare({"p": TeamProbe("A look", "regex", facts), "q": TeamProbe("A look", "regex", facts, run=["a", "b"])})
    refused, runs = brought()
    assert not refused.asks and runs.asks == {"it": Run(("a", "b"), 5.0)}
    assert "its pack is not trusted" in run_probe(refused, {}, "live").facts[0].reason


@pytest.mark.parametrize("path", ["", ".", "a.", ".a", "a..b", "a[", "a[x]", "a]0[", "[0]b"])
def test_what_is_no_path(path):
    with pytest.raises(Exception, match="is no path"):
        json_path(path)


@settings(deadline=None)
@given(st.sampled_from(sorted(PARSERS)), st.text(max_size=300), st.sampled_from(["a", "used", "^x", "a[0].b", "a: b"]))
def test_whatever_is_printed_every_fact_has_a_state(parse, text, find):
    fact = found(parse, text, find, type="int" if parse == "count" else "text")
    assert fact.state in ("known", "unknown") and (fact.state == "known" or fact.reason)
