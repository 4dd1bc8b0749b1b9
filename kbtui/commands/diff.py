"""`kbtui diff REV`: what a change of a pack does to diagnoses, for whoever reviews it."""

from __future__ import annotations

import tempfile
from argparse import Namespace
from pathlib import Path

import msgspec

from kbtui.commands import screen
from kbtui.errors import InputError
from kbtui.kb.packs import Pack, shipped
from kbtui.team import effect, git


def run(args: Namespace) -> int:
    """0; 1 where a test that passed fails now, or a new one fails."""
    folder = Path(args.pack).resolve()
    if not folder.is_dir():
        raise InputError(f"{args.pack} is not a folder")
    base, name = shipped(), folder.name
    is_shipped = folder == base.path.resolve()
    with tempfile.TemporaryDirectory(prefix="kbtui-diff-") as temporary:
        old = Path(temporary) / name
        _lay_out(git.files_at(folder, args.revision), old)
        if is_shipped:
            before, after = [Pack("kbtui", old, shipped=True)], [base]
        else:
            before, after = ([base, Pack(name, path, reviewed=True)] for path in (old, folder))
        found = effect.compare(before, after, base.name if is_shipped else name, everything=args.all)
    changed = [one for one in found if one.changed]
    bad = [one for one in changed if one.worse or (one.passed_before is None and one.passed_after is False)]
    if args.json:
        out = {"schema": "kbtui.diff/1", "revision": args.revision, "replayed": len(found), "changed": changed}
        print(msgspec.json.encode(out | {"worse": [one.name for one in bad]}).decode())
        return 1 if bad else 0
    for sentence in effect.together(changed):
        print(screen.clean(sentence))
    print(f"{len(found)} tests and cases replayed: {len(changed)} changed, {len(bad)} worse")
    return 1 if bad else 0


def _lay_out(files: dict[str, bytes], target: Path) -> None:
    target.mkdir()
    for name, content in files.items():
        place = (target / name).resolve()
        if not place.is_relative_to(target.resolve()):
            continue  # git refuses such names; so do we
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
