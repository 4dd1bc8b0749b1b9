"""`kbtui trust`: show what a pack would run and could do, ask, and record that it was reviewed."""

from __future__ import annotations

import sys
from argparse import Namespace
from pathlib import Path

import msgspec

from kbtui.commands import screen
from kbtui.errors import InputError
from kbtui.kb import packs, trust
from kbtui.kb.packs import EXTRAS, Pack, files
from kbtui.kb.powers import Power, powers

MOST = 40
"""Lines shown of each kind of right that is no command; commands are always shown whole."""


def run(args: Namespace) -> int:
    """0 recorded or already so, 1 where the person said no; a folder without nodes is bad input."""
    pack = _pack(args.folder)
    found = powers(pack)
    count = sum(1 for _ in files(pack))
    done = trust.is_trusted(pack)
    if args.json:
        return _json(pack, found, done, args)
    if done and not args.site:
        print(screen.clean(f"{pack.path} is trusted as it is: {count} files"))
        return 0
    _show(pack, found, count)
    if not args.yes and not found:
        return 0
    if not args.yes and not _agreed():
        return 1
    digest = trust.trust(pack, site=args.site)
    print(screen.clean(f"trusted {pack.path}: {count} files, hash {digest}. A change asks again."))
    return 0


def _pack(named: str) -> Pack:
    by_name = next((p for p in packs.discover() if p.name == named and not p.shipped), None)
    path = Path(named).expanduser()
    pack = by_name or Pack(path.name, path)
    if not pack.path.is_dir() or not (any(True for _ in files(pack)) or any((pack.path / e).is_file() for e in EXTRAS)):
        raise InputError(f"{named} is no pack in force and holds no nodes (problems/, questions/, concepts/ ...)")
    return pack


def _show(pack: Pack, found: list[Power], count: int) -> None:
    changed = " It changed since it was reviewed." if trust.was_trusted(pack) else ""
    print(screen.clean(f"{pack.path}: {count} files.{changed}"))
    if not found:
        print("It only adds knowledge: no commands, nothing ruled out, nothing replaced. It needs no trust.")
        return
    commands = [p for p in found if p.is_command]
    print(
        screen.style(f"It would run, or tell you to run ({len(commands)}):" if commands else "It runs nothing.", "bold")
    )
    for power in commands:
        print(screen.clean(f"  {power}"))
    others = [p for p in found if not p.is_command]
    if others:
        print(screen.style(f"It could also ({len(others)}):", "bold"))
    for power in others[:MOST]:
        print(screen.clean(f"  {power}"))
    if others[MOST:]:
        print(f"  and {len(others) - MOST} more (`kbtui trust FOLDER --json` lists them)")


def _agreed() -> bool:
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise InputError("read the above; then record it with `kbtui trust FOLDER --yes`")
    try:
        said = input("Trust this, exactly as it is? [y/N] ")
    except EOFError:
        said = ""
    return said.strip().lower() in ("y", "yes")


def _json(pack: Pack, found: list[Power], done: bool, args: Namespace) -> int:
    if args.yes and not done:
        trust.trust(pack, site=args.site)
    out = {
        "schema": "kbtui.trust/1",
        "path": str(pack.path),
        "trusted": done or args.yes,
        "needs_trust": bool(found),
        "powers": [{"kind": p.kind, "file": p.file, "text": p.text} for p in found],
    }
    print(msgspec.json.encode(out).decode())
    return 0
