"""A plan of a machine that was looked at: what is in place, what is there, what is broken."""

import pytest

from kbtui.machine.facts import Fact, Facts
from kbtui.machine.given import fact_from
from kbtui.planner.make import Ask, make, over

SEEN = {
    "gpu.model": "NVIDIA GeForce RTX 4070", "gpu.vendor": "nvidia", "driver.version": "570.133.07", "os.id": "ubuntu", "os.version": "24.04",
    "torch.version": "2.6.0+cu124", "torch.build": "cuda", "torch.installed": True, "torch.cuda_version": "12.4", "python.version": "3.11.2",
    "secure_boot.enabled": True, "cpu.cores": 32,
}  # fmt: skip


@pytest.fixture
def look(engine):
    def seen(**more):
        facts = []
        for name, value in {**SEEN, **{k.replace("__", "."): v for k, v in more.items()}}.items():
            if value is None:
                continue
            given = fact_from(name, str(value).lower() if isinstance(value, bool) else str(value), "seen")
            facts.append(Fact(name=given.name, value=given.value, entity=given.entity, kind="live", origin="seen"))
        ask = Ask(goal="train-pytorch", facts=Facts(facts), today="2026-11", machine="live")
        return make(ask, engine.knowledge, engine.tables)

    return seen


def names(plan, state):
    return [x.name for x in plan.lines if x.state == state]


def test_a_card_that_is_in_the_machine_fits_it_and_is_not_bought(look):
    p = look(driver__module_loaded=True, torch__cuda_available=True)
    assert p.cards == ["GeForce RTX 4070"]
    assert not {"length", "slots", "plugs"} & {x.name for x in p.lines}
    assert "supply" in names(p, "unknown")
    assert not any("RTX 4070" in item for item in p.shopping)
    assert not names(p, "fails")
    assert p.steps == [], "nothing is missing"


def test_a_driver_that_is_not_loaded_comes_before_more_software(look):
    p = look(driver__module_loaded=False, torch__cuda_available=False)
    assert "Secure Boot" in names(p, "fails")
    assert [s.run for s in p.steps] == [["kbtui check gpu-usable"]]
    now = next(x for x in p.lines if x.name.startswith("now: torch.cuda"))
    assert (now.state, now.why) == ("fails", "`kbtui check train-pytorch` says why.")


def test_a_cpu_build_is_replaced_by_the_same_release_with_cuda(look):
    p = look(driver__module_loaded=True, torch__build="cpu", torch__version="2.6.0+cpu", torch__cuda_version=None)
    assert any("torch==2.6.*" in c and "cu12" in c for s in p.steps for c in s.run)
    assert any("python3.11 -m venv" in c for s in p.steps for c in s.run), "3.11, not 3.11.2"
    assert next(x for x in p.lines if x.name == "now: It is a CUDA build").why == "The steps below mend it."
    assert any("2.6.0+cpu is installed" in passed for pick in p.picks for passed in pick.passed_over)


def test_who_states_a_card_states_all_of_them(engine):
    seen = Facts(
        [Fact(name="gpu.model", value="NVIDIA GeForce RTX 4070", entity="0000:01:00.0", kind="live", origin="seen")]
    )
    both = over(seen, [fact_from("gpu.model", "RTX 5090", "--set")])
    assert [both.get("gpu.model", e).value for e in both.entities("gpu")] == ["RTX 5090"]
    kept = over(seen, [fact_from("psu.watts", "850", "--set")])
    assert [kept.get("gpu.model", e).value for e in kept.entities("gpu")] == ["NVIDIA GeForce RTX 4070"]


def test_instead_asks_no_more_of_a_supply_that_is_not_known(plan):
    p = plan("train-pytorch", gpus="GTX 770 2GB")
    cards = [c.title for c in p.changes if "instead of" in c.title]
    assert cards
    assert not any("5090" in title or "5080" in title for title in cards)
    assert next(x for x in p.lines if x.name == "serves the goal").value == "none that takes the card"
    assert not any(x.name == "driver for CUDA" for x in p.lines), "no build, no question about its CUDA"
