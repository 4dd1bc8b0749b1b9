r"""Windows: systeminfo, ver, wsl -l -v, wsl --version, and paths that only Windows has.

Sample:

    OS Name:                   Microsoft Windows 11 Pro
    Microsoft Windows [Version 10.0.22631.3447]
    PS C:\Users\me> wsl -l -v
      NAME            STATE           VERSION
    * Ubuntu-22.04    Running         2
"""

from __future__ import annotations

from kbtui.machine.text.found import HINT, OUTPUT, Found
from kbtui.machine.text.patterns import Pattern

_BUILD = Pattern(r"Microsoft Windows \[[^\]]*?10\.0\.(\d{5})")
_NAME = Pattern(r"(?:OS Name|OS 名称|操作系统)\s*[:：]\s*(Microsoft Windows (\d+).*)")
_DISTRO = Pattern(r"\s*\*?\s*([A-Za-z][\w.-]{2,40})\s+(?:Running|Stopped|正在运行|已停止)\s+([12])\s*$")
_PATH = Pattern(r"(?<![A-Za-z])[A-Z]:\\(?:Users|Program Files|Windows|ProgramData|[\w .-]{1,40}\\)")


def parse(found: Found) -> None:
    """Which Windows, or which generation of WSL."""
    generations: dict[str, int] = {}
    in_wsl = any("wsl" in line.lower() for line in found.lines)
    for at, line in enumerate(found.lines):
        if "Windows" in line:
            name, build = _NAME.search(line), _BUILD.search(line)
            if name:
                found.add("os.name", name[1].strip(), at)
            if name or build:
                version = name[2] if name else ("11" if build and int(build[1]) >= 22000 else "10")
                _windows(found, at, OUTPUT, in_wsl)
                if not in_wsl:
                    found.add("os.version", version, at)
                found.take("windows", at, at)
        distro = _DISTRO.match(line) if line[-1:] in ("1", "2") else None
        if distro:
            generations[distro[1]] = int(distro[2])
            found.take("windows", at, at)
            if len(set(generations.values())) == 1:
                found.add("os.wsl", int(distro[2]), at)
                found.add("os.kernel", "linux", at)
        elif ":\\" in line and not in_wsl and _PATH.search(line):
            _windows(found, at, HINT, in_wsl)


def _windows(found: Found, at: int, weight: int, in_wsl: bool) -> None:
    # Beside WSL the Windows side is not where the program runs.
    if not in_wsl:
        found.add("os.kernel", "windows", at, weight=weight)
        found.add("os.id", "windows", at, weight=weight)
