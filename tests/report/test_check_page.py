"""One page of a check: recorded machines, sound and not, idle and at work, in both languages and forms."""

from __future__ import annotations

from html import escape

import pytest

from kbtui.engine import Engine, Request
from kbtui.machine.facts import Fact, Facts
from kbtui.report import check_page
from tests.report.test_writers import Checked
from tests.test_machines import look


def made(engine: Engine, machine: str, *, loaded: bool = False, zh: bool = False, told: tuple[Fact, ...] = ()):
    seen = look(machine)
    for fact in told:
        seen.facts.add(fact)
    found = engine.diagnose(Request(look=seen, machine=machine, goals=["used-card"]))
    return check_page.build(engine, found, seen.facts, loaded=loaded, zh=zh)


def test_a_sound_card(engine):
    page = made(engine, "healthy-debian12-rtx3060")
    text = check_page.markdown(page)
    assert page.verdict.startswith("Met") and {c.mark for c in page.conditions} == {"✓"} and page.causes == []
    assert "| PCI id | 10de:2504 |" in text and "94.06." in text and "idle" in text
    assert "Under load" not in text


@pytest.mark.parametrize(
    ("machine", "said"),
    [
        ("pcie-x1", "It has all its PCIe lanes."),
        ("thermal-throttle", "It is not slowing itself down for heat or power."),
    ],
)
def test_what_is_wrong_is_marked_with_what_shows_it(engine, machine, said):
    page = made(engine, machine, loaded=True)
    assert page.verdict == "Not met." and page.causes
    assert next(c.because for c in page.conditions if c.text == said and c.mark == "✗")
    assert "### Under load" in check_page.markdown(page)


def test_a_forged_card_is_told_by_its_pci_id_and_its_firmware(engine):
    """Sold as a GTX 1060: the id is one, the chip behind it is older and so is the firmware."""
    card = "0000:01:00.0"
    told = (
        Fact(name="gpu.pci_id", value="10de:1c03", entity=card, kind="set"),
        Fact(name="gpu.vbios", value="70.26.20.00.00", entity=card, kind="set"),
    )
    page = made(engine, "healthy-debian12-rtx3060", told=told)
    wrong = [c.text for c in page.conditions if c.mark == "✗"]
    assert wrong == ["Its chip is the one that its PCI id stands for.", "Its VBIOS is of the chip's own generation."]


@pytest.mark.parametrize("zh", [False, True])
def test_html_is_whole_and_says_the_same(engine, zh):
    page = made(engine, "pcie-x1", zh=zh)
    text = check_page.html_page(page)
    assert "script" not in Checked(text).tags
    assert all(escape(c.text) in text for c in page.conditions)
    assert ("逐条检查" in text) == zh


def test_nothing_private_is_on_it(engine):
    told = Fact(name="machine.hostname", value="anna-gpu-box", kind="live")
    page = made(engine, "healthy-debian12-rtx3060", told=(told,))
    page.lacks.append("seen on anna-gpu-box")
    assert "anna-gpu-box" not in check_page.markdown(made(engine, "healthy-debian12-rtx3060", told=(told,)))
    found = engine.diagnose(Request(look=look("pcie-x1"), machine="pcie-x1", goals=["used-card"]))
    facts = Facts([told])
    redacted = check_page.build(engine, found, facts, loaded=False, lacks=["no answer from anna-gpu-box"], zh=False)
    assert redacted.lacks == ["no answer from <host-1>"]
