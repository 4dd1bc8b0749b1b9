"""Which packs a person has reviewed: a pack's hash is recorded, and a change asks again.

Until then a pack may only add: its probes do not run, its fix steps are marked, and it cannot override, extend,
disable, refute, raise an alarm, move counts or say a notice. Whoever keeps a machine records trust for everybody on it
in /etc/kbtui/trust.json (`kbtui trust FOLDER --site`), which counts only where root alone can write it.
"""

from __future__ import annotations

import os
from pathlib import Path

import msgspec

from kbtui.errors import PackError
from kbtui.homes import config_home, site_home
from kbtui.kb.folder import checksum, read_plain
from kbtui.kb.packs import MAX_BYTES, Pack, content_hash


def _store() -> Path | None:
    home = config_home()
    return home / "trust.json" if home else None


def recorded() -> dict[str, str]:
    """Pack folder to the hash that was reviewed: the site's, then the person's own."""
    return {**_site(), **_read(_store())}


def _read(store: Path | None) -> dict[str, str]:
    try:
        return msgspec.json.decode(store.read_bytes(), type=dict[str, str]) if store else {}
    except (OSError, msgspec.DecodeError):
        return {}


def _site() -> dict[str, str]:
    path = site_home() / "trust.json"
    raw = read_plain(path, MAX_BYTES)
    if raw is None or not (_is_roots(path) and _is_roots(path.parent)):
        return {}
    try:
        return msgspec.json.decode(raw, type=dict[str, str])
    except msgspec.DecodeError:
        return {}


def _is_roots(path: Path) -> bool:
    info = path.stat()
    return info.st_uid == 0 and not info.st_mode & 0o022


def is_trusted(pack: Pack) -> bool:
    """True for the shipped pack, and for one whose content is what was reviewed."""
    if pack.shipped or pack.reviewed:
        return True
    seen = recorded().get(str(pack.path.resolve()))
    return seen is not None and seen == content_hash(pack)


def was_trusted(pack: Pack) -> bool:
    """Whether an earlier content of this folder was reviewed."""
    return str(pack.path.resolve()) in recorded()


def seal(packs: list[Pack]) -> str:
    """A key that changes with what is recorded of these packs; "" for the shipped one alone. Reads no node."""
    foreign = [str(pack.path.resolve()) for pack in packs if not pack.shipped]
    if not foreign:
        return ""
    known = recorded()
    return "-" + checksum("\0".join(known.get(path, "") for path in foreign))


def trust(pack: Pack, *, site: bool = False) -> str:
    """Record that this content was reviewed, for this person or for the site; returns the hash.

    PackError where it cannot be written.
    """
    store = site_home() / "trust.json" if site else _store()
    if store is None:
        raise PackError("there is no home folder to record trust in; set XDG_CONFIG_HOME")
    known = _read(store) | {str(pack.path.resolve()): (digest := content_hash(pack))}
    try:
        store.parent.mkdir(parents=True, exist_ok=True)
        fresh = store.with_suffix(f".{os.getpid()}")
        fresh.write_bytes(msgspec.json.format(msgspec.json.encode(known)))
        fresh.chmod(0o644 if site else 0o600)
        fresh.replace(store)
    except OSError as error:
        raise PackError(f"{store} cannot be written: {error.strerror}") from error
    return digest


def forget(folder: Path) -> None:
    """A pack that was removed: whatever comes to stand there later was not reviewed."""
    store = _store()
    known = _read(store)
    if store and known.pop(str(folder.resolve()), None) is not None:
        store.write_bytes(msgspec.json.format(msgspec.json.encode(known)))
