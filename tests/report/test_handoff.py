"""Half a page to hand on: each reader's own shape, and nobody's name."""

from __future__ import annotations

import pytest

from kbtui.report import handoff, walk
from tests.report import story

OPEN = [
    (0, story.begin()),
    (20, story.look(story.SICK)),
    (60, story.tried("nvidia-module-version-magic-mismatch", "did-not-help")),
]
XID = "job died. [12.3] NVRM: Xid (PCI:0000:01:00): 79, pid=4711, GPU has fallen off the bus.\nalice@gpu-box:~$ dmesg"


@pytest.fixture(scope="module")
def opened(engine) -> walk.Walk:
    return walk.replay(engine, "a", story.events([*OPEN, (90, story.look(story.SICK))]))


@pytest.mark.parametrize("zh", [False, True])
@pytest.mark.parametrize("to", ["admin", "forum", "vendor"])
def test_nothing_private_and_half_a_page(walked, opened, to, zh):
    for case in (walked, opened):
        text = handoff.write(case, to, zh=zh)
        assert not [p for p in story.PRIVATE if p in text]
        assert 10 <= len(text.splitlines()) <= 60


def test_an_administrator_gets_the_sudo_lines_and_what_they_cost(opened):
    text = handoff.write(opened, "admin", zh=False)
    assert "sudo mokutil --import" in text and "Please run, as root:" in text
    assert "risk: a restart" in text and "It worked when:" in text and "The way back:" in text


def test_a_forum_gets_the_system_the_log_and_what_was_tried(opened):
    text = handoff.write(opened, "forum", zh=False)
    assert "| Kernel | 5.15.0-125-generic |" in text
    assert "Key was rejected by service" in text.split("```text")[1]
    assert "built for another kernel: did not help" in text and text.rstrip().endswith("?")
    assert "modprobe nvidia" not in text.split("```text")[0]  # what was typed at a prompt is no sentence


def test_a_vendor_gets_xid_card_and_the_bug_report_command(engine):
    walked = walk.replay(engine, "a", story.events([(0, story.begin(XID)), (20, story.look(story.WELL))]))
    text = handoff.write(walked, "vendor", zh=False)
    assert "Xid (PCI:0000:01:00): 79" in text.split("```text")[1]
    assert "| `gpu.model` | GeForce GTX 770" in text and "470.256.02" in text
    assert "sudo nvidia-bug-report.sh" in text


def test_after_a_dive_only_what_is_open_is_told(engine):
    told = [
        (0, story.begin()),
        (20, story.look(story.SICK)),
        (60, story.tried(story.MOK, "helped")),
        (80, story.look(story.WELL)),
        (90, {"kind": "text", "text": story.SECOND}),
    ]
    text = handoff.write(walk.replay(engine, "a", story.events(told)), "forum", zh=False)
    assert "nvcc: command not found" in text and "Key was rejected" not in text


def test_a_solved_case_is_told_as_solved(walked):
    assert "Solved; the cause was:" in handoff.write(walked, "forum", zh=False)
    assert "已解决" in handoff.write(walked, "forum", zh=True)
