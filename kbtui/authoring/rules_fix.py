"""What lint asks of a fix: safe to follow as written, checkable, and with a way back."""

from __future__ import annotations

import re

from kbtui.authoring.place import Path, Report
from kbtui.authoring.world import World, check_condition
from kbtui.kb.mistakes import did_you_mean
from kbtui.kb.nodes import Fix
from kbtui.machine.catalogue import SPECS

_SLOT = re.compile(r"\{([a-z_]+(?:\.[a-z_0-9]+)+)\}")
_DANGER = re.compile(
    r"\brm\s+-[a-z]*r[a-z]*f?\s+/(?:\s|$|\*)|\bmkfs\b|\bdd\s+.*of=/dev/|curl[^|]*\|\s*(sudo\s+)?(ba)?sh\b"
)
_PURGE = re.compile(r"\b(apt(-get)?\s+(-\S+\s+)*(purge|autoremove)|dnf\s+remove|pacman\s+-R|rm\s+-r)")


def check_fix(report: Report, path: Path, fix: Fix, world: World) -> None:
    """All rules of one fix."""
    for i, step in enumerate(fix.steps):
        here = (*path, "steps", i)
        if (step.run is None) == (step.do is None):
            report.no(here, "expected exactly one of run and do")
            continue
        if step.when:
            check_condition(report, (*here, "when"), step.when, world)
        text = step.run or step.do or ""
        for slot in _SLOT.findall(text):
            if slot not in SPECS:
                report.no(here, f"{{{slot}}} is no fact", did_you_mean(slot, SPECS))
        if step.run:
            _command(report, (*here, "run"), step.run, fix)
        elif step.zh is None and report.loaded.node.__class__.__name__ == "Problem":
            report.warn(here, "the step has no Chinese twin", "zh: ...")
    if fix.when:
        check_condition(report, (*path, "when"), fix.when, world)
    if not fix.verify.startswith("ask:"):
        check_condition(report, (*path, "verify"), fix.verify, world)
    elif fix.zh and fix.zh.verify is None:
        report.warn((*path, "verify"), "the question has no Chinese twin", "zh: {title: ..., verify: ...}")
    if fix.risk != "none" and not fix.undo:
        report.no(
            path, f"risk is {fix.risk}, but there is no undo", "say how to go back, or why there is nothing to undo"
        )
    if fix.risk == "data" and not fix.destroys:
        report.no(path, "risk is data: say what it destroys", "destroys: [...]")
    for i, target in enumerate(fix.leads_to):
        if target not in world.ids["problem"]:
            report.no(
                (*path, "leads_to", i), f"there is no problem {target!r}", did_you_mean(target, world.ids["problem"])
            )


def _command(report: Report, path: Path, command: str, fix: Fix) -> None:
    if re.search(r"(^|\|\s*|&&\s*)sudo\b", command) and "root" not in fix.needs:
        report.no(path, "the command uses sudo, but the fix does not need root", "needs: [root]")
    if _DANGER.search(command):
        report.no(path, "this command can destroy a machine or runs what it downloads", "write a safer way")
    elif _PURGE.search(command) and fix.risk == "none":
        report.no(path, "the command removes something, but the risk is none", "risk: service | reboot | data")
