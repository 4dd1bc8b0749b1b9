"""No exporter goes round the redactor: whatever writes a file either takes a redactor or keeps what it writes at home."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SOURCES = sorted((ROOT / "kbtui").rglob("*.py"))
STAYS = {
    "kb/cache.py": "the compiled packs: no machine is in them",
    "kb/trust.py": "hashes of packs that were reviewed",
    "cli.py": "/dev/null, where a broken pipe goes",
    "diagnosis/journal.py": "the person's own cases, in their own home; they leave through `case export`",
    "machine/changes/baseline.py": "what this machine was like when it was healthy, in the person's own home",
    "kb/scan_children.py": "unnamed files between a parent and its children",
    "kb/graph_export.py": "the packs as a drawing: no machine is in them",
    "commands/pages.py": "the packs as pages: no machine is in them",
    "commands/graph.py": "the packs as a drawing: no machine is in them",
    "authoring/submit.py": "a draft that was made through a Redactor, into the person's own pack",
    "commands/new.py:_edited": "that draft again, while its author edits it",
    "commands/arguments.py": "the words of the command line",
    "commands/team_arguments.py": "the words of the command line",
    "commands/diff.py": "the packs of another revision, laid out in a folder that is gone at the end",
    "commands/report.py:write": "what kbtui.report made, and that goes through one Redactor (report/private.py)",
    "team/added.py": "copies of packs: no machine is in them",
    "team/begin.py": "the skeleton of a pack",
    "team/learn.py": "counts of causes",
    "team/inbox.py": "what `made` put through one Redactor on the member's machine, and notes that `kbtui share` put through it; the ids of the person's own cases, in their own home",
    "team/keeper.py:_keep_case": "a case of the inbox: it was redacted before it got there",
    "team/outcomes.py": "ids and minutes of a closed case: no text, no machine, no names",
    "commands/collect.py:_script": "the collector itself: it holds asks, no answers",
    "machine/live/process.py": "the standard input of a child",
    "machine/live/files.py": "the standard input of a child",
    "machine/live/files_child.py": "the answers of a child to its parent",
    "tui/": "screens: what a person sees on their own terminal is true",
}
"""Files (or functions) that write, with why nothing of a machine leaves through them."""
LEAVES = {"export", "handoff", "share", "upload"}
"""Words in a function's name that say that what it makes leaves."""
_WRITES = {"write_text", "write_bytes", "mkstemp", "NamedTemporaryFile", "GzipFile", "ZipFile", "addfile", "pwrite"}


def opens_to_write(call: ast.Call) -> bool:
    """open(..., "w"), os.open(..., os.O_WRONLY), tarfile.open(mode="w"), os.fdopen(fd, "wb")."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if name in _WRITES:
        return True
    if name not in ("open", "fdopen"):
        return False
    given = [*call.args, *(k.value for k in call.keywords if k.arg in ("mode", "flags"))]
    modes = [a.value for a in given if isinstance(a, ast.Constant) and isinstance(a.value, str) and len(a.value) < 6]
    flags = {n.attr for a in given for n in ast.walk(a) if isinstance(n, ast.Attribute)}
    return any(set("wax+") & set(m) and set(m) <= set("rwaxbt+|:gzx") for m in modes) or bool(
        flags & {"O_WRONLY", "O_RDWR", "O_APPEND", "O_CREAT"}
    )


def functions(tree: ast.Module) -> Iterator[ast.FunctionDef]:
    return (n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef))


def calls(node: ast.AST) -> set[str]:
    return {n.func.id for n in ast.walk(node) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)}


def redacts(function: ast.FunctionDef) -> bool:
    """Takes a Redactor, or makes one."""
    arguments = [*function.args.args, *function.args.kwonlyargs]
    takes = any(a.annotation is not None and "Redactor" in ast.unparse(a.annotation) for a in arguments)
    return takes or "Redactor" in calls(function)


def unredacted(source: str, *, by_name: bool = True) -> list[str]:
    """Functions that write a file, or whose name says that what they make leaves, without a redactor in their hands or in
    those of every function of the module that calls them."""
    tree = ast.parse(source)
    all_of = list(functions(tree))
    callers = {f.name: [g for g in all_of if f.name in calls(g)] for f in all_of}

    def fine(function: ast.FunctionDef, depth: int = 0) -> bool:
        if redacts(function):
            return True
        above = callers[function.name]
        return depth < 5 and bool(above) and all(fine(g, depth + 1) for g in above)

    writing = [
        f
        for f in all_of
        if (by_name and LEAVES & set(f.name.strip("_").split("_")))
        or any(isinstance(n, ast.Call) and opens_to_write(n) for n in ast.walk(f))
    ]
    return [f.name for f in writing if not fine(f)]


def stays(path: str, function: str) -> bool:
    return any(path.startswith(known) or f"{path}:{function}" == known for known in STAYS)


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_whatever_writes_redacts_or_stays_at_home(path):
    name = path.relative_to(ROOT / "kbtui").as_posix()
    loose = [f for f in unredacted(path.read_text(), by_name=name.startswith("commands/")) if not stays(name, f)]
    assert not loose, f"{name}: {loose} write without a Redactor; take one, or say in STAYS why nothing leaves"


def test_the_rule_catches_who_goes_round():
    assert unredacted("def save(p, text):\n    p.write_text(text)") == ["save"]
    assert unredacted("def save(p):\n    with open(p, 'wb') as f: f.write(b'')") == ["save"]
    assert unredacted("def export(state):\n    return state") == ["export"]
    assert unredacted("import os\ndef f(p):\n    os.open(p, os.O_WRONLY | os.O_CREAT)") == ["f"]
    assert unredacted("def save(p, r: Redactor):\n    _w(p)\ndef _w(p):\n    p.write_text('')") == []
    assert unredacted(
        "def save(p, r: Redactor):\n    _w(p)\ndef other(p):\n    _w(p)\ndef _w(p):\n    p.write_text('')"
    ) == ["_w"]
    assert unredacted("def load(p):\n    return open(p, 'rb').read()") == []


def test_every_place_that_stays_is_still_there():
    for known in STAYS:
        path, _, function = known.partition(":")
        assert (ROOT / "kbtui" / path).exists(), known
        assert not function or function in (ROOT / "kbtui" / path).read_text()
