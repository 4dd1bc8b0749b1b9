"""A card as it is bought: a model and a memory size, with what the tables and the reader know of it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from kbtui.errors import InputError
from kbtui.kb.mistakes import nearest
from kbtui.machine.card_names import find_card, split_times
from kbtui.machine.derived import Row
from kbtui.machine.facts import Facts
from kbtui.planner.rows import Dated, number, whole

_SLOTS = {"single-slot": 1.0, "dual-slot": 2.0, "triple-slot": 3.0, "quad-slot": 4.0}
_MARKS = ("ti", "super", "xt", "d")
_MEMORY = re.compile(r"\b(\d+(?:\.\d+)?) ?gi?b\b", re.IGNORECASE)
_PLUG = re.compile(r"(?:(\d+)\s*x\s*)?((?:6|8|12|16)-pin(?: EPS)?)", re.IGNORECASE)
TABLE = "tables gpus, gpu-names and card-boards (techpowerup.com, NVIDIA's driver lists)"


class Plug(Struct, frozen=True):
    """Plugs of one kind."""

    kind: str
    """6-pin, 8-pin, 12-pin, 16-pin or 8-pin EPS."""
    count: int


class Card(Struct, frozen=True, kw_only=True):
    """One card; None where no table and no reader knows."""

    name: str
    origin: str = TABLE
    vram_gib: float | None = None
    sizes: Sequence[float] = ()
    """Memory sizes that the name was sold with, where it does not decide."""
    architecture: str | None = None
    cc: str | None = None
    released: str | None = None
    watts: int | None = None
    system_watts: int | None = None
    """The supply that NVIDIA asks for."""
    length_mm: int | None = None
    length_stated: bool = False
    """The reader measured or read it: no partner card can differ."""
    slots: float | None = None
    plugs: Sequence[Plug] | None = None
    passive: bool = False
    module: bool = False
    """An SXM module or a system on a chip: it goes into no slot."""
    gen: int | None = None
    lanes: int | None = None
    bandwidth: float | None = None
    current: bool = False
    last_branch: int | None = None
    open_module: bool | None = None
    open_required: bool = False
    consumer: bool = False


def plugs_of(text: str) -> list[Plug] | None:
    """ "1x 6-pin + 1x 8-pin" as plugs; [] for "none"; None where it says nothing."""
    low = text.strip().lower()
    if low in ("none", "slot", "no"):
        return []
    found = [Plug(kind if "eps" not in kind.lower() else "8-pin EPS", int(n or 1)) for n, kind in _PLUG.findall(text)]
    return [Plug(p.kind.lower() if "EPS" not in p.kind else p.kind, p.count) for p in found] or None


def find(dated: Dated, asked: str) -> tuple[int, Card]:
    """How many cards a text names, and the card. InputError with the nearest right name for one that there is not, and
    for a memory size that it was never sold with."""
    count, name = split_times(asked.strip())
    dated.tried += 1
    found = find_card(name, dated.tables)
    row: dict[str, str | None] = {**found.chip, **found.board}
    if not row:
        raise InputError(f"no table knows the card {name!r}{_near(dated, name)}")
    title = row.get("name") or row.get("reported") or name
    words = set(re.split(r"[^a-z0-9]+", re.sub(r"(?<=\d)(ti|super)\b", r" \1", name.lower())))
    known = set(re.split(r"[^a-z0-9]+", title.lower()))
    extra = [m for m in _MARKS if m in words and m not in known]
    if extra:
        raise InputError(f"no table knows the card {name!r}{_near(dated, name)}")
    card = _card(dated, title, row)
    said = _MEMORY.search(name)
    sizes = _sizes(dated, card.name)
    if said:
        gib = float(said[1])
        known_sizes = [*sizes] or ([card.vram_gib] if card.vram_gib else [])
        if known_sizes and gib not in known_sizes:
            listed = " or ".join(f"{s:g} GB" for s in known_sizes)
            raise InputError(f"{card.name} was sold with {listed}, not {gib:g} GB")
        short = card.name if f"{gib:g} GB" in card.name else f"{card.name} {gib:g} GB"
        card = replace(card, vram_gib=gib, name=short, sizes=())
    elif card.vram_gib is None and sizes:
        card = replace(card, sizes=sizes, vram_gib=sizes[0] if len(sizes) == 1 else None)
    if not dated.existed(card.released):
        when = card.released or "at a date that no table tells"
        raise InputError(f"{card.name} came out {when}: it was not there in {dated.as_of}")
    return count, card


def own(card: Card, facts: Facts, entity: str) -> Card:
    """The card with what the reader states of it: their own length, plugs, slots, memory, watts."""

    def stated(name: str) -> object | None:
        fact = facts.get(name, entity)
        return fact.value if fact.state == "known" and fact.kind != "derived" else None

    length, memory, watts = stated("gpu.length_mm"), stated("gpu.memory_total_mib"), stated("gpu.board_watts")
    slots, passive, plugs = stated("gpu.slots"), stated("gpu.passive"), stated("gpu.plugs")
    parsed = plugs_of(" + ".join(str(p) for p in plugs)) if isinstance(plugs, list) else None
    return replace(
        card,
        length_mm=int(length) if isinstance(length, int | float) else card.length_mm,
        length_stated=length is not None or card.length_stated,
        vram_gib=round(memory / 1024) if isinstance(memory, int | float) and memory > 900 else card.vram_gib,
        watts=int(watts) if isinstance(watts, int | float) else card.watts,
        slots=float(slots) if isinstance(slots, int | float) else card.slots,
        passive=passive if isinstance(passive, bool) else card.passive,
        plugs=parsed if parsed is not None else card.plugs,
    )


def _card(dated: Dated, title: str, row: Row) -> Card:
    board = dated.row("card-boards", title) or {}
    shape = (row.get("slots") or "").lower()
    consumer = bool(re.match(r"GeForce|TITAN", title))
    cc = row.get("cc")
    arch = dated.row("gpu-arch", cc) if cc else None
    return Card(
        name=title,
        vram_gib=number(row, "vram_gib"),
        architecture=row.get("architecture"),
        cc=cc,
        released=row.get("released"),
        watts=whole(row, "board_watts"),
        system_watts=whole(row, "psu_watts"),
        length_mm=whole(row, "length_mm"),
        slots=_SLOTS.get(shape),
        plugs=plugs_of(row.get("connectors") or ""),
        passive=board.get("passive") == "true",
        module="module" in shape or "igp" in shape,
        gen=whole(board, "pcie_gen"),
        lanes=whole(board, "pcie_lanes"),
        bandwidth=number(board, "bandwidth"),
        current=row.get("support") == "current",
        last_branch=whole(row, "last_driver_branch"),
        open_module=None if row.get("open_module") is None else row.get("open_module") == "true",
        open_required=row.get("open_required") == "true" or bool(arch and arch.get("open_required") == "true"),
        consumer=consumer,
    )


def _sizes(dated: Dated, name: str) -> list[float]:
    return [float(r["vram_gib"] or 0) for r in dated.grouped("card-memory", "card", name)]


def _near(dated: Dated, name: str) -> str:
    listed = {r.get("name") or "" for table in ("gpus", "gpu-names") for r in dated.tables.rows(table)}
    short = {n.removeprefix("GeForce "): n for n in listed}
    close = nearest(name.removeprefix("NVIDIA ").removeprefix("GeForce "), short, cutoff=55)
    return f"; did you mean {short[close]}?" if close else ""
