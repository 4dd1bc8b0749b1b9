"""The arguments of `kbtui fleet`."""

from __future__ import annotations

from argparse import ArgumentParser

from kbtui.fleet.limits import Limits


def add(p: ArgumentParser) -> None:
    """What can be done with many machines."""
    actions = p.add_subparsers(dest="action", metavar="ACTION", required=True)
    text = "is every node what the goal requires, and like its kind"
    _check(actions.add_parser("check", help=text, description=text[0].upper() + text[1:] + "."))


def _check(p: ArgumentParser) -> None:
    default = Limits()
    p.add_argument("text", nargs="*", help="what you see, or what the job said; left out: the goal alone")
    p.add_argument(
        "-w",
        "--nodes",
        metavar="NODESET",
        help="gpu[001-128], gpu[1-4]&@rack2, @slurm:job:4711: ClusterShell's node sets and groups; with --srun left out: the job's",
    )
    p.add_argument(
        "--goal",
        action="append",
        default=[],
        dest="goals",
        metavar="GOAL",
        help="what every node is held against (repeat it); left out: gpu-usable",
    )
    p.add_argument(
        "-f", "--file", action="append", default=[], dest="files", metavar="LOG", help="what the job wrote (repeat it)"
    )
    p.add_argument(
        "--from",
        dest="source",
        metavar="DIR",
        help="look at recordings instead, one a node: bundles, bug reports, sosreports, outputs of the collector",
    )
    p.add_argument("--srun", action="store_true", help="inside a Slurm job: through steps of the job, without ssh")
    p.add_argument(
        "--set", dest="sets", action="append", default=[], metavar="FACT=VALUE", help="what you know of every node"
    )
    p.add_argument(
        "--fanout", type=int, default=default.fanout, metavar="N", help=f"nodes at once; left out: {default.fanout}"
    )
    p.add_argument(
        "--deadline",
        type=float,
        default=default.deadline,
        metavar="S",
        help=f"seconds for one node, after which it counts as timed out; left out: {default.deadline:g}",
    )
    p.add_argument(
        "--connect-timeout",
        type=float,
        default=default.connect,
        metavar="S",
        help=f"seconds for ssh to connect; left out: {default.connect:g}",
    )
    p.add_argument("--format", choices=("text", "md", "json"), default="text", help="left out: text")
    p.add_argument("--json", dest="format", action="store_const", const="json", help="one JSON object (docs/json.md)")
    p.add_argument("-o", "--output", metavar="FILE", help="write it there instead, redacted: names become stand-ins")
    p.add_argument("--tui", action="store_true", help="in the screens: groups as a tree, each node one key away")
    p.add_argument("--lang", choices=("en", "zh"), help="language of titles; left out: $LANG decides")
