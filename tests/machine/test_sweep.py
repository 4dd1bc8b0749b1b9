"""The sweep: every probe once, in time, whatever hangs, raises or comes too late."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kbtui.machine import sweep as sweep_module
from kbtui.machine.asks import Ask, Raw, Read, absent
from kbtui.machine.host import Once
from kbtui.machine.probes.spec import Out, Probe
from kbtui.machine.sweep import Event, gather, said_of, sweep


class Fake:
    """A host that answers by path: HANG never (until released), BOOM raises, GONE is not there, else the path itself."""

    kind = "live"
    name = "a fake"

    def __init__(self) -> None:
        self.notes: list[str] = []
        self.release = threading.Event()
        self.asked: list[str] = []

    def answer(self, ask: Ask) -> Raw:
        assert isinstance(ask, Read)
        self.asked.append(ask.path)
        if "HANG" in ask.path:
            assert self.release.wait(30)
        if "BOOM" in ask.path:
            raise ZeroDivisionError("boom")
        return absent(f"{ask.path} is not there") if "GONE" in ask.path else Raw(text=ask.path, origin=ask.path)


@pytest.fixture
def host() -> Iterator[Fake]:
    made = Fake()
    yield made
    made.release.set()
    for thread in threading.enumerate():
        if thread.name.startswith("probe "):
            thread.join(10)
            assert not thread.is_alive()


def say(seen, out: Out) -> None:
    for raw in seen.values():
        if raw.ok:
            out.add("driver.version", raw.text, raw)


def fail(seen, out: Out) -> None:
    out.add("driver.flavour", "open", seen["it"])
    raise KeyError("a column that is not there")


def probe(name: str, *paths: str, parse=say, facts=("driver.version",), **more) -> Probe:
    asks = {("it" if i == 0 else f"it{i}"): Read(p) for i, p in enumerate(paths or (f"/{name}",))}
    return Probe(name, asks, parse, facts, **more)


def ends(events: list[Event]) -> dict[str, str]:
    return {e.probe.name: e.what for e in events if e.what != "started"}


def test_two_hundred_at_once_with_ten_that_hang(host):
    hung = [probe(f"hung-{i}", f"/HANG/{i}", "/after", facts=("kernel.release",), seconds=0.0) for i in range(10)]
    good = [probe(f"good-{i}") for i in range(190)]
    began = time.monotonic()
    events = list(sweep(host, [*hung, *good], deadline=1.5))
    assert time.monotonic() - began < 2.5
    assert Counter(e.what for e in events) == {"started": 200, "done": 190, "timed_out": 10}
    assert ends(events) == {p.name: "timed_out" for p in hung} | {p.name: "done" for p in good}
    assert Counter(host.asked) == Counter([*(f"/HANG/{i}" for i in range(10)), *(f"/good-{i}" for i in range(190))])


def test_more_that_hang_than_workers_starve_nobody(host, monkeypatch):
    monkeypatch.setattr(sweep_module, "STUCK", 0.05)
    hung = [probe(f"hung-{i}", f"/HANG/{i}", seconds=0.0) for i in range(30)]
    events = list(sweep(host, [*hung, probe("good", seconds=9)], deadline=3, workers=4))
    assert ends(events)["good"] == "done"


def test_no_more_workers_than_allowed_while_nothing_hangs(host):
    most, now, lock = [0], [0], threading.Lock()

    def count(change: int) -> None:
        with lock:
            now[0] += change
            most[0] = max(most[0], now[0])

    def answer(ask: Ask) -> Raw:
        count(1)
        time.sleep(0.002)
        count(-1)
        return Raw(text="x")

    counting = SimpleNamespace(kind="live", name="", notes=[], answer=answer)
    assert len(list(sweep(counting, [probe(f"p{i}") for i in range(40)], workers=5))) == 80
    assert 1 < most[0] <= 5


def test_events_stream_cheap_ones_first_and_in_declared_order_among_equals(host):
    probes = [probe("dear", seconds=3.0), probe("a"), probe("b"), probe("free", seconds=0.0), probe("c")]
    events = list(sweep(host, probes, workers=1))
    assert [e.probe.name for e in events if e.what == "started"] == ["free", "a", "b", "c", "dear"]
    assert all(e.what == "started" and n.what == "done" for e, n in list(pairwise(events))[::2])
    slow = sweep(host, [probe("free", seconds=0.0), probe("hung", "/HANG", seconds=1.0)], deadline=20)
    seen = [next(slow).probe.name for _ in range(3)]
    assert sorted(seen) == ["free", "free", "hung"], "what is done is told before what hangs is over"
    host.release.set()
    assert next(slow).probe.name == "hung"


def test_late_answers_change_nothing_and_nothing_more_is_asked(host):
    once = Once(host)
    look = gather(once, sweep(once, [probe("late", "/HANG/a", "/never")], deadline=0.2))
    host.release.set()
    for thread in threading.enumerate():
        if thread.name == "probe late":
            thread.join(10)
    fact = look.facts.get("driver.version")
    assert (fact.state, fact.reason) == ("unknown", "no answer within 0.2 s")
    assert host.asked == ["/HANG/a"] and not look.complete
    assert look.notes == ["late gave no answer in time", "no answer within 0.2 s: so driver.version could not be told"]


def test_a_caller_that_stops_listening_stops_the_asking(host):
    events = sweep(host, [probe(f"p{i}", f"/HANG/{i}", f"/more/{i}") for i in range(3)], workers=3)
    next(events)
    events.close()
    host.release.set()
    for thread in threading.enumerate():
        if thread.name.startswith("probe "):
            thread.join(10)
    assert not any(path.startswith("/more") for path in host.asked)


def test_a_caller_that_takes_its_time_does_not_move_the_deadline(host, monkeypatch):
    clock = [1000.0]
    monkeypatch.setattr(sweep_module.time, "monotonic", lambda: clock[0])
    what = []
    for event in sweep(host, [probe(f"p{i}") for i in range(50)], deadline=10, workers=1):
        what.append(event.what)
        clock[0] += 4.0
    assert what.count("done") + what.count("timed_out") == 50 and what.count("started") <= 4


def test_a_parser_or_an_answer_that_raises_costs_only_its_own_facts(host):
    probes = [
        probe("bad", parse=fail, facts=("driver.flavour", "driver.branch")),
        probe("boom", "/BOOM", facts=("kernel.release",)),
        probe("good"),
    ]
    look = gather(host, sweep(host, probes))
    assert look.facts.get("driver.version").value == "/good"
    assert look.facts.get("driver.flavour").value == "open", "what it said before it failed stands"
    assert "KeyError" in look.facts.get("driver.branch").reason and "bad" in look.facts.get("driver.branch").reason
    assert look.facts.get("kernel.release").reason == "/BOOM could not be asked (ZeroDivisionError: boom)"


def test_no_more_threads_is_a_reason(host, monkeypatch):
    def no(self: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", no)
    look = gather(host, sweep(host, [probe("p")]))
    assert "could not be started (can't start new thread)" in look.facts.get("driver.version").reason


def test_one_thing_is_asked_once_however_many_want_it(host):
    look = gather(host, sweep(host, [probe(f"p{i}", "/same") for i in range(30)]))
    assert host.asked == ["/same"] and look.complete


def test_streams_carry_only_what_was_read(host):
    probes = [probe("log", "/log", "/GONE", streams={"it": "kernel_log", "it1": "journal"})]
    look = gather(host, sweep(host, probes))
    assert [(s, r.text) for s, r in look.texts] == [("kernel_log", "/log")]


def test_a_lack_of_what_is_told_of_each_card_is_said_too(host):
    probes = [
        probe("smi", "/GONE", facts=("gpu.temperature_c", "gpu.power_w"), parse=lambda s, o: None),
        probe("nvml", facts=("gpu.power_w",), parse=lambda s, o: o.add("gpu.power_w", 9, s["it"], entity="0")),
    ]
    assert gather(host, sweep(host, probes)).notes == ["/GONE is not there: so gpu.temperature_c could not be told"]


KINDS = st.sampled_from(["/fine", "/GONE", "/BOOM", "/HANG"])


@settings(max_examples=25, deadline=None)
@given(st.lists(st.lists(KINDS, min_size=1, max_size=3), max_size=20), st.integers(1, 4), st.booleans())
def test_each_probe_starts_and_ends_at_most_once_and_every_fact_has_a_state(asks, workers, bad):
    host = Fake()
    probes = [
        probe(f"p{i}", *(f"{path}/{i}/{j}" for j, path in enumerate(paths)), parse=fail if bad and i % 3 == 0 else say)
        for i, paths in enumerate(asks)
    ]
    try:
        events = list(sweep(host, probes, deadline=0.15, workers=workers))
    finally:
        host.release.set()
    started = [e.probe.name for e in events if e.what == "started"]
    ended = [e.probe.name for e in events if e.what != "started"]
    assert len(started) == len(set(started)) and sorted(ended) == sorted(p.name for p in probes)
    assert set(started) >= {e.probe.name for e in events if e.what == "done"}
    for event in events:
        if event.out is not None:
            given_by = {f.name for f in event.out.facts}
            assert given_by >= set(event.probe.facts)
            hangs = any("HANG" in ask.key for ask in event.probe.asks.values())
            assert event.what == "timed_out" if hangs else True
    assert max(Counter(host.asked).values(), default=1) == 1


def test_reasons_are_said_once_with_what_they_cost(host):
    probes = [
        probe(f"p{i}", "/GONE/x", facts=(name,), parse=lambda s, o: None)
        for i, name in enumerate(["driver.version", "driver.flavour", "driver.branch", "kernel.release", "os.name"])
    ]
    look = gather(host, sweep(host, probes, workers=1))
    assert said_of(look.facts) == [
        "/GONE/x is not there: so driver.version, driver.flavour, driver.branch and 2 more could not be told"
    ]


def test_evidence_is_looked_at_one_after_the_other_with_the_same_outcome():
    from kbtui.machine.probes import probes_for
    from kbtui.machine.sources import open_source
    from kbtui.machine.sweep import look_at

    host = open_source(f"{Path(__file__).parents[1]}/machines/healthy-l40s-server.tar.gz")
    chosen = probes_for(host)
    one, other = look_at(host, chosen), gather(host, sweep(host, chosen, deadline=60.0), chosen)
    assert {(f.name, f.entity, str(f.value)) for f in one.facts} == {
        (f.name, f.entity, str(f.value)) for f in other.facts
    }
    assert sorted(s for s, _ in one.texts) == sorted(s for s, _ in other.texts) and one.complete == other.complete
