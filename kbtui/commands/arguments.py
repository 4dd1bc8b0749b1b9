"""Every command's arguments, in one place: what `--help` teaches and what completion offers."""

from __future__ import annotations

from argparse import ArgumentParser, RawDescriptionHelpFormatter

from kbtui import __version__

COMMANDS = {
    "diagnose": "ranked causes of what you see, why, and the next step",
    "search": "nodes that match words, English or Chinese, typos forgiven",
    "show": "one node whole: what it is, evidence, fixes, what leads here",
    "facts": "the catalogue of facts, or what a text says of a machine",
    "case": "list, show, resume, replay and answer saved cases",
    "graph": "the graph or a node's neighbourhood as Mermaid, DOT or GraphML",
    "lint": "every mistake of the packs' files, with line and column",
    "test": "the nodes' own tests, run against the whole pack",
    "schema": "the JSON Schema of node files, for editors",
    "trust": "record that you reviewed a pack",
    "completion": "shell completion for bash, zsh or tcsh",
}

EXAMPLES = {
    "": """\
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
exit codes: 0 answered, 1 nothing matched, 2 bad usage or input
""",
    "search": "examples:\n  kbtui search tiemout nccl\n  kbtui search 显存不足\n",
    "show": "examples:\n  kbtui show nouveau-conflict\n  kbtui show nouveau-conflict --why\n",
    "facts": "examples:\n  kbtui facts\n  kbtui facts driver.version\n  nvidia-smi | kbtui facts --from -\n",
    "case": "examples:\n  kbtui case list\n  kbtui case answer CASE driver-mok-screen-left=yes\n  kbtui case replay CASE --json\n",
    "graph": "examples:\n  kbtui graph nvidia-module-not-loaded --format mermaid\n  kbtui graph --format graphml -o kbtui.graphml\n",
    "lint": "examples:\n  kbtui lint\n  kbtui lint ./my-pack --format json\n",
    "test": "examples:\n  kbtui test\n  kbtui test nouveau-conflict\n",
    "completion": "example:\n  kbtui completion bash > ~/.local/share/bash-completion/completions/kbtui\n",
}


def parser() -> ArgumentParser:
    """The whole parser."""
    top = ArgumentParser(
        prog="kbtui",
        formatter_class=RawDescriptionHelpFormatter,
        epilog=EXAMPLES[""],
        description="From what you see on a broken GPU machine to the cause, the fix and what to learn.",
    )
    top.add_argument("--version", action="version", version=f"kbtui {__version__}")
    commands = top.add_subparsers(dest="command", metavar="COMMAND")
    made = {
        name: commands.add_parser(
            name,
            help=text,
            description=text[0].upper() + text[1:] + ".",
            formatter_class=RawDescriptionHelpFormatter,
            epilog=EXAMPLES.get(name, ""),
        )
        for name, text in COMMANDS.items()
    }
    for name, add in _ADD.items():
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
        default="none",
        help="where facts come from: none (the empty machine), a file of pasted output, or - for standard input",
    )
    p.add_argument(
        "--set",
        dest="sets",
        action="append",
        default=[],
        metavar="FACT=VALUE",
        help="what you know of the machine; lies over everything else (repeat it)",
    )


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
    p.add_argument("--no-live", action="store_true", help="look at no machine: the text and --set alone")
    p.add_argument("--save", action="store_true", help="keep it as a case")
    _language(p)
    _json(p)


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
    _machine(p)
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


def _lint(p: ArgumentParser) -> None:
    p.add_argument("packs", nargs="*", metavar="FOLDER", help="packs to check; left out: those in force")
    p.add_argument("--format", choices=("text", "json", "github"), default="text")


def _test(p: ArgumentParser) -> None:
    p.add_argument("ids", nargs="*", help="only these nodes")
    _json(p)


def _schema(p: ArgumentParser) -> None:
    p.add_argument("kind", nargs="?", default="problem", choices=("problem", "question", "concept", "goal", "table"))


def _trust(p: ArgumentParser) -> None:
    p.add_argument("folder")


def _completion(p: ArgumentParser) -> None:
    p.add_argument("shell", choices=("bash", "zsh", "tcsh"))


_ADD = {
    "diagnose": _diagnose,
    "search": _search,
    "show": _show,
    "facts": _facts,
    "case": _case,
    "graph": _graph,
    "lint": _lint,
    "test": _test,
    "schema": _schema,
    "trust": _trust,
    "completion": _completion,
}
