"""Versions said plainly: "driver 535.54.03", "CUDA 11.8", "torch 2.0.1+cu117", "kernel 6.5", "驱动版本 535".

What is required, recommended or only tried is not what is there; nor is the CUDA version that nvidia-smi shows the
toolkit's.
"""

from __future__ import annotations

from kbtui.machine.text import uname
from kbtui.machine.text.found import SAID, Found
from kbtui.machine.text.packages import VERSIONS, package
from kbtui.machine.text.patterns import ANY_CASE, Pattern
from kbtui.machine.text.sentences import Sentence

_FACTS = {
    "cudnn": "cudnn.version",
    "nccl": "nccl.version",
    "python": "python.version",
    "rocm": "rocm.version",
    "gcc": "gcc.version",
    "podman": "podman.version",
    "显卡驱动": "driver.version",
    "驱动": "driver.version",
    "driver": "driver.version",
    "drivers": "driver.version",
    "nvidia-driver": "driver.version",
    "内核": "kernel",
    "kernel": "kernel",
    "cuda": "cuda",
    "cuda toolkit": "cuda",
    "gpu-operator": "k8s.gpu_operator",
    "nvidia-container-toolkit": "container_toolkit.version",
}
_NAMES = sorted([*_FACTS, *VERSIONS, "tf", "jax"], key=len, reverse=True)
_SAID = Pattern(
    r"(?<![A-Za-z0-9_./-])(" + "|".join("[-_ ]?".join(n.replace(" ", "-").split("-")) for n in _NAMES) + r")"
    r"(?P<gap>(?:[\s:：=(（，-]{0,4}(?:versions?|ver\.?|release|toolkit|runtime|driver|版本|是|为|号|the"
    r"|is|v\.?)?){0,3}[\s:：=(-]{0,3}[vr]?)"
    r"(?P<version>\d{1,3}(?:\.\d{1,4}){0,4}(?:(?:\.dev|rc|a|b)\d+)?(?:[+-][\w.+-]*\w)?)(?![\w%]|\s?(?:gb"
    r"|gib|mb|mib|fps|gpus?|cores?|w\b|°|x\b|hours?|days?|min))",
    ANY_CASE,
)
_ASKED_FOR = Pattern(
    r"(?:requires?|required|needs?|at least|minimum|min\.?|upgrade to|downgrade to|update to|switch to"
    r"|install(?:ing)? (?:the )?(?:old|new)\w*|instead of"
    r"|from|older|older than|newer than|than|until|before|supports?|tried|also|either|or|for|要求|需要"
    r"|至少|不支持|升级到|降级到|支持|换成)\s*(?:the |an? |nvidia |my )*$",
    ANY_CASE,
)
_OR_LATER = Pattern(
    r"\s*(?:or|and) (?:later|newer|above|higher|greater|up)|\s*(?:以上|及以上|\+(?!\w))|\s*(?:->|→|to \d)",
    ANY_CASE,
)
_DRIVER = Pattern(r"\d{3}(?:\.\d{1,4}){0,2}")
_OF_TORCH = Pattern(r"(?:torch|pytorch)[^,;，。]{0,40}(?:with|for|built|compiled|and its own|自带|\+|/)\s*$", ANY_CASE)


def parse(found: Found, said: list[Sentence], low: str) -> None:
    """One fact a name; where two versions of one thing are said, neither counts."""
    names = _FACTS.keys() | VERSIONS.keys() | {"tf", "jax"}
    if not any(name in low for name in names) or not any(c.isdecimal() for c in low):
        return
    for sentence in said:
        if not any(c.isdecimal() for c in sentence.text) or sentence.elsewhere:
            continue
        for match in _SAID.finditer(sentence.text):
            before, after = sentence.text[max(match.start() - 40, 0) : match.start()], sentence.text[match.end() :]
            if sentence.not_mine(match.start()) or _ASKED_FOR.search(before) or _OR_LATER.match(after):
                continue
            name = match[1].lower().replace("_", "-").replace(" ", "-")
            _lay(found, sentence, name, match["version"], before)


def _lay(found: Found, sentence: Sentence, name: str, version: str, before: str) -> None:
    at = sentence.at
    plain = version.partition("+")[0].partition("-")[0]
    fact = _FACTS.get(name) or _FACTS.get(name.replace("-", " ")) or ""
    if fact == "driver.version":
        if _DRIVER.fullmatch(plain) and 290 <= int(plain[:3]) < 800:
            found.add(fact, plain, at, weight=SAID)
    elif fact == "kernel":
        if plain.count(".") >= 1 and 2 <= int(plain.partition(".")[0]) <= 9:
            if plain == version:
                found.add("kernel.version", version, at, weight=SAID)
            else:
                uname.release(found, at, version, weight=SAID)
    elif fact == "cuda":
        _cuda(found, sentence, plain, before)
    elif fact == "python.version":
        if plain[:1] in "23" and (plain.count(".") or len(plain) == 1):
            found.add(fact, plain, at, weight=SAID)
    elif fact:
        found.add(fact, plain, at, weight=SAID)
    elif "." in version:
        package(found, at, {"tf": "tensorflow"}.get(name, name), version, weight=SAID)


def _cuda(found: Found, sentence: Sentence, version: str, before: str) -> None:
    """Whose CUDA it is: the driver's where nvidia-smi is named, PyTorch's where it came with it, else the toolkit."""
    if not 5 <= int(version.partition(".")[0]) <= 20:
        return
    low = sentence.text.lower()
    if "nvidia-smi" in low or "driver version" in low:
        found.add("driver.cuda_version", ".".join(version.split(".")[:2]), sentence.at, weight=SAID)
    elif _OF_TORCH.search(before):
        found.add("torch.cuda_version", ".".join(version.split(".")[:2]), sentence.at, weight=SAID)
    else:
        found.add("cuda.toolkit.version", ".".join(version.split(".")[:2]), sentence.at, weight=SAID)
