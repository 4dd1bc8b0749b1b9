"""What the screens say, in the person's language. Keys are the same in both; `words_zh` is the twin of `EN`."""

from __future__ import annotations

import os

from kbtui.tui.glyphs import on_console
from kbtui.tui.words_study import STUDY

EN: dict[str, str] = {
    "ask.title": "What do you see?",
    "ask.first": "Say it in your own words or paste the error. kbtui finds what lies behind it, looks at this machine "
    "to rule out what cannot be, asks only what it cannot see, and shows the fix.",
    "ask.hint": "e.g. black screen after the driver update · CUDA out of memory · Xid 79",
    "ask.loading": "opening the knowledge ...",
    "ask.results": "Problems that fit",
    "ask.none": "Nothing fits yet. Press enter: the whole text is read, and this machine is looked at.",
    "ask.meant": "Did you mean: {words}?",
    "ask.recent": "Recent cases",
    "ask.no_recent": "No cases yet. Yours are kept as you go: quit at any time and come back.",
    "ask.pasted": "Pasted: {lines} lines, {size}. enter opens the case, esc drops it.",
    "ask.pasting": "Coming in: {size} ... esc drops it.",
    "ask.attached": "File: {name}, {size}. Say what you see beside it, or press enter to open it; esc drops it.",
    "ask.reading": "reading {name} ...",
    "ask.lost": "Not all of it fitted on the disk: {path} holds the beginning.",
    "ask.piped_nothing": "Standard input held nothing.",
    "ask.solved": "solved",
    "strip.looking": "looking at this machine: {done} of {total} done",
    "strip.running": "{name} {seconds:.0f} s",
    "strip.nothing": "nothing seen of this machine yet",
    "strip.off": "this machine is not looked at",
    "stack.top": "Case",
    "stack.depth": "depth {depth}",
    "case.thinking": "reading what you said ...",
    "case.nothing": "Nothing known matches. Add what you see with t: the whole error and the lines before it; w searches elsewhere.",
    "case.unknown": "Unknown leads: {share}. What is known comes below; w searches elsewhere.",
    "case.looking": "Looking at this machine; what it answers may settle it ...",
    "case.stale": "The odds have moved since these rows were laid out: s sorts them.",
    "tree.more": "{count} more, together {share}",
    "tree.out": "ruled out",
    "tree.closed": "tried, did not help",
    "tree.again": "shown above",
    "tree.cycle": "leads back to itself",
    "tree.sure": "confirmed",
    "detail.likely": "{share} of the belief goes through here",
    "detail.out": "Ruled out, because",
    "detail.evidence": "What was observed",
    "detail.no_evidence": "Nothing was observed about it yet.",
    "detail.for": "for, {strength}",
    "detail.against": "against, {strength}",
    "detail.prunes": "rules it out",
    "detail.caveat": "cannot prove: {text}",
    "detail.fix": "Fix",
    "detail.no_fix": "No fix of its own: look at what can be behind it.",
    "detail.behind": "What can be behind it",
    "detail.explains": "What it can explain",
    "detail.read": "To read",
    "detail.from_entry": "Matched by your words: {because}",
    "step.next": "Next",
    "step.open": "o opens it",
    "step.run": "Run `{command}` in another terminal, then press t and paste what it prints.",
    "step.find": "Find out {fact}, then press o and say it.",
    "answer.keys": "y yes   n no   d don't know   h how do I find out?",
    "answer.how": "How to find out",
    "said.yes": "yes",
    "said.no": "no",
    "danger": "DANGER",
    "evidence.title": "Evidence",
    "evidence.signs": "{count} signs",
    "evidence.facts": "{facts} facts, {unknown} unknown",
    "evidence.withdrawn": "not believed",
    "evidence.no_raw": "There is no raw text: {why}",
    "evidence.empty": "Nothing was seen yet.",
    "evidence.now_withdrawn": "{name} does not count any more. w again takes that back.",
    "evidence.now_believed": "{name} counts again.",
    "state.known": "known",
    "state.absent": "absent",
    "state.not_applicable": "not applicable",
    "state.unknown": "unknown",
    "kind.set": "you",
    "kind.answer": "your answer",
    "kind.live": "this machine",
    "kind.bundle": "source",
    "kind.text": "your text",
    "kind.derived": "derived",
    "age.now": "now",
    "age.seconds": "{n} s",
    "age.minutes": "{n} min",
    "age.hours": "{n} h",
    "fix.title": "Fix",
    "fix.facts": "risk: {risk} · {minutes} min",
    "fix.needs": "needs: {needs}",
    "fix.hurts": "affects: {hurts}",
    "fix.destroys": "Lost by it: {what}. Save it first.",
    "fix.cannot": "This cannot be done from here; hand it to somebody who can.",
    "fix.undo": "Undo",
    "fix.verify": "It worked when",
    "fix.number": "Fix {n} of {all}; tab shows the next",
    "fix.untrusted": "From pack {pack}, which is not reviewed here: copy only. `kbtui trust FOLDER` records a review.",
    "fix.copied": "Copied: {text}",
    "fix.script": "This terminal has no clipboard. Run it with: sh {path}",
    "fix.no_script": "It can be neither copied nor written: {why}",
    "fix.by_hand": "This step is done by hand: {text}",
    "fix.blank": "Fill in {what} first: copy the step and change it.",
    "fix.ask_run": "Run this on this machine now?",
    "fix.ask_root": "It asks for root rights.",
    "fix.yes_no": "y yes, run it   n no",
    "fix.ran": "ended with {code}",
    "fix.ran_ok": "done",
    "fix.elsewhere": "Nothing is run here for {where}: copy it with c. When it is done there, check with v.",
    "fix.copy_only": "In the browser steps are only copied: press c, and run it in a terminal of that machine.",
    "fix.no_suspend": "A command cannot be run from here. Copy it with c.",
    "fix.checking": "Looking again at: {facts}",
    "fix.true": "Verified: {what}.",
    "fix.false": "Not fixed yet: {what}.",
    "fix.unknown": "Cannot be told from here: {what}. You decide.",
    "fix.outcome": "Did it help?   1 it helped   2 it did not help   3 it made it worse",
    "fix.helped": "{title}: it helped. Back to what you came from; the machine is looked at again.",
    "fix.did-not-help": "{title}: it did not help. It is closed; the rest counts more.",
    "fix.made-worse": "{title}: it made it worse. Undo: {undo}",
    "fix.rebooted": "You began this fix, and the machine was booted since. Looking whether it worked ...",
    "fix.leads": "This fix is known to open: {what}",
    "fix.none": "There is no fix for this problem itself; dive into what can be behind it.",
    "run.begin": "kbtui runs:",
    "run.end": "It ended with {code}. Press enter to go back to kbtui.",
    "help.title": "Help",
    "help.keys": "Keys here",
    "help.close": "esc closes",
    "settings.title": "Settings",
    "settings.lang": "Language",
    "settings.theme": "Theme",
    "settings.look": "Look at this machine at the start",
    "settings.calm": "Calm: update once a second, for slow lines",
    "settings.restart": "The language changes at the next start.",
    "settings.unsaved": "Could not be saved: {why}",
    "tell.title": "Tell more: what you see, a pasted output, or FACT=VALUE",
    "trouble": "The case is not being saved: {why}",
    "palette.hint": "a problem, a command, a recent case",
    "palette.case": "case",
    "palette.problem": "problem",
    "palette.command": "command",
    "note.zh": "This console's font has no Chinese: English is shown.",
    "on": "on",
    "off": "off",
    "text.title": "Your text",
    "text.reading": "reading it ...",
    "text.marks": "{lines} lines, {count} with signs: n goes to the next, enter opens what it belongs to",
    "text.no_marks": "{lines} lines, no sign of anything known in them",
    "live.title": "Live",
    "live.of": "{n} of {all}; V shows the next",
    "live.nothing": "Live: no card answers here.",
    "live.ill": "The driver takes seconds to answer: it is not asked again.",
    "live.temperature": "temperature",
    "live.power": "power",
    "live.clock": "clock",
    "live.memory": "memory",
    "live.slowed": "slowed by",
    "live.not_slowed": "nothing",
    "live.link": "PCIe",
    "ask.demo": "No GPU, or new here? `kbtui demo` tells a story on ten recorded machines.",
    "k.text": "your text",
    "k.live": "live curves",
    "k.next_card": "next card",
    "k.next_mark": "next sign",
    "k.last_mark": "previous sign",
    "k.mark_problem": "open what the sign belongs to",
    "h.text": "What you said or pasted. Signs that kbtui knows are marked: n goes to the next line that has one, enter "
    "opens the problem that it belongs to, a number opens another one of that line.",
    "k.open": "open",
    "k.dive": "dive in",
    "k.pop": "out",
    "k.fold": "fold",
    "k.resort": "sort",
    "k.evidence": "evidence",
    "k.fix": "fix",
    "k.do_next": "next step",
    "k.tell": "tell",
    "k.rerun": "look again",
    "k.rerun_one": "look again at this",
    "k.cancel_look": "stop looking",
    "k.help": "help",
    "k.settings": "settings",
    "k.palette": "find",
    "k.back": "back",
    "k.quit": "quit",
    "k.yes": "yes",
    "k.no": "no",
    "k.unknown": "don't know",
    "k.how": "how?",
    "k.raw": "raw text",
    "k.withdraw": "I don't believe this",
    "k.unknowns": "show unknown",
    "k.copy": "copy",
    "k.run": "run",
    "k.verify": "verify",
    "k.next_fix": "next fix",
    "k.helped": "helped",
    "k.did_not_help": "did not help",
    "k.made_worse": "made it worse",
    "k.up": "up",
    "k.down": "down",
    "k.page_up": "page up",
    "k.page_down": "page down",
    "k.first": "first",
    "k.last": "last",
    "k.field": "the field",
    "k.redraw": "draw anew",
    "h.ask": "Type what you see, in your own words, English or Chinese. Enter opens a case with the whole text; the "
    "list below narrows as you type, and enter on one of its rows opens that problem. A pasted log or the "
    "path of a file works too.",
    "h.results": "Problems whose names fit what you typed. Enter opens a case that starts there.",
    "h.recent": "Cases are kept as you go. Enter reopens one where you left it.",
    "h.tree": "What can be behind what you see. The bar is the belief that the truth lies on this branch. Ruled-out "
    "branches stay, with the reason. Enter dives into a branch, backspace climbs out, space folds. Rows never "
    "move by themselves: s sorts them anew.",
    "h.detail": "The problem that the cursor is on: what it is, what was observed about it and what that did to the "
    "odds, and its fix.",
    "h.evidence": "Every fact and sign. w withdraws a fact that you do not believe: the belief follows at once. Enter "
    "shows the raw text that it was read from.",
    "h.steps": "The steps of the fix as they read on this machine. c copies one, x runs one after you say yes, v looks "
    "whether it worked. Then say how it ended with 1, 2 or 3.",
    "h.settings": "Enter changes a setting. They are kept for the next start.",
    **STUDY,
}


def chinese_asked(lang: str | None) -> bool:
    """Whether Chinese is wanted: by `--lang` or the settings, else by the locale."""
    if lang in ("en", "zh"):
        return lang == "zh"
    said = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return said.startswith("zh")


def can_draw_chinese() -> bool:
    """Whether this terminal has the glyphs: the Linux console does not."""
    return not on_console()


class Words:
    """`say(key, name=value)` in one language."""

    def __init__(self, *, zh: bool) -> None:
        self.zh = zh
        self._table = EN
        if zh:
            from kbtui.tui.words_zh import ZH

            self._table = ZH

    def __call__(self, key: str, **values: object) -> str:
        """The sentence, its slots filled."""
        text = self._table[key]
        return text.format(**values) if values else text
