"""English stems: Porter's algorithm (1980), so that crash, crashes, crashed and crashing are one word.

Only plain lower-case words of letters are stemmed; identifiers and numbers stay as they are.
"""

from __future__ import annotations

from functools import lru_cache

_STEP2 = {
    "ational": "ate",
    "tional": "tion",
    "enci": "ence",
    "anci": "ance",
    "izer": "ize",
    "abli": "able",
    "alli": "al",
    "entli": "ent",
    "eli": "e",
    "ousli": "ous",
    "ization": "ize",
    "ation": "ate",
    "ator": "ate",
    "alism": "al",
    "iveness": "ive",
    "fulness": "ful",
    "ousness": "ous",
    "aliti": "al",
    "iviti": "ive",
    "biliti": "ble",
}
_STEP3 = {"icate": "ic", "ative": "", "alize": "al", "iciti": "ic", "ical": "ic", "ful": "", "ness": ""}
_STEP4 = (
    "ement",
    "ance",
    "ence",
    "able",
    "ible",
    "ment",
    "ant",
    "ent",
    "ion",
    "ism",
    "ate",
    "iti",
    "ous",
    "ive",
    "ize",
    "al",
    "er",
    "ic",
    "ou",
)
"""The longest first."""
IRREGULAR = {
    "died": "die",
    "dies": "die",
    "dying": "die",
    "froze": "freez",
    "frozen": "freez",
    "hung": "hang",
    "ran": "run",
    "broke": "break",
    "broken": "break",
    "lost": "lose",
    "fell": "fall",
    "fallen": "fall",
    "burnt": "burn",
    "stuck": "stuck",
    "shut": "shut",
    "went": "go",
    "gone": "go",
    "goes": "go",
    "found": "find",
    "built": "build",
    "bought": "buy",
    "took": "take",
    "taken": "take",
    "saw": "see",
    "seen": "see",
    "got": "get",
    "kept": "keep",
    "indices": "index",
    "caches": "cach",
    "dead": "die",
    "death": "die",
    "chose": "choos",
    "wrote": "write",
    "written": "write",
    "slower": "slow",
    "slowly": "slow",
    "slowest": "slow",
    "hotter": "hot",
    "older": "old",
    "newer": "new",
    "bigger": "big",
    "smaller": "small",
    "larger": "larg",
    "noisy": "nois",
    "lies": "lie",
}


@lru_cache(maxsize=8192)
def stem(word: str) -> str:
    """The stem of a lower-case English word; anything else unchanged."""
    if word in IRREGULAR:
        return IRREGULAR[word]
    if len(word) <= 2 or not (word.isascii() and word.isalpha()):
        return word
    word = _past(_plural(word))
    if word.endswith("y") and _vowel(word[:-1]):
        word = word[:-1] + "i"
    word = _swap(word, _STEP2)
    word = _swap(word, _STEP3)
    return _tidy(_drop(word))


def _consonant(word: str, i: int) -> bool:
    letter = word[i]
    return letter not in "aeiou" and not (letter == "y" and i > 0 and _consonant(word, i - 1))


def _vowel(word: str) -> bool:
    return any(not _consonant(word, i) for i in range(len(word)))


def _measure(word: str) -> int:
    """How often a vowel is followed by a consonant."""
    count, before = 0, True
    for i in range(len(word)):
        here = _consonant(word, i)
        count += here and not before
        before = here
    return count


def _short_end(word: str) -> bool:
    """Ends consonant, vowel, consonant, the last not w, x or y: `hop`, not `snow`."""
    n = len(word)
    return (
        n >= 3
        and _consonant(word, n - 3)
        and not _consonant(word, n - 2)
        and _consonant(word, n - 1)
        and word[-1] not in "wxy"
    )


def _plural(word: str) -> str:
    if word.endswith("sses") or word.endswith("ies"):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 3 else word


def _past(word: str) -> str:
    if word.endswith("eed"):
        return word[:-1] if _measure(word[:-3]) else word
    for end in ("ed", "ing"):
        root = word[: -len(end)]
        if word.endswith(end) and _vowel(root):
            if root.endswith(("at", "bl", "iz")):
                return root + "e"
            if len(root) > 1 and root[-1] == root[-2] and _consonant(root, len(root) - 1) and root[-1] not in "lsz":
                return root[:-1]
            return root + "e" if _measure(root) == 1 and _short_end(root) else root
    return word


def _swap(word: str, table: dict[str, str]) -> str:
    for end, instead in table.items():
        if word.endswith(end):
            root = word[: -len(end)]
            return root + instead if _measure(root) else word
    return word


def _drop(word: str) -> str:
    for end in _STEP4:
        if word.endswith(end):
            root = word[: -len(end)]
            whole = _measure(root) > 1 and (end != "ion" or root.endswith(("s", "t")))
            return root if whole else word
    return word


def _tidy(word: str) -> str:
    if word.endswith("e"):
        root, m = word[:-1], _measure(word[:-1])
        if m > 1 or (m == 1 and not _short_end(root)):
            word = root
    return word[:-1] if word.endswith("ll") and _measure(word) > 1 else word
