"""`kbtui fleet check`: many machines at once, grouped by cause."""

from __future__ import annotations

import importlib
import os
import signal
import sys
import threading
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

import msgspec

from kbtui.commands import fleet_text, inputs, looking
from kbtui.engine import Engine, Request
from kbtui.errors import InputError
from kbtui.fleet import nodes
from kbtui.fleet.analysts import Work
from kbtui.fleet.check import Told, check, recorded
from kbtui.fleet.judge import Order
from kbtui.fleet.limits import Limits
from kbtui.fleet.result import FleetOut

SLURM_NODES = ("SLURM_JOB_NODELIST", "SLURM_NODELIST")


def run(args: Namespace) -> int:
    """0 all healthy and alike, 1 a fault or a difference, 3 a node could not be judged."""
    nodes.need()
    if args.output and not Path(args.output).parent.is_dir():
        raise InputError(f"{args.output} was not written: there is no folder {Path(args.output).parent}")
    if args.tui:
        return _screens(args)
    engine = Engine.open()
    order = order_of(args, engine)
    stop = threading.Event()
    before = signal.signal(signal.SIGINT, lambda *_: _first_of_two(stop)) if _is_main() else None
    try:
        found = _shown(*begin(args, engine, order, stop))
    finally:
        if before is not None:
            signal.signal(signal.SIGINT, before)
    found.logs = order.logs
    if args.output:
        _export(found, args)
    elif args.format == "json":
        print(msgspec.json.encode(found).decode())
    elif args.format == "md":
        from kbtui.fleet.markdown import markdown

        print(markdown(found, zh=inputs.chinese(args.lang)), end="")
    else:
        fleet_text.show(found, zh=inputs.chinese(args.lang))
    return found.code


def _screens(args: Namespace) -> int:
    """The screens stand to the right of the commands: they are told what to run."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()) or os.environ.get("TERM", "dumb") == "dumb":
        raise InputError("--tui needs a terminal")

    def start(engine: Engine, stop: threading.Event, kept: dict[str, Work]) -> tuple[Order, Iterator[Told], list[str]]:
        order = order_of(args, engine)
        return order, *begin(args, engine, order, stop, kept)

    code: int = importlib.import_module("kbtui.tui.fleets").run(start, args.lang)
    return code


def order_of(args: Namespace, engine: Engine) -> Order:
    """What the nodes are held against. InputError for an unknown goal and for what cannot be read."""
    from kbtui.kb.mistakes import did_you_mean

    known = engine.knowledge.ids("goal")
    for goal in args.goals:
        if goal not in known:
            raise InputError(f"there is no goal {goal!r} ({did_you_mean(goal, known)})")
    request = Request(text=" ".join(args.text))
    if request.text.strip() == "-":
        request.text = inputs.stdin_text()
    if args.files:
        from kbtui.commands.diagnose import add_files

        add_files(request, args.files, engine)
    return Order(
        goals=tuple(args.goals) or Order().goals,
        text=request.text,
        hits=tuple(request.hits) if request.hits is not None else None,
        facts=(*request.facts, *inputs.parse_sets(args.sets)),
        logs=request.logs,
    )


def begin(
    args: Namespace, engine: Engine, order: Order, stop: threading.Event, kept: dict[str, Work] | None = None
) -> tuple[Iterator[Told], list[str]]:
    """The check that the arguments spell, not started yet, and its nodes. `kept` gets what each node answered."""
    if args.source:
        from kbtui.fleet.recorded import recordings

        paths = recordings(args.source)
        if args.nodes:
            wanted = nodes.expand(args.nodes)
            missing = [n for n in wanted if n not in paths]
            if missing:
                raise InputError(f"{args.source} holds no recording of {nodes.fold(missing)}")
            paths = {n: paths[n] for n in wanted}
        return recorded(engine, order, paths, stop, kept), list(paths)
    names = _names(args)
    from kbtui.fleet.fan import Fan

    if args.fanout < 1 or args.deadline <= 0 or args.connect_timeout <= 0:
        raise InputError("--fanout, --deadline and --connect-timeout are above 0")
    limits = Limits(fanout=args.fanout, deadline=args.deadline, connect=args.connect_timeout)
    reached = _reached(engine, order)
    fan = Fan.srun(limits) if args.srun else Fan(limits)
    return check(engine, order, names, fan, limits, reached, stop, kept), names


def _names(args: Namespace) -> list[str]:
    if args.srun and not os.environ.get("SLURM_JOB_ID"):
        raise InputError("--srun works inside a Slurm job: there is no $SLURM_JOB_ID here")
    said = args.nodes or next((os.environ[v] for v in SLURM_NODES if args.srun and os.environ.get(v)), "")
    if not said:
        raise InputError("say which nodes: -w gpu[001-128], -w @slurm:job:ID, --from DIR, or --srun inside a job")
    return nodes.expand(said)


def _reached(engine: Engine, order: Order) -> tuple[str, ...]:
    """The problems that the text points at: what tells them apart is asked of every node first."""
    if not order.text.strip():
        return ()
    request = Request(text=order.text, hits=list(order.hits) if order.hits is not None else None)
    return tuple(looking.reached(engine, request))


def _shown(events: Iterator[Told], names: list[str]) -> FleetOut:
    line = fleet_text.Line(len(names))
    found: FleetOut | None = None
    try:
        for told in events:
            line.show(told, names)
            if isinstance(told.value, FleetOut):
                found = told.value
    finally:
        line.close()
    assert found is not None
    return found


def _export(found: FleetOut, args: Namespace) -> None:
    from kbtui.fleet.export import redacted
    from kbtui.fleet.markdown import markdown
    from kbtui.redaction import Redactor

    leaving = redacted(found, Redactor())
    if args.format == "json" or args.output.endswith(".json"):
        text = msgspec.json.encode(leaving).decode() + "\n"
    else:
        text = markdown(leaving, zh=inputs.chinese(args.lang))
    try:
        Path(args.output).write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputError(f"{args.output} was not written: {error.strerror}") from error
    print(f"{args.output}: {found.count} nodes in {len(found.groups)} groups; names in it are stand-ins")


def _is_main() -> bool:
    return threading.current_thread() is threading.main_thread()


def _first_of_two(stop: threading.Event, frame: FrameType | None = None) -> None:
    """Ctrl-C: what came is kept; a second one ends it at once."""
    if stop.is_set():
        raise KeyboardInterrupt
    stop.set()
