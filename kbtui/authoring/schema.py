"""JSON Schema of node files, generated from the structs that load them."""

from __future__ import annotations

from typing import Any

import msgspec

from kbtui.kb.nodes import KINDS, Disable, Extension, Problem


def json_schema(kind: str) -> str:
    """The schema of one kind as JSON text. A problem may also extend or disable one of an earlier pack."""
    types: list[Any] = [KINDS[kind]] if kind != "problem" else [Problem, Extension, Disable]
    schemas, components = msgspec.json.schema_components(types, ref_template="#/$defs/{name}")
    top: dict[str, Any] = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": f"kbtui {kind}"}
    top |= schemas[0] if len(schemas) == 1 else {"anyOf": list(schemas)}
    top["$defs"] = components
    return msgspec.json.format(msgspec.json.encode(top), indent=2).decode()
