"""How far a fleet check may go: at once, in time, in bytes."""

from __future__ import annotations

from typing import NamedTuple


class Limits(NamedTuple):
    """Seconds and bytes are for one node."""

    fanout: int = 64
    """Nodes that are asked at the same time."""
    deadline: float = 60.0
    """Seconds from the first ask of a node to its last answer, after which it counts as timed out."""
    connect: float = 10.0
    """Seconds that ssh may take to connect."""
    cap: int = 8 << 20
    """Bytes of output after which a node is cut off; what came until then counts."""
