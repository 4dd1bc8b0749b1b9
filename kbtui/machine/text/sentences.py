"""Prose cut into sentences that know their lines, and what a sentence is about: this machine or another."""

from __future__ import annotations

from functools import cached_property
from itertools import pairwise

from kbtui.machine.text.patterns import Pattern, Prose

_END = Pattern(
    r"(?<=[.!?;。！？；])\s+|(?<=[。！？；])|,?\s+(?=(?:but|while|whereas|although|though)\s)|[,，](?=但"
    r"|可是|不过)",
)
_COMMA = Pattern(r"[,，;；、]\s*|\s(?:and|so|because)\s")
_WRAPPED = 50
"""A line at least this long that ends in no mark goes on in the next one."""

_ELSEWHERE = Prose(
    r"\b(?:friend|colleague|coworker|co-worker|roommate)(?:'?s)?\b|\b(?:another|other|different|second|old"
    r"|older|previous) "
    r"(?:\w+ )?(?:machine|box|pc|computer|laptop|server|workstation|rig|node|system|host)s?\b|\belsewhere\b"
    r"|\bon every\b|\bon (?:\w+ ){0,3}(?:colab|azure|aws|kaggle|cloud)\b|另一|别的|其他(?:机器|电脑"
    r"|服务器)|同事|朋友|以前的|原来的",
)
_NOT_MINE = Prose(
    r"\b(?:paper|authors?|tutorial|readme|docs?|documentation|recommend\w*|buy|buying|purchas\w*|should i"
    r"|would (?:a|an|the|it)|planning"
    r"|thinking (?:of|about)|support(?:s|ed)? (?:cards|gpus|list)|minimum|requires?)\b|论文|作者|教程|推荐"
    r"|打算|想买|准备买|要求|支持的",
)
_COMPARES = Prose(
    r"\b(?:than|compared|versus|vs\.?|instant|normal|fine|works|worked|ok|okay|perfect\w*|faster"
    r"|no (?:such )?(?:trouble|problems?|issues?)"
    r"|also|tried|try|instead)\b|正常|没问题|可以用|没事|对比|相比",
)


class Sentence:
    """One sentence with the line on which it begins, 0-based."""

    def __init__(self, text: str, at: int) -> None:
        self.text = text
        self.at = at

    @cached_property
    def elsewhere(self) -> bool:
        """True when it is about another machine."""
        return bool(_ELSEWHERE.search(self.text))

    @cached_property
    def compares(self) -> bool:
        """True when it may be about something that works."""
        return bool(_COMPARES.search(self.text))

    def not_mine(self, start: int) -> bool:
        """True when the part of it around a place is about something wished for, required or read about."""
        return any(begin <= start < end for begin, end in self._wished)

    @cached_property
    def _wished(self) -> list[tuple[int, int]]:
        marks = [0, *(match.end() for match in _COMMA.finditer(self.text)), len(self.text)]
        return [(a, b) for a, b in pairwise(marks) if _NOT_MINE.search(self.text[a:b])]


def sentences(lines: list[str], rows: list[int]) -> list[Sentence]:
    """The sentences of the given lines, wrapped lines joined."""
    out: list[Sentence] = []
    for text, at in _joined(lines, rows):
        begin = 0
        for end in _END.finditer(text):
            out += _cut(text[begin : end.start()], at)
            begin = end.end()
        out += _cut(text[begin:], at)
    return [sentence for sentence in out if sentence.text.strip()]


_LONGEST = 1000
"""Characters of one sentence: what goes on without a full stop for longer is data, and is cut."""


def _cut(text: str, at: int) -> list[Sentence]:
    return [Sentence(text[start : start + _LONGEST], at) for start in range(0, len(text), _LONGEST)]


def _joined(lines: list[str], rows: list[int]) -> list[tuple[str, int]]:
    """Lines with their wrapped continuation; the number is that of the first line."""
    out: list[tuple[str, int]] = []
    last = -2
    for at in rows:
        line = lines[at].strip()
        goes_on = at == last + 1 and len(lines[last]) >= _WRAPPED and line[:1].islower()
        if goes_on and len(out[-1][0]) < _LONGEST and out[-1][0][-1:] not in ".!?:;。！？：；":
            out[-1] = (f"{out[-1][0]} {line}", out[-1][1])
        else:
            out.append((line, at))
        last = at
    return out
