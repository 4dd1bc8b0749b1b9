"""`kbtui pack`: packs that were added, each pinned to what it was when somebody looked at it.

They are kept in $XDG_DATA_HOME/kbtui/packs/NAME, a clone or a copy; `packs.json` beside them says where each came from and
at which commit. Nothing is fetched but by `update`, so everything works without a network.
"""

from __future__ import annotations

import re
import shutil
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import msgspec

from kbtui.errors import InputError, PackError
from kbtui.kb import trust
from kbtui.kb.folder import read_plain, walk
from kbtui.kb.packs import EXTRAS, FOLDERS, MAX_BYTES, Added, Pack, content_hash, files, read_added, store
from kbtui.team import git

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,59}")
_COPIED = (*FOLDERS, "cases")


class Change(NamedTuple):
    """What an update did."""

    name: str
    before: str
    after: str
    trusted: bool
    """Whether what stands there now is what was reviewed."""


def add(source: str, name: str = "", pin: str = "") -> Pack:
    """Add a folder or a git repository. InputError for a name that is taken or cannot be; PackError from git."""
    folder = Path(source).expanduser()
    is_folder = folder.is_dir() and not _is_repository(folder)
    if folder.is_dir():
        source = str(folder.resolve())
    elif not is_folder:
        git.check_source(source)
    if is_folder and pin:
        raise InputError(f"{source} is no git repository: a folder has no revision to stay at")
    name = name or _name_of(source)
    home = _home(name)
    if home.exists() or name in read_added():
        raise InputError(f"there is a pack {name!r} already (`kbtui pack update {name}`, or --name ANOTHER)")
    with _fresh(home) as fresh:
        commit = _copy(folder, fresh) if is_folder else git.clone(source, fresh, pin)
        _check(fresh, source)
        fresh.rename(home)
    when = time.strftime("%Y-%m-%d")
    _write({**read_added(), name: Added(source, "folder" if is_folder else "git", commit, pin, when)})
    return Pack(name, home, kind="added", commit=commit)


def update(name: str, pin: str | None = None) -> Change:
    """Fetch and move to the newest of the pin (or to another pin). Its trust holds only where nothing changed."""
    known = read_added()
    one = _one(name, known)
    home = _home(name)
    if one.kind == "git":
        pin = one.pin if pin is None else pin
        git.fetch(home)
        after = git.check_out(home, pin)
    else:
        pin = ""
        with _fresh(home) as fresh:
            after = _copy(Path(one.source), fresh)
            _check(fresh, one.source)
            shutil.rmtree(home, ignore_errors=True)
            fresh.rename(home)
    known[name] = msgspec.structs.replace(one, commit=after, pin=pin, when=time.strftime("%Y-%m-%d"))
    _write(known)
    return Change(name, one.commit, after, trust.is_trusted(Pack(name, home, kind="added")))


def remove(name: str) -> Path:
    """Forget a pack, its files and its trust; the folder that is gone."""
    known = read_added()
    _one(name, known)
    home = _home(name)
    trust.forget(home)
    shutil.rmtree(home, ignore_errors=True)
    del known[name]
    _write(known)
    return home


def _one(name: str, known: dict[str, Added]) -> Added:
    if name not in known:
        from kbtui.kb.mistakes import did_you_mean

        raise InputError(f"there is no added pack {name!r} ({did_you_mean(name, known) or '`kbtui pack list`'})")
    return known[name]


def _home(name: str) -> Path:
    folder = store()
    if folder is None:
        raise PackError("there is no home folder to keep packs in; set XDG_DATA_HOME")
    if not _NAME.fullmatch(name) or ".." in name:
        raise InputError(f"{name!r} is no name for a pack: small letters, digits, dots and hyphens (--name NAME)")
    return folder / name


def _is_repository(folder: Path) -> bool:
    """A work tree or a bare repository."""
    return (folder / ".git").exists() or ((folder / "HEAD").is_file() and (folder / "objects").is_dir())


def _name_of(source: str) -> str:
    last = re.split(r"[/:]", source.rstrip("/").removesuffix("/.kbtui").removesuffix(".git"))[-1]
    return re.sub(r"[^a-z0-9._-]+", "-", last.lower()).strip("-.") or "pack"


class _fresh:
    """A folder beside the last place, gone again when something fails."""

    def __init__(self, home: Path) -> None:
        home.parent.mkdir(parents=True, exist_ok=True)
        self._outer = Path(tempfile.mkdtemp(prefix=".new-", dir=home.parent))

    def __enter__(self) -> Path:
        return self._outer / "pack"

    def __exit__(self, *_: object) -> None:
        shutil.rmtree(self._outer, ignore_errors=True)


def _copy(source: Path, target: Path) -> str:
    """The plain node files of a folder, and nothing else of it; the hash of what they say."""
    if not source.is_dir():
        raise PackError(f"{source} is not there any more")
    target.mkdir()
    paths = [source / extra for extra in EXTRAS]
    for folder in _COPIED:
        for suffix in (".yaml", ".json"):
            paths += [entry.path for entry in walk(source / folder, suffix) if not entry.refused]
    for path in paths:
        raw = read_plain(path, MAX_BYTES)
        if raw is not None:
            place = target / path.relative_to(source)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(raw)
    return content_hash(Pack("copy", target))


def _check(folder: Path, source: str) -> None:
    if not any(True for _ in files(Pack("new", folder))) and not any((folder / e).is_file() for e in EXTRAS):
        raise InputError(f"{source} holds no nodes (problems/, questions/, concepts/ ...) and no pack.yaml")


def _write(known: dict[str, Added]) -> None:
    folder = store()
    assert folder is not None
    fresh = folder / "packs.json.new"
    fresh.write_bytes(msgspec.json.format(msgspec.json.encode(known)))
    fresh.replace(folder / "packs.json")
