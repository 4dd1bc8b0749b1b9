"""The commands that a probe may run, and why each changes nothing. A test holds every probe against this list.

An argv is allowed when its first words fit one of its program's `begins`, every further word that begins with `-` is one
of its `options`, and further words that do not are there only where `operands` says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from typing import NamedTuple

from kbtui.machine.asks import OWN_PYTHON, PYTHON


class Allowed(NamedTuple):
    """What one program may be asked."""

    why: str
    """What its documentation says of these uses."""
    begins: tuple[tuple[str, ...], ...] = ((),)
    """Words right after the program; `*` stands for anything within a word."""
    options: tuple[str, ...] = ()
    """Further words that begin with `-`; `--name=` allows any value."""
    operands: bool = False


_VERSION = (("--version",),)
_NUMBERS = ("-0", "-1", "-2", "-3")

ALLOWED: dict[str, Allowed] = {
    PYTHON: Allowed("code of kbtui's own, printed here whole, that opens nothing for writing", (("-c", "*"),)),
    OWN_PYTHON: Allowed(
        "a script of kbtui's own (kbtui/machine/live/) that asks NVML, libcuda or the kernel and sets nothing",
        (("-I", "-S", "*_child.py"), ("-P", "*_child.py"), ("-I", "*_child.py")),
        operands=True,
    ),
    "date": Allowed("alone or with a format it prints the time", ((), ("+*",))),
    "df": Allowed("reports file system usage", options=("-P", "-T", "-i", "-k"), operands=True),
    "dkms": Allowed("status prints what is added, built and installed", (("status",),)),
    "dmesg": Allowed("prints the kernel ring buffer; only -c, -C, -D, -E and -n change it"),
    "dnf": Allowed("history list prints past transactions", (("history", "list"),)),
    "docker": Allowed("info prints system-wide information", (("info",),), ("--format", "-f"), operands=True),
    "dpkg": Allowed("-l lists packages", (("-l",),), operands=True),
    "gcc": Allowed("prints its version and ends", _VERSION),
    "getconf": Allowed("prints the value of a configuration variable", (("*",),)),
    "gzip": Allowed("-c -d writes to standard output and keeps the file as it is", (("-cdq",),), operands=True),
    "id": Allowed("prints user and group numbers", options=("-u", "-g", "-G", "-n")),
    "journalctl": Allowed(
        "prints the journal; only --rotate, --vacuum-*, --flush, --sync, --relinquish-var, --setup-keys and "
        "--update-catalog act",
        options=("-k", "-b", "-n", "-o", "-u", "-p", "-q", "-r", "-g", "--no-pager", "--list-boots", "--since=", *_NUMBERS),
        operands=True,
    ),
    "last": Allowed("prints wtmp", options=("-x", "-F", "-w", "-n"), operands=True),
    "ldconfig": Allowed("-p prints the cache and builds none", (("-p",),)),
    "ldd": Allowed("with --version it looks at no program", _VERSION),
    "lscpu": Allowed("prints what /proc and /sys say of the processor"),
    "lspci": Allowed("prints PCI devices; it sets nothing", options=("-nnk", "-vvv", "-nn", "-k", "-d", "-t"), operands=True),
    "modinfo": Allowed("prints what a module file says of itself", options=("-F",), operands=True),
    "mokutil": Allowed("prints the state of Secure Boot, the enrolled keys", (("--sb-state",), ("--list-enrolled",))),
    "mpirun": Allowed("prints its version and ends", _VERSION),
    "nvcc": Allowed("prints its version and ends", _VERSION),
    "nvidia-container-cli": Allowed("prints its version and ends", _VERSION),
    "nvidia-container-runtime": Allowed("prints its version and ends", _VERSION),
    "nvidia-ctk": Allowed("prints its version and ends", _VERSION),
    "nvidia-smi": Allowed(
        "without options, with -q, -L, --query-* and the displays of topo and nvlink it only reports",
        ((), ("topo", "-m"), ("nvlink", "-s"), ("nvlink", "-e")),
        ("-q", "-L", "-x", "-d", "--version", "--query-gpu=", "--query-compute-apps=", "--format="),
    ),
    "pacman": Allowed("-Q lists packages", (("-Q",),)),
    "podman": Allowed("prints its version and ends", _VERSION),
    "powerprofilesctl": Allowed("get prints the active profile", (("get",),)),
    "prime-select": Allowed("query prints the profile", (("query",),)),
    "rpm": Allowed("-qa lists packages", (("-qa",),), ("--last", "--qf"), operands=True),
    "systemctl": Allowed(
        "is-active, is-enabled and show report on units", (("is-active",), ("is-enabled",), ("show",)), ("-p",), operands=True
    ),
    "systemd-detect-virt": Allowed("prints what it finds", options=("--vm", "--container")),
    "uname": Allowed("prints system information", options=("-snrm", "-a", "-r", "-m", "-s", "-n")),
    "wtmpdb": Allowed("last prints past logins and boots", (("last",),), ("-x", "-F", "-w"), operands=True),
}  # fmt: skip


def refusal(argv: Sequence[str]) -> str:
    """Why a probe may not run this; "" where it may."""
    allowed = ALLOWED.get(argv[0])
    if allowed is None:
        return f"{argv[0]} is not in the list of programs"
    reasons = [_unlike(argv[1:], begin, allowed) for begin in sorted(allowed.begins, key=len, reverse=True)]
    return "" if "" in reasons else f"{argv[0]}: {reasons[0]}"


def why(argv: Sequence[str]) -> str:
    """What makes an allowed command read-only; "" for one that is not in the list, as a team's may not be."""
    return "" if refusal(argv) else ALLOWED[argv[0]].why


def _unlike(words: Sequence[str], begin: tuple[str, ...], allowed: Allowed) -> str:
    if len(words) < len(begin) or not all(map(fnmatchcase, words, begin)):
        return f"does not begin with {' '.join(begin)}"
    return next(_refused(words[len(begin) :], allowed), "")


def _refused(words: Sequence[str], allowed: Allowed) -> Iterator[str]:
    for word in words:
        named = word.partition("=")[0] + "=" if "=" in word else word
        if word.startswith("-") and word not in allowed.options and named not in allowed.options:
            yield f"{word} is not among its options"
        elif not word.startswith("-") and not allowed.operands and not _takes(words, word, allowed):
            yield f"{word!r} is more than it may be told"


def _takes(words: Sequence[str], word: str, allowed: Allowed) -> bool:
    """Whether a word is the value of the option before it: `nvidia-smi -q -d ECC`."""
    at = words.index(word)
    return at > 0 and words[at - 1] in allowed.options and words[at - 1] in ("-d", "-n", "-o", "-p", "-F")
