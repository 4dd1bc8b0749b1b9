"""Writing a bundle: what a machine answered, redacted, in one file that appears whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import gzip
import io
import os
import re
import tarfile
import tempfile
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import BinaryIO

import msgspec
from msgspec.structs import replace

from kbtui import __version__
from kbtui.errors import InputError
from kbtui.machine.asks import Ask, Environ, Names, Raw, Read, Which
from kbtui.machine.sources.rows import SCHEMA, Manifest, Row, row_of
from kbtui.redaction import Redactor

TOP = "kbtui-bundle"
"""The folder inside the archive, so that unpacking by hand makes one folder."""


def write(
    answers: Mapping[Ask, Raw], path: str | Path, redactor: Redactor, *, source: str = "", notes: Iterable[str] = ()
) -> Manifest:
    """Write the answers to `path` as a .tar.gz; what was written is returned.

    Everything goes through the redactor, paths and reasons too. InputError with a sentence where it cannot be
    written (no room, no permission, no such folder); then nothing is left behind.
    """
    target = Path(path)
    made = time.time()
    manifest, files = _build(answers, redactor, made)
    manifest.source = redactor.text(source)
    manifest.notes = [redactor.text(n) for n in dict.fromkeys(notes)]
    manifest.host = redactor.host
    members = {"manifest.json": msgspec.json.format(msgspec.json.encode(manifest), indent=1), **files}
    fresh: str | None = None
    try:
        if target.is_dir():
            raise IsADirectoryError(errno.EISDIR, "it is a folder")
        fd, fresh = tempfile.mkstemp(prefix=".kbtui-", dir=target.parent)
        with os.fdopen(fd, "wb") as file:
            _pack(members, file, int(made))
            file.flush()
            os.fsync(fd)
        Path(fresh).replace(target)
    except OSError as error:
        if fresh:
            with contextlib.suppress(OSError):
                Path(fresh).unlink()
        raise InputError(f"{target} was not written: {_why(error, target)}") from error
    return manifest


def _build(answers: Mapping[Ask, Raw], redactor: Redactor, made: float) -> tuple[Manifest, dict[str, bytes]]:
    texts = {ask: _labelled(ask, raw) for ask, raw in answers.items()}
    for parts in texts.values():  # a name learnt in the last answer is replaced in the first one too
        for label, text in parts:
            redactor.learn_from(text, label)
    manifest = Manifest(schema=SCHEMA, made=time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(made)), kbtui=__version__)
    files: dict[str, bytes] = {}
    for ask in sorted(answers, key=lambda a: (type(a).__name__, a.key)):
        manifest.asks.append(_row(ask, answers[ask], redactor, files))
    return manifest, files


def _labelled(ask: Ask, raw: Raw) -> list[tuple[str, str]]:
    """Each text of an answer, with what it is: a path, a variable's name, a command."""
    parts = [(ask.key, raw.text), (ask.key, raw.errors), ("", raw.reason)]
    return parts + [part for path, text in raw.files.items() for part in ((path, text), ("", path))]


def _row(ask: Ask, raw: Raw, redactor: Redactor, files: dict[str, bytes]) -> Row:
    row = row_of(ask, replace(raw, reason=redactor.text(raw.reason)))
    if isinstance(ask, Names | Which | Environ):
        row.found = {redactor.text(n): redactor.text(said, label=n) for n, said in raw.files.items()}
        return row
    if isinstance(ask, Read):
        row.read = redactor.text(ask.path)
        if ask.many:
            for path, text in raw.files.items():
                seen = redactor.text(path)
                row.contents_in[seen] = _store(files, _file_name(seen), redactor.text(text, label=path))
        elif raw.status == "ok" or raw.text:
            row.text_in = _store(files, _file_name(row.read), redactor.text(raw.text, label=ask.path))
        return row
    row.run = [redactor.text(a) for a in ask.argv]
    name = f"commands/{slug(ask.key)}"
    if raw.text:
        row.text_in = _store(files, f"{name}.txt", redactor.text(raw.text, label=ask.key))
    if raw.errors:
        row.errors_in = _store(files, f"{name}.err", redactor.text(raw.errors, label=ask.key))
    return row


def slug(key: str) -> str:
    """A command as a file's name: `nvidia-smi -q -d ECC` becomes nvidia-smi_-q_-d_ECC."""
    return re.sub(r"[^\w.,=+-]+", "_", key, flags=re.ASCII).strip("_")[:80] or "command"


def _file_name(path: str) -> str:
    parts = [p for p in re.sub(r"[\x00-\x1f<>\\]", "", path).split("/") if p not in ("", ".", "..")]
    return "/".join(["files", *(p[:200] for p in parts)])


def _store(files: dict[str, bytes], name: str, text: str) -> str:
    """Keep a text under a name that no other text has; the name."""
    data = text.encode("utf-8", "replace")
    stem, dot, end = name.rpartition(".") if name.startswith("commands/") else (name, "", "")
    number = 1
    while files.get(name, data) != data:
        number += 1
        name = f"{stem}-{number}{dot}{end}"
    files[name] = data
    return name


def _pack(members: Mapping[str, bytes], file: BinaryIO, made: int) -> None:
    packed = gzip.GzipFile("", "wb", 6, file, made)
    with packed, tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for name, data in members.items():
            info = tarfile.TarInfo(f"{TOP}/{name}")
            info.size, info.mtime = len(data), made
            tar.addfile(info, io.BytesIO(data))


def _why(error: OSError, target: Path) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "no room is left there; say another place with -o"
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"{target.parent} may not be written; say another place with -o"
    if error.errno == errno.ENOENT:
        return f"there is no folder {target.parent}"
    return error.strerror or str(error)
