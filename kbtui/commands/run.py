"""`kbtui run -- CMD`: run a job untouched; when it fails, say why, with its output and the machine of that second."""

from __future__ import annotations

import contextlib
import signal
import sys
from argparse import Namespace

import msgspec

from kbtui.commands import inputs
from kbtui.errors import InputError, KbtuiError

_SHELLS_WORDS = {
    signal.SIGSEGV: "Segmentation fault (core dumped)",
    signal.SIGABRT: "Aborted (core dumped)",
    signal.SIGBUS: "Bus error (core dumped)",
    signal.SIGFPE: "Floating point exception (core dumped)",
    signal.SIGILL: "Illegal instruction (core dumped)",
    signal.SIGKILL: "Killed",
}
"""What a shell would have printed of a job that a signal ended: it is part of what the person sees."""
_ASKED_FOR = (signal.SIGINT, signal.SIGQUIT, signal.SIGPIPE)
"""The person pressed a key, or nobody reads on: nothing is wrong."""


def run(args: Namespace) -> int:
    """The job's own exit code; 127 where there is no such command, 126 where it may not be run."""
    from kbtui.machine.live import job

    argv = args.argv[1:] if args.argv[:1] == ["--"] else args.argv
    if not argv:
        raise InputError("say what to run: kbtui run -- python train.py")
    sys.stdout.flush()
    try:
        ended = job.run(argv)
    except FileNotFoundError:
        print(f"kbtui: {argv[0]}: command not found", file=sys.stderr)
        return 127
    except OSError as error:
        print(f"kbtui: {argv[0]}: {error.strerror or error}", file=sys.stderr)
        return 126
    if ended.code == 0 or ended.code - 128 in _ASKED_FOR or ended.passed_on:
        return ended.code
    try:
        with contextlib.redirect_stdout(sys.stderr):
            _explain(args, ended)
    except KbtuiError as error:
        print(f"kbtui: {error}", file=sys.stderr)
    except KeyboardInterrupt:
        pass
    except BrokenPipeError:
        sys.stderr = None
    return ended.code


def text_of(output: bytes, ended_by: int = 0) -> str:
    """A job's output as a person saw it last: of a line that was written over and over, its last state."""
    text = output.decode("utf-8", "replace").replace("\r\n", "\n")
    lines = [line.rstrip("\r").rpartition("\r")[2] for line in text.split("\n")]
    said = _SHELLS_WORDS.get(signal.Signals(ended_by), "") if ended_by else ""
    return "\n".join(lines).rstrip("\n") + (f"\n{said}\n" if said else "\n" if text.strip() else "")


def _explain(args: Namespace, ended: object) -> None:
    """Look at the machine, diagnose, and print it on what is standard output now."""
    from kbtui.commands import answer, looking
    from kbtui.engine import Engine, Request
    from kbtui.machine.live.job import Ended

    assert isinstance(ended, Ended)
    how = f"ended by {signal.Signals(ended.signal).name}" if ended.signal else f"ended with exit code {ended.code}"
    print(f"\nkbtui: the job {how}", flush=True)
    engine = Engine.open()
    request = Request(text=text_of(ended.output, ended.signal), here=True)
    if not request.text.strip():
        request.goals = []
    facts = looking.wanted(engine, request) if request.text.strip() else None
    request.look, request.machine = looking.take(args, facts)
    found = engine.diagnose(request)
    if args.json:
        print(msgspec.json.encode(found).decode())
    else:
        answer.diagnosis(found, zh=inputs.chinese(args.lang))
