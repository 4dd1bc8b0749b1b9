"""The kbtui bundle as a source: what one machine answered, kept in a file or a folder that a person can open by hand."""

from __future__ import annotations

from typing import Literal

import msgspec

from kbtui.errors import InputError
from kbtui.machine.asks import Ask, Environ, Names, Raw, Read, Run, Which, absent, unknown
from kbtui.machine.sources.rows import SCHEMA, Manifest, Row, ask_of
from kbtui.machine.sources.tree import Below, Tree, fits, look, resolve

_LARGEST = 64 << 20
"""Bytes of a manifest, and of one answer."""


class Bundle:
    """A machine as it answered then. Asks are found by what they ask; their limits may differ."""

    kind: Literal["bundle"] = "bundle"

    def __init__(self, tree: Tree, top: str, name: str, notes: list[str] | None = None) -> None:
        """`top`: the folder inside the tree that holds manifest.json. InputError where that cannot be read."""
        self._tree = tree
        self._top = top
        self.manifest = _manifest(tree, top, name)
        self.name = name
        self.notes = [*(notes or []), *self.manifest.notes]
        self._rows: dict[tuple[str, str], Row] = {}
        self._patterns: list[tuple[Read, Row]] = []
        self._found: dict[str, dict[str, str | None]] = {Which.__name__: {}, Environ.__name__: {}}
        for row in self.manifest.asks:
            self._index(row)

    def answer(self, ask: Ask) -> Raw:
        """What the machine answered; what it was not asked is unknown, or absent where the manifest says so."""
        row = self._rows.get((type(ask).__name__, ask.key))
        if row:
            return self._raw(ask, row)
        if isinstance(ask, Which | Environ):
            known = self._found[type(ask).__name__]
            if set(ask.names) <= set(known) or self.manifest.rest == "absent":
                return Raw(files={n: v for n in ask.names if (v := known.get(n)) is not None}, origin=ask.key)
        elif isinstance(ask, Run):
            if self.manifest.rest == "absent":
                return absent(f"{ask.argv[0]}: not on this machine", origin=ask.key)
        else:
            return self._look(ask)
        return unknown(f"{ask.key.splitlines()[0][:80]}: not in this bundle", origin=ask.key)

    def _index(self, row: Row) -> None:
        ask = ask_of(row)
        if ask is None:
            return
        self._rows.setdefault((type(ask).__name__, ask.key), row)
        if isinstance(ask, Read) and ask.many and row.status == "ok":
            self._patterns.append((ask, row))
        if isinstance(ask, Which | Environ) and row.status == "ok":
            self._found[type(ask).__name__].update({name: row.found.get(name) for name in ask.names})

    def _raw(self, ask: Ask, row: Row) -> Raw:
        files = dict(row.found)
        text, errors, reason, status = row.text, row.errors, row.reason, row.status
        try:
            text = self._stored(row.text_in) if row.text_in else text
            errors = self._stored(row.errors_in) if row.errors_in else errors
            files |= {path: self._stored(where) for path, where in row.contents_in.items()}
        except OSError as error:
            status, reason = "unknown", f"{ask.key.splitlines()[0][:80]}: the bundle has lost it ({error})"
        exit_code = row.exit_code
        if isinstance(ask, Run) and exit_code is None and status == "ok":
            exit_code = 0
        return Raw(
            status=status,
            text=text,
            errors=errors,
            exit_code=exit_code,
            files=files,
            reason=reason,
            seconds=row.seconds,
            truncated=row.truncated,
            origin=ask.path if isinstance(ask, Read) else ask.key,
        )

    def _stored(self, where: str) -> str:
        """The text of a file of the bundle. OSError where it is not there."""
        real = resolve(self._tree, f"{self._top}/{where}")
        entry = None if real is None else self._tree.entry(real)
        if real is None or entry is None or entry.kind != "file":
            raise OSError(f"{where} is not in it")
        return self._tree.content(real, _LARGEST, False)[0].decode("utf-8", "replace")

    def _look(self, ask: Read | Names) -> Raw:
        """A file that no row names: covered by a pattern that one does, or lying under files/ of a hand-made machine."""
        if isinstance(ask, Read) and not ask.many:
            for pattern, row in self._patterns:
                if not fits(ask.path, pattern.path):
                    continue
                where = row.contents_in.get(ask.path)
                if where or ask.path in row.found:
                    part = Row(text_in=where or "", text=row.found.get(ask.path, ""), truncated=row.truncated)
                    return self._raw(ask, part)
                if not row.truncated and not row.reason:
                    return absent(f"{ask.path} is not there", origin=ask.path)
        missing = "" if self.manifest.rest == "absent" else "not in this bundle"
        return look(Below(self._tree, f"{self._top}/files"), ask, missing)


def manifest_folder(tree: Tree) -> str | None:
    """The folder of a tree that holds a bundle's manifest: the root or one below it; None where it is no bundle."""
    for folder in ["", *(n for n in tree.children("") if n != "manifest.json")][:50]:
        path = f"{folder}/manifest.json".lstrip("/")
        entry = tree.entry(path)
        if entry and entry.kind == "file" and SCHEMA.encode() in tree.content(path, 4096, False)[0]:
            return folder
    return None


def _manifest(tree: Tree, top: str, name: str) -> Manifest:
    data, cut = tree.content(f"{top}/manifest.json".lstrip("/"), _LARGEST, False)
    try:
        return msgspec.json.decode(data, type=Manifest)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        why = "it is cut off" if cut else str(error)
        raise InputError(f"{name}: manifest.json is not what docs/bundle.md describes: {why}") from error
