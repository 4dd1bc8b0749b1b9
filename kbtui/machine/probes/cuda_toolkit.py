"""CUDA outside of Python: toolkits on disk, the compilers, and what the environment says.

/usr/local/cuda-12.4/version.json   {"cuda": {"name": "CUDA SDK", "version": "12.4.1"}, ...}
/usr/local/cuda-9.0/version.txt     CUDA Version 9.0.176
nvcc --version                      Cuda compilation tools, release 12.4, V12.4.131
gcc --version                       gcc (Ubuntu 13.3.0-6ubuntu2~24.04) 13.3.0
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from kbtui.machine.asks import Environ, Names, Raw, Read, Run, Which
from kbtui.machine.probes.spec import Out, Probe

COMPILERS = Which(("nvcc", "gcc", "cc"))
_TOOL_FOLDERS = ("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin")
"""Where commands are run from; a compiler of another place on the person's PATH is not run."""
_NAMED = re.compile(r".*/cuda-(\d+\.\d+)(?=/|$)")
_RELEASE = re.compile(r"Cuda compilation tools, release (\d+\.\d+)")
_SAID = re.compile(r'"cuda"\s*:\s*\{[^}]*"version"\s*:\s*"(\d+\.\d+)|CUDA Version (\d+\.\d+)')


class _Toolkit(NamedTuple):
    version: str
    seen: Raw
    line: str


def parse_toolkit(seen: Mapping[str, Raw], out: Out) -> None:
    """Toolkits on disk, and the one that this person's nvcc belongs to."""
    which, names = seen["which"], seen["names"]
    on_path = which.files.get("nvcc", "")
    if which.ok:
        out.add("cuda.nvcc_on_path", bool(on_path), which, on_path or "nvcc is not on PATH")
    folders = _folders(seen)
    if names.ok:
        versions = sorted({t.version for t in folders.values()}, key=_numbers)
        out.add("cuda.toolkit.versions", versions, names, "\n".join(folders) or "no /usr/local/cuda*")
    chosen = _on_path(seen, on_path, folders) if on_path else _by_home(seen, folders)
    if chosen:
        out.add("cuda.toolkit.version", *chosen)
    if chosen or on_path or folders:
        out.add("cuda.toolkit.installed", True, chosen.seen if chosen else names, on_path or "\n".join(folders))
    elif names.ok and which.ok:
        out.add("cuda.toolkit.installed", False, names, "no nvcc on PATH, no /usr/local/cuda*")
        out.absent("cuda.toolkit.version", names, "no nvcc on PATH, no /usr/local/cuda*")


def _folders(seen: Mapping[str, Raw]) -> dict[str, _Toolkit]:
    """Toolkits by their folder: the version is that of its own files, or else of its name."""
    found: dict[str, _Toolkit] = {}
    for path in seen["names"].files:
        named = _NAMED.match(path)
        if named:
            found[named[0]] = _Toolkit(named[1], seen["names"], path)
    for name in ("version_txt", "version_json", "version_arch"):
        files = seen[name].files or ({seen[name].origin: seen[name].text} if seen[name].text else {})
        for path, text in files.items():
            said = _SAID.search(text)
            if said:
                found[path.rpartition("/")[0]] = _Toolkit(said[1] or said[2], seen[name], f"{path}: {said[0]}")
    return found


def _on_path(seen: Mapping[str, Raw], nvcc: str, folders: Mapping[str, _Toolkit]) -> _Toolkit | None:
    """The toolkit of the nvcc that is first on PATH; None where it stands in a place of its own."""
    folder = nvcc.removesuffix("/nvcc").removesuffix("/bin")
    named = _NAMED.match(nvcc)
    if folder in folders:
        return folders[folder]
    if named:
        return _Toolkit(named[1], seen["which"], nvcc)
    if nvcc.rpartition("/")[0] in _TOOL_FOLDERS:
        release = _RELEASE.search(seen["nvcc"].text)
        return _Toolkit(release[1], seen["nvcc"], release[0]) if release else None
    return None


def _by_home(seen: Mapping[str, Raw], folders: Mapping[str, _Toolkit]) -> _Toolkit | None:
    """Without an nvcc on PATH: CUDA_HOME, /usr/local/cuda, the newest on disk."""
    environ = seen["environ"].files
    for place in (environ.get("CUDA_HOME", ""), environ.get("CUDA_PATH", ""), "/usr/local/cuda"):
        if place.rstrip("/") in folders:
            return folders[place.rstrip("/")]
    return max(folders.values(), key=lambda t: _numbers(t.version), default=None)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(n) for n in version.split("."))


def parse_gcc(seen: Mapping[str, Raw], out: Out) -> None:
    """The compiler on the person's PATH; one that stands outside the system's folders is not run."""
    which = seen["which"]
    path = which.files.get("gcc") or which.files.get("cc") or ""
    if which.ok and not path:
        out.absent("gcc.version", which, "neither gcc nor cc is on PATH")
    elif path.rpartition("/")[0] in _TOOL_FOLDERS and seen["gcc"].ran:
        out.read(seen["gcc"], only=("gcc.version",))
    elif path:
        out.unknown("gcc.version", f"{path} comes first on PATH and is not run", which)


def parse_environment(seen: Mapping[str, Raw], out: Out) -> None:
    """Variables that decide which card and which libraries a program gets."""
    environ = seen["environ"]
    if not environ.ok:
        return
    for name, variables in (
        ("cuda.visible_devices", ("CUDA_VISIBLE_DEVICES",)),
        ("cuda.home", ("CUDA_HOME", "CUDA_PATH")),
        ("ld_library_path.value", ("LD_LIBRARY_PATH",)),
    ):
        set_ = next((v for v in variables if v in environ.files), None)
        if set_:  # set to nothing is not unset: it hides every card
            out.add(name, environ.files[set_], environ, f"{set_}={environ.files[set_]}")
        else:
            out.absent(name, environ, f"{variables[0]} is not set")
    path = environ.files.get("LD_LIBRARY_PATH", "")
    out.add("ld_library_path.set", bool(path), environ, f"LD_LIBRARY_PATH={path}")


PROBES = (
    Probe(
        "CUDA toolkit",
        {
            "which": COMPILERS,
            "environ": Environ(("CUDA_HOME", "CUDA_PATH")),
            "names": Names("/usr/local/cuda*/bin/nvcc"),
            "version_json": Read("/usr/local/cuda*/version.json", cap=8192),
            "version_txt": Read("/usr/local/cuda*/version.txt", cap=512),
            "version_arch": Read("/opt/cuda/version.json", cap=8192),
            "nvcc": Run(("nvcc", "--version")),
        },
        parse_toolkit,
        ("cuda.toolkit.installed", "cuda.toolkit.version", "cuda.toolkit.versions", "cuda.nvcc_on_path"),
    ),
    Probe("compiler", {"which": COMPILERS, "gcc": Run(("gcc", "--version"))}, parse_gcc, ("gcc.version",)),
    Probe(
        "CUDA environment",
        {"environ": Environ(("CUDA_VISIBLE_DEVICES", "CUDA_HOME", "CUDA_PATH", "LD_LIBRARY_PATH"))},
        parse_environment,
        ("cuda.visible_devices", "cuda.home", "ld_library_path.set", "ld_library_path.value"),
    ),
)
