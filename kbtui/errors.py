"""The exceptions of kbtui, all of them.

KbtuiError
├── InputError          what the person gave cannot be used (bad option, unreadable file): exit code 2
│   └── FactError       a `--set` or a test names an unknown fact, or a value that its type refuses
├── PackError           a pack cannot be read at all; one bad *file* is a Mistake value, never an exception
├── ConditionError      a condition that does not parse or does not type-check (with its column)
├── SignError           a pattern that RE2 refuses
├── GraphError          causes that run in a circle
└── CaseError           a journal that cannot be opened, locked or written

A message says what was expected, where, and what to do.
"""


class KbtuiError(Exception):
    """Whatever kbtui refuses to do, with a sentence that a person can act on."""


class InputError(KbtuiError):
    """What the person gave cannot be used."""


class FactError(InputError):
    """An unknown fact, or a value that the fact's type refuses."""


class PackError(KbtuiError):
    """A pack that cannot be read at all."""


class ConditionError(KbtuiError):
    """A condition that does not parse or type-check. `column` is 0-based within the condition's text."""

    def __init__(self, message: str, column: int = 0) -> None:
        super().__init__(message)
        self.column = column


class SignError(KbtuiError):
    """A pattern that RE2 refuses."""


class GraphError(KbtuiError):
    """Causes that run in a circle. `cycle` lists the ids on it."""

    def __init__(self, message: str, cycle: list[str]) -> None:
        super().__init__(message)
        self.cycle = cycle


class CaseError(KbtuiError):
    """A case journal that cannot be opened, locked or written."""
