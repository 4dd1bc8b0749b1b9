"""The site's inbox: cases that members share, redacted, each with a draft of its node, for one keeper to go through.

    INBOX/20261125-143701-a1b2c3/item.json   who, when, a note, what became of it
                                 case.json   the redacted case
                                 draft.yaml  the node, as `kbtui new` would begin it

A folder that members may write to, or a branch of a pack's repository. What lies in it is somebody else's: only plain
files of bounded size are read, and nothing in them acts before it was accepted into a pack.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal, NamedTuple

import msgspec
from msgspec import Meta, Struct

from kbtui.authoring import draft
from kbtui.diagnosis.case import State
from kbtui.diagnosis.elsewhere import redactor_for
from kbtui.engine import Engine, to_request
from kbtui.errors import InputError, PackError
from kbtui.homes import data_home
from kbtui.kb import manifest
from kbtui.kb.folder import read_plain
from kbtui.kb.packs import Pack
from kbtui.kb.trust import is_trusted
from kbtui.team import git
from kbtui.team.effect import read_case

_ID = re.compile(r"[a-z0-9][a-z0-9-]{3,59}")
_LARGEST = 1 << 20
MOST_ITEMS = 2000


class Note(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """`item.json`."""

    shared: Annotated[str, Meta(max_length=20)]
    author: Annotated[str, Meta(max_length=80)] = ""
    said: list[Annotated[str, Meta(max_length=2000)]] = []
    """What the member wrote, and their answers."""
    asked: list[Annotated[str, Meta(max_length=2000)]] = []
    """What the keeper wants to know."""
    state: Literal["open", "asked", "accepted", "merged"] = "open"
    became: Annotated[str, Meta(max_length=80)] = ""
    """The node that it is in now."""


class Item(NamedTuple):
    """One shared case."""

    id: str
    note: Note
    draft: str
    case: State | None


class Place(NamedTuple):
    """Where an inbox is: a folder, or a branch of the repository that a pack stands in."""

    folder: Path | None
    repository: Path | None = None
    branch: str = ""
    pack: Pack | None = None
    """The pack that names it."""

    def __str__(self) -> str:
        return str(self.folder) if self.folder else f"branch {self.branch} of {self.repository}"


def find(packs: list[Pack], named: str | None = None) -> Place:
    """The inbox named, else that of $KBTUI_INBOX, else of the last trusted pack in force that names one. InputError for
    none."""
    said = named or os.environ.get("KBTUI_INBOX")
    if said:
        return Place(Path(said).expanduser())
    untrusted = ""
    for pack in reversed([p for p in packs if not p.shipped]):
        inbox = manifest.manifest(pack)[0].inbox
        if inbox and not is_trusted(pack):
            untrusted = f"; the pack {pack.name} names one, but is not trusted: `kbtui trust {pack.name}`"
            continue
        if inbox and inbox.startswith("branch:"):
            return Place(None, pack.path, _branch(inbox.removeprefix("branch:").strip()), pack)
        if inbox:
            return Place((pack.path / Path(inbox).expanduser()).resolve(), pack=pack)
    raise InputError(
        f"no inbox is named: set $KBTUI_INBOX, or write `inbox: FOLDER` into a pack's pack.yaml{untrusted}"
    )


def _branch(name: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9][\w./-]{0,80}", name) or ".." in name:
        raise InputError(f"{name!r} is no name for a branch")
    return name


@contextlib.contextmanager
def opened(place: Place, message: str = "") -> Iterator[Path]:
    """The inbox as a folder; with a message, what was changed in it is published. InputError where there is none."""
    if place.folder:
        if not place.folder.is_dir():
            raise InputError(
                f"the inbox {place.folder} is not there; whoever keeps it makes it and lets members write to it"
            )
        yield place.folder
        return
    assert place.repository
    source = git.line("remote", "get-url", "origin", at=place.repository)
    room = Path(tempfile.mkdtemp(prefix="kbtui-inbox-"))
    try:
        copy = room / "inbox"
        git.git("clone", "--quiet", "--no-checkout", "--template=", "--", git.check_source(source), str(copy))
        try:
            git.git("checkout", "--quiet", "-B", place.branch, f"refs/remotes/origin/{place.branch}", at=copy)
        except PackError:
            git.git("symbolic-ref", "HEAD", f"refs/heads/{place.branch}", at=copy)  # a first commit without the pack
            git.git("read-tree", "--empty", at=copy)
        yield copy
        if message:
            git.git("add", "--all", at=copy)
            git.git("commit", "--quiet", "-m", message, at=copy, nobody=True)  # as in a folder: nobody is named
            git.git("push", "--quiet", "origin", f"HEAD:refs/heads/{place.branch}", at=copy)
    finally:
        shutil.rmtree(room, ignore_errors=True)


def made(engine: Engine, state: State, title: str = "", text: str = "") -> tuple[State, str]:
    """The case and the draft of its node as they would be shared: redacted. `text`: a draft that the person wrote already."""
    seen = draft.look_at(engine, state, to_request(state))
    redactor = redactor_for(state.text, [*state.facts, *seen.facts])
    told = msgspec.to_builtins(state)
    redactor.value(told)  # a name may be given away after it was first told
    plain = msgspec.convert(redactor.value(told), State)
    return plain, redactor.text(text) if text else draft.from_case(engine, seen, redactor, title)


def remember(name: str) -> None:
    """Keep that this case was shared from here, for `kbtui share --mine`."""
    store = _store()
    if store and name not in shared_from_here():
        store.parent.mkdir(parents=True, exist_ok=True)
        with store.open("a", encoding="utf-8") as file:
            file.write(f"{name}\n")


def shared_from_here() -> list[str]:
    """The ids of the cases that were shared from here."""
    store = _store()
    try:
        return store.read_text(encoding="utf-8").split() if store else []
    except OSError:
        return []


def _store() -> Path | None:
    home = data_home()
    return home / "shared.txt" if home else None


def share(folder: Path, state: State, text: str, note: str, author: str) -> bool:
    """Put a redacted case into the inbox; shared before, only the note is added. False where it was. PackError."""
    try:
        return _share(folder, state, text, note, author)
    except OSError as error:
        raise PackError(f"the inbox {folder} cannot be written: {error.strerror}") from error


def _share(folder: Path, state: State, text: str, note: str, author: str) -> bool:
    home = folder / state.id
    if home.is_dir():
        old = _note(home)
        if old is None:
            raise PackError(f"{home} holds something else")
        if note:
            state_now = "open" if old.state == "asked" else old.state
            _keep(home, msgspec.structs.replace(old, said=[*old.said, note], state=state_now))
        return False
    fresh = Path(tempfile.mkdtemp(prefix=".new-", dir=_writable(folder)))
    body = {"schema": "kbtui.case/1", **msgspec.to_builtins(state)}
    (fresh / "case.json").write_bytes(msgspec.json.format(msgspec.json.encode(body), indent=1))
    (fresh / "draft.yaml").write_text(text, encoding="utf-8")
    _keep(fresh, Note(time.strftime("%Y-%m-%d"), author, [note] if note else []))
    for path in (fresh, *fresh.iterdir()):
        path.chmod(0o2775 if path.is_dir() else 0o664)  # the keeper is of the same group, not the same person
    fresh.rename(home)
    return True


def _writable(folder: Path) -> Path:
    if not os.access(folder, os.W_OK | os.X_OK):
        raise PackError(f"the inbox {folder} is not yours to write to; ask its keeper")
    return folder


def _keep(home: Path, note: Note) -> None:
    try:
        fresh = home / "item.new"
        fresh.write_bytes(msgspec.json.format(msgspec.json.encode(note), indent=1))
        fresh.replace(home / "item.json")
    except OSError as error:
        raise PackError(f"{home} cannot be written: {error.strerror}") from error


def _note(home: Path) -> Note | None:
    raw = read_plain(home / "item.json", _LARGEST)
    try:
        return msgspec.json.decode(raw, type=Note) if raw else None
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def items(folder: Path) -> list[Item]:
    """What lies in the inbox, the oldest first; what is no item is left out."""
    out = []
    for home in sorted(folder.iterdir())[:MOST_ITEMS]:
        if home.is_symlink() or not home.is_dir() or not _ID.fullmatch(home.name):
            continue
        note, raw = _note(home), read_plain(home / "draft.yaml", _LARGEST)
        if note is None or raw is None:
            continue
        out.append(Item(home.name, note, raw.decode("utf-8", "replace"), read_case(home / "case.json")))
    return out


def one(folder: Path, named: str) -> Item:
    """An item by its id or the beginning of it. InputError where none or several fit."""
    fitting = [i for i in items(folder) if i.id.startswith(named)]
    if len(fitting) != 1:
        raise InputError(f"{named!r} fits {len(fitting)} items of the inbox (`kbtui inbox` lists them)")
    return fitting[0]


def settle(folder: Path, item: Item, state: Literal["accepted", "merged"], node: str) -> None:
    """Note what became of an item."""
    _keep(folder / item.id, msgspec.structs.replace(item.note, state=state, became=node))


def ask(folder: Path, item: Item, question: str) -> None:
    """Ask its member back."""
    _keep(folder / item.id, msgspec.structs.replace(item.note, state="asked", asked=[*item.note.asked, question]))
