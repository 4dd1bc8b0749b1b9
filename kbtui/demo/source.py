"""A recording as a machine, and the journey over all of them: a fix that removes the true cause moves to the next one."""

from __future__ import annotations

from importlib.resources import files
from typing import BinaryIO, cast

from kbtui.demo import Stage, stages
from kbtui.diagnosis.case import PLAYED
from kbtui.errors import InputError
from kbtui.machine.host import Host
from kbtui.machine.sources.archive import Archive
from kbtui.machine.sources.bundle import Bundle, manifest_folder


def machine(number: int, *, zh: bool = False) -> Host:
    """The recorded machine of a stage (1-based), a bundle like any other. InputError where the installation lacks it."""
    stage = stages()[number - 1]
    place = files("kbtui.demo").joinpath("recordings", stage.recording)
    try:
        with place.open("rb") as file:
            tree = Archive(cast(BinaryIO, file))
    except OSError as error:
        raise InputError(f"the recording {stage.recording} is missing from this installation of kbtui") from error
    top = manifest_folder(tree)
    if top is None:
        raise InputError(f"the recording {stage.recording} is damaged: install kbtui again")
    return Bundle(tree, top, name_of(number, zh=zh))


def name_of(number: int, *, zh: bool = False) -> str:
    """What the machine of a stage is called wherever a machine is named."""
    said = f"{number}/{len(stages())}: {stages()[number - 1].said(zh).title}"
    return f"{PLAYED[zh]} {said}"


_BEGIN = (
    "This machine is a recording: nothing is run. o opens the step that is advised; in a fix v looks at the machine as it is "
    "once the fix was carried out, and 1 goes on with the story.",
    "这台机器是录制的，什么也不会运行。o 打开建议的下一步；在修复里，v 看修好以后的机器，1 继续往下讲。",
)
_END = (
    "Every stage is kept under Recent cases: enter opens one, L shows what to learn from it, and x there writes its report.",
    "每一段都留在“最近的案例”里：回车打开，L 看可以学到什么，在那里按 x 写出报告。",
)
"""What is told with the first and with the last machine, in English and in Chinese."""


class Journey:
    """Where a person stands in the story. `host` is the machine that is looked at now, and so what a check looks at."""

    def __init__(self, number: int = 1, *, zh: bool = False) -> None:
        self.number = self._first = number
        self._zh = zh

    @property
    def stage(self) -> Stage:
        """The stage of the machine that is looked at now."""
        return stages()[self.number - 1]

    @property
    def name(self) -> str:
        """What the machine that is looked at now is called."""
        return name_of(self.number, zh=self._zh)

    def news(self) -> str:
        """What has happened since the stage before, and what the person sees now."""
        before = stages()[self.number - 2].said(self._zh).then if self.number > 1 else ""
        told = [f"{before} {self.stage.said(self._zh).sees}".strip()]
        if self.number in (self._first, len(stages())):
            told.append((_END if self.number == len(stages()) else _BEGIN)[self._zh])
        return "\n\n".join(told)

    def host(self) -> Host:
        """The machine as it is now."""
        return machine(self.number, zh=self._zh)

    def text(self) -> str:
        """What the person there types."""
        return self.stage.said(self._zh).types.strip()

    def fixed(self, problem: str) -> bool:
        """A fix of this problem was carried out: whether the machine is another one since. Other fixes change nothing."""
        stage = self.stage
        if problem not in (*stage.causes, stage.at_once) or self.number == len(stages()):
            return False
        self.number += 1
        return True
