"""`kbtui diagnose`: what a person sees, to ranked causes, why, and the next step."""

from __future__ import annotations

from argparse import Namespace

import msgspec

from kbtui.commands import inputs, screen
from kbtui.engine import Engine, Request
from kbtui.errors import InputError
from kbtui.machine.facts import Facts


def run(args: Namespace) -> int:
    """0 answered, 1 nothing matched."""
    engine = Engine.open()
    request = build_request(args, engine)
    if args.save:
        from kbtui.commands import case

        found = case.begin(engine, request)
    else:
        found = engine.diagnose(request)
    if args.json:
        print(msgspec.json.encode(found).decode())
    else:
        screen.diagnosis(found, zh=inputs.chinese(args.lang))
    return 0 if found.causes or found.at_once else 1


def build_request(args: Namespace, engine: Engine) -> Request:
    """The request that the arguments spell. InputError for what cannot be used."""
    text = " ".join(args.text)
    if text.strip() == "-":
        text = inputs.stdin_text()
    request = Request(
        text=text,
        facts=[*source_facts(args.source), *inputs.parse_sets(args.sets)],
        answers=inputs.parse_answers(args.answers, engine.knowledge),
        closed=inputs.check_ids(args.tried, engine.knowledge),
        withdrawn=frozenset(args.withdraw),
    )
    if args.file:
        _add_file(request, args.file, engine)
    if not request.text.strip() and not request.facts and not request.answers and not request.hits:
        raise InputError('say what you see: kbtui diagnose "...", -f FILE, or - for standard input')
    return request


def source_facts(source: str) -> Facts:
    """The facts of `--from`: none, a file of pasted output, or - for standard input."""
    from kbtui.machine import text

    if source == "none":
        return Facts()
    said = inputs.stdin_text() if source == "-" else inputs.read_text_file(source)
    facts = text.read(said).store()
    return facts.relabelled("bundle")


def _add_file(request: Request, path: str, engine: Engine) -> None:
    """A small file is a pasted page; a large or packed one is scanned in a child process, its head and tail read."""
    from kbtui.kb import scan

    found = scan.read_log(path, engine.signs(), inputs.MAX_PASTE)
    request.text = "\n".join(t for t in (request.text, found.text) if t)
    request.hits = found.hits
    request.notes += found.notes
