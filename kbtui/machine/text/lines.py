"""A pasted text as lines: escape codes and control characters gone, line numbers kept.

What people paste is dirty: colour codes, NULs of a wrong encoding, Windows line ends, the marks of a quoted mail.
Line N of the result is always line N of the text.
"""

from __future__ import annotations

from kbtui.machine.text.patterns import Pattern

LONGEST = 4096
"""Characters of one line that are looked at: longer lines are data, patterns must stay cheap, and Python refuses to read
a number of more than 4300 digits."""

# No escape code runs over a line end, so that line numbers hold; each alternative stops at the next escape.
_ESCAPES = Pattern(r"\x1b(?:\[[0-?]*[ -/]*[@-~]?|[\]PX^_][^\x07\x1b\n]*(?:\x07|\x1b\\)?|[ -/]*[0-Z\\^_`-~])?")
_CONTROL: dict[int, str | None] = {c: None for c in range(32) if c not in (9, 13)}
_CONTROL |= {13: " ", 0x7F: None, 0xA0: " ", 0x200B: None, 0x3000: " ", 0xFEFF: None}


def split(text: str) -> list[str]:
    """Clean lines of any text. Never raises; linear in its length."""
    if not text.isascii():
        # Half a character (a lone surrogate) could not be written out again.
        text = text.encode("utf-8", "replace").decode("utf-8")
    if "\x1b" in text:
        text = _ESCAPES.sub("", text)
    text = text.replace("\r\n", "\n")
    return [_unquoted(line[:LONGEST].translate(_CONTROL).rstrip()) for line in text.split("\n")]


def _unquoted(line: str) -> str:
    """Without the marks that mail and forums put before a quoted line."""
    while line.startswith("> ") or (line.startswith(">") and line[1:2] in ("|", "+")):
        line = line[1:].removeprefix(" ")
    return line
