"""uname -a, the answer to uname -r, and what a kernel release tells of WSL.

Sample:

    user@atlas:~$ uname -a
    Linux atlas 6.8.0-57-generic #59-Ubuntu SMP PREEMPT_DYNAMIC Sat Mar 15 17:40:59 UTC 2025 x86_64 GNU/Linux
    user@atlas:~$ uname -r
    6.8.0-57-generic
"""

from __future__ import annotations

from kbtui.machine.text.found import Found
from kbtui.machine.text.patterns import Pattern
from kbtui.machine.text.prompt import command_in

_ALL = Pattern(r"(?:.{0,20}\s)?Linux (\S+) (\d+\.\d+\S*) #\d+\S* .*?\b(x86_64|aarch64|ppc64le|i686|armv7l|riscv64)\b")
_RELEASE = Pattern(r"\d+\.\d+(?:\.\d+)?[\w.+~-]*")


def parse(found: Found) -> None:
    """The running kernel, the host and the architecture."""
    for at, line in enumerate(found.lines):
        if "Linux " in line and " #" in line and not found.taken[at]:
            match = _ALL.match(line.strip())
            if match:
                release(found, at, match[2])
                found.add("machine.hostname", match[1], at)
                found.add("os.arch", match[3], at)
                found.take("uname", at, at)
        elif "uname -r" in line and at + 1 < len(found.lines) and command_in(line):
            answer = found.lines[at + 1].strip()
            if _RELEASE.fullmatch(answer):
                release(found, at + 1, answer)
                found.take("uname", at, at + 1)


def release(found: Found, at: int, text: str, *, weight: int = 3) -> None:
    """The running kernel's release, with what it says of the system."""
    found.add("kernel.release", text, at, weight=weight)
    found.add("os.kernel", "linux", at, weight=weight)
    generation = wsl_of(text)
    if generation:
        found.add("os.wsl", generation, at, weight=weight)


def wsl_of(text: str) -> int:
    """1 or 2 for a kernel of the Windows Subsystem for Linux, else 0.

    WSL 1 imitates "4.4.0-19041-Microsoft"; WSL 2 runs "5.15.167.4-microsoft-standard-WSL2".
    """
    if "WSL2" in text or "microsoft-standard" in text:
        return 2
    return 1 if text.endswith("-Microsoft") else 0
