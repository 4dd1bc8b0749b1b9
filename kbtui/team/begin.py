"""`kbtui pack init`: a folder that a team can begin with, checks for its own repository included."""

from __future__ import annotations

from pathlib import Path

from kbtui.errors import InputError, PackError
from kbtui.team import git

_PACK = """\
title: {title}
outcomes: true    # closed cases of those who use it are counted in cases/outcomes/
# inbox: /srv/kbtui/inbox    # where `kbtui share CASE` puts cases: a folder that members may write to
# credit: false    # name no authors and no outcomes
"""
_HOOK = """\
repos:
- repo: local
  hooks:
  - {id: kbtui-lint, name: kbtui lint, entry: kbtui lint ., language: system, files: '\\.yaml$', pass_filenames: false}
  - {id: kbtui-test, name: kbtui test, entry: kbtui test --pack ., language: system, files: '\\.yaml$', pass_filenames: false}
"""
_README = """\
# {title}

A pack of kbtui: `problems/AREA/ID.yaml`, `questions/`, `concepts/`, `probes/`.

    kbtui pack add ADDRESS-OF-THIS-REPOSITORY
    kbtui trust NAME

Before a change is merged: `kbtui lint .`, `kbtui test --pack .`, `kbtui diff origin/main`.
"""
_IGNORED = ".kbtui-*\n"


def init(folder: Path, title: str = "") -> list[str]:
    """Make the folder a pack and, where git is there, a repository; the files written. Nothing there is changed."""
    if folder.exists() and not folder.is_dir():
        raise InputError(f"{folder} is not a folder")
    title = " ".join((title or f"What {folder.resolve().name} learnt").split())
    written = []
    for name, text in {
        "pack.yaml": _PACK.format(title="'" + title.replace("'", "''") + "'"),
        "README.md": _README.format(title=title),
        ".pre-commit-config.yaml": _HOOK,
        ".gitignore": _IGNORED,
        "problems/.gitkeep": "",
        "cases/outcomes/.gitkeep": "",
    }.items():
        path = folder / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("x", encoding="utf-8") as file:
                file.write(text)
            written.append(name)
        except FileExistsError:
            continue
        except OSError as error:
            raise PackError(f"{path} cannot be written: {error.strerror}") from error
    if git.top(folder) is None:
        try:
            git.git("init", "--quiet", "--initial-branch=main", "--template=", at=folder)
        except PackError:
            return written  # a pack needs no git
        written.append(".git/")
    return written
