"""nvidia-smi as the second witness beside NVML, and where the two disagree.

Its outputs are read by `kbtui.machine.text` (smi_table, smi_query, smi_failure, topology). Its wording changes between
releases, so its exit code counts on its own: 9 no driver, 18 mismatch, 6 no devices, 15 a lost card, 255 unknown error.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from kbtui.machine.asks import Raw, Run
from kbtui.machine.facts import Fact
from kbtui.machine.probes import nvml, nvml_fields, pci_tree
from kbtui.machine.probes.spec import Out, Probe, run_probe

TABLE = Run(("nvidia-smi",), seconds=8.0)
QUERY = Run(("nvidia-smi", "-q"), seconds=8.0)
_STATE = ("nvidia_smi.present", "nvidia_smi.exit_code", "nvidia_smi.works", "nvidia_smi.hung")
_BY_WORDS = ("nvidia_smi.works", "nvidia_smi.exit_code", "nvml.init_code")
"""Told by its words where evidence taken elsewhere holds no exit code."""
_LINKS = ("gpu.nvlink_active_links", "gpu.nvlink_inactive_links")
_HERE = (
    "driver.version",
    "driver.cuda_version",
    "driver.persistence",
    "gpus.count",
    "gpus.names",
    "driver.installed",
    "gpu.vendor",
    "gpu.vbios",
    "gpu.clock_max_mhz",
    *(name for name in nvml_fields.FACTS if name not in ("gpu.cc", *_LINKS)),
)
_TABLE = (
    *_HERE,
    "driver.module_loaded",
    "driver.library_version",
    "gpu.lost",
    "process.name",
    "process.gpu_memory_mib",
)


def parse_table(seen: Mapping[str, Raw], out: Out) -> None:
    """Whether it works, and its table or its complaint."""
    smi = seen["smi"]
    if smi.status == "absent":
        out.add("nvidia_smi.present", False, smi, smi.reason)
        out.add("nvidia_smi.works", False, smi, smi.reason)
        for name in ("nvidia_smi.exit_code", "nvidia_smi.hung"):
            out.not_applicable(name, smi.reason, smi)
        return
    if smi.status in ("refused", "unknown"):
        return
    out.add("nvidia_smi.present", True, smi)
    out.add("nvidia_smi.hung", smi.status == "timed_out", smi, smi.reason)
    out.read(smi, only=_TABLE if smi.exit_code is not None else (*_TABLE, *_BY_WORDS))
    if smi.ok and smi.exit_code is not None:
        out.add("nvidia_smi.exit_code", smi.exit_code, smi)
        out.add("nvidia_smi.works", smi.exit_code == 0 and "NVIDIA-SMI" in smi.text, smi)


def parse_query(seen: Mapping[str, Raw], out: Out) -> None:
    """The long report. Part of one is worth reading: it goes card by card, and may have hung on the last."""
    if seen["query"].text:
        out.read(seen["query"], only=_HERE if out.kind == "live" else (*_HERE, *_BY_WORDS, "nvidia_smi.present"))


def parse_topology(seen: Mapping[str, Raw], out: Out) -> None:
    """How the cards hang together; nothing to tell of a single one."""
    cards = [d.key for d in pci_tree.devices(seen) if d.nvidia_gpu]
    if len(cards) < 2 and seen["vendor"].files:
        out.not_applicable("gpus.links", "there are not two cards", seen["topo"])
    elif seen["topo"].ran:
        out.read(seen["topo"], only=("gpus.links",))
    if seen["nvlink"].ran:
        counted = Out(out.kind)
        counted.read(seen["nvlink"], only=_LINKS)
        # It counts cards ("GPU 0:"), in the order of the bus; where the bus has more or fewer, nobody can be named.
        place = {f"gpu{i}": key for i, key in enumerate(cards)}
        if len({f.entity for f in counted.facts}) == len(cards):
            out.facts += [replace(f, entity=place[f.entity]) for f in counted.facts if f.entity in place]


def parse_witnesses(seen: Mapping[str, Raw], out: Out) -> None:
    """Whether NVML and nvidia-smi say the same; which of them is right is for the conditions to weigh."""
    if seen["smi"].status == "absent":
        out.not_applicable("gpus.witnesses_disagree", seen["smi"].reason, seen["smi"])
        return
    one = _known(run_probe(nvml.PROBES[0], seen, out.kind).facts)
    other = _known(run_probe(PROBES[0], seen, out.kind).facts)
    code, works = one.get("nvml.init_code"), other.get("nvidia_smi.works")
    differ = []
    if isinstance(code, int) and isinstance(works, bool) and (code == 0) != works and one.get("gpus.count") != 0:
        differ.append(f"nvmlInit returns {code} and nvidia-smi {'works' if works else 'does not work'}")
    hung = one.get("nvml.hung"), other.get("nvidia_smi.hung")
    if None not in hung and hung[0] != hung[1]:
        differ.append(f"only {'NVML' if hung[0] else 'nvidia-smi'} hangs")
    for name in ("gpus.count", "driver.version"):
        if name in one and name in other and one[name] != other[name]:
            differ.append(f"{name}: NVML {one[name]}, nvidia-smi {other[name]}")
    told = (code is not None or hung[0] is not None) and (works is not None or hung[1] is not None)
    if told:
        out.add("gpus.witnesses_disagree", bool(differ), seen["smi"], "; ".join(differ) or "they say the same")


def _known(facts: list[Fact]) -> dict[str, object]:
    return {f.name: f.value for f in facts if f.state == "known" and not f.entity}


PROBES = (
    Probe(
        "nvidia-smi",
        {"smi": TABLE},
        parse_table,
        (*_STATE, *_TABLE, "nvml.init_code"),
        seconds=0.5,
    ),
    Probe("nvidia-smi -q", {"query": QUERY}, parse_query, (*_HERE, *_BY_WORDS, "nvidia_smi.present"), seconds=0.8),
    Probe(
        "gpu topology",
        {
            **pci_tree.IDENTITY,
            "topo": Run(("nvidia-smi", "topo", "-m")),
            "nvlink": Run(("nvidia-smi", "nvlink", "-s")),
        },
        parse_topology,
        ("gpus.links", *_LINKS),
        seconds=1.0,
    ),
    Probe(
        "gpu witnesses",
        {**nvml.PROBES[0].asks, "smi": TABLE},
        parse_witnesses,
        ("gpus.witnesses_disagree",),
        seconds=0.9,
    ),
)
