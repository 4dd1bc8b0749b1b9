"""This machine as a host: commands in process groups of their own, files read in a child, nothing that can hang it."""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path
from typing import Literal

from msgspec.structs import replace

from kbtui.machine.asks import OWN_PYTHON, PYTHON, Ask, Environ, Names, Raw, Read, Run, Which, absent, unknown
from kbtui.machine.live import children, person, process
from kbtui.machine.live.files import Files

TOOL_PATH = ":".join(
    (
        "/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin",
        "/usr/lib/wsl/lib", "/run/current-system/sw/bin", "/run/wrappers/bin", "/opt/nvidia/bin", "/snap/bin",
    )
)  # fmt: skip
"""Where tools are looked for, whatever the person's PATH says. WSL, NixOS and snap keep theirs in places of their own."""
_LOOKING = 2.0
"""Seconds for finding a program."""


class Live:
    """This machine now. `pid` looks at that process's environment instead of kbtui's own.

    Close it, or use it in a `with`, so that its readers end with it; InputError where `pid` cannot be looked at.
    """

    kind: Literal["live"] = "live"

    def __init__(self, pid: int | None = None, python: str | None = None) -> None:
        children.end_with_us()
        self.pid = pid or os.getpid()
        self.name = "this machine" if pid is None else f"process {pid} on this machine"
        self.areas = () if pid is None else ("job",)
        self.notes: list[str] = []
        self._files = Files()
        self._environment = person.environment(pid, self._files)
        self._given_python = python
        self._apart = pid is not None and person.lives_apart(pid, self._files)
        if self._apart:
            self.notes.append(f"process {pid} lives in a container: files and packages seen here are this machine's")
        elif pid is not None and python is None:
            self._given_python = person.python_of(pid, self._files)
        self._found: dict[tuple[str, str], Raw] = {}
        self._finding = threading.Lock()
        self._hung: dict[str, str] = {}
        self._tool_environment = {"LC_ALL": "C", "PATH": TOOL_PATH, "HOME": self._environment.get("HOME") or "/"}

    def __enter__(self) -> Live:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def answer(self, ask: Ask) -> Raw:
        """Look."""
        if isinstance(ask, Run):
            return self._run(ask)
        if isinstance(ask, Which):
            found = self._files.ask(_which(ask.names, self._environment.get("PATH", "")), ask.seconds)
            return replace(found, status="ok" if found.status in ("absent", "refused") else found.status, origin="PATH")
        if isinstance(ask, Environ):
            environ = {name: self._environment[name] for name in ask.names if name in self._environment}
            return Raw(files=environ, origin="environment")
        return self._look(ask)

    def close(self) -> None:
        """End what was started to look."""
        self._files.close()
        children.reap()

    def _run(self, ask: Run) -> Raw:
        argv, env = list(ask.argv), self._tool_environment
        origin, called = ask.key, ask.argv[0]
        if called == PYTHON:
            found = self._python()
            called = "python3"
            env = {**self._environment, "PYTHONDONTWRITEBYTECODE": "1"}
        elif called == OWN_PYTHON:
            argv = [_own_file(a) for a in argv]
            env = {**env, **{k: v for k, v in self._environment.items() if k.startswith("CUDA_")}}
            called = origin = Path(argv[-1]).stem.replace("_child", "")
            found = Raw(files={called: sys.executable or "/proc/self/exe"})
        else:
            folder, _, program = called.rpartition("/")
            found = self._find((program,), folder or TOOL_PATH)
        path = next(iter(found.files.values()), None)
        if path is None:
            return replace(found, origin=origin)
        if ask.argv[0] == PYTHON:
            origin = path
        if called in self._hung:  # one more in uninterruptible sleep would tell nothing new
            return Raw(status="timed_out", reason=self._hung[called], origin=origin, truncated=True)
        raw = process.run([path, *(self._fill(a) for a in argv[1:])], env, process.Limits(ask.seconds, ask.cap))
        reason = f"{called}: {raw.reason}" if raw.reason else ""
        if process.LEFT_BEHIND in reason and ask.argv[0] != PYTHON:
            self._hung[called] = reason
        return replace(raw, origin=origin, reason=reason)

    def _python(self) -> Raw:
        """The Python that `python3` means to this person: given, of the active environment, else first on PATH."""
        if self._given_python:
            return Raw(files={"python3": self._given_python})
        if self._apart:
            return unknown(f"the Python of process {self.pid} is in a container and is not run from here")
        places = [f"{h}/bin" for v in ("VIRTUAL_ENV", "CONDA_PREFIX") if (h := self._environment.get(v))]
        found = self._find(("python3", "python"), ":".join([*places, self._environment.get("PATH", "")]))
        return absent("no python3 on PATH") if found.status == "absent" else found

    def _find(self, names: tuple[str, ...], path: str) -> Raw:
        """Where the first of these programs stands on a path; absent or refused, with a reason, where none may be run."""
        key = (names[0], path)
        with self._finding:
            if key in self._found:
                return self._found[key]
        found = self._files.ask(_which(names, path), _LOOKING)
        if found.files:
            first = next(n for n in names if n in found.files)
            found = Raw(files={first: found.files[first]})
        if found.status in ("ok", "absent", "refused"):
            with self._finding:
                self._found[key] = found
        return found

    def _look(self, ask: Read | Names) -> Raw:
        origin = ask.path if isinstance(ask, Read) else ask.key
        if ask.path.startswith("~/") and not self._environment.get("HOME"):
            return unknown(f"{ask.path} was not looked at: HOME is not set", origin=origin)
        path = self._fill(ask.path)
        request = {"what": "read" if isinstance(ask, Read) else "names", "path": path, "most": ask.most}
        if isinstance(ask, Read):
            request |= {"cap": ask.cap, "tail": ask.tail, "many": ask.many}
        elif ask.to:
            request["to"] = ask.to
        raw = self._files.ask(request, ask.seconds)
        files = {self._unfill(p, ask.path): text for p, text in raw.files.items()}
        return replace(raw, origin=origin, files=files)

    def _fill(self, path: str) -> str:
        if path.startswith("~/"):
            return (self._environment.get("HOME") or "/nonexistent") + path[1:]
        return path.replace("/proc/self/", f"/proc/{self.pid}/", 1) if path.startswith("/proc/self/") else path

    def _unfill(self, path: str, asked: str) -> str:
        if asked.startswith("~/"):
            home = self._environment.get("HOME") or "/nonexistent"
            return "~" + path.removeprefix(home) if path.startswith(home) else path
        return path.replace(f"/proc/{self.pid}/", "/proc/self/", 1) if asked.startswith("/proc/self/") else path


def _which(names: tuple[str, ...], path: str) -> dict[str, object]:
    return {"what": "which", "names": names, "places": path.split(":")}


def _own_file(item: str) -> str:
    """A child's script by its name inside this package."""
    return str(Path(__file__).with_name(item)) if item.endswith("_child.py") else item
