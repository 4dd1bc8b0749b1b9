"""How facts of several origins lie over each other."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kbtui.machine.facts import Fact, Facts


def fact(value: object, kind: str = "live", **more: object) -> Fact:
    return Fact(name="driver.version", value=value, kind=kind, **more)  # type: ignore[arg-type]


def test_set_lies_over_live_over_text():
    facts = Facts([fact("1", "text"), fact("3", "set"), fact("2", "live")])
    assert facts.get("driver.version").value == "3"


def test_of_one_rank_the_later_look_wins():
    assert Facts([fact("535.1"), fact("550.2")]).get("driver.version").value == "550.2"


def test_fewer_digits_of_the_same_do_not_win():
    assert Facts([fact("550.163.01"), fact("550.163")]).get("driver.version").value == "550.163.01"
    assert Facts([fact("550.163"), fact("550.163.01")]).get("driver.version").value == "550.163.01"
    assert Facts([fact("550.163.01"), fact("550.16")]).get("driver.version").value == "550.16"


def test_a_failed_look_hides_nothing_but_a_person_may():
    failed = Fact(name="driver.version", state="unknown", reason="no permission", kind="live")
    assert Facts([failed, fact("550", "text")]).get("driver.version").value == "550"
    said = Fact(name="driver.version", state="unknown", reason="withdrawn", kind="set")
    assert Facts([said, fact("550", "text")]).get("driver.version").state == "unknown"


def test_a_shorter_version_is_no_contradiction():
    facts = Facts([fact("3.11.2"), fact("3.11", "text")])
    assert facts.contradictions() == []
    assert len(Facts([fact("3.11.2"), fact("3.12", "text")]).contradictions()) == 1


@given(st.lists(st.tuples(st.sampled_from(["1.2", "1.2.3", "2.0", None]), st.sampled_from(["set", "live", "text"]))))
def test_what_is_on_top_never_has_a_weaker_origin_than_what_lies_below(laid):
    facts = Facts()
    for value, kind in laid:
        facts.add(fact(value, kind, state="known" if value else "unknown"))
    top = facts.get("driver.version")
    known = [kind for value, kind in laid if value]
    if "set" in [kind for _, kind in laid]:
        assert top.kind == "set"
    elif known:
        assert top.kind == ("live" if "live" in known else "text")
