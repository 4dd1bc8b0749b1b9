"""What PyTorch itself prints: warnings and errors that name the card or the CUDA it was built with, and short checks.

Sample:

    NVIDIA GeForce RTX 5090 with CUDA capability sm_120 is not compatible with the current PyTorch installation.
    The current PyTorch install supports CUDA capabilities sm_50 sm_60 sm_70 sm_75 sm_80 sm_86 sm_90.
    The NVIDIA driver on your system is too old (found version 11040).
    RuntimeError: The detected CUDA version (12.4) mismatches the version that was used to compile
    PyTorch (11.8). Please make sure to use the same CUDA versions.
    RuntimeError: CUDA out of memory. Tried to allocate 2.40 GiB (GPU 0; 8.00 GiB total capacity; 1.10 GiB already ...)
    >>> torch.cuda.is_available()
    False
    >>> torch.__version__
    '2.6.0+cpu'
"""

from __future__ import annotations

from kbtui.machine.text.found import HINT, OUTPUT, Found
from kbtui.machine.text.names import gpu_name
from kbtui.machine.text.packages import package
from kbtui.machine.text.patterns import ANY_CASE, Pattern

_CARD = Pattern(
    r"(?:Found (?:GPU\d+ )?)?((?:NVIDIA |GeForce |Tesla "
    r"|Quadro )[\w -]{2,50}?) (?:with CUDA capability sm_(\d{2,3})|which is (?:too old|of cuda capability))"
)
_ARCHS = Pattern(r"supports CUDA capabilities ((?:(?:sm|compute)_\d+a?\s*)+)")
_CAPABILITY = Pattern(r"(?:your device is of|of) CUDA capability (\d+\.\d)", ANY_CASE)
_TOO_OLD = Pattern(r"driver on your system is too old \(found version (\d{4,5})\)")
_MISMATCH = Pattern(r"detected CUDA version \((\d+\.\d+)\) mismatches.{0,80}?PyTorch \((\d+\.\d+)\)")
_CAPACITY = Pattern(r"GPU (\d+)(?:;| has a total capacit?y of) ?(\d{1,6}\.\d{1,4}) (GiB|MiB)(?: total capacity)?")
_LABEL = Pattern(r"\s*CUDA (AVAILABLE|VERSION|DEVICE)\s*:?\s*$", ANY_CASE)
_CALL = Pattern(r"torch\.(cuda\.is_available\(\)|version\.cuda|__version__|cuda\.get_arch_list\(\))\s*\)*['\"]?\s*$")
_ANSWER = Pattern(r"['\"]?(True|False|None|\d+\.\d+[\w.+]*|\[.*\])['\"]?\s*$")


def parse(found: Found) -> None:
    """Errors count wherever they stand; a check counts with its answer on the next line."""
    for at, line in enumerate(found.lines):
        if len(line) > 1500:
            continue
        if "CUDA" in line or "cuda" in line:
            _error(found, at, line)
        elif "is too old" in line:
            _too_old(found, at, line)
        if "torch." in line and not found.taken[at]:
            _checked(found, at, line)


def _error(found: Found, at: int, line: str) -> None:
    joined = line + " " + (found.lines[at + 1].strip() if at + 1 < len(found.lines) else "")
    card = _CARD.search(line) if "apability" in line or "which is" in line else None
    if card:
        found.add("gpu.model", gpu_name(card[1]), at, entity="gpu0", weight=HINT)
        found.add("gpu.vendor", "nvidia", at, entity="gpu0", weight=HINT)
        if card[2]:
            found.add("gpu.cc", f"{card[2][:-1]}.{card[2][-1]}", at, entity="gpu0", weight=HINT)
    capability = _CAPABILITY.search(line)
    if capability:
        found.add("gpu.cc", capability[1], at, entity="gpu0", weight=HINT)
    archs = _ARCHS.search(line) if "supports CUDA capabilities" in line else None
    if archs:
        found.collect("torch.arch_list", archs[1].split(), at)
    mismatch = _MISMATCH.search(joined) if "detected CUDA version" in line else None
    if mismatch:
        found.add("cuda.toolkit.version", mismatch[1], at)
        found.add("cuda.toolkit.installed", True, at)
        found.add("torch.cuda_version", mismatch[2], at)
        found.take("python", at, at + 1)
    capacity = _CAPACITY.search(line) if "total capac" in line else None
    if capacity:
        size = float(capacity[2]) * (1024 if capacity[3] == "GiB" else 1)
        found.add("gpu.memory_total_mib", round(size), at, entity=f"gpu{capacity[1]}", weight=HINT)
    label = _LABEL.match(line) if len(line) < 30 else None
    if label and at + 1 < len(found.lines):
        _labelled(found, at + 1, label[1].upper())


def _too_old(found: Found, at: int, line: str) -> None:
    """ "found version 11040": the driver speaks CUDA 11.4."""
    match = _TOO_OLD.search(line)
    if match:
        number = int(match[1])
        found.add("driver.cuda_version", f"{number // 1000}.{number % 1000 // 10}", at)


def _labelled(found: Found, at: int, label: str) -> None:
    """A check that prints a heading and its value under it."""
    answer = found.lines[at].strip()
    if label == "AVAILABLE" and answer in ("True", "False"):
        # Two checks that disagree (a shell and a script) are both true of their own process, so they only hint.
        found.add("torch.cuda_available", answer == "True", at, weight=HINT)
    elif label == "VERSION" and _ANSWER.match(answer) and answer[0].isdecimal():
        found.add("torch.cuda_version", answer, at, weight=HINT)
    elif label == "DEVICE" and answer.startswith(("NVIDIA ", "GeForce ", "Tesla ", "Quadro ")) and len(answer) < 60:
        found.add("gpu.model", gpu_name(answer), at, entity="gpu0", weight=HINT)


def _checked(found: Found, at: int, line: str) -> None:
    call = _CALL.search(line)
    if not call or at + 1 >= len(found.lines):
        return
    answer = _ANSWER.match(found.lines[at + 1].strip())
    if not answer:
        return
    value = answer[1]
    if call[1].startswith("cuda.is") and value in ("True", "False"):
        found.add("torch.cuda_available", value == "True", at + 1)
    elif call[1] == "version.cuda" and value == "None":
        found.absent("torch.cuda_version", at + 1)
    elif call[1] == "version.cuda" and value[0].isdecimal():
        found.add("torch.cuda_version", value, at + 1)
    elif call[1] == "__version__" and value[0].isdecimal():
        package(found, at + 1, "torch", value, weight=OUTPUT)
    elif call[1].startswith("cuda.get_arch") and value.startswith("["):
        found.collect("torch.arch_list", [a.strip(" '\"") for a in value.strip("[]").split(",") if a.strip()], at + 1)
    else:
        return
    found.take("python", at, at + 1)
