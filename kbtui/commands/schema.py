"""`kbtui schema`: the JSON Schema of one kind of node, for completion and errors while typing."""

from __future__ import annotations

from argparse import Namespace

from kbtui.authoring.schema import json_schema


def run(args: Namespace) -> int:
    """0."""
    print(json_schema(args.kind))
    return 0
