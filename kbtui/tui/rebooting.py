"""Across a reboot: what a person has to know before it, because no screen stands there, and what a check after it means.

The ways back are those of GRUB (https://help.ubuntu.com/community/Grub2) and systemd
(https://www.freedesktop.org/software/systemd/man/latest/systemd.html, `systemd.unit=`; logind.conf: consoles on tty1 to 6).
"""

from __future__ import annotations

import re

from kbtui.diagnosis.result import FixOut
from kbtui.machine.facts import Facts
from kbtui.tui.inert import block, line
from kbtui.tui.plain import check_said
from kbtui.tui.words import Words

Part = tuple[str, str]
_REBOOT = re.compile(r"(?i)\b(?:reboot|restart|shut ?down|power cycle|boot menu)")


def at_reboot(fix: FixOut, number: int) -> bool:
    """Whether the machine goes down at this step (0-based): one that says so, else the last one."""
    if fix.risk != "reboot":
        return False
    saying = [n for n, step in enumerate(fix.steps) if _REBOOT.search(step.rendered)]
    return number in saying or (not saying and number == len(fix.steps) - 1)


def before(fix: FixOut, number: int, say: Words, *, opens_here: bool) -> list[Part]:
    """What will appear, and the way back where it does not come up. `opens_here`: whether the next start is on that machine."""
    told: list[Part] = []
    later = [(say.zh and s.text_zh) or s.rendered for s in fix.steps[number + 1 :] if s.kind != "run"]
    if later:
        told.append((f"{say('reboot.then')} {line(' '.join(later), 600)}\n", "bold"))
    if opens_here:
        told.append(
            (
                f"{say('reboot.opens', check=line(fix.check(zh=say.zh), 300) if fix.asks else check_said(fix.verify, say))}\n",
                "",
            )
        )
    told.append((f"{say('reboot.black')} {say('reboot.menu')}\n", ""))
    if fix.undo:
        told.append((f"{say('fix.undo')}: {block(fix.way_back(zh=say.zh)).strip()}\n", ""))
    return told


def old_kernel(fix: FixOut, facts: Facts, say: Words) -> str:
    """Why a check after a reboot may be about the wrong kernel; "" where the newest one runs, or nobody knows."""
    newer, running = facts.get("kernel.newer_installed"), facts.get("kernel.release")
    if fix.risk != "reboot" or newer.state != "known" or newer.value is not True:
        return ""
    return say("reboot.old_kernel", kernel=line(str(running.value), 60) if running.state == "known" else "?")
