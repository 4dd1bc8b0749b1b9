"""What came back from one node: its answer, or why there is none. A node that does not answer is a result, not an error."""

from __future__ import annotations

import re
from typing import Literal

from msgspec import Struct

State = Literal["answered", "unreachable", "refused", "timed_out", "too_old", "failed", "stopped"]
"""unreachable: no way there. refused: it is there and lets nobody in. timed_out: no end before its deadline. too_old: its
shell lacks what the collector needs. failed: it ended with an error of its own. stopped: by the person."""

TOO_OLD = 69
"""Exit code of a collector that lacks a tool; its last line says which."""
_LONGEST_REASON = 200


class Came(Struct, kw_only=True):
    """The end of one ask to one node."""

    node: str
    state: State = "answered"
    reason: str = ""
    """Why it is not `answered`, for a person."""
    text: str = ""
    """Standard output as far as it came."""
    seconds: float = 0.0
    size: int = 0
    """Bytes that came over the wire."""


_UNREACHABLE = re.compile(
    r"Could not resolve hostname|Connection refused|No route to host|Network is unreachable|Connection timed out"
    r"|Operation timed out|Connection reset|Connection closed|kex_exchange_identification|Name or service not known"
    r"|Host is down|Unable to confirm allocation|Node .* not responding|gateway .* unreachable",
    re.IGNORECASE,
)
_REFUSED = re.compile(
    r"Permission denied|Host key verification failed|REMOTE HOST IDENTIFICATION HAS CHANGED|Too many authentication failures"
    r"|no matching (?:host key|key exchange|cipher)|Access denied|account (?:is|has) (?:expired|locked|not available)"
    r"|not allowed|Invalid (?:user|account)",
    re.IGNORECASE,
)
_NO_WAY_IN: tuple[tuple[State, re.Pattern[str]], ...] = (("refused", _REFUSED), ("unreachable", _UNREACHABLE))


def ended(node: str, code: int | None, text: str, errors: str, seconds: float, size: int) -> Came:
    """A command that came to its end: answered, or what its exit code and its errors say.

    ssh ends with 255 and a line such as "ssh: connect to host gpu092 port 22: Connection refused".
    """
    out = Came(node=node, text=text, seconds=seconds, size=size)
    if code == 0:
        return out
    said = [line.strip() for line in errors.splitlines() if line.strip()]
    if code == TOO_OLD:
        out.state, out.reason = "too_old", said[-1] if said else "its shell lacks what the collector needs"
        return out
    for state, pattern in _NO_WAY_IN:
        line = next((x for x in said if pattern.search(x)), "")
        if line and not text:
            out.state, out.reason = state, _short(line, node)
            return out
    out.state = "failed"
    out.reason = _short(said[-1], node) if said else f"the collector ended with exit code {code}"
    return out


def _short(line: str, node: str) -> str:
    """The reason without the node's own name, so that a hundred nodes give one reason."""
    line = re.sub(r"^(?:ssh: connect to host \S+ port \d+: |ssh: )", "", line)
    line = re.sub(rf"(?<![\w.-])(?:\S+@)?{re.escape(node)}(?![\w-])(?: port \d+)?:? ?", "", line)
    return re.sub(r"\b\d{1,3}(?:\.\d{1,3}){3}(?: port \d+)?:? ?", "", line).strip(" :.\r")[:_LONGEST_REASON]
