"""What remains of a text when every output has been read: sentences and lists of versions that a person wrote.

Only what is said plainly becomes a fact, and it counts less than any output. Claims about state ("secure boot is
off", "the driver is installed") never do: people deny the true cause. Lines of unknown logs are not read at all.
"""

from __future__ import annotations

from kbtui.machine.text import prose_cards, prose_events, prose_system, prose_versions
from kbtui.machine.text.found import Found
from kbtui.machine.text.patterns import Prose
from kbtui.machine.text.prompt import command_in
from kbtui.machine.text.sentences import Sentence, sentences

_LOG = Prose(
    r"\s*(?:\[?\d{4}[-/]\d\d[-/]\d\d[ T]\d|\[\s*\d+\.\d+\]|[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d"
    r"|[IWEF]\d{4} |[IWEF] \w+/|\[?(?:INFO|WARN(?:ING)?"
    r"|DEBUG|TRACE)\b|[\w.-]+:\d+:\d+ \[\d|(?:Collecting|Downloading|Requirement already|Using cached"
    r"|Get:\d|Setting up|Unpacking"
    r"|Preparing to|Selecting|Reading|Building|Processing triggers|Fetched|Installing collected|make\["
    r"|\s+CC |\s+LD ) ?)",
)
_MOST_LINES = 400
"""Lines read as prose, half from the head and half from the tail: nobody writes more."""


def parse(found: Found) -> None:
    """Read what no reader has claimed."""
    rows: list[int] = []
    others: list[int] = []
    left = [at for at, line in enumerate(found.lines) if line and found.taken[at] != 1 and not line.isspace()]
    if len(left) > _MOST_LINES:
        half = _MOST_LINES // 2
        others += left[half:-half]
        left = left[:half] + left[-half:]
    commands: list[int] = []
    for at in left:
        line = found.lines[at]
        if _LOG.match(line):
            others.append(at)
        elif not line.lstrip().startswith("#") and command_in(line):
            commands.append(at)
        else:
            rows.append(at)
    said = sentences(found.lines, rows)
    if said:
        low = "\n".join(sentence.text for sentence in said).lower()
        _read(found, said, low)
    for kind, part in (("prose", rows), ("command", commands), ("other", others)):
        found.take_each(kind, [at for at in part if not found.taken[at]])


def _read(found: Found, said: list[Sentence], low: str) -> None:
    prose_versions.parse(found, said, low)
    if not found.named("gpu.model"):
        prose_cards.parse(found, said, low)
    prose_system.parse(found, said, low)
    prose_events.parse(found, said, low)
