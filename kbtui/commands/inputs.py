"""What commands share on the way in: text, facts and answers from arguments and files."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from kbtui.errors import FactError, InputError
from kbtui.kb.knowledge import Knowledge
from kbtui.kb.nodes import Answer
from kbtui.machine.facts import Fact
from kbtui.machine.given import fact_from

MAX_PASTE = 4 << 20
"""Bytes read from standard input or a file as text; larger files are scanned as logs."""


def stdin_text() -> str:
    """Standard input as text, whatever bytes it holds."""
    raw = sys.stdin.buffer.read(MAX_PASTE)
    return raw.decode("utf-8", "replace")


def parse_sets(sets: list[str]) -> list[Fact]:
    """`--set name=value` and `--set gpu[1].model=value` as facts. FactError for what the catalogue refuses."""
    facts = []
    for item in sets:
        name, sep, value = item.partition("=")
        if not sep:
            raise FactError(f"expected --set FACT=VALUE, got {item!r}")
        facts.append(fact_from(name.strip(), value.strip(), "--set"))
    return facts


_ANSWERS: dict[str, Answer] = {
    "yes": "yes", "y": "yes", "true": "yes",
    "no": "no", "n": "no", "false": "no",
    "unknown": "unknown", "?": "unknown", "don't know": "unknown",
}  # fmt: skip


def parse_answers(answers: list[str], knowledge: Knowledge) -> dict[str, Answer]:
    """`--answer question=yes` as answers. InputError for an unknown question or answer."""
    from kbtui.kb.mistakes import did_you_mean

    out: dict[str, Answer] = {}
    for item in answers:
        name, sep, said = item.partition("=")
        answer = _ANSWERS.get(said.strip().lower())
        if knowledge.kind_of(name) != "question":
            raise InputError(f"there is no question {name!r} ({did_you_mean(name, knowledge.ids('question'))})")
        if not sep or answer is None:
            raise InputError(f"expected {name}=yes, no or unknown, got {item!r}")
        out[name] = answer
    return out


def check_ids(ids: list[str], knowledge: Knowledge) -> frozenset[str]:
    """Problem ids from arguments. InputError with the nearest right one."""
    from kbtui.kb.mistakes import did_you_mean

    for name in ids:
        if name not in knowledge.problems:
            raise InputError(f"there is no problem {name!r} ({did_you_mean(name, knowledge.problems)})")
    return frozenset(ids)


def read_text_file(path: str) -> str:
    """A small file as text. InputError where it cannot be read."""
    try:
        with Path(path).open("rb") as file:
            return file.read(MAX_PASTE).decode("utf-8", "replace")
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}") from error


def chinese(lang: str | None) -> bool:
    """Whether titles and steps are shown in Chinese."""
    if lang:
        return lang == "zh"
    said = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return said.startswith("zh")
