"""Which packs a person has reviewed: a pack's hash is recorded, and a change asks again.

Until then a pack may only add: its probes do not run, its fix steps are marked, and it cannot override, extend,
disable or refute.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from kbtui.errors import PackError
from kbtui.homes import config_home
from kbtui.kb.packs import Pack, content_hash


def _store() -> Path | None:
    home = config_home()
    return home / "trust.json" if home else None


def recorded() -> dict[str, str]:
    """Pack folder to the hash that was reviewed."""
    store = _store()
    try:
        return msgspec.json.decode(store.read_bytes(), type=dict[str, str]) if store else {}
    except (OSError, msgspec.DecodeError):
        return {}


def is_trusted(pack: Pack) -> bool:
    """True for the shipped pack, and for one whose content is what was reviewed."""
    if pack.shipped:
        return True
    seen = recorded().get(str(pack.path.resolve()))
    return seen is not None and seen == content_hash(pack)


def seal(packs: list[Pack]) -> str:
    """A key that changes with what is recorded of these packs; "" for the shipped one alone. Reads no node."""
    import hashlib

    foreign = [str(pack.path.resolve()) for pack in packs if not pack.shipped]
    if not foreign:
        return ""
    known = recorded()
    said = "\0".join(known.get(path, "") for path in foreign)
    return "-" + hashlib.blake2b(said.encode(), digest_size=6).hexdigest()


def trust(pack: Pack) -> str:
    """Record that this content was reviewed; returns the hash. PackError where it cannot be written."""
    store = _store()
    if store is None:
        raise PackError("there is no home folder to record trust in; set XDG_CONFIG_HOME")
    known = recorded() | {str(pack.path.resolve()): (digest := content_hash(pack))}
    try:
        store.parent.mkdir(parents=True, exist_ok=True)
        fresh = store.with_suffix(".new")
        fresh.write_bytes(msgspec.json.format(msgspec.json.encode(known)))
        fresh.replace(store)
    except OSError as error:
        raise PackError(f"{store} cannot be written: {error.strerror}") from error
    return digest
