"""Puts the built knowledge (graph cache and search index) into the wheel, so that a first start reads no YAML."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class KnowledgeHook(BuildHookInterface):
    """Runs for wheels; an editable install builds its cache in the person's cache folder instead."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile the shipped pack and add both files."""
        if self.target_name != "wheel" or version == "editable":
            return
        sys.path.insert(0, self.root)
        from kbtui.kb.cache import KNOWLEDGE_FILE, SEARCH_FILE, write
        from kbtui.kb.knowledge import Knowledge
        from kbtui.kb.packs import shipped
        from kbtui.kb.source import build_packs

        built = build_packs([shipped()], "wheel")
        if built.mistakes:
            raise SystemExit("the shipped pack has mistakes:\n" + "\n".join(map(str, built.mistakes)))
        folder = Path(tempfile.mkdtemp(prefix="kbtui-build-"))
        write(built, Knowledge(built), folder)
        for name in (KNOWLEDGE_FILE, SEARCH_FILE):
            build_data["force_include"][str(folder / name)] = f"kbtui/built/{name}"
