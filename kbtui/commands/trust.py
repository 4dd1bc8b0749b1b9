"""`kbtui trust`: record that a pack was reviewed."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from kbtui.errors import InputError
from kbtui.kb import trust
from kbtui.kb.packs import Pack, files


def run(args: Namespace) -> int:
    """0; a folder without nodes is bad input."""
    path = Path(args.folder)
    pack = Pack(path.name, path)
    found = list(files(pack)) if path.is_dir() else []
    if not found:
        raise InputError(f"{path} holds no nodes (problems/, questions/, concepts/ ...)")
    digest = trust.trust(pack)
    print(f"trusted {path}: {len(found)} files, hash {digest}. A change asks again.")
    return 0
