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
    if args.edit:
        text = _edited(text)
    alike, mistakes = submit.alike(engine, text), submit.check(text, submit.world_of(engine))
    path = None if args.only_print else submit.write(text, _folder(args.to))
    if path:  # the file lacks the line that named it
        mistakes = [msgspec.structs.replace(m, line=max(1, m.line - 1)) for m in mistakes]
    _print(args, engine, text, path, alike, mistakes)
    return 1 if any(m.level == "error" for m in mistakes) else 0


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
        print(
            f"next: edit it, then `kbtui lint {args.to or path.parents[2]}` and `kbtui test {path.stem}`",
            file=sys.stderr,
        )
