"""What a start needs, and what the workers post to the app. Nothing of the engine is imported here."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from textual.message import Message

from kbtui.tui.settings import Settings
from kbtui.tui.words import Words

if TYPE_CHECKING:  # the engine is imported by a worker, after the first frame
    from kbtui.engine import Engine, Result
    from kbtui.tui.elsewhere import Elsewhere
    from kbtui.tui.watch import Seen, Watch


class Opening(NamedTuple):
    """What a start needs. Both openers are called in workers, after the first frame."""

    say: Words
    settings: Settings
    open_engine: Callable[[], Engine]
    open_watch: Callable[[Callable[[Seen], None]], Watch] | None
    """None: no machine is looked at."""
    text: str = ""
    there: Elsewhere | None = None
    """The machine that is looked at, where it is not this one."""
    piped: int | None = None
    """What stood at standard input (a file number), to be read as what is pasted."""


class Opened(Message):
    """The engine is there. `waits`: a case and the cause whose fix is to be checked after a reboot."""

    def __init__(self, engine: Engine, waits: tuple[str, str] | None) -> None:
        super().__init__()
        self.engine, self.waits = engine, waits


class Saw(Message):
    """The sweep of a machine went on. A newer one replaces an older one of the same machine that still waits."""

    def __init__(self, seen: Seen, where: str) -> None:
        super().__init__()
        self.seen, self.where = seen, where

    def can_replace(self, message: Message) -> bool:
        """Only the newest counts."""
        return isinstance(message, Saw) and message.where == self.where


class Thought(Message):
    """A diagnosis is done. `case` is the case that it was for."""

    def __init__(self, result: Result, case: str) -> None:
        super().__init__()
        self.result, self.case = result, case
