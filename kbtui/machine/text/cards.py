"""The cards of one machine, named in two ways by different outputs, joined under one key.

A table shows bus ids; `nvidia-smi -L`, PyTorch and prose count cards ("gpu0"). nvidia-smi counts in the order of the
bus, so where as many cards are counted as are shown with bus ids, the i-th is the i-th. Where the numbers differ,
what was said of counted cards cannot be placed and is left out.
"""

from __future__ import annotations

import msgspec

from kbtui.machine.facts import Fact, scope_of

Scope = tuple[str, list[str], bool]


def joined(facts: list[Fact], scopes: list[Scope]) -> tuple[list[Fact], list[Scope]]:
    """Facts and listings with one key a card."""
    if not any(scope == "gpu" and complete for scope, _, complete in scopes):
        # A list of makes without nvidia would rule nvidia out, so it must come from a whole look at the bus.
        facts = [f for f in facts if f.name != "machine.gpu_vendors_ever" or "nvidia" in str(f.value)]
    keys = list(
        dict.fromkeys(
            [f.entity for f in facts if scope_of(f.name) == "gpu"]
            + [k for s, ks, _ in scopes if s == "gpu" for k in ks]
        )
    )
    on_bus = sorted(k for k in keys if ":" in k)
    counted = sorted((k for k in keys if ":" not in k), key=lambda k: int(k[3:] or 0))
    if not on_bus or not counted:
        return facts, scopes
    place = dict(zip(counted, on_bus, strict=True)) if len(counted) == len(on_bus) else {}
    shown = {(f.name, f.entity) for f in facts if ":" in f.entity}
    out: list[Fact] = []
    for fact in facts:
        if scope_of(fact.name) != "gpu" or ":" in fact.entity:
            out.append(fact)
        elif fact.entity in place and (fact.name, place[fact.entity]) not in shown:
            out.append(msgspec.structs.replace(fact, entity=place[fact.entity]))
    return out, [_placed(scope, place) if scope[0] == "gpu" else scope for scope in scopes]


def _placed(scope: Scope, place: dict[str, str]) -> Scope:
    """A listing of cards by bus id; one of counted cards that cannot be placed proves nothing."""
    name, keys, complete = scope
    kept = [place.get(key, key) for key in keys if ":" in key or key in place]
    return name, kept, complete and len(kept) == len(keys)
