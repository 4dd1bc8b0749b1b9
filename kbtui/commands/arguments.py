"""Every command's arguments, in one place: what `--help` teaches and what completion offers."""

from __future__ import annotations

import os
from argparse import REMAINDER, ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Callable

from kbtui import __version__
from kbtui.commands.examples import EXAMPLES

COMMANDS = {
    "diagnose": "ranked causes of what you see, why, and the next step",
    "check": "is this machine what a goal requires; if not, why, and what to do",
    "fleet": "many machines at once: grouped by cause, and what differs between nodes that should be alike",
    "plan": "before you buy or install: do the parts fit, what to install in which order, does the model fit",
    "changes": "what changed on this machine, the change that could explain the trouble first",
    "run": "run a job; when it fails, say why, with its output and the machine of that second",
    "search": "nodes that match words, English or Chinese, typos forgiven",
    "show": "one node whole: what it is, evidence, fixes, what leads here",
    "facts": "what is known of a machine: every fact with its state, origin and raw text",
    "collect": "what this machine answers, redacted, in one file for another kbtui",
    "demo": "the story that kbtui began with, on recorded machines: no GPU, network or root needed",
    "case": "list, show, resume, replay and answer saved cases",
    "report": "a case, or many, as a learning path: Markdown, one HTML file or JSON",
    "handoff": "half a page for who can go on: an administrator, a forum, the vendor; redacted",
    "graph": "the graph or a node's neighbourhood as Mermaid, DOT or GraphML",
    "pages": "every node as a Markdown page with the graph around it, for a site",
    "new": "a new node: from words or from a case to a checked file of your own pack",
    "serve": "the same screens in a browser, on this machine only; steps are copied there, never run",
    "mcp": "search, show, diagnose, facts, check, plan and the next step for an agent of your own (MCP), read-only",
    "lint": "every mistake of the packs' files, with line and column",
    "test": "the nodes' own tests, run against the whole pack",
    "schema": "the JSON Schema of node files, for editors",
    "trust": "show what a pack would run, and record that you reviewed it",
    "pack": "begin, add, list, update and remove packs: folders and git repositories",
    "diff": "what a change of a pack does to diagnoses, against an earlier revision",
    "learn": "what closed cases teach: counts that move priors, times and how often a fix helps",
    "share": "put a case and a draft of its node into the site's inbox, redacted",
    "inbox": "for its keeper: shared cases grouped by look-alike; accept, merge or ask back",
    "completion": "shell completion for bash, zsh or tcsh",
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
    from kbtui.commands import check_arguments

    p.add_argument("goal", nargs="?", help="left out: a usable GPU, and every framework that is installed")
    _machine(p)
    p.add_argument(
        "--pid", type=int, metavar="PID", help="look as this running process does: its environment and limits"
    )
    p.add_argument("--python", metavar="PATH", help="the Python whose frameworks count; left out: the active one")
    check_arguments.add(p)
    _language(p)
    _json(p)


def _diagnose(p: ArgumentParser) -> None:
    p.add_argument("text", nargs="*", help="what you see; - reads standard input")
    p.add_argument(
        "-f",
        "--file",
        dest="files",
        action="append",
        default=[],
        metavar="FILE",
        help="a log or a pasted page, .gz and .zst too; the logs of several ranks (repeat it, a folder, or 'rank*.log')"
        " are ordered in time: who failed first, and what only followed",
    )
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


def _of_team(command: str) -> Callable[[ArgumentParser], None]:
    def add(p: ArgumentParser) -> None:
        from kbtui.commands import team_arguments

        team_arguments.ADD[command](p)

    return add


def _fleet(p: ArgumentParser) -> None:
    from kbtui.commands import fleet_arguments

    fleet_arguments.add(p)


def _plan(p: ArgumentParser) -> None:
    from kbtui.commands import plan_arguments

    _machine(p)
    plan_arguments.add(p)


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
    p.add_argument("-o", "--output", metavar="BUNDLE", help="the file to write, a .tar.gz; - is standard output")
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
    p.add_argument("--calm", action="store_true", help="the screens for a slow line: they update once a second")
    _language(p)
    _json(p)


def _case(p: ArgumentParser) -> None:
    p.add_argument("action", choices=("list", "show", "resume", "replay", "answer", "export"))
    p.add_argument("case", nargs="?", help="the case's id, or the beginning of it")
    p.add_argument(
        "values",
        nargs="*",
        metavar="QUESTION=ANSWER | CAUSE[/FIX]=helped|did-not-help|made-worse",
        help="for answer: what you found out or tried; FIX: its number in CAUSE, left out: the one that was advised",
    )
    p.add_argument("--set", dest="sets", action="append", default=[], metavar="FACT=VALUE")
    _language(p)
    _json(p)


def _report(p: ArgumentParser) -> None:
    p.add_argument("case", nargs="?", help="the case's id, or the beginning of it")
    p.add_argument("--since", metavar="DATE", help="all cases since then: what broke, what it cost, what to learn")
    p.add_argument(
        "--format",
        choices=("md", "html", "json", "mermaid", "graphml"),
        default="md",
        help="left out: md; mermaid and graphml are the drawing alone",
    )
    p.add_argument("-o", "--output", metavar="FILE")
    _language(p)


def _handoff(p: ArgumentParser) -> None:
    p.add_argument("case", help="the case's id, or the beginning of it")
    p.add_argument("--to", choices=("admin", "forum", "vendor"), required=True, help="who is to read it")
    p.add_argument("-o", "--output", metavar="FILE")
    _language(p)


def _graph(p: ArgumentParser) -> None:
    p.add_argument("id", nargs="?", help="a problem; left out: the whole graph")
    p.add_argument("--format", choices=("mermaid", "dot", "graphml"), default="mermaid")
    p.add_argument("--depth", type=int, default=2, help="steps away from the problem")
    p.add_argument("-o", "--output", metavar="FILE")


def _pages(p: ArgumentParser) -> None:
    p.add_argument(
        "folder", metavar="FOLDER", help="where they go: a new folder, or one that this command wrote before"
    )
    p.add_argument("--docs", metavar="FOLDER", help="hand-written pages and their pictures, laid beside them")


def _serve(p: ArgumentParser) -> None:
    p.add_argument("text", nargs="*", help="what you see; left out: the screens begin with the question")
    p.add_argument("--port", type=int, default=8000, help="left out: 8000")
    _language(p)


def _mcp(p: ArgumentParser) -> None:
    p.add_argument("--no-live", action="store_true", help="the agent cannot have this machine looked at")
    p.add_argument("--files", action="store_true", help="the agent may name log files, all that you can read")
    p.add_argument("--keep-names", action="store_true", help="people and hosts are named; secrets stay masked")


def _lint(p: ArgumentParser) -> None:
    p.add_argument("packs", nargs="*", metavar="FOLDER", help="packs to check; left out: those in force")
    p.add_argument("--census", action="store_true", help="what the packs hold by area, and what is lacking")
    p.add_argument("--format", choices=("text", "json", "github"), default="text")


def _test(p: ArgumentParser) -> None:
    p.add_argument("ids", nargs="*", help="only these nodes")
    p.add_argument("--pack", metavar="FOLDER", help="the tests of this pack's nodes, laid over the shipped one")
    p.add_argument("--mutate", action="store_true", help="remove each piece of evidence in turn: does a test notice?")
    _json(p)


def _schema(p: ArgumentParser) -> None:
    p.add_argument(
        "kind", nargs="?", default="problem", choices=("problem", "question", "concept", "goal", "table", "probe")
    )


def _completion(p: ArgumentParser) -> None:
    p.add_argument("shell", choices=("bash", "zsh", "tcsh"))


_ADD = {
    "diagnose": _diagnose,
    "check": _check,
    "fleet": _fleet,
    "plan": _plan,
    "changes": _changes,
    "run": _run,
    "search": _search,
    "show": _show,
    "facts": _facts,
    "collect": _collect,
    "demo": _demo,
    "case": _case,
    "report": _report,
    "handoff": _handoff,
    "graph": _graph,
    "pages": _pages,
    "new": _of_team("new"),
    "mcp": _mcp,
    "serve": _serve,
    "lint": _lint,
    "test": _test,
    "schema": _schema,
    "trust": _of_team("trust"),
    "pack": _of_team("pack"),
    "diff": _of_team("diff"),
    "learn": _of_team("learn"),
    "share": _of_team("share"),
    "inbox": _of_team("inbox"),
    "completion": _completion,
}
