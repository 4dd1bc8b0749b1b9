"""What set it off, and whether it works elsewhere: "since the update", "after suspend", "works on the other box".

A symptom that nvidia-smi is said to show counts too. Only what is said to be so is taken; nothing is taken as not so.
"""

from __future__ import annotations

from kbtui.machine.text.found import SAID, Found
from kbtui.machine.text.patterns import ANY_CASE, Pattern, Prose
from kbtui.machine.text.sentences import Sentence

_EVENTS = (
    (
        "since.update",
        ("updat", "upgrad", "更新", "升级"),
        Prose(
            r"\b(?:since|after|following|ever since)\b[^.;]{0,40}\b(?:update|updating|updated|upgrade"
            r"|upgrading|upgraded|dist-upgrade)\b"
            r"|\b(?:update|upgrade)d?\b[^.;]{0,30}\b(?:and (?:now|then)|broke|breaks|killed)\b|(?:更新"
            r"|升级)(?:了|完|过)?.{0,12}(?:之后|以后|后|就)",
        ),
    ),
    (
        "since.hardware_change",
        ("swap", "new card", "put in", "plugged", "install", "replac", "换", "装了"),
        Prose(
            r"\b(?:since|after)\b[^.;]{0,30}\b(?:swapp(?:ed|ing)|replac(?:ed|ing)|mov(?:ed|ing)|add(?:ed|ing)"
            r"|put(?:ting)? in|plugg(?:ed|ing) in|install(?:ed|ing))"
            r"[^.;]{0,25}\b(?:card|gpu|psu|power supply|ram|motherboard|riser|[rg]tx|cpu)\b|\bswapped my\b"
            r"|(?:换|加)了?(?:显卡|电源|主板|内存)(?:之后|以后|后)",
        ),
    ),
    (
        "since.suspend",
        ("suspend", "sleep", "resume", "hibernat", "wake", "睡眠", "挂起", "休眠", "唤醒"),
        Prose(
            r"\b(?:after|since|when|only after|once)\b[^.;]{0,30}\b(?:suspend(?:ing|ed)?|sleep|resum(?:e|ing"
            r"|ed)|hibernat(?:e|ion|ing)|waking|wakes?)\b"
            r"|(?:睡眠|挂起|休眠|唤醒)(?:之后|以后|后|恢复)",
        ),
    ),
    (
        "works.on_other_machine",
        ("machine", "box", "laptop", "server", "pc", "computer", "机器", "电脑", "服务"),
        Pattern(
            r"\b(?:works?|worked|runs?|fine|ok|okay|no problem|normal)\b[^.;]{0,40}\bon (?:(?:the |my "
            r"|an? )?(?:other|another|different|second|colleague'?s"
            r"|friend'?s|every|all(?: the| my)?) (?:\w+ ){0,2}(?:machine|box|laptop|server|pc|computer)s?\b"
            r"|my laptop\b|the (?!same|host|whole)\w+ box\b)|"
            r"(?:另一台|另外一台|别的|其他)(?:机器|电脑|服务器).{0,20}(?:能|可以|正常|没问题)",
            ANY_CASE,
        ),
    ),
)
_NOT = Prose(r"\b(?:not|never|isn't|wasn't|doesn't|don't|didn't|even before|no)\b|不是|没有")
_SMI = Prose(
    r"nvidia-smi.{0,60}(?:can'?t|cannot|can not|couldn'?t|could not|unable to|fails? to|连不上"
    r"|无法).{0,12}(?:communicate|通信|驱动)",
)


def parse(found: Found, said: list[Sentence], low: str) -> None:
    """Triggers and comparisons, sentence by sentence."""
    wanted = [(fact, pattern) for fact, words, pattern in _EVENTS if any(word in low for word in words)]
    for sentence in said:
        for fact, pattern in wanted:
            match = pattern.search(sentence.text)
            if match and not _NOT.search(sentence.text[max(match.start() - 25, 0) : match.end()]):
                found.add(fact, True, sentence.at, weight=SAID)
        if "nvidia-smi" in sentence.text.lower() and _SMI.search(sentence.text):
            found.add("nvidia_smi.works", False, sentence.at, weight=SAID)
            found.add("nvidia_smi.exit_code", 9, sentence.at, weight=SAID)
