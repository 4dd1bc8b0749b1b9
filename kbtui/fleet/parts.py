"""What a node answered, in one or more parts, as one machine."""

from __future__ import annotations

import base64
import binascii
import io
from collections.abc import Iterable
from typing import Literal

from kbtui.errors import InputError
from kbtui.fleet.collector import BUNDLE_MARK
from kbtui.machine.asks import Ask, Raw, unknown
from kbtui.machine.host import Host
from kbtui.machine.sources.script import MARK, Script


class Parts:
    """Several answers of one node, the later ones asked what the earlier ones were not."""

    kind: Literal["bundle"] = "bundle"

    def __init__(self, name: str, texts: Iterable[str]) -> None:
        """What cannot be read at all is a note; a node without any part answers nothing."""
        self.name = name
        self.notes: list[str] = []
        self._hosts: list[Host] = []
        for text in texts:
            try:
                host = _host(name, text)
            except InputError as error:
                self.notes.append(f"a part of its answer cannot be read: {error}")
                continue
            self._hosts.append(host)
            self.notes += host.notes

    def answer(self, ask: Ask) -> Raw:
        """The first part that was asked it."""
        last = unknown(f"{ask.key.splitlines()[0][:80]}: it was not asked", origin=ask.key)
        for host in self._hosts:
            last = host.answer(ask)
            if last.status != "unknown":
                return last
        return last


def _host(name: str, text: str) -> Host:
    if BUNDLE_MARK in text[:4096]:
        from kbtui.machine.sources.archive import Archive
        from kbtui.machine.sources.bundle import Bundle, manifest_folder

        try:
            data = base64.b64decode(text.partition(BUNDLE_MARK)[2])
        except (binascii.Error, ValueError) as error:
            raise InputError(f"{name}: the bundle is cut off ({error})") from error
        archive = Archive(io.BytesIO(data), len(data))
        top = manifest_folder(archive)
        if top is None:
            raise InputError(f"{name}: the bundle holds no manifest")
        return Bundle(archive, top, name, archive.notes)
    if MARK not in text:
        raise InputError("it printed nothing that the collector prints")
    return Script(text, name)


def last_ask(text: str) -> str:
    """What a collector was busy with when it was cut off; "" where it was done or had not begun."""
    start = text.find(MARK)
    if start < 0:
        return ""
    bound = text[start:].partition("\n")[0].removeprefix(MARK).strip()
    lines = [line for line in text[start:].splitlines() if line.startswith(f"{bound} ")]
    if not lines or not lines[-1].startswith(f"{bound} ask "):
        return ""
    import msgspec

    from kbtui.machine.sources.rows import Row, ask_of

    try:
        ask = ask_of(msgspec.json.decode(lines[-1].removeprefix(f"{bound} ask "), type=Row))
    except msgspec.DecodeError:
        return ""
    return ask.key.splitlines()[0][:80] if ask else ""
