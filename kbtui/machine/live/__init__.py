"""This machine as a host: commands in process groups of their own, files read in a child, nothing that can hang it."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import Literal

from msgspec.structs import replace

from kbtui.machine.asks import OWN_PYTHON, PYTHON, Ask, Environ, Names, Raw, Read, Run, Which, absent
from kbtui.machine.live import person, process
from kbtui.machine.live.files import Files

TOOL_PATH = ":".join(
    (
        "/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin",
        "/usr/lib/wsl/lib", "/run/current-system/sw/bin", "/run/wrappers/bin", "/opt/nvidia/bin", "/snap/bin",
    )
)  # fmt: skip
"""Where tools are looked for, whatever the person's PATH says. WSL, NixOS and snap keep theirs in places of their own."""


class Live:
    """This machine now. `pid` looks at that process's environment instead of kbtui's own."""

    kind: Literal["live"] = "live"

    def __init__(self, pid: int | None = None, python: str | None = None) -> None:
        self.pid = pid or os.getpid()
        self.name = "this machine" if pid is None else f"process {pid} on this machine"
        self.notes: list[str] = []
        self._files = Files()
        self._environment = person.environment(pid)
        self._python = python or person.python(self._environment)
        self._tool_environment = {"LC_ALL": "C", "PATH": TOOL_PATH, "HOME": self._environment.get("HOME", "/")}

    def answer(self, ask: Ask) -> Raw:
        """Look."""
        if isinstance(ask, Run):
            return self._run(ask)
        if isinstance(ask, Which):
            path = self._environment.get("PATH", "")
            found = {name: where for name in ask.names if (where := shutil.which(name, path=path))}
            return Raw(files=found, origin="PATH")
        if isinstance(ask, Environ):
            environ = {name: self._environment[name] for name in ask.names if name in self._environment}
            return Raw(files=environ, origin="environment")
        return self._look(ask)

    def close(self) -> None:
        """End what was started to look."""
        self._files.close()

    def _run(self, ask: Run) -> Raw:
        argv, env = list(ask.argv), self._tool_environment
        origin = ask.key
        if argv[0] == PYTHON:
            if not self._python:
                return absent("no python3 on PATH", origin=origin)
            argv[0], env = self._python, {**self._environment, "PYTHONDONTWRITEBYTECODE": "1"}
            origin = f"{self._python}"
        elif argv[0] == OWN_PYTHON:
            argv[:1] = [sys.executable]
            argv = [_own_file(a) for a in argv]
            env = {**env, **{k: v for k, v in self._environment.items() if k.startswith("CUDA_")}}
            origin = Path(argv[-1]).stem.replace("_child", "")
        else:
            found = shutil.which(argv[0], path=TOOL_PATH)
            if found is None:
                return absent(f"{argv[0]}: not on this machine", origin=origin)
            argv[0] = found
        raw = process.run([self._fill(a) for a in argv], env, process.Limits(ask.seconds, ask.cap))
        return replace(raw, origin=origin, reason=f"{ask.argv[0]}: {raw.reason}" if raw.reason else "")

    def _look(self, ask: Read | Names) -> Raw:
        path = self._fill(ask.path)
        request = {"what": "read" if isinstance(ask, Read) else "names", "path": path, "most": ask.most}
        if isinstance(ask, Read):
            request |= {"cap": ask.cap, "tail": ask.tail, "many": ask.many}
        raw = self._files.ask(request, ask.seconds)
        files = {self._unfill(p, ask.path): text for p, text in raw.files.items()}
        return replace(raw, origin=ask.path if isinstance(ask, Read) else ask.key, files=files)

    def _fill(self, path: str) -> str:
        if path.startswith("~/"):
            return self._environment.get("HOME", "/nonexistent") + path[1:]
        return path.replace("/proc/self/", f"/proc/{self.pid}/", 1) if path.startswith("/proc/self/") else path

    def _unfill(self, path: str, asked: str) -> str:
        if asked.startswith("~/"):
            home = self._environment.get("HOME", "/nonexistent")
            return "~" + path.removeprefix(home) if path.startswith(home) else path
        return path.replace(f"/proc/{self.pid}/", "/proc/self/", 1) if asked.startswith("/proc/self/") else path


def _own_file(item: str) -> str:
    """A child's script by its name inside this package."""
    return str(Path(__file__).with_name(item)) if item.endswith("_child.py") else item
