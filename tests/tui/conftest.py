"""A small pack, a machine of paper and the program over them."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from kbtui.engine import Engine
from kbtui.kb.cache import open_knowledge
from kbtui.kb.packs import Pack
from kbtui.machine.asks import Ask, Raw, Read
from kbtui.machine.probes.spec import Out, Probe
from kbtui.tui.app import KbtuiApp
from kbtui.tui.messages import Opening
from kbtui.tui.settings import Settings
from kbtui.tui.watch import Seen, Watch
from kbtui.tui.words import Words

PACK = Path(__file__).parent / "pack"
Make = Callable[..., KbtuiApp]


class PaperHost:
    """Answers every ask with the same text; `gate` holds the answers back until a test lets them go."""

    kind = "live"
    name = "a machine of paper"

    def __init__(self) -> None:
        self.notes: list[str] = []
        self.gate = threading.Event()
        self.gate.set()
        self.asked: list[str] = []

    def answer(self, ask: Ask) -> Raw:
        self.gate.wait(20)
        self.asked.append(ask.key)
        return Raw(text="raw text of the probe\n", origin=ask.key)


def probe(name: str, **facts: object) -> Probe:
    """A probe that gives these facts (`__` for a dot)."""
    given = {key.replace("__", "."): value for key, value in facts.items()}

    def parse(seen, out: Out) -> None:
        for fact, value in given.items():
            out.add(fact, value, seen["file"])

    return Probe(name, {"file": Read(f"/paper/{name}")}, parse, tuple(given))


MACHINE = (
    probe("system", os__name="Ubuntu 24.04.1 LTS", kernel__release="6.8.0-45-generic"),
    probe("driver", driver__module_loaded=False, driver__version="550.120"),
    probe("boot", secure_boot__enabled=True),
)


@pytest.fixture(scope="session")
def small_engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    patch = pytest.MonkeyPatch()
    patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
    try:
        return Engine(*open_knowledge([Pack("kbtui", PACK, shipped=True)]))
    finally:
        patch.undo()


@pytest.fixture
def host() -> PaperHost:
    return PaperHost()


@pytest.fixture
def make(small_engine: Engine, host: PaperHost, monkeypatch: pytest.MonkeyPatch) -> Make:
    """Build the program: make("text", zh=True, probes=(...))."""
    monkeypatch.delenv("NO_COLOR", raising=False)

    def build(
        text: str = "",
        *,
        zh: bool = False,
        probes: tuple[Probe, ...] | None = MACHINE,
        term: str = "xterm-256color",
        no_color: bool = False,
    ) -> KbtuiApp:
        monkeypatch.setenv("TERM", term)
        if no_color:
            monkeypatch.setenv("NO_COLOR", "1")

        def look(tell: Callable[[Seen], None]) -> Watch:
            return Watch(lambda: host, lambda: list(probes or ()), tell, every=0.0)

        watch = look if probes is not None else None
        return KbtuiApp(Opening(Words(zh=zh), Settings(), lambda: small_engine, watch, text))

    return build


async def settle(app: KbtuiApp, pilot) -> None:
    """Until the sweep is over, nothing is thought any more and the screen is drawn."""
    await app.workers.wait_for_complete()
    await pilot.pause()
    if app.lookout:
        assert await asyncio.to_thread(app.lookout.wait, 20)
    for _ in range(3):
        await pilot.pause()
        await app.workers.wait_for_complete()
    await pilot.pause()
