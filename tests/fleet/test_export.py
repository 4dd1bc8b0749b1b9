"""What is written to a file names no node, no person and no host; the same node is the same stand-in."""

from __future__ import annotations

import msgspec

from kbtui.fleet.export import redacted
from kbtui.fleet.markdown import markdown
from kbtui.fleet.result import SCHEMA, Asked, DifferenceOut, FleetOut, Group
from kbtui.fleet.verdict import Shown
from kbtui.redaction import Redactor

FOUND = FleetOut(
    schema=SCHEMA,
    goals=["gpu-usable"],
    count=5,
    healthy=3,
    groups=[
        Group(state="fault", nodes=["atlas-07"], folded="atlas-07", path=["a", "b"], title="Lost", root=True, probability=0.9,
              evidence=[Shown("Nov 25 10:00:01 atlas-07 sshd[9]: Accepted publickey for marlow from 10.31.7.9 port 22; Xid 79", "dmesg of atlas-07")]),
        Group(state="unreachable", nodes=["atlas-09"], folded="atlas-09", reason="no way to atlas-09"),
        Group(state="healthy", nodes=["atlas-01", "atlas-02", "atlas-03"], folded="atlas-[01-03]"),
    ],
    differences=[DifferenceOut(fact="driver.version", title="driver", title_zh="驱动", value="570", usual="580", nodes=["atlas-07"],
                               folded="atlas-07", places=[], alike=3, even=False)],
    asked=Asked(seconds=1.0),
    notes=["atlas-02 was slow", "zelda@atlas-02 let nobody in"],
)  # fmt: skip


def test_no_name_leaves():
    leaving = redacted(FOUND, Redactor())
    for text in (msgspec.json.encode(leaving).decode(), markdown(leaving, zh=False), markdown(leaving, zh=True)):
        assert (
            "atlas" not in text
            and "marlow" not in text
            and "zelda" not in text
            and "10.31.7.9" not in text
            and "Xid 79" in text
        )


def test_the_same_node_is_the_same_stand_in_and_runs_are_folded():
    leaving = redacted(FOUND, Redactor())
    assert leaving.groups[0].folded == leaving.differences[0].folded == leaving.groups[0].nodes[0] == "<host-4>"
    assert leaving.groups[2].folded == "<host-[1-3]>" and "<host-2>" in leaving.notes[0]
    assert FOUND.groups[0].nodes == ["atlas-07"]


def test_names_that_elsewhere_are_no_ones_are_stand_ins_too():
    groups = [Group(state="healthy", nodes=["a1", "gpu17"], folded="a1,gpu17", reason="gpu17 was slow, a1 is a word")]
    leaving = redacted(FleetOut(schema=SCHEMA, goals=[], count=2, healthy=2, groups=groups, differences=[],
                                asked=Asked(seconds=0.0), notes=[]), Redactor())  # fmt: skip
    assert leaving.groups[0].nodes == ["<host-3>", "<host-2>"] and leaving.groups[0].folded == "<host-[2-3]>"
    assert leaving.groups[0].reason == "<host-2> was slow, a1 is a word"
