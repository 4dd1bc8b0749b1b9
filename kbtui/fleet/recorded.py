"""`--from DIR/`: one recording a node, whatever `kbtui check --from` takes; the file's name is the node's."""

from __future__ import annotations

from pathlib import Path

from kbtui.errors import InputError

_ENDS = (".tar.gz", ".tgz", ".tar.xz", ".tar", ".log.gz", ".log", ".txt.gz", ".txt", ".gz")


def recordings(folder: str) -> dict[str, str]:
    """Node -> path. InputError where there is no such folder, or none in it."""
    place = Path(folder)
    try:
        entries = sorted(p for p in place.iterdir() if not p.name.startswith(".") and p.suffix not in (".yaml", ".md"))
    except OSError as error:
        raise InputError(
            f"{folder} cannot be read: {error.strerror}; --from is a folder of recordings, one a node"
        ) from error
    out: dict[str, str] = {}
    for path in entries:
        name = next((path.name.removesuffix(e) for e in _ENDS if path.name.endswith(e)), path.name)
        if name in out:
            raise InputError(f"{folder} holds two recordings of {name}: {out[name]} and {path}")
        out[name] = str(path)
    if not out:
        raise InputError(f"{folder} holds no recordings; expected one bundle, bug report or sosreport a node")
    return out
