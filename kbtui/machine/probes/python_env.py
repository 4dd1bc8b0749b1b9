"""The person's Python: its environment, the packages in it without importing any, and torch by importing it in a child.

The listing prints one JSON object:

    {"version": "3.12.3", "executable": "/home/me/.venv/bin/python3", "prefix": "/home/me/.venv", "base_prefix": "/usr",
     "bits": 64, "pyvenv": "home = /usr/bin\\nuv = 0.5.1\\n", "packages": {"torch": ["2.6.0+cpu", "/home/me/.venv/lib/..."]},
     "torch": "__version__ = '2.6.0+cpu'\\ncuda: Optional[str] = None\\n", "conda": {}, "loader": [], "index": ""}

The import prints a line a step, and its warnings on standard error:

    torch=present
    version=2.6.0+cu124
    cuda=12.4
    archs=sm_50 sm_80 sm_86 sm_89 sm_90
    available=False
"""

from __future__ import annotations

import json
import re
import signal
from collections.abc import Mapping
from typing import Any

from kbtui.machine.asks import PYTHON, Environ, Names, Raw, Read, Run
from kbtui.machine.probes import python_packages, python_scripts
from kbtui.machine.probes.spec import Out, Probe

LISTING = Run((PYTHON, "-c", python_scripts.LISTING), seconds=6.0)
"""What stands in the person's environment; shared with the probes of CUDA libraries."""
TORCH = Run((PYTHON, "-c", python_scripts.TORCH), seconds=11.0)
_ASKED = ("torch.import_error", "torch.arch_list", "torch.cuda_available", "torch.device_count", "torch.warnings")
_BUILDERS = ("ninja", "nvcc", "cicc", "cc1plus", "cudafe++")


def listing(seen: Raw) -> dict[str, Any]:
    """The JSON object of the listing; empty where there is none."""
    line = next((li for li in reversed(seen.text.splitlines()) if li.startswith("{")), "")
    try:
        found = json.loads(line) if line else {}
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def parse_environment(seen: Mapping[str, Raw], out: Out) -> None:
    """Interpreter, kind of environment, packages and what they tell."""
    raw = seen["listing"]
    if raw.status == "absent":
        out.absent("python.version", raw, raw.reason)
        out.absent("python.executable", raw, raw.reason)
        return
    found = listing(raw)
    if not found:
        return
    for name, key in (("python.version", "version"), ("python.executable", "executable"), ("python.bits", "bits")):
        out.add(name, found[key], raw, f"{key} {found[key]}")
    out.add("python.prefix", found["prefix"], raw, f"prefix {found['prefix']}")
    kind = _kind(found, seen["environ"].files)
    out.add("python.env_kind", kind, raw, f"sys.prefix {found['prefix']}, sys.base_prefix {found['base_prefix']}")
    managed = bool(found["managed"]) and kind == "system"
    out.add("python.externally_managed", managed, raw, "EXTERNALLY-MANAGED" if managed else "no EXTERNALLY-MANAGED")
    out.add("python.user_site_shadows", found["hidden"], raw, "\n".join(found["hidden"]) or "none")
    if found["index"]:
        out.add("pip.index_url", found["index"], raw, f"index-url = {found['index']}")
    else:
        out.absent("pip.index_url", raw, "no index-url in pip's configuration")
    python_packages.lay(found, raw, out)


def _kind(found: Mapping[str, Any], environ: Mapping[str, str]) -> str:
    prefix = str(found["prefix"])
    if found["conda"]:
        return "conda"
    if prefix != found["base_prefix"]:
        if re.search(r"^uv\s*=", str(found["pyvenv"]), re.MULTILINE):
            return "uv"
        return "poetry" if "pypoetry" in prefix else "venv"
    return "conda" if environ.get("CONDA_PREFIX") == prefix else "system"


def parse_torch(seen: Mapping[str, Raw], out: Out) -> None:
    """What torch says once imported; where it ended or hung, what it said before."""
    raw = seen["torch"]
    said = dict(line.split("=", 1) for line in raw.text.splitlines() if "=" in line)
    if said.get("torch") == "absent":
        for name in _ASKED:
            out.not_applicable(name, "torch is not installed", raw)
        for name in ("torch.version", "torch.cuda_version"):
            out.absent(name, raw, "torch is not installed")
        return
    _import(said, raw, out)
    for name, key in (("torch.version", "version"), ("torch.cuda_version", "cuda")):
        value = said.get(key, "")
        if value == "None":
            out.absent(name, raw, f"{key}={value}")
        elif value:
            out.add(name, value, raw, f"{key}={value}")
    if said.get("archs"):
        out.add("torch.arch_list", said["archs"].split(), raw, f"archs={said['archs']}")
    elif said.get("cuda") == "None" and said.get("hip") == "None":
        out.absent("torch.arch_list", raw, "torch.version.cuda is None")
    if said.get("available") in ("True", "False"):
        out.add(
            "torch.cuda_available", said["available"] == "True", raw, _shown("torch.cuda.is_available()", said, raw)
        )
    if said.get("count", "").isdecimal():
        out.add("torch.device_count", int(said["count"]), raw, f"torch.cuda.device_count() {said['count']}")
    if "version" in said:
        warned = re.findall(r"(?:\w*Warning): (.+)", raw.errors)
        out.add("torch.warnings", list(dict.fromkeys(w.strip() for w in warned)), raw, raw.errors or "no warnings")


def _import(said: Mapping[str, str], raw: Raw, out: Out) -> None:
    if "error" in said:
        out.add("torch.import_error", said["error"], raw, said["error"])
        for name in ("torch.version", "torch.cuda_version", *_ASKED[1:]):
            out.unknown(name, f"torch does not import: {said['error']}", raw)
    elif "version" in said:
        out.absent("torch.import_error", raw, "import torch")
    elif raw.exit_code is not None and raw.exit_code < 0:
        ended = signal.Signals(-raw.exit_code).name
        out.add("torch.import_error", f"the interpreter was ended by {ended}", raw, raw.errors or ended)


def _shown(question: str, said: Mapping[str, str], raw: Raw) -> str:
    return f"{question} {said['available']}" + (f"\n{raw.errors.strip()}" if raw.errors.strip() else "")


def parse_extensions(seen: Mapping[str, Raw], out: Out) -> None:
    """A lock that an earlier, interrupted build of an extension left behind: torch then waits for it for ever."""
    if not (seen["locks"].ok and seen["running"].ok):
        return
    running = {text.strip() for text in seen["running"].files.values()}
    left = list(seen["locks"].files) if not running.intersection(_BUILDERS) else []
    out.add("torch_extensions.lock_present", bool(left), seen["locks"], "\n".join(left) or "no lock")


PROBES = (
    Probe(
        "python environment",
        {"listing": LISTING, "environ": Environ(("VIRTUAL_ENV", "CONDA_PREFIX"))},
        parse_environment,
        (
            "python.version", "python.executable", "python.bits", "python.prefix", "python.env_kind",
            "python.externally_managed", "python.user_site_shadows", "pip.index_url", *python_packages.FACTS,
        ),
        seconds=0.3,
    ),
    Probe(
        "torch",
        {"torch": TORCH},
        parse_torch,
        (
            "torch.import_error", "torch.version", "torch.cuda_version", "torch.arch_list", "torch.cuda_available",
            "torch.device_count", "torch.warnings",
        ),
        seconds=4.0,
        streams={"torch": "job_log"},
    ),
    Probe(
        "torch extensions",
        {"locks": Names("~/.cache/torch_extensions/*/*/lock"), "running": Read("/proc/[0-9]*/comm", cap=64, most=4096)},
        parse_extensions,
        ("torch_extensions.lock_present",),
    ),
)  # fmt: skip
