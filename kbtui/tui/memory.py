"""Memory that is not needed any more goes back to the system: what reads a log for its signs takes much for a moment."""

from __future__ import annotations

import gc

_ARENA_MAX = -8
"""Of `mallopt`, in glibc."""


def one_heap() -> None:
    """Call it before the threads that work: each would get a heap of its own, and what is freed there stays there."""
    import ctypes

    try:
        ctypes.CDLL(None).mallopt(_ARENA_MAX, 1)
    except (AttributeError, OSError):
        return


def give_back() -> None:
    """Call it in a worker, after something large is over. Does nothing where the C library has no such call."""
    import ctypes

    gc.collect()
    try:
        ctypes.CDLL(None).malloc_trim(0)
    except (AttributeError, OSError):
        return
