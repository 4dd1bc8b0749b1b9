"""A bundle's manifest: one row for each ask, in a form that a person can read and write by hand (docs/bundle.md).

A row names its ask by one key, which is also the kind:

    {"run": ["nvidia-smi", "-L"], "exit_code": 9, "text": "No devices were found\\n"}
    {"read": "/proc/modules", "text_in": "files/proc/modules"}
    {"read": "/sys/class/net/*/speed", "contents_in": {"/sys/class/net/eth0/speed": "files/sys/class/net/eth0/speed"}}
    {"names": "/dev/nvidia*", "found": {"/dev/nvidia0": "char 195:0 666 0:0"}}
    {"names": "/proc/[0-9]*/fd/*", "to": "/dev/nvidia", "found": {"/proc/812/fd/9": "link -> /dev/nvidia0"}}
    {"which": ["nvcc"], "found": {}}
    {"environ": ["CUDA_HOME"], "found": {"CUDA_HOME": "/usr/local/cuda"}}
"""

from __future__ import annotations

from typing import Literal

import msgspec

from kbtui.machine.asks import Ask, Environ, Names, Raw, Read, Run, Status, Which

SCHEMA: Literal["kbtui.bundle/1"] = "kbtui.bundle/1"


class Row(msgspec.Struct, kw_only=True, omit_defaults=True):
    """One ask and what it gave. Exactly one of the first five says which ask; what is left out is the ask's default."""

    run: list[str] | None = None
    read: str | None = None
    names: str | None = None
    which: list[str] | None = None
    environ: list[str] | None = None
    cap: int | None = None
    tail: bool = False
    most: int | None = None
    to: str = ""
    limit: float | None = None
    """The ask's own deadline, in seconds."""
    status: Status = "ok"
    reason: str = ""
    exit_code: int | None = None
    seconds: float = 0.0
    """How long it took."""
    truncated: bool = False
    text: str = ""
    """Output or content, where it stands in the manifest itself."""
    text_in: str = ""
    """The file of the bundle that holds it."""
    errors: str = ""
    errors_in: str = ""
    contents_in: dict[str, str] = {}
    """For a pattern: each path, and the file of the bundle that holds its content."""
    found: dict[str, str] = {}
    """For listings, programs and variables: each path or name, and what it is."""


class Manifest(msgspec.Struct, kw_only=True, omit_defaults=True):
    """What a bundle says of itself."""

    schema: Literal["kbtui.bundle/1"]
    made: str = ""
    """When, in UTC: "2026-11-25T13:20:15Z"."""
    kbtui: str = ""
    host: str = ""
    """A stand-in for the machine's name."""
    source: str = ""
    """What was looked at: "this machine"."""
    notes: list[str] = []
    """What could not be seen, as sentences."""
    rest: Literal["unknown", "absent"] = "unknown"
    """What an ask without a row means. A machine made by hand says absent: what it does not list is not there."""
    asks: list[Row] = []


def row_of(ask: Ask, raw: Raw) -> Row:
    """A row without what the answer said: only how it went."""
    row = Row(
        status=raw.status,
        reason=raw.reason,
        exit_code=raw.exit_code,
        seconds=round(raw.seconds, 3),
        truncated=raw.truncated,
    )
    match ask:
        case Run():
            row.run, row.cap, row.limit = list(ask.argv), ask.cap, ask.seconds
        case Read():
            row.read, row.cap, row.tail, row.most, row.limit = ask.path, ask.cap, ask.tail, ask.most, ask.seconds
        case Names():
            row.names, row.most, row.limit, row.to = ask.path, ask.most, ask.seconds, ask.to
        case Which():
            row.which, row.limit = list(ask.names), ask.seconds
        case Environ():
            row.environ = list(ask.names)
    return row


def ask_of(row: Row) -> Ask | None:
    """The ask that a row answers; None for a row that names none."""
    if row.run:
        return Run(tuple(row.run), row.limit or Run(()).seconds, row.cap or Run(()).cap)
    if row.read:
        plain = Read(row.read)
        return Read(row.read, row.cap or plain.cap, row.tail, row.most or plain.most, row.limit or plain.seconds)
    if row.names:
        plain_names = Names(row.names)
        return Names(row.names, row.most or plain_names.most, row.limit or plain_names.seconds, row.to)
    if row.which is not None:
        return Which(tuple(row.which))
    return Environ(tuple(row.environ)) if row.environ is not None else None
