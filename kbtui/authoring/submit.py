"""A draft on its way into a pack: its mistakes while it is typed, its look-alikes, the folder, the file."""

from __future__ import annotations

import os
import re
import shlex
from pathlib import Path
from typing import NamedTuple

from kbtui.authoring import draft
from kbtui.authoring.lint import check_node
from kbtui.authoring.world import World
from kbtui.engine import Engine
from kbtui.errors import InputError
from kbtui.homes import config_home, data_home
from kbtui.kb import check as shapes
from kbtui.kb import yamltree
from kbtui.kb.knowledge import Knowledge
from kbtui.kb.load import Loaded
from kbtui.kb.mistakes import Mistake, did_you_mean
from kbtui.kb.nodes import KINDS, Extension, Problem
from kbtui.kb.packs import Pack
from kbtui.kb.search import Match

_NAMED = re.compile(r"^#\s*problems/([a-z0-9-]+)/([a-z0-9]+(?:-[a-z0-9]+)*)\.yaml\s*$")
_AREA_AND_ID = "# problems/AREA/ID.yaml, small letters, digits and single hyphens"
MOST_ALIKE = 5


class Target(NamedTuple):
    """Where a draft belongs within a pack."""

    area: str
    id: str

    @property
    def file(self) -> str:
        """Relative to the pack."""
        return f"problems/{self.area}/{self.id}.yaml"


def target_of(text: str) -> Target | None:
    """What the first line names; None where it names nothing that can be a file."""
    found = _NAMED.match(text.split("\n", 1)[0])
    return Target(found[1], found[2]) if found else None


def world_of(engine: Engine) -> World:
    """What is known already, as lint looks it up; nothing is read from YAML."""
    return World({kind: engine.knowledge.ids(kind) for kind in KINDS}, frozenset(), engine.tables)


def check(text: str, world: World) -> list[Mistake]:
    """Every mistake of a draft, with line and column in the draft itself."""
    target = target_of(text)
    if target is None:
        return [Mistake("draft", 1, 1, "the first line does not name the file", _AREA_AND_ID)]
    tree, mistakes = yamltree.parse(text, target.file)
    if mistakes or tree is None:
        return mistakes
    node, mistakes = shapes.to_node(tree, target.file)
    if node is None:
        return mistakes
    if not isinstance(node, Problem | Extension):
        return [Mistake(target.file, 2, 1, "expected kind: problem")]
    found = check_node(Loaded(target.id, node, Pack("draft", Path()), target.file, "", tree), world)
    if target.id in world.ids["problem"]:
        hint = f"`kbtui show {target.id}` shows it; give this one another name"
        found.append(Mistake(target.file, 1, 1, f"there is a problem {target.id!r} already", hint))
    return sorted(found)


def node_of(text: str) -> Problem | None:
    """The problem that a draft spells; None where it cannot be read."""
    tree, wrong = yamltree.parse(text, "draft")
    node, _ = shapes.to_node(tree, "draft") if tree is not None and not wrong else (None, [])
    return node if isinstance(node, Problem) else None


def addition(knowledge: Knowledge, text: str, into: str) -> str:
    """A draft's phrases, evidence, fixes and tests as a draft that adds them to a known problem (`extends`).

    InputError where the draft cannot be read, or there is no such problem.
    """
    node, target = node_of(text), target_of(text)
    if node is None or target is None:
        raise InputError("the draft cannot be read, so nothing can be added to another node")
    if into not in knowledge.problems:
        raise InputError(f"there is no problem {into!r} ({did_you_mean(into, knowledge.problems) or '`kbtui search`'})")
    known = knowledge.problem(into)
    said = {a.lower() for a in known.aka} | {t.text.strip().lower() for t in node.tests if t.text}
    seen = {(e.sign, e.condition, e.question) for e in known.evidence}
    more = Extension(
        extends=into,
        aka=[a for a in dict.fromkeys([node.title, *node.aka]) if a.strip().lower() not in said],
        evidence=[e for e in node.evidence if (e.sign, e.condition, e.question) not in seen],
        fixes=node.fixes,
        references=node.references,
        reviewed=draft.this_month(),
        tests=node.tests,
    )
    name = f"{into}-{target.id}"[:60].rstrip("-")
    return draft.to_text(knowledge.problems[into].area or target.area, name, more)


def alike(engine: Engine, text: str) -> list[Match]:
    """Problems that a draft may be about already, the nearest first: by its title and its aka."""
    tree, _ = yamltree.parse(text, "draft")
    words = ""
    if isinstance(tree, yamltree.Mapping):
        title = tree.get("title")
        words = title.text if isinstance(title, yamltree.Scalar) else ""
        aka = tree.get("aka")
        if isinstance(aka, yamltree.Sequence):
            words = "\n".join([words, *(i.text for i in aka.items if isinstance(i, yamltree.Scalar))])
    found = engine.search(words, 3 * MOST_ALIKE) if words.strip() else []
    return [m for m in found if m.kind == "problem"][:MOST_ALIKE]


def folders(start: Path | None = None) -> list[Path]:
    """Packs that a person may write into: the project's `.kbtui/`, one here if there is none yet, and their own."""
    here = (start or Path.cwd()).resolve()
    project = next((d / ".kbtui" for d in (here, *here.parents) if (d / ".kbtui").is_dir()), here / ".kbtui")
    own = config_home()
    both = [*([own / "pack"] if own else []), project]
    return both[::-1] if project.is_dir() else both


def write(text: str, folder: Path) -> Path:
    """Write a draft into a pack as a node; an older file is never overwritten. InputError where it cannot be."""
    target = target_of(text)
    if target is None:
        raise InputError(f"the first line of the draft names its file: {_AREA_AND_ID}")
    path = folder / target.file
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(text.split("\n", 1)[1].rstrip() + "\n")
    except FileExistsError as error:
        raise InputError(f"{path} is there already; give the draft another name in its first line") from error
    except OSError as error:
        raise InputError(f"{path} cannot be written: {error.strerror}") from error
    return path


def desk(case: str) -> Path | None:
    """Where the unfinished draft of a case is kept; None where there is no home."""
    home = data_home()
    return home / "drafts" / f"{case}.yaml" if home else None


def editor() -> list[str]:
    """The person's editor, as words; none where they named none."""
    said = os.environ.get("VISUAL") or os.environ.get("EDITOR") or ""
    try:
        return shlex.split(said)
    except ValueError:
        return []
