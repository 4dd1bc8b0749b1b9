"""A case: one troubleshooting from the first symptom to the end, as events that rebuild the request.

Events: begin (text, facts, machine), text (more of it), answer, fact, look (what a sweep saw), withdraw, believe, tried
(the cause, which of its fixes, and how it ended), at (the problems dived into), elsewhere (a page that was found, and what of it helped), pending (a fix that reboots was
begun), found (what the engine answered then). A fix that was tried opens a new epoch: what was read before it is
history, so its facts become unknown ("before the fix") except the stable ones and what the person stated.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import msgspec
from msgspec import Struct

from kbtui.diagnosis import journal
from kbtui.diagnosis.result import LogsOut
from kbtui.errors import CaseError
from kbtui.homes import data_home
from kbtui.kb.nodes import Answer
from kbtui.kb.signs import Hit
from kbtui.machine.catalogue import SPECS
from kbtui.machine.facts import Fact

PLAYED = ("recorded machine", "录制的机器")
"""How the machines of `kbtui demo` are called, English and Chinese: what is found on them says nothing of anybody's own."""
Outcome = Literal["helped", "did-not-help", "made-worse"]


class Page(Struct):
    """A page that was found elsewhere."""

    url: str
    title: str
    helped: str = ""
    """What of it helped, in the person's words; "" where it only told more."""


class State(Struct, kw_only=True):
    """Where a case stands: everything that a diagnosis starts from."""

    id: str
    text: str = ""
    facts: list[Fact] = []
    answers: dict[str, Answer] = {}
    closed: list[str] = []
    withdrawn: list[str] = []
    hits: list[Hit] | None = None
    machine: str = "none"
    notes: list[str] = []
    logs: LogsOut | None = None
    """What several logs told together."""
    tried: list[tuple[str, str]] = []
    epoch: int = 1
    began: float = 0.0
    knowledge: str = ""
    """The stamp of the knowledge that answered last."""
    found: list[str] = []
    """The causes that it answered, best first."""
    solved_by: str = ""
    stack: list[str] = []
    """The problems that the person dived into, the first one first: where to reopen."""
    pending: str = ""
    """The cause whose fix needs a reboot and was begun; its check is still to come."""
    pending_fix: str = ""
    """Which of the cause's fixes it is (`kbtui.kb.learned.fix_id`)."""
    boot: str = ""
    """The boot in which it was begun."""
    elsewhere: list[Page] = []


def folder() -> Path:
    """Where cases live. CaseError where there is no home."""
    home = data_home()
    if home is None:
        raise CaseError("there is no home folder to keep cases in; set XDG_DATA_HOME")
    return home / "cases"


def new_id(text: str) -> str:
    """Date, time, milliseconds and a few letters: sorts by time, and two cases of one moment stay apart."""
    now = time.time_ns()
    salt = hashlib.blake2b(f"{text}{os.getpid()}{now}".encode(), digest_size=2).hexdigest()
    when = time.strftime("%Y%m%d-%H%M%S", time.localtime(now // 10**9))
    return f"{when}-{now // 10**6 % 1000:03x}{salt}"


def path_of(case: str) -> Path:
    """The journal of a case by its id or the beginning of it. CaseError where none or several fit."""
    exact = folder() / f"{case}.jsonl"
    if exact.exists():
        return exact
    fitting = sorted(folder().glob(f"{_safe(case)}*.jsonl")) if case else []
    if len(fitting) == 1:
        return fitting[0]
    if not fitting:
        raise CaseError(f"there is no case {case!r} (`kbtui case list` shows them)")
    raise CaseError(f"{case!r} fits {len(fitting)} cases: {', '.join(p.stem for p in fitting[:5])}")


def _safe(case: str) -> str:
    return "".join(c for c in case if c.isalnum() or c == "-")


def every() -> Iterator[State]:
    """All cases, newest first; one that cannot be read is left out."""
    try:
        paths = sorted(folder().glob("*.jsonl"), reverse=True)
    except OSError:
        return
    for path in paths:
        try:
            yield load(path)
        except CaseError:
            continue


def record(case: str, kind: str, **what: Any) -> None:
    """Append one event."""
    journal.append(folder() / f"{case}.jsonl", {"at": round(time.time(), 3), "kind": kind, **what})


def load(path: Path) -> State:
    """The state that the events of a journal make. CaseError where it does not begin with one."""
    read = journal.read(path)
    if not read.events or read.events[0].get("kind") != "begin":
        raise CaseError(f"the case {path} has no readable beginning")
    state = State(id=path.stem)
    for event in read.events:
        apply(state, event)
    if read.torn:
        state.notes = [*state.notes, f"{read.torn} bytes of the journal were torn (a killed process or a full disk)"]
    return state


def apply(state: State, event: dict[str, Any]) -> None:
    """Lay one event onto the state."""
    match event.get("kind"):
        case "begin":
            state.began = float(event.get("at", 0.0))
            state.text, state.machine = str(event["text"]), str(event["machine"])
            state.facts = msgspec.convert(event["facts"], list[Fact])
            state.hits = msgspec.convert(event["hits"], list[Hit]) if event.get("hits") is not None else None
            state.notes = list(event.get("notes", []))
            state.logs = msgspec.convert(event["logs"], LogsOut) if event.get("logs") is not None else None
            state.answers = dict(event.get("answers", {}))
            state.closed, state.withdrawn = list(event.get("closed", [])), list(event.get("withdrawn", []))
        case "answer":
            state.answers = {**state.answers, event["question"]: event["said"]}
        case "fact":
            state.facts = [*state.facts, msgspec.convert(event["fact"], Fact)]
        case "text":
            state.text = f"{state.text}\n{event['text']}" if state.text else str(event["text"])
        case "look":
            seen = msgspec.convert(event["facts"], list[Fact])
            gone = {"live", *(f.kind for f in seen)}
            state.facts = [*(f for f in state.facts if f.kind not in gone), *seen]
        case "withdraw":
            state.withdrawn = [*state.withdrawn, event["fact"]]
        case "believe":
            state.withdrawn = [name for name in state.withdrawn if name != event["fact"]]
        case "at":
            state.stack = list(event["stack"])
        case "elsewhere":
            state.elsewhere = [*state.elsewhere, msgspec.convert(event["page"], Page)]
        case "pending":
            state.pending, state.boot = event["cause"], event["boot"]
            state.pending_fix = str(event.get("fix", ""))
        case "tried":
            state.pending = ""
            _tried(state, event["cause"], event["outcome"])
        case "found":
            state.knowledge, state.found = event["knowledge"], list(event["causes"])


def _tried(state: State, cause: str, outcome: str) -> None:
    state.tried = [*state.tried, (cause, outcome)]
    state.epoch += 1
    if outcome == "helped":
        state.solved_by = cause
    else:
        state.closed = [*state.closed, cause]
        if state.solved_by == cause:
            state.solved_by = ""  # it came back
    state.facts = [f if f.kind in ("set", "answer") or _stable(f.name) else _history(f) for f in state.facts]


def _stable(name: str) -> bool:
    return name in SPECS and SPECS[name].stable


def _history(fact: Fact) -> Fact:
    return msgspec.structs.replace(fact, state="unknown", value=None, reason="before the fix")
