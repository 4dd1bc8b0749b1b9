"""From how people and programs name a card to its row in the tables: "MSI RTX 3090 Gaming Trio" is an RTX 3090.

Two tables are read: `gpu-names` knows every name that the driver prints (architecture, last driver branch), `gpus`
the measures of cards (memory, watts, length). A short name that stands for several rows ("A100", "RTX 3060") gets
what all of them agree on.
"""

from __future__ import annotations

import functools
import re

from msgspec import Struct

from kbtui.machine.derived import Row, TableSource

_TIMES = r"\s*(\d{1,2})\s*[x×*]\s*(?=[^\W\d])"
_SPLIT = (
    (r"[^a-z0-9.]+", " "),
    (r"\b(rtx|gtx|gts|gt|titan)(?=\d)", r"\1 "),
    (r"\b(\d{3,4})(?=(?:ti)?(?:super)?\b)", r"\1 "),
    (r"\bti(?=super\b)", "ti "),
    (r"\b(\d+) ?gi?b\b", r"\1 gb"),
)
"""How a name is cut into words; compiled when a card is first named."""
_SAYS_NOTHING = frozenset(
    (
        "nvidia",
        "geforce",
        "tesla",
        "corporation",
        "generation",
        "gpu",
        "graphics",
        "card",
        "edition",
        "with",
        "design",
    )
)
_FORM = r" (?:\d+ gb|pcie|sxm\d?|nvl|hbm\d\w*|fhhl|workstation|server|blackwell|ls|h)\b"
_MEMORY = r" \d+ gb\b"
_MARKS = frozenset(("ti", "super", "xt"))
_LONGEST = 12
"""Words of a name that are looked at."""


class Card(Struct, frozen=True):
    """What the tables say of a model. An empty mapping says nothing."""

    chip: Row
    """architecture, cc, support, last_driver_branch, open_module, open_required"""
    board: Row
    """vram_gib, board_watts, psu_watts, length_mm: only where the name is that of a desktop or server card"""


def split_times(model: str) -> tuple[int, str]:
    """How many cards a model stands for, and the model: (4, "RTX 2080 Ti") of "4x RTX 2080 Ti"."""
    match = re.match(_TIMES, model, re.IGNORECASE)
    return (int(match[1]), model[match.end() :]) if match else (1, model)


def find_card(model: str, tables: TableSource) -> Card:
    """The card that a model names; the longest run of its words that is a name decides."""
    index = _index(tables)
    words = _words(split_times(model)[1])[:_LONGEST]
    chip, _, chip_length = _longest(words, index.chips)
    board, end, length = _longest(words, index.boards)
    if not length and not chip_length and words and words[0][0].isdigit():
        chip, _, chip_length = _longest(words[:3], index.bare_chips)
        board, end, length = _longest(words[:3], index.bare_boards)
    if length > chip_length:
        chip = {**chip, **board}
    if length < chip_length or (end < len(words) and words[end] in _MARKS):
        board = {}
    return Card(chip, board)


class _Index(Struct, frozen=True):
    chips: dict[str, Row]
    boards: dict[str, Row]
    bare_chips: dict[str, Row]
    """By a number without GTX or RTX: only for a model that begins with it."""
    bare_boards: dict[str, Row]


@functools.lru_cache(maxsize=2)
def _index(tables: TableSource) -> _Index:
    chips, boards = _names(tables, "gpu-names"), _names(tables, "gpus")
    return _Index(chips, boards, _bare(chips), _bare(boards))


def _names(tables: TableSource, table: str) -> dict[str, Row]:
    """Every way to name a row of a table. A way that leads to several rows gets what they share."""
    if table not in tables.names:
        return {}
    exact: dict[str, Row] = {}
    loose: dict[str, Row] = {}
    for row in tables.rows(table):
        for name in {row.get("name"), row.get("reported")} - {None}:
            full = " ".join(_words(name or ""))
            exact[full] = _shared(exact[full], row) if full in exact else row
            shorter = {
                re.sub(_MEMORY, "", full),
                re.sub(_FORM, "", full),
                full.replace("gtx titan", "titan"),
                full.removesuffix(" pascal"),
            } - {full}
            for form in shorter:
                loose[form] = _shared(loose[form], row) if form in loose else row
    for form, row in loose.items():
        exact[form] = _shared(exact[form], row) if form in exact else row
    return exact


def _shared(a: Row, b: Row) -> Row:
    return {k: v for k, v in a.items() if b.get(k) == v}


def _bare(names: dict[str, Row]) -> dict[str, Row]:
    return {n.partition(" ")[2]: row for n, row in names.items() if n.startswith(("rtx ", "gtx ")) and n[4].isdigit()}


def _words(name: str) -> list[str]:
    low = name.lower()
    for sign, by in _SPLIT:
        low = re.sub(sign, by, low)
    words = low.split()
    kept = [
        w
        for i, w in enumerate(words)
        if w not in _SAYS_NOTHING and not (w == "quadro" and words[i + 1 : i + 2] != ["rtx"])
    ]
    return kept if len(kept) > 1 or not (kept and kept[0].isdigit()) else words


def _longest(words: list[str], names: dict[str, Row]) -> tuple[Row, int, int]:
    """The row of the longest run of words that is a name, where the run ends, and its length."""
    for length in range(len(words), 0, -1):
        for start in range(len(words) - length + 1):
            row = names.get(" ".join(words[start : start + length]))
            if row is not None:
                return row, start + length, length
    return {}, 0, 0
