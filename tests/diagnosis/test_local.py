"""A notice comes before any conclusion, and weighs where it names a problem; on this machine only."""

from __future__ import annotations

import msgspec
import pytest

from kbtui.cli import main
from kbtui.engine import Engine, Request
from kbtui.kb import trust
from kbtui.kb.packs import Pack
from kbtui.machine.facts import Fact, Facts
from kbtui.machine.looked import Look

PROBLEM = "driver-library-version-mismatch"
NOTICES = f"""\
notices:
- text: The driver is upgraded tonight
  zh: 今晚升级驱动
  until: 2099-01-01
  hosts: ['gpu[01-20]']
  problem: {PROBLEM}
  supports: clearly
- {{text: The cooling is serviced, until: 2099-01-01}}
- {{text: That was long ago, until: 2020-01-01}}
"""


@pytest.fixture
def noticed(tmp_path, monkeypatch) -> Engine:
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "notices.yaml").write_text(NOTICES)
    monkeypatch.setenv("KBTUI_PACKS", str(tmp_path / "site"))
    trust.trust(Pack("site", tmp_path / "site"))
    return Engine.open()


def on(host: str) -> Request:
    facts = Facts([Fact(name="machine.hostname", value=host, kind="live", origin="uname")])
    return Request(text="nvidia-smi fails since this morning", look=Look(facts, [], [], True), machine="live")


def test_it_is_said_first_and_weighs_on_its_hosts(noticed, capsys):
    here, there = noticed.diagnose(on("gpu07.lab")), noticed.diagnose(on("desk"))
    assert here.vantage[:2] == [
        "Notice until 2099-01-01: The driver is upgraded tonight",
        "Notice until 2099-01-01: The cooling is serviced",
    ]
    assert here.vantage_zh[0] == "通知（至 2099-01-01）：今晚升级驱动"
    assert there.vantage[:1] == ["Notice until 2099-01-01: The cooling is serviced"]
    believed = [next(e.value for e in noticed.stages(on(h)) if e.stage == "belief") for h in ("gpu07.lab", "desk")]
    assert believed[0].through[PROBLEM] > 2 * believed[1].through.get(PROBLEM, 0.0)
    silent = msgspec.structs.replace(on("gpu07.lab"), text="")
    assert "notice" not in {
        e.kind for c in noticed.diagnose(silent).causes for e in c.evidence
    }  # a machine is not its notices
    piece = next(e for c in here.causes for e in c.evidence if e.kind == "notice")
    assert (piece.about, piece.strength, piece.origin) == (PROBLEM, "clearly", "notice")
    assert main(["diagnose", "--no-live", "nvidia-smi fails"]) == 0
    assert capsys.readouterr().out.startswith("Notice until 2099-01-01: The cooling is serviced\n")
