"""Node sets as ClusterShell writes them: gpu[001-128], @slurm:job:4711, a group of the person's own groups.conf."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable

from kbtui.errors import InputError

MISSING = "kbtui fleet works through ClusterShell, which is not installed: pip install 'kbtui[fleet]'"
MOST = 20_000
"""Nodes of one check: a set larger than any cluster is a slip of the hand."""
SLURM = (
    'g="$GROUP"; case "$$g" in job:*) squeue -h -j "$${g#job:}" -o %N;; part:*) sinfo -h -p "$${g#part:}" -o %N;;'
    " *) exit 1;; esac"
)
"""The groups @slurm:job:ID and @slurm:part:NAME, as an upcall; a source of that name in the person's groups.conf wins."""


def need() -> None:
    """InputError, with the command that helps, where ClusterShell is not there."""
    try:
        import ClusterShell.NodeSet  # noqa: F401
    except ImportError as error:
        raise InputError(MISSING) from error


def expand(words: str) -> list[str]:
    """The names of a node set, each once, in its order. InputError for what ClusterShell cannot read or knows no group of."""
    need()
    from ClusterShell.NodeSet import NodeSet, NodeSetException
    from ClusterShell.NodeUtils import GroupResolverError, GroupSourceError

    _add_slurm()
    try:
        found = NodeSet(words)
        if len(found) > MOST:
            raise InputError(f"{words} is {len(found)} nodes; at most {MOST} are asked at once")
        names = list(found)
    except (NodeSetException, GroupResolverError, GroupSourceError) as error:
        raise InputError(f"{words!r} is not a node set: {error}") from error
    if not names:
        raise InputError(f"{words!r} holds no node")
    strange = next((n for n in names if n.startswith("-") or any(c.isspace() or c in "'\"\\;&|<>$`" for c in n)), "")
    if strange:
        raise InputError(f"{strange!r} is not the name of a node")
    return names


def _add_slurm() -> None:
    from ClusterShell.NodeSet import std_group_resolver
    from ClusterShell.NodeUtils import UpcallGroupSource

    with contextlib.suppress(ValueError):  # there is one of that name: the person's own, or ours from before
        std_group_resolver().add_source(UpcallGroupSource("slurm", map_upcall=SLURM, cache_time=60))


def fold(names: Iterable[str]) -> str:
    """The names as one node set: gpu[017,031-034]."""
    from ClusterShell.NodeSet import NodeSet

    return str(NodeSet.fromlist(sorted(names)))
