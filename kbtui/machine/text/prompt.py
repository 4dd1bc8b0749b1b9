r"""Commands that stand in a pasted terminal session, each with the shell prompt before it.

user@box:~$ nvidia-smi
(base) user@box:~/src$ python train.py
[root@node3 ~]# dmesg | tail
$ uname -r
PS C:\Users\me> nvidia-smi
C:\Users\me>nvcc --version
➜  ~ lsmod | grep nvidia
"""

from __future__ import annotations

from msgspec import Struct

from kbtui.machine.text.patterns import Pattern

_PROMPT = Pattern(
    r"\s*(?:\((?P<env>[\w.-]{1,40})\)\s*)?"
    r"(?:\[?(?P<user>[a-z_][\w.-]{0,30})@(?P<host>[A-Za-z0-9][\w.-]{0,60})(?:\]|[: ][^$#>]{0,120})?[$#>]"
    r"|(?P<win>(?:PS )?[A-Z]:\\[^>]{0,120}>)|[$#❯➜](?=\s)(?:\s+~(?=\s))?)\s*(?P<command>\S.*)?"
)


class Command(Struct, frozen=True):
    """What was typed at a prompt, and what the prompt itself tells."""

    text: str
    host: str
    env: str
    """The environment's name in front of the prompt: "base", "venv"; else ""."""
    windows: bool


def command_in(line: str) -> Command | None:
    """The command of a line that begins with a prompt; None for any other line. `sudo` is left out."""
    head = line.lstrip()[:1]
    if not head or not (head in "$#❯➜([" or "@" in line[:80] or (":\\" in line[:8] and ">" in line)):
        return None
    match = _PROMPT.match(line)
    if not match:
        return None
    typed = (match["command"] or "").strip()
    bare = match["user"] is None and match["win"] is None
    if bare and (not typed or line.lstrip().startswith("##") or (head == "#" and " " not in typed)):
        return None
    return Command(typed.removeprefix("sudo "), match["host"] or "", match["env"] or "", bool(match["win"]))
