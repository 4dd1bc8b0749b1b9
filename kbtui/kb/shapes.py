"""One YAML file of a pack that is no node (pack.yaml, notices.yaml, learned.yaml), read into its struct."""

from __future__ import annotations

from typing import TypeVar

from msgspec import Struct

from kbtui.kb import check, yamltree
from kbtui.kb.folder import plain_file, read_plain
from kbtui.kb.mistakes import Mistake
from kbtui.kb.packs import MAX_BYTES, Pack

_S = TypeVar("_S", bound=Struct)


def read_file(pack: Pack, name: str, struct: type[_S]) -> tuple[_S, list[Mistake]]:
    """What the file says; the struct's defaults where there is none, or with every mistake where it cannot be read."""
    path, where = pack.path / name, f"{pack.name}:{name}"
    raw = read_plain(path, MAX_BYTES)
    if raw is None:
        refused = plain_file(path) or path.is_symlink()
        return struct(), [Mistake(where, 1, 1, f"is no plain file of at most {MAX_BYTES} bytes")] if refused else []
    try:
        tree, wrong = yamltree.parse(raw.decode(), where)
    except UnicodeDecodeError as error:
        return struct(), [Mistake(where, 1, 1, f"is not UTF-8 (byte {error.start})", "save it as UTF-8")]
    if wrong or tree is None:
        return struct(), wrong
    made, wrong = check.to_struct(tree, where, struct)
    return made or struct(), wrong
