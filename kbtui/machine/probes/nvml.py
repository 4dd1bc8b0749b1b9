"""The driver's own account of its cards: NVML, called in a child (`kbtui.machine.live.nvml_child` shows its lines)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import PurePosixPath

from kbtui.machine.asks import OWN_PYTHON, Names, Raw, Run
from kbtui.machine.probes import pci_tree
from kbtui.machine.probes.child_lines import Said, dotted, first, said
from kbtui.machine.probes.nvml_fields import FACTS, FIELDS, LOST, lacking
from kbtui.machine.probes.spec import Out, Probe
from kbtui.machine.text.names import bus_id

ASK = Run((OWN_PYTHON, "-P", "nvml_child.py"), seconds=8.0)
_LIBRARY_NOT_FOUND = 12
_VERSION = re.compile(r"\.so\.(\d{2,4}\.[\d.]*\d)$")
_NOT_CALLED = "NVML was not called"


def parse(seen: Mapping[str, Raw], out: Out) -> None:
    """From the library to the last card, as far as it came."""
    raw = seen["nvml"]
    lines = said(raw)
    if not lines or first(lines, "no_pynvml"):
        missing = first(lines, "no_pynvml")
        reason = f"{_NOT_CALLED}: nvidia-ml-py cannot be imported ({missing['error']})" if missing else raw.reason
        for name in MACHINE:
            out.unknown(name, reason or _NOT_CALLED, raw)
        return
    library = first(lines, "library")
    if library and (version := library_version(library["path"])):
        out.add("driver.library_version", version, raw, library["path"])
    init = first(lines, "init")
    if init is None:
        hung = raw.status == "timed_out"
        reason = raw.reason or f"the child ended in nvmlInit with exit code {raw.exit_code}"
        out.add("nvml.hung", hung, raw, reason)
        out.unknown("nvml.init_code", reason, raw)
        return
    out.add("nvml.hung", False, raw, "nvmlInit returned")
    out.add("nvml.init_code", init["code"], raw, f"nvmlInit returned {init['code']}")
    if init["code"] == _LIBRARY_NOT_FOUND:
        gone = ("driver.library_version", "driver.cuda_version", "driver.persistence")
        for name in (*gone, "driver.version") if seen["loaded"].ok and not seen["loaded"].files else gone:
            out.absent(name, raw, "libnvidia-ml.so.1 was not found")
    _machine(seen, out, lines)
    if init["code"]:
        known = {f.name for f in out.facts}
        for name in MACHINE:
            if name not in known:
                out.unknown(name, lacking(init["code"])[1], raw)


def library_version(path: str) -> str:
    """ "550.163.01" of /usr/lib/x86_64-linux-gnu/libnvidia-ml.so.550.163.01; "" where the name has none."""
    match = _VERSION.search(PurePosixPath(path).name)
    return match[1] if match else ""


def _machine(seen: Mapping[str, Raw], out: Out, lines: list[Said]) -> None:
    raw = seen["nvml"]
    system, count = first(lines, "system"), first(lines, "count")
    if system:
        values = system["values"]
        if "driver" in values:
            out.add("driver.version", values["driver"], raw, f"driver version {values['driver']}")
            if not any(f.name == "driver.library_version" for f in out.facts):
                out.add("driver.library_version", values["driver"], raw, f"driver version {values['driver']}")
        if "cuda" in values:
            out.add("driver.cuda_version", dotted(values["cuda"]), raw, f"CUDA driver version {values['cuda']}")
    if count and "cards" in count:
        out.add("gpus.count", count["cards"], raw, f"{count['cards']} cards")
        cards = _Cards(seen, lines, count["cards"])
        cards.tell(out)


class _Cards:
    """The cards of one run of the child."""

    def __init__(self, seen: Mapping[str, Raw], lines: list[Said], count: int) -> None:
        self.raw = seen["nvml"]
        self.count = count
        self.heads = {line["index"]: line for line in lines if line.get("what") == "card"}
        self.more = [line for line in lines if line.get("what") == "more"]
        self.stuck = {line["index"]: line["in"] for line in lines if line.get("what") == "stuck"}
        self.bus = [d.key for d in pci_tree.devices(seen) if d.nvidia_gpu]
        self.keys = self._keys()

    def _keys(self) -> dict[int, str]:
        """Index -> bus id. NVML counts in the order of the bus, so cards that would not say are the ones left over."""
        keys = {i: bus_id(h["values"]["bus"]) for i, h in self.heads.items() if h.get("values", {}).get("bus")}
        silent = [i for i in range(self.count) if i not in keys]
        left = [key for key in self.bus if key not in keys.values()]
        return keys | (dict(zip(silent, left, strict=True)) if len(silent) == len(left) else {})

    def tell(self, out: Out) -> None:
        """All facts of all cards."""
        names = [FIELDS["name"][1](h["values"]["name"])["gpu.model"] for _, h in sorted(self.heads.items())
                 if "name" in h.get("values", {})]  # fmt: skip
        if len(names) == self.count:
            out.add("gpus.names", list(dict.fromkeys(names)), self.raw, ", ".join(names))
        out.scope("gpu", [self.keys[i] for i in sorted(self.keys)], complete=len(self.keys) == self.count)
        modes = set()
        for index in range(self.count):
            key = self.keys.get(index, "" if self.bus else f"gpu{index}")
            values, failed = self._of(index)
            modes.add(values.get("persistence"))
            if not key:
                continue  # it cannot be told which of the cards on the bus this one is
            out.add("gpu.vendor", "nvidia", self.raw, f"card {index}", entity=key)
            self._card(out, index, key, values, failed)
            _held(out, self.raw, values)
        if len(modes) == 1 and modes <= {0, 1}:
            out.add("driver.persistence", modes == {1}, self.raw, "persistence mode of every card")

    def _of(self, index: int) -> tuple[Said, Said]:
        values: Said = {}
        failed: Said = {}
        for line in [self.heads.get(index, {}), *(m for m in self.more if m["index"] == index)]:
            values |= line.get("values", {})
            failed |= line.get("failed", {})
        return values, failed

    def _card(self, out: Out, index: int, key: str, values: Said, failed: Said) -> None:
        code = self.heads.get(index, {}).get("code")
        if LOST in (code, *failed.values()):
            out.add("gpu.lost", True, self.raw, f"card {index}: GPU is lost", entity=key)
        elif "temperature" in values:
            out.add("gpu.lost", False, self.raw, f"card {index} told its temperature", entity=key)
        for field, (facts, read) in FIELDS.items():
            if field in values:
                for name, value in read(values[field]).items():
                    out.add(name, value, self.raw, f"card {index} {field}: {values[field]}", entity=key)
                continue
            if field in failed:
                none, reason = lacking(failed[field])
            elif code:
                none, reason = False, lacking(code)[1]
            else:
                none, reason = False, f"NVML gave no answer about {self.stuck.get(index, 'it')} of this card"
            for name in facts:
                (out.not_applicable if none else out.unknown)(name, reason, entity=key)


def _held(out: Out, raw: Raw, values: Said) -> None:
    for pid, used in values.get("processes", []):
        if used is not None:
            out.add("process.gpu_memory_mib", used >> 20, raw, f"process {pid}: {used} bytes", entity=str(pid))


MACHINE = (
    "nvml.hung",
    "nvml.init_code",
    "driver.version",
    "driver.library_version",
    "driver.cuda_version",
    "driver.persistence",
    "gpus.count",
    "gpus.names",
)
PROBES = (
    Probe(
        "nvml",
        {**pci_tree.IDENTITY, "loaded": Names("/proc/driver/nvidia/version*"), "nvml": ASK},
        parse,
        (*MACHINE, "gpu.vendor", "gpu.lost", *FACTS, "process.gpu_memory_mib"),
        seconds=0.4,
    ),
)
