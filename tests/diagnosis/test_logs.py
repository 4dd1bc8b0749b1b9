"""Signs in a machine's own logs: read once, however often a case is thought through."""

from __future__ import annotations

import pytest

from kbtui.diagnosis import logs
from kbtui.engine import Engine
from kbtui.kb import signs
from kbtui.machine.asks import Raw

KEY = "modprobe: ERROR: could not insert 'nvidia': Key was rejected by service"


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts that are searched for signs."""
    seen: list[str] = []
    match = signs.match_text
    monkeypatch.setattr(signs, "match_text", lambda wanted, text: seen.append(text) or match(wanted, text))
    return seen


def test_a_log_that_was_read_is_not_read_again(engine: Engine, read: list[str]) -> None:
    reader = logs.Reader(engine.knowledge, engine.signs())
    kernel, later = Raw(text=KEY), Raw(text="nothing of note")
    first = reader.observe([("journal", kernel)])
    assert any(o.problem == "secure-boot-unsigned-module" and o.now for o in first)
    assert reader.observe([("journal", kernel), ("xorg_log", later)]) == first
    assert read == [KEY, "nothing of note"]


def test_what_is_gone_is_forgotten(engine: Engine, read: list[str]) -> None:
    reader = logs.Reader(engine.knowledge, engine.signs())
    kernel = Raw(text=KEY)
    reader.observe([("journal", kernel)])
    assert reader.observe([]) == []
    reader.observe([("journal", kernel)])
    assert read == [KEY, KEY]


def test_another_stream_counts_less(engine: Engine) -> None:
    reader = logs.Reader(engine.knowledge, engine.signs())
    now, then = (
        {(o.problem, o.number): o.ratio for o in reader.observe([(stream, Raw(text=KEY))])}
        for stream in ("job_log", "installer_log")
    )
    both = now.keys() & then.keys()
    assert both and all(then[k] < now[k] for k in both if now[k] > 1)
