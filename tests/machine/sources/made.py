"""Archives and hosts made for the tests of the sources."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Mapping
from typing import Literal

from kbtui.machine.asks import Ask, Environ, Names, Raw, Read, Run, Which, absent

ANSWERS: dict[Ask, Raw] = {
    Run(("uname", "-snrm")): Raw(text="Linux atlas 6.8.0-48-generic x86_64\n", exit_code=0, seconds=0.01),
    Run(("nvidia-smi",)): Raw(text="No devices were found\n", errors="warning\n", exit_code=6),
    Run(("dmesg",)): Raw(status="refused", reason="dmesg may not be run by this user"),
    Run(("nvidia-smi", "-q")): Raw(status="timed_out", text="half", reason="no answer within 5 s", truncated=True),
    Run(("lspci",)): absent("lspci: not on this machine"),
    Read("/proc/modules"): Raw(text="nvidia 1 0 - Live\n"),
    Read("/proc/empty"): Raw(),
    Read("/etc/gone"): absent("/etc/gone is not there"),
    Read("/sys/class/net/*/speed"): Raw(files={"/sys/class/net/eth0/speed": "1000\n"}),
    Names("/dev/nvidia*"): Raw(files={"/dev/nvidia0": "char 195:0 666 0:0"}),
    Names("/proc/[0-9]*/fd/*", to="/dev/nvidia"): Raw(files={"/proc/8/fd/9": "link -> /dev/nvidia0"}),
    Which(("nvcc", "gcc")): Raw(files={"gcc": "/usr/bin/gcc"}),
    Environ(("CUDA_HOME", "LD_PRELOAD")): Raw(files={"CUDA_HOME": "/usr/local/cuda"}),
}


class Fake:
    """A host that answers what it was given."""

    kind: Literal["live"] = "live"
    name = "a fake"

    def __init__(self, answers: Mapping[Ask, Raw]) -> None:
        self.answers = answers
        self.notes: list[str] = []

    def answer(self, ask: Ask) -> Raw:
        return self.answers.get(ask) or absent(f"{ask.key}: not on this machine")


def tar(members: Mapping[str, str | bytes | tarfile.TarInfo], mode: str = "w:gz") -> bytes:
    """An archive: a name to its content, or to a ready header (a link, a device)."""
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode=mode) as out:  # type: ignore[call-overload]
        for name, content in members.items():
            if isinstance(content, tarfile.TarInfo):
                content.name = name
                out.addfile(content)
                continue
            data = content.encode() if isinstance(content, str) else content
            info = tarfile.TarInfo(name)
            info.size = len(data)
            out.addfile(info, io.BytesIO(data))
    return file.getvalue()


def header(kind: bytes, target: str = "", size: int = 0) -> tarfile.TarInfo:
    """A header of a link, a device or a pipe."""
    info = tarfile.TarInfo("x")
    info.type, info.linkname, info.size = kind, target, size
    return info
