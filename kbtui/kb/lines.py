"""Log lines as signs see them: valid UTF-8 without escape codes, control characters or invisible characters.

A colour code inside a message, a NUL of a UTF-16 file or a zero-width space out of a web page must not hide a
match, and what is shown must not steer the terminal. Line feeds are never added or removed, so line numbers hold;
carriage returns and tabs stay.
"""

from __future__ import annotations

import re

_CONTROLS = bytes(c for c in range(32) if c not in b"\a\t\n\r\x1b") + b"\x7f"
_LEFT_OVER = b"\a\x1b"
_ESCAPE = re.compile(
    rb"(?:\x1b\[|\xc2\x9b)[0-?]*[ -/]*[@-~]"  # colours, cursor
    rb"|\x1b[\]PX^_][^\a\x1b\r\n]*(?:\a|\x1b\\)"  # titles, links and other strings with an end mark
    rb"|\x1b[ -/]*[0-~]"
)
_SPACE = re.compile(rb"\xc2\xa0|\xe2\x80[\xa8\xa9]")
"""No-break space, line separator, paragraph separator."""
_INVISIBLE = re.compile(rb"\xc2[\x80-\x9f]|\xe2\x80[\x8b-\x8f\xaa-\xae]|\xe2\x81[\xa0-\xaf]|\xef\xbb\xbf")
"""C1 controls, zero-width and direction marks, byte order mark."""
_ROOM = 500
"""Characters of a line that are kept around a match."""


def clean(data: bytes) -> bytes:
    """Whole lines of any bytes as they are matched. The number of line feeds stays the same."""
    if not data.isascii():
        data = _valid(data)
    # One look for each byte is several times quicker than one pass that looks for all of them.
    if any([control in data for control in _CONTROLS]):  # noqa: C419 - a generator here is slower than all looks
        data = data.translate(None, _CONTROLS)
    if b"\x1b" in data or b"\xc2\x9b" in data:
        data = _ESCAPE.sub(b"", data)
    if b"\x1b" in data or b"\a" in data:
        data = data.translate(None, _LEFT_OVER)
    if not data.isascii() and (b"\xc2" in data or b"\xe2" in data or b"\xef\xbb\xbf" in data):
        data = _INVISIBLE.sub(b"", _SPACE.sub(b" ", data))
    return data


def _valid(data: bytes) -> bytes:
    try:
        data.decode()
    except UnicodeDecodeError:
        return data.decode("utf-8", "replace").encode()
    return data


def line_feeds(data: bytes) -> int:
    """How many there are."""
    # Before Python 3.13 `count` looks at each byte; taking them out jumps from one to the next, three times quicker.
    return len(data) - len(data.replace(b"\n", b""))


def cut(line: bytes, start: int, end: int) -> tuple[str, int, int]:
    """At most 500 characters of a clean line around the match at bytes [start, end): text and the match's span in it.

    Of a longer match the beginning is kept. Tabs are shown as one space.
    """
    low = max(0, start - 4 * _ROOM)
    before = line[low:start].decode("utf-8", "ignore")
    match = line[start : min(end, start + 4 * _ROOM)].decode("utf-8", "ignore")[:_ROOM]
    after = line[end : end + 4 * _ROOM].decode("utf-8", "ignore")
    spare = _ROOM - len(match)
    left = min(len(before), max(spare // 2, spare - len(after)))
    text = before[len(before) - left :] + match + after[: spare - left]
    return text.replace("\t", " "), left, left + len(match)
