"""JSON Schema of node files, generated from the structs that load them: draft 7, the newest that editors read through
yaml-language-server."""

from __future__ import annotations

from typing import Any

import msgspec

from kbtui.kb.nodes import KINDS, Disable, Extension, MoreRows, Problem


def json_schema(kind: str) -> str:
    """The schema of one kind as JSON text. A problem may also extend or disable one of an earlier pack, a table add rows to one."""
    more: dict[str, list[Any]] = {"problem": [Problem, Extension, Disable], "table": [KINDS["table"], MoreRows]}
    types = more.get(kind, [KINDS[kind]])
    schemas, components = msgspec.json.schema_components(types, ref_template="#/definitions/{name}")
    top: dict[str, Any] = {"$schema": "http://json-schema.org/draft-07/schema#", "title": f"kbtui {kind}"}
    top |= schemas[0] if len(schemas) == 1 else {"anyOf": list(schemas)}
    top["definitions"] = components
    return msgspec.json.format(msgspec.json.encode(top), indent=2).decode()
