"""What a probe tells of given answers, and a PCI bus as sysfs would show it."""

from __future__ import annotations

from collections.abc import Mapping

from kbtui.machine.asks import Raw, absent
from kbtui.machine.facts import Fact
from kbtui.machine.probes.spec import Out, Probe, run_probe

BUS = "/sys/bus/pci/devices/"
ONES = "\ufffd" * 16


def run(probe: Probe, answers: Mapping[str, Raw], kind: str = "live") -> Out:
    """Answers that are left out are files and tools that are not there, and patterns that match nothing."""
    seen = {name: answers.get(name, absent(f"{name} is not there")) for name in probe.asks}
    return run_probe(probe, seen, kind)  # type: ignore[arg-type]


def fact(out: Out, name: str, entity: str = "") -> Fact:
    """The last that was said of a fact."""
    found = [f for f in out.facts if f.name == name and f.entity == entity]
    assert found, f"nothing was said of {name} {entity}"
    return found[-1]


def value(out: Out, name: str, entity: str = "") -> object:
    """A known fact's value."""
    said = fact(out, name, entity)
    assert said.state == "known", (said.state, said.reason)
    return said.value


def probe_of(probes: tuple[Probe, ...], name: str) -> Probe:
    """A probe by its name."""
    return next(p for p in probes if p.name == name)


def device(key: str, ids: str, kind: str, **more: str) -> dict[str, dict[str, str]]:
    """One function's files by ask. `above`: the bridge over it; `driver`; other names as in `pci_tree.ASKS`."""
    names = {
        "speed": "current_link_speed",
        "speed_max": "max_link_speed",
        "width": "current_link_width",
        "width_max": "max_link_width",
        "numa": "numa_node",
        "power": "power/runtime_status",
        "resource": "resource",
        "config": "config",
    }
    vendor, number = ids.split(":")
    here = BUS + key
    path = f"pci0000:00/{more['above']}/{key}" if "above" in more else f"pci0000:00/{key}"
    out = {
        "devices": {here: f"link -> ../../../devices/{path}"},
        "vendor": {f"{here}/vendor": f"0x{vendor}\n"},
        "device": {f"{here}/device": f"0x{number}\n"},
        "class": {f"{here}/class": f"0x{kind}\n"},
    }
    if "driver" in more:
        out["driver"] = {f"{here}/driver": f"link -> ../../../../bus/pci/drivers/{more['driver']}"}
    for ask, name in names.items():
        if ask in more:
            out[ask] = {f"{here}/{name}": more[ask] + "\n"}
    return out


def bus(*devices: dict[str, dict[str, str]]) -> dict[str, Raw]:
    """Their answers together; every pattern was looked at."""
    asks = ("devices", "vendor", "device", "class", "driver", "speed", "speed_max", "width", "width_max", "numa",
            "power", "resource", "config", "dxg", "tree", "libraries", "libraries64", "module")  # fmt: skip
    return {
        ask: Raw(files={k: v for d in devices for k, v in d.get(ask, {}).items()}, origin=f"{BUS}*/{ask}")
        for ask in asks
    }
