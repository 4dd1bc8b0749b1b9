"""Which packs a person has reviewed: a pack's hash is recorded, and a change asks again.

Until then a pack may only add: its probes do not run, its fix steps are marked, and it cannot override, extend,
disable or refute.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from kbtui.errors import PackError
from kbtui.kb.packs import Pack, config_home, content_hash


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
