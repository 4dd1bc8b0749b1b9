"""`kbtui new`: a draft from words or a case, its look-alikes, its mistakes, and one file in the person's own pack."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from argparse import Namespace
from pathlib import Path

import msgspec

from kbtui.authoring import draft, submit
from kbtui.commands import inputs, screen
from kbtui.diagnosis import case
from kbtui.diagnosis.elsewhere import redactor_for
from kbtui.engine import Engine, to_request
from kbtui.errors import InputError
from kbtui.kb.mistakes import Mistake
from kbtui.kb.search import Match
from kbtui.team import git


def run(args: Namespace) -> int:
    """0 written without a mistake, 1 lint found mistakes."""
    title = " ".join(args.title)
    if not title and not args.from_case:
        raise InputError(
            "say what goes wrong, or which case it is about: kbtui new --from-case CASE (`kbtui case list`)"
        )
    engine = Engine.open()
    state = case.load(case.path_of(args.from_case)) if args.from_case else case.State(id="", text=title)
    seen = draft.look_at(engine, state, to_request(state))
    text = draft.from_case(engine, seen, redactor_for(state.text, seen.facts), title)
    alike = submit.alike(engine, text)
    into = args.extend or _asked(engine, args, alike)
    text = submit.addition(engine.knowledge, text, into) if into else text
    if args.edit:
        text = _edited(text)
    mistakes = submit.check(text, submit.world_of(engine))
    path = None if args.only_print else submit.write(text, _folder(args.to))
    if path:  # the file lacks the line that named it
        mistakes = [msgspec.structs.replace(m, line=max(1, m.line - 1)) for m in mistakes]
    _print(args, engine, text, path, [] if into else alike, mistakes)
    wrong = any(m.level == "error" for m in mistakes)
    if path and args.commit:
        print("not committed: it has mistakes" if wrong else _commit(path), file=sys.stderr)
    return 1 if wrong else 0


def _asked(engine: Engine, args: Namespace, alike: list[Match]) -> str:
    """Look-alikes come first, where somebody is there to say: the one to add to, or "" for a new node."""
    if args.json or args.only_print or not alike or not (sys.stdin.isatty() and sys.stdout.isatty()):
        return ""
    print("is it one of these? (kbtui show ID)")
    for number, match in enumerate(alike, 1):
        print(screen.clean(f"  {number}  {match.id}  {engine.title(match.id, zh=False)}"))
    try:
        said = input("its number to add to it, enter for a new node: ").strip()
    except EOFError:
        said = ""
    return alike[int(said) - 1].id if said.isdecimal() and 0 < int(said) <= len(alike) else ""


def _commit(path: Path) -> str:
    """The new file alone, under its id."""
    git.git("add", "--", path.name, at=path.parent)
    git.git("commit", "--quiet", "--only", "-m", path.stem, "--", path.name, at=path.parent)
    return f"committed {path.stem} as {git.line('rev-parse', '--short', 'HEAD', at=path.parent)}"


def _diff(path: Path) -> list[str]:
    """The new file as git would show it; nothing outside a repository."""
    top = git.top(path.parent)
    if top is None:
        return []
    name = path.resolve().relative_to(top.resolve()).as_posix()
    return [f"+++ {name}", *(f"+{line}" for line in path.read_text(encoding="utf-8").splitlines())]


def _folder(named: str | None) -> Path:
    if not named:
        return submit.folders()[0]
    folder = Path(named).expanduser()
    if folder.exists() and not folder.is_dir():
        raise InputError(f"{named} is not a folder")
    return folder


def _edited(text: str) -> str:
    words = submit.editor()
    if not words:
        raise InputError("--edit needs your editor in $EDITOR")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "draft.yaml"
        file.write_text(text, encoding="utf-8")
        try:
            subprocess.run([*words, str(file)], check=False)
        except OSError as error:
            raise InputError(f"{words[0]} cannot be run: {error.strerror}") from error
        return inputs.read_text_file(str(file))


def _print(
    args: Namespace, engine: Engine, text: str, path: Path | None, alike: list[Match], mistakes: list[Mistake]
) -> None:
    if args.json:
        out = {
            "schema": "kbtui.new/1",
            "file": str(path) if path else None,
            "draft": text,
            "alike": [{"id": m.id, "title": m.title, "score": round(m.score, 3)} for m in alike],
            "mistakes": mistakes,
        }
        print(msgspec.json.encode(out).decode())
        return
    if alike:
        print("is it one of these? (kbtui show ID)", file=sys.stderr)
        for match in alike:
            print(screen.clean(f"  {match.id}  {engine.title(match.id, zh=False)}"), file=sys.stderr)
    for mistake in mistakes:
        print(screen.clean(str(mistake)), file=sys.stderr)
    if path is None:
        print(text, end="")
    else:
        print(path)
        where = args.to or path.parents[2]
        for line in _diff(path):
            print(screen.clean(line), file=sys.stderr)
        print(
            f"next: edit it, then `kbtui lint {where}` and `kbtui test --pack {where}`",
            file=sys.stderr,
        )
