"""The arguments of `kbtui check` alone."""

from __future__ import annotations

from argparse import ArgumentParser


def add(p: ArgumentParser) -> None:
    """A load that the person starts, and the page."""
    p.add_argument(
        "--load",
        nargs="?",
        type=int,
        const=180,
        default=0,
        metavar="SECONDS",
        help="look on while a load runs that you start; it asks first (left out: 180 seconds)",
    )
    p.add_argument("--yes", action="store_true", help="the load runs already: do not ask")
    p.add_argument(
        "--page", metavar="FILE", help="also one page to keep or to show: Markdown, or HTML where it ends so"
    )
