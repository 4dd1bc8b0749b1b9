"""Node files to nodes: one bad file never takes the rest down."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from msgspec import Struct

from kbtui.kb import check, yamltree
from kbtui.kb.folder import read_plain, shown
from kbtui.kb.mistakes import Mistake
from kbtui.kb.nodes import Concept, Goal, MoreRows, Node, Question, Table
from kbtui.kb.packs import Pack, found
from kbtui.machine.team import TeamProbe

_FOLDER = {
    Question: "questions",
    Concept: "concepts",
    Goal: "goals",
    Table: "tables",
    MoreRows: "tables",
    TeamProbe: "probes",
}


class Over(Struct, frozen=True):
    """Another file that had to do with a node in force."""

    what: str
    """extends, or replaces."""
    pack: str
    file: str
    hash: str


class Loaded(Struct):
    """One node, and where it came from."""

    id: str
    node: Node
    pack: Pack
    file: str
    """Relative to the pack."""
    hash: str
    tree: yamltree.Tree
    """With its marks: how a later check finds line and column."""
    over: list[Over] = []
    """The files that added to it, and those that it stands in the place of."""

    @property
    def area(self) -> str:
        """The folder below problems/: driver, memory ..."""
        parts = self.file.split("/")
        return parts[1] if len(parts) > 2 else ""


def load_pack(pack: Pack) -> tuple[list[Loaded], list[Mistake]]:
    """Every readable node of a pack in file order, and every mistake of the others."""
    nodes: list[Loaded] = []
    mistakes: list[Mistake] = []
    seen: dict[tuple[str, str], str] = {}
    for entry in found(pack):
        if entry.refused:
            mistakes.append(Mistake(_name(entry.path, pack), 1, 1, entry.refused))
            continue
        path = entry.path
        loaded, wrong = load_file(path, pack)
        mistakes += wrong
        if loaded is None:
            continue
        key = (type(loaded.node).__name__, loaded.id)
        if key in seen:
            mistakes.append(
                Mistake(
                    loaded.file,
                    1,
                    1,
                    f"id {loaded.id!r} is already that of {seen[key]}",
                    "an id is given once; rename the file",
                )
            )
            continue
        seen[key] = loaded.file
        nodes.append(loaded)
    return nodes, mistakes


def load_file(path: Path, pack: Pack) -> tuple[Loaded | None, list[Mistake]]:
    """One node, or every mistake of its file."""
    name = _name(path, pack)
    raw = read_plain(path, yamltree.MAX_BYTES)
    if raw is None:
        return None, [_unread(path, name)]
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        return None, [Mistake(name, 1, 1, f"is not UTF-8 (byte {error.start})", "save it as UTF-8")]
    tree, mistakes = yamltree.parse(text, name)
    if mistakes:
        return None, mistakes
    node, mistakes = check.to_node(tree, name)
    if node is None or tree is None:
        return None, mistakes
    wrong_id = _check_place(path, name, node)
    if wrong_id:
        return None, [wrong_id]
    digest = hashlib.blake2b(raw, digest_size=8).hexdigest()
    return Loaded(path.stem, node, pack, name, digest, tree), []


def _name(path: Path, pack: Pack) -> str:
    return shown(path.relative_to(pack.path).as_posix())


def _unread(path: Path, name: str) -> Mistake:
    """Why a file was not read."""
    try:
        info = path.lstat()
    except OSError as error:
        return Mistake(name, 1, 1, f"cannot be read: {error.strerror}")
    if info.st_size > yamltree.MAX_BYTES:
        return Mistake(name, 1, 1, f"the file is over {yamltree.MAX_BYTES} bytes", "one file is one node")
    return Mistake(name, 1, 1, "cannot be read: it is no plain file, or you may not")


def _check_place(path: Path, name: str, node: Node) -> Mistake | None:
    stem = path.stem
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", stem):
        return Mistake(
            name,
            1,
            1,
            f"the file's stem {stem!r} is not an id",
            "an id is small letters, digits and single hyphens, such as nouveau-conflict",
        )
    folder = _FOLDER.get(type(node), "problems")
    if name.split("/")[0] != folder:
        kind = type(node).__name__.removeprefix("Team").lower()
        return Mistake(name, 1, 1, f"a {kind} belongs into {folder}/")
    return None
