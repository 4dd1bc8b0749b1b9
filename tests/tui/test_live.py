"""The curves over a driver's own words: sampled anew, at most once a second, and only of a machine that goes on."""

from __future__ import annotations

from pathlib import Path

import pytest

from kbtui.engine import Engine
from kbtui.machine.asks import Read
from kbtui.machine.live import Live
from kbtui.machine.probes import all_probes
from kbtui.machine.probes.spec import Out, Probe
from kbtui.tui import curves
from kbtui.tui.watch import Watch
from kbtui.tui.widgets import live
from kbtui.tui.widgets.live import LivePanel
from kbtui.tui.words import Words
from tests.tui.conftest import settle
from tests.tui.shot import screen_text
from tests.tui.test_journey import played

CARD = "0000:01:00.0"
SMI = """\
#!/bin/sh
[ "$1" = -q ] || exit 9
n=$(cat {count} 2>/dev/null || echo 60); echo $((n + 10)) > {count}
cat <<END

==============NVSMI LOG==============

Timestamp                                 : Wed Nov 25 12:00:00 2026
Driver Version                            : 550.120
CUDA Version                              : 12.4

Attached GPUs                             : 1
GPU 00000000:01:00.0
    Product Name                          : NVIDIA GeForce RTX 4090
    PCI
        Bus                               : 0x01
        GPU Link Info
            PCIe Generation
                Max                       : 4
                Current                   : 1
            Link Width
                Max                       : 16x
                Current                   : 8x
    Clocks Event Reasons
        Idle                              : Not Active
        SW Power Cap                      : Not Active
        HW Slowdown                       : Active
            HW Thermal Slowdown           : Active
    FB Memory Usage
        Total                             : 24564 MiB
        Reserved                          : 400 MiB
        Used                              : 20100 MiB
        Free                              : 4064 MiB
    Temperature
        GPU Current Temp                  : $n C
        GPU Slowdown Temp                 : 100 C
    GPU Power Readings
        Power Draw                        : 310.25 W
        Current Power Limit               : 450.00 W
    Clocks
        Graphics                          : 900 MHz
        SM                                : 900 MHz
END
"""


def test_what_the_driver_says_becomes_curves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    tool = tmp_path / "nvidia-smi"
    tool.write_text(SMI.format(count=tmp_path / "count"))
    tool.chmod(0o755)
    monkeypatch.setattr("kbtui.machine.live.TOOL_PATH", f"{tmp_path}:/usr/bin:/bin")
    asked = [p for p in all_probes() if p.name.startswith("nvidia-smi")]  # a card of this machine would answer nvml
    watch = Watch(Live, lambda: asked, lambda _seen: None)
    series = curves.Series()
    for _ in range(3):
        series.take(watch.sample())
    (card,) = series.cards
    assert list(series.cards[card]["gpu.temperature"]) == [60, 70, 80]
    said = "".join(text for text, _ in series.rows(card, 60, Words(zh=False)))
    for text in ("80 C  ", "310 W  ", "900 MHz  ", "20100 MiB  ", "thermal", "gen 1 / 4, x8 / 16"):
        assert text in said, said


def hot(degrees: int) -> Probe:
    given = {"gpu.temperature": degrees, "gpu.power_watts": 300.0, "gpu.clock_mhz": 900, "gpu.throttle_reasons": [], "gpu.link_gen": 1}  # fmt: skip

    def parse(seen, out: Out) -> None:
        for name, value in given.items():
            out.add(name, value, seen["file"], entity=CARD)

    return Probe("card", {"file": Read("/paper/card")}, parse, tuple(given))


@played
async def test_a_sample_moves_the_curve_and_comes_at_most_once_a_second(make, monkeypatch):
    monkeypatch.delenv("SSH_CONNECTION", raising=False)
    monkeypatch.delenv("SSH_TTY", raising=False)
    monkeypatch.setattr(curves, "about_load", lambda *_: True)
    monkeypatch.setattr(live, "EVERY", 3600.0)  # the test is the clock
    app = make("black screen after driver install", probes=(hot(61),))
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(app, pilot)
        panel = app.screen.query_one(LivePanel)
        assert panel.display and "61 C" in screen_text(app)
        app.lookout._probes = lambda: [hot(83)]
        panel._sample()
        panel._sample()  # one is under way: no second one beside it
        await settle(app, pilot)
        assert "83 C" in screen_text(app) and len(panel._series.cards[CARD]["gpu.temperature"]) == 2


def test_it_is_asked_at_most_once_a_second():
    assert live.EVERY >= 1.0


@pytest.mark.parametrize(
    ("problem", "about"),
    [
        ("cuda-out-of-memory", True),
        ("gpu-overheating", True),
        ("pcie-link-degraded", True),
        ("secure-boot-unsigned-module", False),
    ],
)
def test_which_faults_are_about_load(engine: Engine, problem: str, about: bool):
    assert curves.about_load(engine.knowledge, problem) is about
