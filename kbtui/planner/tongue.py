"""A plan in Chinese: each text is found among the phrases that the planner makes its sentences of; values stay.

A plan is made in English once, so that JSON says the same everywhere; whoever shows it turns it into the reader's language.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

import msgspec
from msgspec.structs import replace

from kbtui.planner.lines import Comparison, Plan

_KEEPS = frozenset(
    (
        "schema",
        "area",
        "state",
        "prevents",
        "fact",
        "run",
        "breaks",
        "goal",
        "as_of",
        "machine",
        "cards",
        "verdict",
        "model",
        "method",
    )
)
"""Fields that are names and values, not sentences."""
_JOINTS = ((", ", "、"), (" + ", " + "), (" / ", " / "))
_TELLS = 9
"""Letters of a phrase from which it is told by itself; "{a} or {b}" could stand anywhere and is tried last."""


class Phrase:
    """One English phrase with holes, as a pattern, and its Chinese twin."""

    def __init__(self, english: str, chinese: str) -> None:
        parts = re.split(r"\{(\w)\}", english)
        self.begins, self.ends = parts[0], parts[-1] if len(parts) > 1 else parts[0]
        self.weight = sum(len(p) for p in parts[::2])
        made = "".join(re.escape(p) if i % 2 == 0 else f"(?P<{p}>.+?)" for i, p in enumerate(parts))
        self.pattern = re.compile(made, re.DOTALL)
        self.chinese = chinese
        self.heavy = self.weight >= _TELLS or self.begins.endswith(": ")
        self.lists = "; " in english

    def match(self, text: str) -> re.Match[str] | None:
        """The holes of a text that is this phrase."""
        if not (text.startswith(self.begins) and text.endswith(self.ends)):
            return None
        found = self.pattern.fullmatch(text)
        leads = found[1] if found and not self.begins else ""
        return None if ": " in leads else found  # a name before a colon is no value


class Tongue:
    """English texts to Chinese. `more`: further pairs, such as what the goals of the packs say."""

    def __init__(self, more: Mapping[str, str] | None = None) -> None:
        whole, self._phrases = _phrases()
        self._whole = {**whole, **(more or {})}
        self._known: dict[str, str] = {}

    def __call__(self, text: str) -> str:
        """The Chinese of a text; what is only a value comes back as it is."""
        if text not in self._known:
            self._known[text] = self._made(text)
        return self._known[text]

    def _made(self, text: str) -> str:
        """The phrase that says most; else what a list or a name with a colon is made of; else a phrase of few letters."""
        return self._phrase(text, heavy=True) or self._pieces(text) or self._phrase(text, heavy=False) or text

    def _phrase(self, text: str, *, heavy: bool) -> str:
        """Of a text, or of it as a sentence: with a capital and a full stop."""
        if text in self._whole:
            return self._whole[text]
        lists = "; " in text
        bare = text.rstrip(".")
        cases = [c + t[1:] for t in (text, bare) for c in (t[:1], t[:1].lower(), t[:1].upper())]
        forms = list(dict.fromkeys(cases))
        stops = {form: "。" if text.endswith(".") and not form.endswith(".") else "" for form in forms}
        for form in forms[1:]:
            if form in self._whole:
                return self._whole[form] + stops[form]
        for phrase in self._phrases:
            if phrase.heavy is not heavy or (lists and not phrase.lists):
                continue
            for form in forms:
                found = phrase.match(form)
                if found:
                    holes = {name: self(held) for name, held in found.groupdict().items()}
                    made = phrase.chinese.format(**holes)
                    return made + (stops[form] if not made.endswith("。") else "")
        return ""

    def _pieces(self, text: str) -> str:
        """A text that is no phrase of its own: a list, a name before a colon, what stands in brackets behind it."""
        listed = _split(text, "; ")
        if len(listed) > 1:
            return "；".join(map(self, listed))
        name, colon, rest = text.partition(": ")
        if colon and " " in rest and "(" not in name:
            return f"{self(name)}：{self(rest)}"
        bracket = re.fullmatch(r"([^()]+) \((.+)\)", text, re.DOTALL)
        if bracket:
            return f"{self(bracket[1])}（{self(bracket[2])}）"
        for english, chinese in _JOINTS:
            at = _split(text, english)
            if len(at) > 1:
                return chinese.join(map(self, at))
        return ""


def _split(text: str, joint: str) -> list[str]:
    """The pieces between joints that stand in no bracket."""
    pieces, depth, start = [], 0, 0
    for at, char in enumerate(text):
        depth += (char == "(") - (char == ")")
        if depth == 0 and text.startswith(joint, at):
            pieces.append(text[start:at])
            start = at + len(joint)
    return [*pieces, text[start:]]


@cache
def _phrases() -> tuple[dict[str, str], list[Phrase]]:
    """Phrases without holes, and those with holes: the ones that say most come first."""
    from kbtui.planner import words_zh, words_zh_more

    tables = (
        words_zh.NAMES,
        words_zh.BUY,
        words_zh.SOURCES,
        words_zh_more.INSTALL,
        words_zh_more.STEPS,
        words_zh_more.RUN,
    )
    pairs = [pair for table in tables for pair in table.items()]
    holes = [Phrase(english, chinese) for english, chinese in pairs if "{" in english]
    return {e: c for e, c in pairs if "{" not in e}, sorted(holes, key=lambda p: -p.weight)


def plan(made: Plan, say: Tongue | None) -> Plan:
    """The plan in the language of `say`; None leaves it in English."""
    return made if say is None else msgspec.convert(_turned(msgspec.to_builtins(made), say), Plan)


def comparison(made: Comparison, say: Tongue | None) -> Comparison:
    """A comparison in the language of `say`."""
    if say is None:
        return made
    rows = [[say(row[0]), *(_cell(cell, say) for cell in row[1:])] for row in made.rows]
    columns = [say(column) for column in made.columns]
    best = say(made.best) if made.best else None
    return replace(
        made, rows=rows, columns=columns, best=best, decides=say(made.decides), notes=[say(n) for n in made.notes],
        plans=[plan(one, say) for one in made.plans],
    )  # fmt: skip


STATES = {"fails": "不行", "tight": "勉强", "fine": "可以", "unknown": "未知"}


def _cell(cell: str, say: Tongue) -> str:
    """ "fails: at least 600 W rated / 500 W (--set) (-100 W)"."""
    state, colon, rest = cell.partition(": ")
    if not colon or state not in STATES:
        return STATES.get(cell, cell)
    parts = re.fullmatch(r"(.*?)( \([+-][^()]*\))?", rest, re.DOTALL)
    what, margin = (parts[1], parts[2] or "") if parts else (rest, "")
    return f"{STATES[state]}：{' / '.join(map(say, what.split(' / ')))}{say(margin)}"


def _turned(value: Any, say: Tongue, field: str = "") -> Any:
    if isinstance(value, str):
        return value if field in _KEEPS or not value else say(value)
    if isinstance(value, list):
        return [_turned(v, say, field) for v in value]
    if isinstance(value, dict):
        return {k: _turned(v, say, k) for k, v in value.items()}
    return value
