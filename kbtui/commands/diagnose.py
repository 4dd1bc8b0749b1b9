"""`kbtui diagnose`: what a person sees, to ranked causes, why, and the next step."""

from __future__ import annotations

from argparse import Namespace

import msgspec

from kbtui.commands import inputs, looking
from kbtui.engine import Engine, Request
from kbtui.errors import InputError


def run(args: Namespace) -> int:
    """0 answered or healthy, 1 nothing matched, 3 where a look that failed could still change the answer."""
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
        from kbtui.commands import answer

        answer.diagnosis(found, zh=inputs.chinese(args.lang))
    if found.causes or found.at_once or found.healthy:
        return 0
    return 1 if request.look is None or request.look.complete else 3


def build_request(args: Namespace, engine: Engine) -> Request:
    """The request that the arguments spell. InputError for what cannot be used."""
    text = " ".join(args.text)
    if text.strip() == "-":
        text = inputs.stdin_text()
    request = Request(
        text=text,
        facts=inputs.parse_sets(args.sets),
        here=args.here,
        answers=inputs.parse_answers(args.answers, engine.knowledge),
        closed=inputs.check_ids(args.tried, engine.knowledge),
        withdrawn=frozenset(args.withdraw),
    )
    if args.files:
        add_files(request, args.files, engine)
    empty = not (request.text.strip() or request.facts or request.answers or request.hits)
    if empty and (args.source == "none" or args.no_live):
        raise InputError('say what you see: kbtui diagnose "...", -f FILE, or - for standard input')
    _look(request, args, engine)
    return request


def _look(request: Request, args: Namespace, engine: Engine) -> None:
    """See the machine: all of it where nothing was said, else what can still change the belief."""
    if args.source == "none" or (args.no_live and args.source == "live"):
        return
    if request.logs is not None and args.source == "live" and not args.here:
        request.notes.append("This machine was not looked at: the logs of a run come from many. --here looks.")
        return
    facts = looking.wanted(engine, request) if request.text.strip() and args.source == "live" else None
    request.look, request.machine = looking.take(args, facts, request.text)
    if not request.text.strip():
        request.goals = []


def add_files(request: Request, given: list[str], engine: Engine) -> None:
    """A small file is a pasted page; a large or packed one is scanned in a child process, its head and tail read. Several
    are the logs of one run: the first failure is told apart from what followed."""
    from kbtui.diagnosis import ranks
    from kbtui.kb import scan

    paths = ranks.expand(given)
    found: ranks.Ranks | scan.LogText
    if len(paths) > 1:
        found = ranks.read_logs(paths, engine.signs())
        request.logs, request.facts = found.told, [*found.facts, *request.facts]
    else:
        found = scan.read_log(paths[0], engine.signs(), inputs.MAX_PASTE)
    request.text = "\n".join(t for t in (request.text, found.text) if t)
    request.hits = found.hits
    request.notes += found.notes
