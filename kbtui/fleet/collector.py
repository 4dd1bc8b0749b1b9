"""The collector that a node is sent: the script of `kbtui collect --script`, with only the asks that are wanted.

It is read from standard input by `sh -s`: nothing is installed on the node, and its only files are in a folder that it removes. Where a kbtui of this version is
installed there and everything is wanted, that one looks instead: it calls NVML itself, and nothing can hang it.
"""

from __future__ import annotations

from collections.abc import Iterable

from kbtui import __version__
from kbtui.fleet.came import TOO_OLD
from kbtui.machine.asks import Ask
from kbtui.machine.sources.script_write import script

COMMAND = "sh -s"
BUNDLE_MARK = "kbtui-bundle/1 base64"
"""The line before a bundle that the node's own kbtui wrote."""

_NEEDS = rf"""printf x 2>/dev/null | head -c 1 >/dev/null 2>&1 || {{ echo "no head -c there" >&2; exit {TOO_OLD}; }}
stat -c %a / >/dev/null 2>&1 || {{ echo "no stat -c there" >&2; exit {TOO_OLD}; }}
"""
_OWN = rf"""if [ "$(kbtui --version 2>/dev/null </dev/null)" = "kbtui {__version__}" ] && command -v base64 >/dev/null 2>&1; then
  bundle=$(kbtui collect -o - 2>/dev/null </dev/null | base64) && [ -n "$bundle" ] && {{
    printf '%s\n%s\n' '{BUNDLE_MARK}' "$bundle"; exit 0; }}
fi
"""


def collector(asks: Iterable[Ask], *, whole: bool = False) -> str:
    """What is sent. `whole`: these are all the asks that there are, so the node's own kbtui may answer them."""
    return (_OWN if whole else "") + _NEEDS + script(asks)
