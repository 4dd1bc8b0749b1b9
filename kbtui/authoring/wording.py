"""What a person typed, taken apart: prose, log lines, ways to say it, a pattern for an error, an id for a title."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container

from kbtui.diagnosis.elsewhere import is_log, is_telling, without_noise, without_prefix
from kbtui.kb.lines import clean

SHORTEST, LONGEST = 3, 160
"""Characters of a title or an aka."""
MOST_AKA = 6
_CLAUSE = re.compile(r"(?<=[.!?;])\s+|[。！？；]\s*|,\s+(?=and |but |so |then |now )|，")
_SPOKEN = re.compile(r"(?<=[\s,;])(?=[A-Za-z][\w.-]{1,40}\[\d+\]: )")
"""Where a person's line goes over into a program's."""
_PROMPT = re.compile(r"^\s*(?:\S+@\S+[:~ ].*[$#]|[$#>]|<user-\d+>)")
_SPECIAL = re.compile(r"([\\.^$*+?{}\[\]|()])")
_VARYING = re.compile(
    r"<[a-z0-9-]+-\d+>"  # a stand-in
    r"|\b0x[0-9a-fA-F]{5,}\b|\b[0-9a-fA-F]{4,8}:[0-9a-fA-F]{2}:[0-9a-fA-F]{2}(?:\.[0-9a-fA-F])?\b"
    r"|(?<=\w\[)\d+(?=\]:)"  # the number of a process
    r"|(?:~|(?<![\w.])/)[\w.@+<>/-]+"  # a path
    r"|\b\d+(?:[.:]\d+)+\w*\b|\b\d{4,}\b|\b(?=[0-9a-f]*\d)[0-9a-f]{8,}\b"  # versions, times, long numbers, hashes
)
_MOST_PATTERN = 160
_MOST_OF_A_LINE = 2000


def lines_of(text: str) -> list[str]:
    """The lines that hold something, without control characters. What a program said within a person's line is its own:
    `job died, scratchguard[12]: error: cannot open checkpoint` is two."""
    plain = clean(text.encode("utf-8", "replace")).decode().replace("\r", "\n").replace("\t", " ")
    parts = (
        part
        for line in (whole[:_MOST_OF_A_LINE] for whole in plain.split("\n"))
        for part in ([line] if is_log(line) else _SPOKEN.split(line, maxsplit=1))
    )
    return [part.strip(" ,") for part in parts if part.strip(" ,")]


def log_lines(text: str) -> list[str]:
    """Lines of programs that say what went wrong, without the time and host before them, each once."""
    found = (without_prefix(line) if is_telling(line) and is_log(line) else "" for line in lines_of(text))
    return [line for line in dict.fromkeys(found) if len(line) >= SHORTEST]


def title_of(text: str) -> str:
    """What a problem may be called: the first telling line, else the first sentence; "" where nothing was said."""
    logs = [without_noise(line) for line in log_lines(text)]
    said = next((line for line in logs if len(line) >= SHORTEST), "") or next(iter(prose_of(text)), "")
    return (said[:1].upper() + said[1:])[:LONGEST].strip()


def prose_of(text: str) -> list[str]:
    """Lines that a person wrote."""
    return [line for line in lines_of(text) if not is_log(line) and not _PROMPT.match(line) and len(line) < 1000]


def aka_of(text: str, title: str) -> list[str]:
    """Ways in which the person put it: the clauses of what they wrote, not the title again."""
    clauses = (c.strip(" .,;:!?。，；") for line in prose_of(text) for c in _CLAUSE.split(line))
    fitting = (c for c in clauses if 2 <= len(c) <= LONGEST and (len(c.split()) > 1 or not c.isascii()))
    return [c for c in dict.fromkeys(fitting) if c.lower() != title.lower()][:MOST_AKA]


def sign_of(line: str) -> str:
    """A pattern for an error line: what varies from machine to machine matches anything, the rest itself."""
    parts, at = [], 0
    for varying in _VARYING.finditer(line):
        parts += [_SPECIAL.sub(r"\\\1", line[at : varying.start()]), r"\S+"]
        at = varying.end()
    whole = "".join([*parts, _SPECIAL.sub(r"\\\1", line[at:])])
    whole = re.sub(r"^(?:\\S\+[:,]?\s*)+", "", whole)  # a pattern need not begin with anything
    if len(whole) <= _MOST_PATTERN:
        return whole
    cut = whole[:_MOST_PATTERN].rsplit(" ", 1)[0]
    return cut.rstrip("\\")


def slug(title: str, taken: Container[str]) -> str:
    """An id for a title that no other node has."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    words = re.findall(r"[a-z0-9]+", plain)
    name = ""
    for word in words[:8]:
        if len(name) + len(word) + 1 > 56:
            break
        name = f"{name}-{word}" if name else word
    name = name or "new-problem"
    return next(n for n in (name, *(f"{name}-{i}" for i in range(2, 1000))) if n not in taken)
