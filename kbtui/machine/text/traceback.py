"""Python tracebacks: the exception they end in, and the Python and environment that their paths show.

Sample:

    Traceback (most recent call last):
      File "train.py", line 3, in <module>
        import torch
      File "/home/me/miniconda3/envs/train/lib/python3.9/site-packages/torch/__init__.py", line 367, in <module>
        from torch._C import *  # noqa: F403
    ImportError: libcudnn.so.9: cannot open shared object file
"""

from __future__ import annotations

from kbtui.machine.text.found import HINT, SAID, Found
from kbtui.machine.text.patterns import Pattern

_EXCEPTION = Pattern(
    r"(?:E\s+)?((?:[A-Za-z_][\w]*\.)*[A-Z]\w*(?:Error|Exception|Interrupt|Exit|Warning|Refused))(?:: .*"
    r"|:)?$",
)
_PYTHON = Pattern(r"[/\\][Pp]ython[/\\]?(?:Core-)?(3\.?\d{1,2}|2\.7)(?=[/\\])")
_CONDA = Pattern(r"[/\\](?:(?:ana|mini)conda\d?|mini(?:forge|mamba)\d?|mambaforge|conda)[/\\](?:envs[/\\]([\w.-]+))?")
_VENV = Pattern(r"[/\\](?:\.?v?envs?|virtualenvs|Venvs|\.venv|venv)[/\\]([\w. -]*)", 2)
_FRAME = ("  File ", "    ")


def parse(found: Found) -> None:
    """Each traceback as a segment; paths count wherever they stand."""
    start = -1
    for at, line in enumerate(found.lines):
        if "python" in line or "Python3" in line or "Python\\" in line:
            _path(found, at, line)
        if "Traceback (most recent call last)" in line:
            start = at
        elif start >= 0 and line.strip() and not line.startswith((" ", "\t")):
            exception = _EXCEPTION.match(line.strip())
            if exception:
                found.add("python.exception", line.strip()[:300], at)
                found.take("traceback", start, at)
            if exception or at - start > 200:
                start = -1


def _path(found: Found, at: int, line: str) -> None:
    versions = [match[1] for match in _PYTHON.finditer(line)]
    if not versions:
        return
    for version in versions:
        found.add("python.version", version if "." in version else f"{version[0]}.{version[1:]}", at, weight=HINT)
    if "WindowsApps" in line or "PythonSoftwareFoundation" in line:
        found.add("python.env_kind", "store", at, weight=HINT)
    elif _CONDA.search(line):
        found.add("python.env_kind", "conda", at, weight=HINT)
    elif _VENV.search(line):
        found.add("python.env_kind", "venv", at, weight=HINT)
    elif "/usr/lib/python3" in line or "/usr/local/lib/python3" in line:
        found.add("python.env_kind", "system", at, weight=SAID)
