"""pip list, pip freeze and requirements, pip's own words while installing, and conda list.

Only a listing says what is installed; the name in an installation command says what somebody asked for.

Sample:

    Package                  Version
    ------------------------ --------------
    numpy                    1.26.4
    nvidia-cudnn-cu12        9.1.0.70
    torch                    2.6.0+cu124
    torchvision              0.21.0+cpu

    # packages in environment at /opt/conda/envs/train:
    #
    # Name                    Version                   Build  Channel
    mkl                       2024.1.0           h66d3029_692    defaults

    flash_attn==2.6.3
"""

from __future__ import annotations

from kbtui.machine.text.found import HINT, OUTPUT, SAID, Found
from kbtui.machine.text.packages import VERSIONS, normal, package
from kbtui.machine.text.patterns import Pattern

_COLUMNS = Pattern(r"\s*([A-Za-z][\w.-]{1,50})\s+(\d[\w.+!-]*)(?:\s+(\S+))?(?:\s+(\S+))?\s*$")
_PINNED = Pattern(
    r"\s*(?:[-*•]\s*|\[(?:pip3?|conda)\]\s*)?[\"'`]?([A-Za-z][\w.-]{1,50})(?:\[[\w,-]+\])?==\s?"
    r"(\d[\w.+!-]*)",
)
_ARCHIVE = Pattern(
    r"\b(torch|torchvision|torchaudio|tensorflow|numpy|triton|xformers|flash_attn"
    r"|vllm)-(\d+\.\d[\w.+]*?)(?:-py\d|-cp\d|\.dist-info|[\s,;)]|$)",
)
_ENVIRONMENT = Pattern(r"# packages in environment at (\S+?):?\s*$")
_TELLING = frozenset(VERSIONS) | {"pip", "setuptools", "wheel", "cuda", "cudatoolkit", "cudnn"}


def parse(found: Found) -> None:
    """Rows of listings, pins, and names of wheels."""
    header = -9
    rows: list[int] = []
    for at, line in enumerate(found.lines):
        if found.taken[at] or len(line) > 400:
            continue
        if "==" in line:
            _pins(found, at, line, rows)
        elif line.startswith("# packages in environment at"):
            _environment(found, at, line)
            header = at
            rows.append(at)
        elif line.split()[:2] in (["Package", "Version"], ["#", "Name"]) or line.startswith("-------"):
            header = at
            rows.append(at)
        elif "-" in line and ("-info" in line or "installed" in line or ".whl" in line):
            _archives(found, at, line, rows)
        elif "  " in line or header >= 0:
            row = _COLUMNS.match(line)
            name = normal(row[1]) if row else ""
            if row and (at - header <= 2 or name in _TELLING or name.startswith(("nvidia-", "cupy"))):
                # Within a listing each row carries the header on.
                header = at if at - header <= 2 else header
                if _row(found, at, row[1], row[2], row[3] or "", row[4] or "") or at - header <= 2:
                    rows.append(at)
            elif line.strip() and not line.startswith("#"):
                header = -9
    found.take_each("pip", rows)


def _row(found: Found, at: int, name: str, version: str, build: str, channel: str) -> bool:
    low = normal(name)
    if low == "python":
        found.add("python.version", version, at)
        return True
    if low in ("cudatoolkit", "cuda-version"):
        found.add("torch.cuda_version", ".".join(version.split(".")[:2]), at, weight=HINT)
        return True
    if low == "cudnn" and channel != "":
        found.add("cudnn.version", version, at)
        return True
    if low in ("pytorch", "torch") and channel and channel != "pypi":
        channels = {"pytorch": "conda", "pytorch-nightly": "nightly", "conda-forge": "conda-forge", "defaults": "conda"}
        found.add("torch.channel", channels.get(channel, "conda"), at)
    return package(found, at, name, version, build=build if channel else "")


def _pins(found: Found, at: int, line: str, rows: list[int]) -> None:
    """`name==version`: a line of its own is a listing; inside a command or a sentence it is only asked for."""
    pin = _PINNED.match(line)
    if pin and line[pin.end() :].strip(" \"'`,;\\").partition("#")[0].strip() == "":
        if package(found, at, pin[1], pin[2]):
            rows.append(at)
        return
    if "o matching distribution" in line or "ould not find a version" in line or "rror:" in line.lower():
        return
    for word in line.split()[:60]:
        name, equal, version = word.strip("\"'`,;()").partition("==")
        if equal and version[:1].isdecimal() and name and name[0].isalpha():
            package(found, at, name.partition("[")[0], version.strip("\"'`,;()"), weight=SAID)


def _archives(found: Found, at: int, line: str, rows: list[int]) -> None:
    """Names of wheels and of installed distributions: torch-2.6.0+cu126.dist-info, torch-2.0.1-cp310 ..."""
    sure = "Successfully installed" in line or "dist-info" in line
    for match in _ARCHIVE.finditer(line):
        package(found, at, match[1], match[2].rstrip("."), weight=OUTPUT if sure else SAID)
    if "Successfully installed" in line:
        rows.append(at)


def _environment(found: Found, at: int, line: str) -> None:
    place = _ENVIRONMENT.match(line)
    if place:
        found.add("python.env_kind", "conda", at)
