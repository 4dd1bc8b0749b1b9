"""The knowledge in force, from a warm cache where there is one.

Three places: the cache inside the wheel (only the shipped pack is in force), the person's cache folder (keyed by
size and time of every node file), else built in memory. A cache that cannot be read or written costs time, never
an answer.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from kbtui.homes import cache_home
from kbtui.kb import stored
from kbtui.kb.knowledge import Built, Knowledge
from kbtui.kb.packs import Pack, discover, stamp
from kbtui.kb.trust import seal

KNOWLEDGE_FILE = "knowledge.msgpack"
SEARCH_FILE = "search.sqlite"
_IN_WHEEL = "built"


def open_knowledge(packs: list[Pack] | None = None) -> tuple[Knowledge, Path | None]:
    """The graph, and the search index's file (None where none could be written)."""
    packs = discover() if packs is None else packs
    ready = Path(__file__).resolve().parent.parent / _IN_WHEEL
    if len(packs) == 1 and packs[0].shipped and (built := _read(ready / KNOWLEDGE_FILE, "")):
        return Knowledge(built), ready / SEARCH_FILE
    key = stamp(packs) + seal(packs)
    home = cache_home()
    folder = home / key if home else None
    if folder and (built := _read(folder / KNOWLEDGE_FILE, key)) and (folder / SEARCH_FILE).exists():
        return Knowledge(built), folder / SEARCH_FILE
    return _build(packs, key, folder)


def _read(file: Path, key: str) -> Built | None:
    built = stored.read(file)
    return built if built and (not key or built.stamp == key) else None


def _build(packs: list[Pack], key: str, folder: Path | None) -> tuple[Knowledge, Path | None]:
    import tempfile

    from kbtui.kb.source import build_packs

    built = build_packs(packs, key)
    knowledge = Knowledge(built)
    for place in (folder, Path(tempfile.gettempdir()) / f"kbtui-{os.getuid()}-{key}"):
        if place is None:
            continue
        with contextlib.suppress(OSError):
            return knowledge, write(built, knowledge, place)
    return knowledge, None


def write(built: Built, knowledge: Knowledge, folder: Path) -> Path:
    """Write both files of a cache; returns the search index. OSError where the folder cannot be written."""
    from kbtui.kb import search
    from kbtui.kb.docs import documents

    folder.mkdir(parents=True, exist_ok=True)
    fresh = folder / f"{KNOWLEDGE_FILE}.{os.getpid()}"
    with fresh.open("wb") as file:
        stored.write(built, file)
    fresh.replace(folder / KNOWLEDGE_FILE)
    search.build(documents(knowledge), folder / SEARCH_FILE)
    return folder / SEARCH_FILE
