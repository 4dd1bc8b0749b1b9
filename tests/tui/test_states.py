"""What the screens look like in their other states: healthy, in danger, empty, with a mistake."""

from __future__ import annotations

import pytest

from kbtui.tui import places
from tests.tui import shot
from tests.tui.conftest import probe, settle
from tests.tui.test_journey import KEY, played

DRIVER = "black screen after driver install"
WELL = (probe("driver", driver__module_loaded=True, driver__version="550.120", os__name="Ubuntu 24.04.1 LTS"),)
STATES: dict[str, tuple[str, object, list[str]]] = {
    # name: what is said, the probes ("" stands for those of conftest), the keys
    "ask-none": ("", None, [*"zzzz"]),
    "case-healthy": (" ", WELL, []),
    "case-danger": ("burning smell from the card", None, []),
    "evidence": (KEY, "", ["e"]),
    "evidence-raw": (KEY, "", ["e", "j", "j", "enter"]),
    "evidence-empty": ("zzzz", None, ["e"]),
    "text": (f"first line\n{KEY}\nlast line", None, ["p"]),
    "text-no-marks": ("zzzz\nyyyy", None, ["p"]),
    "text-empty": (" ", WELL, ["p"]),
    "tell": (KEY, None, ["t"]),
    "tell-mistake": (KEY, None, ["t", *"gpu.count = many", "enter"]),
    "fix-untold": (KEY, None, ["f", "v"]),
    "fix-blank": (KEY, None, ["f", "j", "j", "x"]),
    "confirm": (KEY, None, ["f", "x"]),
    "learn-empty": ("zzzz", None, ["L"]),
    "graph-empty": ("zzzz", None, ["m"]),
    "found": (DRIVER, None, ["w", "a"]),
}


@pytest.mark.parametrize("name", STATES)
def test_it_looks_like_this(make, monkeypatch, name):
    said, probes, keys = STATES[name]
    monkeypatch.setenv("DISPLAY", "")

    @played
    async def play():
        app = make(said) if probes == "" else make(said, probes=probes)
        async with app.run_test(size=(80, 24)) as pilot:
            await settle(app, pilot)
            for key in keys:
                await pilot.press({" ": "space", ".": "full_stop", "=": "equals_sign"}.get(key, key))
                await pilot.pause()
            await settle(app, pilot)
            shot.check(app, f"state-{name}")

    play()


@played
async def test_news(make):
    app = make(DRIVER, probes=None)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(app, pilot)
        app.push_screen(places.make("told", "recorded machine 2/10", "Somebody has put a second card in."))
        await settle(app, pilot)
        shot.check(app, "state-told")
