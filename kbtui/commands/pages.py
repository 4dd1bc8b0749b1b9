"""`kbtui pages`: every node as a Markdown page, for a site; hand-written pages beside them."""

from __future__ import annotations

import shutil
from argparse import Namespace
from pathlib import Path

from kbtui.engine import Engine
from kbtui.errors import InputError

MARK = ".kbtui-pages"
"""The file that says that a folder was written by this command and may be written again."""
GUIDE = "guide"
"""Where the hand-written pages go."""


def run(args: Namespace) -> int:
    """0; a folder that holds something else, or that cannot be written, is bad input."""
    target, beside = Path(args.folder), Path(args.docs) if args.docs else None
    if beside and not beside.is_dir():
        raise InputError(f"{beside} is not a folder")
    if target.is_dir() and any(target.iterdir()) and not (target / MARK).exists():
        raise InputError(f"{target} holds something that this command did not write; name an empty folder or a new one")
    try:
        if target.is_dir():
            shutil.rmtree(target)
        count = _write(target)
        if beside:
            count += _lay(beside, target / GUIDE)
    except OSError as error:
        raise InputError(f"{error.filename or target} cannot be written: {error.strerror}") from error
    print(f"{count} pages in {target}")
    return 0


def _write(target: Path) -> int:
    from kbtui.report import pages

    target.mkdir(parents=True)
    (target / MARK).write_text("", encoding="utf-8")
    shutil.copy(Path(pages.__file__).with_suffix(".css"), target / "site.css")
    count = 0
    for path, text in pages.pages(Engine.open()):
        (target / path).parent.mkdir(parents=True, exist_ok=True)
        (target / path).write_text(text, encoding="utf-8")
        count += 1
    return count


def _lay(beside: Path, guide: Path) -> int:
    """The hand-written pages, and a list of them."""
    shutil.copytree(beside, guide)
    listed = [
        (p.name, p.read_text(encoding="utf-8").split("\n", 1)[0].lstrip("# ")) for p in sorted(guide.glob("*.md"))
    ]
    lines = [f"- [{title or name}]({name})" for name, title in listed]
    (guide / "index.md").write_text("\n".join(["# Guide", "", *lines, ""]), encoding="utf-8")
    return len(listed) + 1
