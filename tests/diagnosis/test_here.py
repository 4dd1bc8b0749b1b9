"""The advice is what this person can do, here and now, without harm to others."""

from __future__ import annotations

import pytest

from kbtui.engine import Engine, Request
from kbtui.machine.facts import Fact

HEADERS = {
    "kernel.headers_installed": False,
    "dkms.nvidia.status": "added",
    "driver.module_loaded": False,
    "driver.installed": True,
    "driver.module_on_disk": False,
}
SAID = "after apt upgrade and reboot nvidia-smi has failed because it couldn't communicate with the NVIDIA driver"


def diagnose(engine: Engine, said: str, **facts: object):
    given = [Fact(name=n.replace("__", "."), value=v, kind="set") for n, v in facts.items()]  # type: ignore[arg-type]
    return engine.diagnose(Request(text=said, facts=given))


def first_commands(found) -> list[str]:
    if found.next.kind != "fix":
        return []
    cause = next(c for c in found.causes if c.id == found.next.id)
    fix = next(f for f in cause.fixes if f.can_do_here and f.title == found.next.text)
    return [s.rendered for s in fix.steps if s.kind == "run"]


def test_who_can_become_root_is_told_the_command(engine):
    found = diagnose(
        engine, SAID, **{k.replace(".", "__"): v for k, v in HEADERS.items()}, me__root=False, me__sudo=True
    )
    assert any("sudo" in c for c in first_commands(found))


@pytest.mark.parametrize(
    "place",
    [
        {"me__root": False, "me__sudo": False},
        {"me__root": False, "me__sudo": True, "os__container": "docker"},
    ],
)
def test_who_cannot_is_never_told_sudo_first(engine, place):
    found = diagnose(engine, SAID, **{k.replace(".", "__"): v for k, v in HEADERS.items()}, **place)
    assert not any("sudo" in c for c in first_commands(found))
    assert found.next.kind in ("handoff", "question", "probe", "fix", "none")


def test_others_on_the_card_are_named_before_it_is_reset(engine):
    facts = [
        Fact(name="gpu.rows_remap_pending", value=True, entity="0", kind="set"),
        Fact(name="gpu.ecc_uncorrected", value=2, entity="0", kind="set"),
        Fact(name="gpu.other_users", value=["mei"], entity="0", kind="set"),
        Fact(name="me.root", value=True, kind="set"),
    ]
    found = engine.diagnose(Request(text="Xid 63 on one A100, row remapping pending, ECC errors", facts=facts))
    assert found.next.kind == "fix" and found.next.id == "row-remapping-pending"
    assert "mei" in found.next.why
