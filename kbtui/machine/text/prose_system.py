"""Which system a person says they are on: "Ubuntu 22.04", "win11", "WSL2", "Fedora 34 with a 2060", "Ubuntu 系统".

A bare name counts only when it is the only one; a name with its version outweighs bare ones. Beside WSL, Windows is
only the host.
"""

from __future__ import annotations

from kbtui.machine.text.found import HINT, SAID, Found
from kbtui.machine.text.patterns import ANY_CASE, Pattern
from kbtui.machine.text.sentences import Sentence
from kbtui.machine.text.systems import System, systems_in

_WSL = Pattern(r"(?<![A-Za-z])WSL[ -]?([12])?(?![\w])", ANY_CASE)
_ARCH = Pattern(
    r"(?:^|\b(?:on|using|running|run|use)\s+)arch(?=\s*(?:[,.;(]|$|with|here|box|btw|system|and))"
    r"|\bI use arch\b",
    ANY_CASE,
)
_VIRTUAL = Pattern(
    r"\b(?:in|inside|into|on)(?: side)? (?:a|an|the|one|my|our)(?: \w+)? (?:VM|virtual machine|guest)\b"
    r"|\bproxmox vm\b|在虚拟机(?:里|中|内)",
    ANY_CASE,
)
_LAPTOP = Pattern(r"\b(?:my|a|on a|this|the) (?:\w+ ){0,2}laptop\b|笔记本(?:电脑)?上|我的笔记本|游戏本", ANY_CASE)
_PANES = Pattern(
    r"\b(?:all|both|two|three|some|many|several|multiple|other|open(?:ed|ing)?|app|application|terminal|browser|floating"
    r"|moving|dragging|resizing|closing|between|maximi[sz]ed) windows\b"
    r"(?! (?:machine|pc|box|version|laptop|computer|system|host|driver|update|server|user|install|\d))"
    r"|\bwindows (?:flicker|tear|freez|stutter|lag|open|close|move|appear|disappear|vanish|overlap|resize|are|stay|turn"
    r"|become|do not|don't|won't|when (?:dragg|mov|resiz))",
    ANY_CASE,
)
"""Windows on a screen, not the system."""
_PLATFORMS = (
    ("colab", "Colab"),
    ("kaggle", "Kaggle"),
    ("dgx spark", "DGX Spark"),
    ("jetson", "Jetson"),
    ("sagemaker", "SageMaker"),
    ("runpod", "RunPod"),
    ("databricks", "Databricks"),
    ("autodl", "AutoDL"),
)
_FRAMEWORKS = (
    ("tensorflow", "tensorflow"),
    ("pytorch", "pytorch"),
    ("torch", "pytorch"),
    ("paddle", "paddlepaddle"),
    ("jax", "jax"),
    ("theano", "theano"),
    ("mxnet", "mxnet"),
    ("ollama", "ollama"),
    ("vllm", "vllm"),
    ("comfyui", "comfyui"),
    ("llama.cpp", "llama.cpp"),
)
_SCHEDULERS = (
    ("slurm", "slurm"),
    ("sbatch", "slurm"),
    ("srun", "slurm"),
    ("kubernetes", "kubernetes"),
    ("kubectl", "kubernetes"),
)
_NAMED = ((_PLATFORMS, "os.platform"), (_SCHEDULERS, "cluster.scheduler"), (_FRAMEWORKS, "framework.name"))


def parse(found: Found, said: list[Sentence], low: str) -> None:
    """System, product, scheduler and framework, each only where one is named."""
    _system(found, said, low)
    for sentence in said:
        text = sentence.text.lower()
        if (
            ("vm" in text or "virtual" in text or "虚拟机" in text)
            and _VIRTUAL.search(sentence.text)
            and not (sentence.elsewhere or sentence.compares or "not " in text)
        ):
            found.add("os.virtual_machine", True, sentence.at, weight=SAID)
        laptop = ("laptop" in text or "本" in text) and _LAPTOP.search(sentence.text)
        if laptop and not (sentence.elsewhere or sentence.compares):
            found.add("machine.form", "laptop", sentence.at, weight=SAID)
        if not sentence.elsewhere:
            for words, fact in _NAMED:
                for word, name in words:
                    if word in text:
                        found.add(fact, name, sentence.at, weight=SAID)
                        break


def _system(found: Found, said: list[Sentence], low: str) -> None:
    wsl = "wsl" in low
    named: list[tuple[System, Sentence]] = []
    for sentence in said:
        if wsl:
            generation = _WSL.search(sentence.text)
            if generation:
                found.add("os.platform", "WSL", sentence.at, weight=SAID)
                if generation[1]:
                    found.add("os.wsl", int(generation[1]), sentence.at, weight=SAID)
                found.add("os.kernel", "linux", sentence.at, weight=HINT)
        if not sentence.elsewhere:
            panes = "windows" in sentence.text.lower() and _PANES.search(sentence.text)
            found_here = (s for s in systems_in(sentence.text) if s.version or s.id != "windows" or not panes)
            named += [(system, sentence) for system in found_here]
        if "arch" in sentence.text.lower() and _ARCH.search(sentence.text):
            named.append((System("arch", "linux", "", 0, 4), sentence))
    if wsl or "dual boot" in low or "dual-boot" in low or "双系统" in low:
        named = [(system, sentence) for system, sentence in named if system.kernel == "linux"]
    if len({system.kernel for system, _ in named}) > 1:
        return
    versioned = [(system, sentence) for system, sentence in named if system.version]
    if versioned and len({system.id for system, _ in named}) > 1:
        named = versioned
    if len({system.id for system, _ in named}) != 1:
        return
    system, sentence = named[0]
    found.add("os.id", system.id, sentence.at, weight=SAID)
    found.add("os.kernel", system.kernel, sentence.at, weight=SAID)
    for each, where in named:
        if each.version:
            found.add("os.version", each.version, where.at, weight=SAID)
