"""What nvidia-smi says when it does not work, and with which code it then ends.

Sample:

    NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver. Make sure that the latest NVIDIA driver is installed and running.
    Failed to initialize NVML: Driver/library version mismatch
    NVML library version: 550.163
    Unable to determine the device handle for GPU0: 0000:81:00.0: Unknown Error
    Unable to determine the device handle for GPU 0000:02:00.0: GPU is lost.  Reboot the system to recover this GPU
    No devices were found
    bash: nvidia-smi: command not found
"""

from __future__ import annotations

from kbtui.machine.text.found import HINT, OUTPUT, Found
from kbtui.machine.text.names import bus_id
from kbtui.machine.text.patterns import ANY_CASE, Pattern

_NVML = {
    "driver/library version mismatch": 18,
    "insufficient permissions": 4,
    "driver not loaded": 9,
    "unknown error": 999,
    "not supported": 3,
    "gpu is lost": 15,
    "gpu access blocked by the operating system": 17,
}
_INIT = Pattern(r"failed to initialize NVML:\s*([A-Za-z/ ]{5,60})", ANY_CASE)
_LIBRARY = Pattern(r"NVML library version:\s*(\d[\d.]+)")
_HANDLE = Pattern(
    r"unable to determine the device handle for GPU\s*(?:\d+:\s*)?([0-9A-Fa-f:.]{7,16})?:?\s*(.*)",
    ANY_CASE,
)
_MISSING = Pattern(
    r"nvidia-smi['’\"]?\s*[:：]?\s*(?:command not found|未找到命令|not found(?!.*driver))|命令[“'\"]nvidia-smi|"
    r"command ['‘]nvidia-smi['’] not found|['\"‘]?nvidia-smi['\"’]? is not recognized|(?:not find"
    r"|没有) command.{0,5}nvidia-smi",
    ANY_CASE,
)
_QUOTED = Pattern(r"(?:couldn['’]t|could not|can['’]?t|can ?not|unable to|doesn['’]t|failed to) communicate", ANY_CASE)


def parse(found: Found) -> None:
    """Failures of nvidia-smi, as lines of their own or quoted in a sentence."""
    rows: list[int] = []
    for at, line in enumerate(found.lines):
        if len(line) > 1500:
            continue
        low = line.lower()
        if "nvml" in low:
            if _init(found, at, line):
                rows.append(at)
        elif "device handle" in low:
            if _handle(found, at, line):
                rows.append(at)
        elif "communicat" in low and "driver" in low:
            if "nvidia-smi" in low and _QUOTED.search(line):
                _failed(found, at, 9)
                rows.append(at)
        elif "no devices were found" in low:
            _failed(found, at, 6)
            found.add("gpus.count", 0, at)
            found.add("nvml.init_code", 0, at, weight=HINT)
            rows.append(at)
        elif "couldn't find libnvidia-ml.so" in low:
            _failed(found, at, 12)
            rows.append(at)
        elif "nvidia-smi" in low and _MISSING.search(line):
            found.add("nvidia_smi.present", False, at)
            found.add("nvidia_smi.works", False, at)
            rows.append(at)
    found.take_each("nvidia-smi", rows, prose=True)


def _failed(found: Found, at: int, code: int) -> None:
    found.add("nvidia_smi.works", False, at)
    found.add("nvidia_smi.exit_code", code, at)
    found.add("nvidia_smi.present", True, at)
    if code in (6, 9):
        # Both answers come from the driver's own library, so its files are there.
        found.add("driver.installed", True, at, weight=HINT)


def _init(found: Found, at: int, line: str) -> bool:
    library = _LIBRARY.search(line)
    if library:
        # NVML's own number has two parts where the driver has three, so anything longer is better.
        found.add("driver.library_version", library[1], at, weight=HINT)
        return True
    init = _INIT.search(line)
    if not init:
        return False
    words = init[1].strip().lower()
    code = next((code for text, code in _NVML.items() if words.startswith(text)), None)
    found.add("nvidia_smi.works", False, at)
    found.add("nvidia_smi.present", True, at)
    if code is not None:
        found.add("nvml.init_code", code, at)
        found.add("nvidia_smi.exit_code", 255 if code == 999 else code, at)
    if code == 18:
        found.add("driver.module_loaded", True, at)
        found.add("driver.installed", True, at)
    return True


def _handle(found: Found, at: int, line: str) -> bool:
    match = _HANDLE.search(line)
    if not match:
        return False
    key = bus_id(match[1].rstrip(":")) if match[1] else ""
    found.add("nvidia_smi.works", False, at)
    found.add("nvidia_smi.present", True, at)
    if key:
        found.add("gpu.vendor", "nvidia", at, entity=key)
        if "is lost" in match[2]:
            found.add("gpu.lost", True, at, entity=key, weight=OUTPUT)
            found.add("nvidia_smi.exit_code", 15, at)
    return True
