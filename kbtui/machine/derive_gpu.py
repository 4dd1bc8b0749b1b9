"""What the name of a card tells, with the tables: its make, what drives it, what it draws and how long it is."""

from __future__ import annotations

import re

from kbtui.machine.card_names import find_card, split_times
from kbtui.machine.derived import Layer, Row, TableSource
from kbtui.machine.facts import Fact

# Patterns are compiled when a card is first named: most starts never look at one.
_VENDORS = (
    ("amd", r"\bamd\b|radeon|\brx ?\d{3,4}|instinct|\bmi\d{2,3}x?\b|firepro|\bvega\b|\b1002:"),
    ("intel", r"\bintel\b|\barc\b|\biris\b|\bu?hd graphics|\b8086:"),
    ("nvidia", r"nvidia|geforce|quadro|tesla|titan|\b[rg]tx ?\d|\b10de:|jetson"),
)
_LAPTOP = r"laptop|notebook|mobile|max-q|\bmx ?\d{3}\b|\b(?:gt |gts |gtx )?\d{3,4}mx?\b|\b[kmp]\d{3,4}m\b"
_DESKTOP = r"workstation|server|tesla|geforce [rg]tx [345]0\d0|\b(?:[abh]\d00|v100|p100|k[248]0|l40s?)\b"
_MOST_CARDS = 16


def derive_gpus(layer: Layer, tables: TableSource) -> None:
    """Facts of each card from its model, then of all cards together."""
    _split_model(layer)
    entities = layer.facts.entities("gpu")
    for entity in entities:
        _card(layer, tables, entity)
        vbios = layer.text("gpu.vbios", entity)
        if vbios and (series := re.match(r"(\d+)\.", vbios.text)):
            layer.add("gpu.vbios_series", int(series[1]), vbios.fact, entity)
    _vendors_ever(layer, entities)
    _generations(layer, entities)


def _split_model(layer: Layer) -> None:
    """ "4x RTX 2080 Ti" is four cards, if nobody listed them."""
    entities = layer.facts.entities("gpu")
    model = layer.text("gpu.model", entities[0]) if len(entities) == 1 else None
    if model is None:
        return
    cards, name = split_times(model.text)
    if cards < 2:
        return
    layer.add("gpus.count", cards, model.fact)
    taken = set(entities)
    free = (str(i) for i in range(2 * _MOST_CARDS) if str(i) not in taken)
    for entity in [next(free) for _ in range(min(cards, _MOST_CARDS) - 1)]:
        layer.add("gpu.model", name, model.fact, entity)


def _card(layer: Layer, tables: TableSource, entity: str) -> None:
    model = layer.text("gpu.model", entity)
    if model is None:
        return
    text, fact = model
    vendor = _vendor(text)
    card = find_card(text, tables) if vendor in ("", "nvidia") else None
    if card and card.chip:
        vendor = "nvidia"
    if vendor:
        layer.add("gpu.vendor", vendor, fact, entity)
    if vendor != "nvidia" or card is None:
        return
    laptop = _laptop(layer, text)
    if laptop is not None:
        layer.add("gpu.laptop", laptop, fact, entity)
    mig = re.search(r"\bmig\b", text, re.IGNORECASE) is not None
    if mig:
        layer.add("gpu.mig_enabled", True, fact, entity)
    _chip(layer, card.chip, fact, entity)
    if laptop is not True:
        _board(layer, card.board, fact, entity, mig=mig)


def _vendor(text: str) -> str:
    """Who made the card that a text names; "" where it does not tell."""
    return next((name for name, sign in _VENDORS if re.search(sign, text, re.IGNORECASE)), "")


def _chip(layer: Layer, row: Row, fact: Fact, entity: str) -> None:
    for name, column in (("gpu.architecture", "architecture"), ("gpu.cc", "cc")):
        value = row.get(column)
        if value:
            layer.add(name, value, fact, entity)
    for name, column in (("gpu.open_module_supported", "open_module"), ("gpu.open_module_required", "open_required")):
        value = row.get(column)
        if value:
            layer.add(name, value == "true", fact, entity)
    branch = row.get("last_driver_branch")
    if branch or row.get("support") == "current":
        layer.add("gpu.last_driver_branch", int(branch) if branch else None, fact, entity)


def _board(layer: Layer, row: Row, fact: Fact, entity: str, *, mig: bool) -> None:
    for name, column in (
        ("gpu.board_watts", "board_watts"),
        ("gpu.length_mm", "length_mm"),
        ("gpu.psu_recommended_watts", "psu_watts"),
    ):
        value = row.get(column)
        if value:
            layer.add(name, int(value), fact, entity)
    memory = row.get("vram_gib")
    if memory and not mig:
        layer.add("gpu.memory_total_mib", round(float(memory) * 1024), fact, entity)


def _laptop(layer: Layer, model: str) -> bool | None:
    """Laptop cards say so in their name since the 30 series; before, only the machine tells."""
    said = re.search(_LAPTOP, model, re.IGNORECASE)
    if said and not (said[0].lower() == "max-q" and re.search("rtx pro", model, re.IGNORECASE)):
        return True
    form = layer.value("machine.form")
    if form == "laptop":
        return True
    return False if form in ("desktop", "server", "workstation") or re.search(_DESKTOP, model, re.IGNORECASE) else None


def _vendors_ever(layer: Layer, entities: list[str]) -> None:
    """All makes that were seen. A list without nvidia is trusted only from a person or a complete look: a card that
    fell off the bus is in no list either."""
    sources = [f for e in entities if (f := layer.facts.get("gpu.vendor", e)).state == "known"]
    vendors = {str(f.value): f for f in sources}
    for name in ("driver.version", "gpus.names", "gpus.pci_ids", "pci.display_devices"):
        fact = layer.facts.get(name)
        if fact.state != "known":
            continue
        texts = ["nvidia"] if name == "driver.version" else fact.value if isinstance(fact.value, list) else []
        for text in texts:
            vendor = _vendor(str(text))
            if vendor:
                vendors.setdefault(vendor, fact)
    said = layer.facts.is_complete("gpu") or all(
        layer.facts.get("gpu.model", e).kind in ("set", "answer") for e in entities
    )
    if vendors and ("nvidia" in vendors or (sources and said)):
        source = vendors.get("nvidia") or next(iter(vendors.values()))
        layer.add("machine.gpu_vendors_ever", sorted(vendors), source)


def _generations(layer: Layer, entities: list[str]) -> None:
    seen = [f for e in entities if (f := layer.facts.get("gpu.architecture", e)).state == "known"]
    kinds = {str(f.value) for f in seen}
    if len(kinds) > 1:
        layer.add("gpus.mixed_generations", True, seen[0])
    elif (
        seen
        and len(seen) == len(entities)
        and (layer.facts.is_complete("gpu") or layer.value("gpus.count") == len(entities))
    ):
        layer.add("gpus.mixed_generations", False, seen[0])
