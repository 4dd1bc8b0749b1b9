"""`kbtui completion`: a completion script for the shell that is asked for."""

from __future__ import annotations

from argparse import Namespace

from kbtui.commands.arguments import parser


def run(args: Namespace) -> int:
    """0."""
    import shtab

    print(shtab.complete(parser(), shell=args.shell))
    return 0
