"""Every command's arguments, in one place: what `--help` teaches and what completion offers."""

from __future__ import annotations

import os
from argparse import REMAINDER, ArgumentParser, RawDescriptionHelpFormatter

from kbtui import __version__

COMMANDS = {
    "diagnose": "ranked causes of what you see, why, and the next step",
    "check": "is this machine what a goal requires; if not, why, and what to do",
    "changes": "what changed on this machine, the change that could explain the trouble first",
    "run": "run a job; when it fails, say why, with its output and the machine of that second",
    "search": "nodes that match words, English or Chinese, typos forgiven",
    "show": "one node whole: what it is, evidence, fixes, what leads here",
    "facts": "what is known of a machine: every fact with its state, origin and raw text",
    "collect": "what this machine answers, redacted, in one file for another kbtui",
    "demo": "the story that kbtui began with, on recorded machines: no GPU, network or root needed",
    "case": "list, show, resume, replay and answer saved cases",
    "graph": "the graph or a node's neighbourhood as Mermaid, DOT or GraphML",
    "new": "a new node: from words or from a case to a checked file of your own pack",
    "serve": "the same screens in a browser, on this machine only; steps are copied there, never run",
    "lint": "every mistake of the packs' files, with line and column",
    "test": "the nodes' own tests, run against the whole pack",
    "schema": "the JSON Schema of node files, for editors",
    "trust": "record that you reviewed a pack",
    "completion": "shell completion for bash, zsh or tcsh",
}

EXAMPLES = {
    "": """\
on a terminal, `kbtui` and `kbtui "what you see"` open the screens (--lang en|zh); in a pipe they print
examples:
  kbtui "after I installed the nvidia driver and rebooted, only a black screen with a cursor"
  kbtui diagnose -f train.log
  dmesg | kbtui diagnose -
  kbtui search xid 79
  kbtui show secure-boot-unsigned-module
""",
    "diagnose": """\
examples:
  kbtui diagnose "modprobe: ERROR: could not insert 'nvidia': Key was rejected by service"
  kbtui diagnose -f train.log --json
  nvidia-smi 2>&1 | kbtui diagnose -
  kbtui diagnose "nvidia-smi finds no devices" --set gpu.model="RTX 5090" --set driver.flavour=proprietary
  kbtui diagnose "X does not start" --answer driver-mok-screen-left=no --save
exit codes: 0 answered or healthy, 1 nothing matched, 2 bad usage or input, 3 a look that failed could change the answer
""",
    "check": """\
examples:
  kbtui check
  kbtui check train-pytorch --json
  kbtui check --from nvidia-bug-report.log.gz
exit codes: 0 healthy, 1 not, 2 bad usage or input, 3 it could not be told
""",
    "changes": """\
examples:
  kbtui changes
  kbtui changes --since "3 days ago"
  kbtui changes --since last-healthy
  kbtui changes --from /mnt --json
""",
    "run": """\
examples:
  kbtui run -- python train.py --epochs 10
  kbtui run -- torchrun --nproc-per-node 4 train.py > train.log
The job's terminal, signals and exit code are passed through; the diagnosis goes to standard error.
exit codes: the job's own; 126 it may not be run, 127 there is no such command
""",
    "search": "examples:\n  kbtui search tiemout nccl\n  kbtui search 显存不足\n",
    "show": "examples:\n  kbtui show nouveau-conflict\n  kbtui show nouveau-conflict --why\n",
    "facts": "examples:\n  kbtui facts\n  kbtui facts driver.version\n  kbtui facts --catalogue\n"
    "  nvidia-smi | kbtui facts --from -\n",
    "collect": "examples:\n  kbtui collect -o bundle.tar.gz\n  kbtui collect --script > collect.sh\n"
    "  kbtui collect --from look.txt -o bundle.tar.gz\n",
    "demo": "examples:\n  kbtui demo\n  kbtui demo 4\n  kbtui demo --list\n  kbtui demo no-x --lang zh | less\n",
    "case": "examples:\n  kbtui case list\n  kbtui case answer CASE driver-mok-screen-left=yes\n  kbtui case replay CASE --json\n",
    "graph": "examples:\n  kbtui graph nvidia-module-not-loaded --format mermaid\n  kbtui graph --format graphml -o kbtui.graphml\n",
    "new": "examples:\n  kbtui new --from-case CASE\n  kbtui new --from-case CASE --print > draft.yaml\n"
    '  kbtui new "foodrv: Failed to map the BAR" --to .kbtui --edit\n'
    "exit codes: 0 written without a mistake, 1 lint found mistakes, 2 bad usage or input\n",
    "serve": "examples:\n  kbtui serve\n  kbtui serve --port 8080 --lang zh\n",
    "lint": "examples:\n  kbtui lint\n  kbtui lint ./my-pack --format json\n",
    "test": "examples:\n  kbtui test\n  kbtui test nouveau-conflict\n",
    "completion": "example:\n  kbtui completion bash > ~/.local/share/bash-completion/completions/kbtui\n",
}


class _Help(RawDescriptionHelpFormatter):
    """As wide as the terminal. argparse asks for a formatter with every argument, and its own finds the width by a module
    that takes longer to import than all of it."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=_columns() - 2)


def _columns() -> int:
    try:
        return int(os.environ.get("COLUMNS", "")) or 80
    except ValueError:
        pass
    try:
        return os.get_terminal_size().columns or 80
    except OSError:
        return 80


def parser(only: str = "") -> ArgumentParser:
    """The whole parser, or that of one command: building the others would cost as much as the search."""
    top = ArgumentParser(
        prog="kbtui",
        formatter_class=_Help,
        epilog=EXAMPLES[""],
        description="From what you see on a broken GPU machine to the cause, the fix and what to learn.",
    )
    top.add_argument("--version", action="version", version=f"kbtui {__version__}")
    commands = top.add_subparsers(dest="command", metavar="COMMAND", prog="kbtui")
    made = {
        name: commands.add_parser(
            name,
            help=text,
            description=text[0].upper() + text[1:] + ".",
            formatter_class=_Help,
            epilog=EXAMPLES.get(name, ""),
        )
        for name, text in COMMANDS.items()
        if only in ("", name)
    }
    for name, add in _ADD.items():
        if name in made:
            add(made[name])
    return top


def _json(p: ArgumentParser) -> None:
    p.add_argument("--json", action="store_true", help="print one JSON object (docs/json.md)")


def _language(p: ArgumentParser) -> None:
    p.add_argument("--lang", choices=("en", "zh"), help="language of titles and steps; left out: $LANG decides")


def _machine(p: ArgumentParser) -> None:
    p.add_argument(
        "--from",
        dest="source",
        metavar="SOURCE",
        default="live",
        help="what to look at: live (this machine, the default), none (the empty machine), or evidence taken elsewhere:"
        " a bundle, an nvidia-bug-report, a sosreport, a mounted disk, a file of pasted output, - for standard input",
    )
    p.add_argument(
        "--set",
        dest="sets",
        action="append",
        default=[],
        metavar="FACT=VALUE",
        help="what you know of the machine; lies over everything else (repeat it)",
    )


def _live(p: ArgumentParser) -> None:
    p.add_argument("--no-live", action="store_true", help="look at no machine: the text and --set alone")
    p.add_argument("--here", action="store_true", help="the text is about this machine, whatever it says")
    p.add_argument(
        "--pid", type=int, metavar="PID", help="look as this running process does: its environment and limits"
    )
    p.add_argument("--python", metavar="PATH", help="the Python whose frameworks count; left out: the active one")


def _check(p: ArgumentParser) -> None:
    p.add_argument("goal", nargs="?", help="left out: a usable GPU, and every framework that is installed")
    _machine(p)
    p.add_argument(
        "--pid", type=int, metavar="PID", help="look as this running process does: its environment and limits"
    )
    p.add_argument("--python", metavar="PATH", help="the Python whose frameworks count; left out: the active one")
    _language(p)
    _json(p)


def _diagnose(p: ArgumentParser) -> None:
    p.add_argument("text", nargs="*", help="what you see; - reads standard input")
    p.add_argument("-f", "--file", metavar="FILE", help="a log or a pasted page; .gz and .zst are read as they are")
    _machine(p)
    p.add_argument(
        "--answer",
        dest="answers",
        action="append",
        default=[],
        metavar="QUESTION=yes|no|unknown",
        help="the answer to a question (repeat it)",
    )
    p.add_argument(
        "--tried",
        action="append",
        default=[],
        metavar="CAUSE",
        help="a cause whose fix was tried and did not help (repeat it)",
    )
    p.add_argument(
        "--withdraw", action="append", default=[], metavar="FACT", help="a fact that you do not believe (repeat it)"
    )
    _live(p)
    p.add_argument("--save", action="store_true", help="keep it as a case")
    _language(p)
    _json(p)


def _changes(p: ArgumentParser) -> None:
    p.add_argument(
        "--since",
        metavar="WHEN",
        help='when it still worked: a date, "yesterday", "3 days ago", or last-healthy (the last good `kbtui check`)',
    )
    p.add_argument(
        "--from",
        dest="source",
        metavar="SOURCE",
        default="live",
        help="what to look at: live (this machine, the default) or evidence taken elsewhere: a bundle, an"
        " nvidia-bug-report, a sosreport, a mounted disk",
    )
    _json(p)


def _run(p: ArgumentParser) -> None:
    p.add_argument("--no-live", action="store_true", help="look at no machine: diagnose the output alone")
    p.add_argument("--python", metavar="PATH", help="the Python whose frameworks count; left out: the active one")
    _language(p)
    _json(p)
    p.add_argument("argv", nargs=REMAINDER, metavar="-- CMD", help="the job and its arguments")
    p.set_defaults(source="live", pid=None)


def _search(p: ArgumentParser) -> None:
    p.add_argument("words", nargs="+")
    p.add_argument("--limit", type=int, default=10)
    _language(p)
    _json(p)


def _show(p: ArgumentParser) -> None:
    p.add_argument("id")
    p.add_argument("--why", action="store_true", help="which pack and file it comes from, and its hash")
    _language(p)
    _json(p)


def _facts(p: ArgumentParser) -> None:
    p.add_argument("name", nargs="?", help="one fact, by its name or an alias")
    p.add_argument("--catalogue", action="store_true", help="every fact that there is, and what it means")
    p.add_argument("--commands", action="store_true", help="everything that could ever be run or read, by probe")
    _machine(p)
    _json(p)


def _collect(p: ArgumentParser) -> None:
    p.add_argument("-o", "--output", metavar="BUNDLE", help="the file to write, a .tar.gz")
    p.add_argument(
        "--script", action="store_true", help="print a POSIX sh collector for a machine whose Python is the problem"
    )
    p.add_argument(
        "--from", dest="source", metavar="SOURCE", default="live", help="what to look at; left out: this machine"
    )
    p.add_argument("--pid", type=int, metavar="PID", help="look as this running process does")
    p.add_argument("--python", metavar="PATH", help="the Python whose frameworks count; left out: the active one")
    _json(p)


def _demo(p: ArgumentParser) -> None:
    p.add_argument("stage", nargs="?", metavar="STAGE", help="a stage's number or name; left out: the first")
    p.add_argument("--list", action="store_true", help="the stages")
    _language(p)
    _json(p)


def _case(p: ArgumentParser) -> None:
    p.add_argument("action", choices=("list", "show", "resume", "replay", "answer", "export"))
    p.add_argument("case", nargs="?", help="the case's id, or the beginning of it")
    p.add_argument(
        "values",
        nargs="*",
        metavar="QUESTION=ANSWER | CAUSE=helped|did-not-help|made-worse",
        help="for answer: what you found out or tried",
    )
    p.add_argument("--set", dest="sets", action="append", default=[], metavar="FACT=VALUE")
    _language(p)
    _json(p)


def _graph(p: ArgumentParser) -> None:
    p.add_argument("id", nargs="?", help="a problem; left out: the whole graph")
    p.add_argument("--format", choices=("mermaid", "dot", "graphml"), default="mermaid")
    p.add_argument("--depth", type=int, default=2, help="steps away from the problem")
    p.add_argument("-o", "--output", metavar="FILE")


def _new(p: ArgumentParser) -> None:
    p.add_argument("title", nargs="*", help="what goes wrong, in a few words; left out: taken from the case")
    p.add_argument("--from-case", metavar="CASE", help="the case that it is about: its id, or the beginning of it")
    p.add_argument(
        "--to", metavar="FOLDER", help="the pack that it goes into; left out: the project's .kbtui/, else your own"
    )
    p.add_argument("--print", action="store_true", dest="only_print", help="print the draft and write nothing")
    p.add_argument("--edit", action="store_true", help="open $EDITOR on the draft before it is written")
    _json(p)


def _serve(p: ArgumentParser) -> None:
    p.add_argument("text", nargs="*", help="what you see; left out: the screens begin with the question")
    p.add_argument("--port", type=int, default=8000, help="left out: 8000")
    _language(p)


def _lint(p: ArgumentParser) -> None:
    p.add_argument("packs", nargs="*", metavar="FOLDER", help="packs to check; left out: those in force")
    p.add_argument("--census", action="store_true", help="what the packs hold by area, and what is lacking")
    p.add_argument("--format", choices=("text", "json", "github"), default="text")


def _test(p: ArgumentParser) -> None:
    p.add_argument("ids", nargs="*", help="only these nodes")
    p.add_argument("--mutate", action="store_true", help="remove each piece of evidence in turn: does a test notice?")
    _json(p)


def _schema(p: ArgumentParser) -> None:
    p.add_argument(
        "kind", nargs="?", default="problem", choices=("problem", "question", "concept", "goal", "table", "probe")
    )


def _trust(p: ArgumentParser) -> None:
    p.add_argument("folder")


def _completion(p: ArgumentParser) -> None:
    p.add_argument("shell", choices=("bash", "zsh", "tcsh"))


_ADD = {
    "diagnose": _diagnose,
    "check": _check,
    "changes": _changes,
    "run": _run,
    "search": _search,
    "show": _show,
    "facts": _facts,
    "collect": _collect,
    "demo": _demo,
    "case": _case,
    "graph": _graph,
    "new": _new,
    "serve": _serve,
    "lint": _lint,
    "test": _test,
    "schema": _schema,
    "trust": _trust,
    "completion": _completion,
}
