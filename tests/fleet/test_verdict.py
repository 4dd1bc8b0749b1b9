"""A diagnosis to the path that nodes are grouped by."""

from __future__ import annotations

from kbtui.diagnosis.result import CauseOut, ConditionOut, Diagnosis, EvidenceOut, NextOut
from kbtui.fleet.verdict import verdict


def cause(name, p, path, *evidence):
    return CauseOut(name, name, "", p, "open", path, [], list(evidence), [], [])


def found(*causes, healthy=False, conditions=()):
    return Diagnosis("s", None, "m", healthy, 0.0, 0.0, [], [], list(causes), NextOut("none", "", "do it", ""), {}, [], [],
                     conditions=list(conditions))  # fmt: skip


def test_a_sure_root_cause_is_the_whole_path():
    seen = EvidenceOut(
        "sign", "b", "supports", "strongly", [], "Xid 79", "dmesg, line 3", "[12.5] NVRM: Xid (PCI:0000:41:00): 79", ""
    )
    v = verdict(found(cause("b", 0.8, ["a", "b"], seen), cause("c", 0.1, ["a", "c"])), {"a": 0.9, "b": 0.8})
    assert (v.path, v.root, v.probability) == (("a", "b"), True, 0.8) and v.evidence[0].text.startswith(
        "[12.5] NVRM: Xid"
    )


def test_rivals_below_one_problem_end_at_that_problem():
    through = {"a": 0.85, "b": 0.4, "c": 0.4}
    v = verdict(found(cause("b", 0.4, ["a", "b"]), cause("c", 0.4, ["a", "c"])), through)
    assert (v.path, v.root, v.probability) == (("a",), False, 0.85)


def test_what_is_unknown_below_a_sure_problem_counts_to_it():
    v = verdict(found(cause("b", 0.09, ["x", "a", "b"])), {"x": 0.95, "a": 0.9, "b": 0.09})
    assert (v.path, v.root) == (("x", "a"), False)
    assert verdict(found(), {"a": 0.9}).path == ("a",)


def test_a_child_of_kbtuis_own_reads_as_what_it_asks():
    seen = EvidenceOut(
        "condition",
        "b",
        "supports",
        "clearly",
        [],
        "cuda.init_code is 802",
        "libcuda",
        "",
        "",
    )
    assert verdict(found(cause("b", 0.8, ["b"], seen)), {"b": 0.8}).evidence[0].origin == "libcuda"


def test_without_any_cause_the_broken_condition_is_the_path():
    broken = ConditionOut("No card.", "", "gpus.count >= 1", "false", [], "no-devices-were-found", "g")
    assert verdict(found(conditions=[broken]), {}).path == ("no-devices-were-found",)


def test_what_could_not_be_told_says_what_and_why():
    open_ = ConditionOut(
        "CUDA starts.", "", "cuda.init_code == 0", "unknown", ["cuda.init_code is unknown: no python3"], None, "g"
    )
    v = verdict(found(healthy=None, conditions=[open_]), {})
    assert v.health == "unsure" and v.unmet == ("CUDA starts. cuda.init_code is unknown: no python3",)
