"""Which card a person says they have: "my RTX 3090", "2x 1080 Ti", "显卡是 RTX 3060".

A card that is only compared with ("fine on my laptop (GTX 960M)"), asked about or taken out is not this machine's.
When two models remain, nothing says which it is, and none is taken.
"""

from __future__ import annotations

from msgspec import Struct

from kbtui.machine.text.card_words import CARD, COUNT, canonical
from kbtui.machine.text.found import SAID, Found
from kbtui.machine.text.patterns import ANY_CASE, Pattern
from kbtui.machine.text.sentences import Sentence

_GONE = Pattern(
    r"(?:pulled|took|removed|replaced|swapped(?: out)?|sold|upgraded from|coming from|instead of|from|拆掉"
    r"|换掉|卖了)\s+(?:out )?(?:the |my |a |an |old |our )*$"
    r"|\b(?:another|other|second|different|old) $",
    ANY_CASE,
)
_LABEL = Pattern(r"(?:^|\s)(?:GPUs?|graphics(?: card)?|video card|显卡|卡)\s*(?:[:：=]|是|型号)", ANY_CASE)
_NUMBERS = {
    "two": 2,
    "dual": 2,
    "both": 2,
    "three": 3,
    "four": 4,
    "six": 6,
    "eight": 8,
    "两张": 2,
    "双": 2,
    "四张": 4,
    "八张": 8,
}
_MOST = 16


class _Mention(Struct, frozen=True):
    name: str
    times: int
    sentence: Sentence
    labelled: bool


def parse(found: Found, said: list[Sentence], low: str) -> None:
    """The one model that is clearly this machine's, as many times as they say."""
    mentions = [mention for sentence in said for mention in _mentions(sentence)]
    if not mentions:
        return
    names = {mention.name for mention in mentions}
    if len(names) > 1:
        mentions = [m for m in mentions if not m.sentence.compares] or [m for m in mentions if m.labelled]
        names = {mention.name for mention in mentions}
    if len(names) > 1:
        labelled = {m.name for m in mentions if m.labelled}
        names = labelled if len(labelled) == 1 else _fullest(names)
    if len(names) != 1:
        return
    name = names.pop()
    own = [m for m in mentions if name.startswith(m.name)]
    at = own[0].sentence.at
    vendor = "amd" if name.startswith(("Radeon", "Instinct")) else "nvidia"
    for index in range(max(m.times for m in own)):
        found.add("gpu.model", name, at, entity=f"gpu{index}", weight=SAID)
        found.add("gpu.vendor", vendor, at, entity=f"gpu{index}", weight=SAID)
    found.collect("gpus.names", [name], at, weight=SAID)


def _mentions(sentence: Sentence) -> list[_Mention]:
    text = sentence.text
    if not any(c.isdecimal() for c in text) and "itan" not in text.lower():
        return []
    out = []
    for match in CARD.finditer(text):
        before = text[max(match.start() - 40, 0) : match.start()]
        name = canonical(match, before, text[match.end() : match.end() + 12])
        if not name or sentence.elsewhere or sentence.not_mine(match.start()) or _GONE.search(before):
            continue
        out.append(_Mention(name, _count(before), sentence, bool(_LABEL.search(before))))
    return out


def _count(before: str) -> int:
    match = COUNT.search(before)
    if not match:
        return 1
    word = match[1].lower()
    number = int(word) if word.isdecimal() else _NUMBERS.get(word, 1)
    return number if 1 <= number <= _MOST else 1


def _fullest(names: set[str]) -> set[str]:
    """Of "A100" and "A100-SXM4-80GB" the longer; several that do not agree stay several."""
    longest = max(names, key=len)
    return {longest} if all(longest.startswith(name) for name in names) else names
