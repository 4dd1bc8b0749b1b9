"""`kbtui mcp`: the same answers for an agent of the person's own, over MCP on standard input and output. Read-only."""

from __future__ import annotations

import sys
from argparse import Namespace

from kbtui.errors import InputError


def run(args: Namespace) -> int:
    """0 when the client hangs up; 2 where the SDK is not installed."""
    try:
        from kbtui.agent import server
    except ImportError as error:
        if (error.name or "").partition(".")[0] == "kbtui":
            raise
        raise InputError("kbtui mcp needs the mcp SDK, which is not installed: pip install 'kbtui[mcp]'") from error
    from kbtui.agent.session import Session
    from kbtui.engine import Engine

    if sys.stdin.isatty():
        print("kbtui: an agent's client starts this and talks to it (docs/mcp.md); ctrl+c ends it", file=sys.stderr)
    server.serve(Session(Engine.open(), live=not args.no_live, files=args.files, keep_names=args.keep_names))
    return 0
