"""`kbtui lint`: every mistake, for a person, a program or a review."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

import msgspec

from kbtui.authoring.lint import lint
from kbtui.errors import InputError
from kbtui.kb.mistakes import Mistake
from kbtui.kb.packs import Pack, discover, shipped


def run(args: Namespace) -> int:
    """0 good, 1 bad. Warnings alone are good."""
    packs = _packs(args.packs)
    mistakes = lint(packs)
    bad = [m for m in mistakes if m.level == "error"]
    if args.format == "json":
        print(msgspec.json.encode({"schema": "kbtui.lint/1", "mistakes": mistakes, "errors": len(bad)}).decode())
    elif args.format == "github":
        for m in mistakes:
            hint = f" ({m.hint})" if m.hint else ""
            print(f"::{m.level} file={m.file},line={m.line},col={m.column}::{_escape(m.message + hint)}")
    else:
        _print(mistakes, len(bad), packs)
    return 1 if bad else 0


def _packs(folders: list[str]) -> list[Pack]:
    """Those named, over the shipped pack that they build on; else those in force."""
    if not folders:
        return discover()
    base = shipped()
    packs = [base]
    for folder in folders:
        path = Path(folder)
        if not path.is_dir():
            raise InputError(f"{folder} is not a folder")
        if path.resolve() != base.path.resolve():
            packs.append(Pack(path.name, path))
    return packs


def _print(mistakes: list[Mistake], bad: int, packs: list[Pack]) -> None:
    for mistake in mistakes:
        print(mistake)
    names = ", ".join(p.name for p in packs)
    print(f"{names}: {bad} error{'s' * (bad != 1)}, {len(mistakes) - bad} warning{'s' * (len(mistakes) - bad != 1)}")


def _escape(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
