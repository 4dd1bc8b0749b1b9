"""Whether the installed PyTorch holds code that a card runs.

Machine code (`sm_86`) runs on its own compute capability and on later ones of the same major version; PTX
(`compute_90`) is compiled for any later card. Architecture-specific code (`sm_90a`) runs on its own capability alone.
Source: CUDA C++ programming guide, "Binary compatibility" and "PTX compatibility".
"""

from __future__ import annotations

import re

from kbtui.machine.derived import Layer

_TARGET = re.compile(r"(sm|compute)_(\d+)(\d)([af]?)")


def derive_arch(layer: Layer) -> None:
    """gpu.in_torch_arch_list of each card whose compute capability is known."""
    held = layer.facts.get("torch.arch_list")
    if held.state != "known" or not isinstance(held.value, list) or not held.value:
        return
    for card in layer.facts.entities("gpu"):
        capability = layer.text("gpu.cc", card)
        if capability:
            runs = any(_runs(str(target), capability.text) for target in held.value)
            layer.add("gpu.in_torch_arch_list", runs, held, card)


def _runs(target: str, capability: str) -> bool:
    match = _TARGET.fullmatch(target.strip())
    if not match:
        return False
    major, _, minor = capability.partition(".")
    card, code = (int(major), int(minor or 0)), (int(match[2]), int(match[3]))
    if match[4]:
        return card == code if match[4] == "a" else card[0] == code[0] and card >= code
    if match[1] == "compute":
        return card >= code
    return card[0] == code[0] and card >= code
