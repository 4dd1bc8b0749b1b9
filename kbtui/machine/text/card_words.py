"""The ways in which people write a card's model, and its proper name: "3090", "gtx1080ti", "V100" ...

A number alone is a card only where the words around it say so: 5090 may be a port.
"""

from __future__ import annotations

import re

from kbtui.machine.text.patterns import ANY_CASE, Pattern

_SUFFIX = (
    r"(?:[ -]?(?P<suffix>ti[ -]?super|ti|super|xtx|xt))?"
    r"(?:[ -]?(?P<mobile>laptop(?:[ -]gpu)?|mobile|max-?q|笔记本))?"
)
CARD = Pattern(
    r"(?:(?<![A-Za-z0-9_.:/$-])|(?<=(?<!\d)\dx))(?:"
    r"(?:nvidia |geforce ){0,2}(?P<series>RTX|GTX|GTS|GT)[ -]?(?P<number>\d{3,4})(?P<letter>m|mx"
    r"|d)?" + _SUFFIX.replace("?P<", "?P<a_") + r"(?P<ada>[ -]?ada(?: generation)?)?"
    r"|(?:nvidia )?RTX[ -]?(?P<pro>PRO[ -]\d{4}|A\d{4})(?P<proada>[ -]?ada| blackwell)?"
    r"|(?P<bare>(?:[12]0[5-8]0|30[5-9]0|40[5-9]0|50[5-9]0|16[356]0))"
    + _SUFFIX.replace("?P<", "?P<b_")
    + r"|(?:nvidia |geforce ){0,2}(?P<mx>MX ?\d{3}|\d{3}MX?)(?![ \w]*Hz)"
    r"|(?P<quadro>quadro (?:RTX )?[A-Z]{0,2}\d{3,4}[A-Z]?)"
    r"|(?:nvidia |geforce |gtx ){0,2}(?P<titan>titan ?(?:xp|x|v|rtx|black|z)\b(?:[ (]*pascal\)?)?)"
    r"|(?P<center>(?:nvidia |tesla )?(?:[AHB][12348]00|GB?[23]00|GH200|V100S?|P100|L40S?|A10G|A40|H20|K80"
    r"|K40[cm]?|M40|M60|P40|T4|A10|A30|A2|A16|L4|P4|K20[cmX]?|L20)"
    r"(?:[ -](?:SXM\d?|PCIe|NVL|\d{2,3} ?GB)){0,3})"
    r"|(?:amd )?(?:radeon )?(?P<amd>RX ?(?:vega ?)?\d{2,4}|Radeon VII"
    r"|MI\d{2,3}[XA]?)" + _SUFFIX.replace("?P<", "?P<c_") + r")(?:[xs]\b)?(?![A-Za-z0-9_.:-]*[A-Za-z0-9_])",
    ANY_CASE,
)
COUNT = Pattern(
    r"(?:^|[\s(（,，])(\d{1,2}|two|dual|three|four|six|eight|both|两张|双|四张"
    r"|八张)\s*(?:[x×*张块]\s*)?(?:nvidia |geforce |tesla )*$",
    ANY_CASE,
)
_CARD_BEFORE = Pattern(
    r"(?:\b(?:an?|my|the|our|two|dual|single|one|old|new|used|nvidia|geforce|msi|asus|gigabyte|zotac|evga"
    r"|palit|pny|gainward|with|have|on|for|to)"
    r"|\d[x×*]?|显卡(?:是|为)?|是|用的?|张|块|[:：,，(（])\s*$",
    ANY_CASE,
)
_CARD_AFTER = Pattern(
    r"\s*(?:cards?|gpus?|显卡|laptop|founders|gaming|trio|suprim|strix|tuf|[,，.)）]|[单双上的]|s\b|$"
    r"|with|and|on|in)",
    ANY_CASE,
)
_UNSURE = frozenset(
    ["t4", "a10", "a30", "a2", "a16", "l4", "p4", "l20", "h20", "k20", "m40", "p40", "a40", "m60", "k40"]
)


def canonical(match: re.Match[str], before: str, after: str) -> str:
    """The product's name for a match of CARD; "" where the words around it do not make it a card."""
    part = match.groupdict()
    if part["series"]:
        letter, ada = part["letter"] or "", bool(part["ada"])
        return _geforce(part["series"].upper(), part["number"], letter, part["a_suffix"], part["a_mobile"], ada=ada)
    if part["pro"]:
        return "RTX " + part["pro"].upper().replace("-", " ") + (part["proada"] or "").title()
    if part["bare"]:
        number, suffix = part["bare"], part["b_suffix"]
        sure = suffix or part["b_mobile"] or (_CARD_BEFORE.search(before) and _CARD_AFTER.match(after))
        if not sure:
            return ""
        return _geforce("GTX" if number[:2] in ("10", "16") else "RTX", number, "", suffix, part["b_mobile"], ada=False)
    if part["mx"]:
        low = part["mx"].lower().replace(" ", "")
        return "GeForce " + low.upper() if "x" in low or "geforce" in match[0].lower() else ""
    if part["quadro"]:
        return "Quadro " + part["quadro"][7:].upper()
    if part["titan"]:
        kind = part["titan"][5:].strip().lower()
        proper = {"xp": "Xp", "x": "X", "v": "V", "rtx": "RTX", "black": "Black", "z": "Z"}
        return "TITAN " + proper.get(kind.split()[0].split("(")[0], kind.upper())
    if part["center"]:
        return _center(part["center"], before, after)
    return _amd(part["amd"], part["c_suffix"])


def _geforce(series: str, number: str, letter: str, suffix: str | None, mobile: str | None, *, ada: bool) -> str:
    if ada or (series == "RTX" and number in ("4000", "5000", "6000", "8000", "2000", "4500", "5880", "5500", "3000")):
        return f"RTX {number}" + (" Ada Generation" if ada else "")
    if len(number) == 4 and number[1] != "0" and number[:2] != "16":
        return ""
    name = f"GeForce {series} {number}" + (" D" if letter in ("d", "D") else letter.upper())
    if suffix:
        name += {"ti": " Ti", "super": " SUPER"}.get(suffix.lower(), " Ti SUPER")
    if mobile:
        name += " with Max-Q Design" if mobile.lower().startswith("max") else " Laptop GPU"
    return name


def _center(text: str, before: str, after: str) -> str:
    low = text.lower()
    vendor = low.startswith(("nvidia ", "tesla "))
    name = text.split(" ", 1)[1] if vendor else text
    short = name.lower().replace("-", " ").split()[0]
    if short in _UNSURE and not vendor and not after.lower().lstrip().startswith(("gpu", "card", "显卡")):
        return ""
    if short[0] in "vpkmt" and short != "t400":
        return "Tesla " + name[0].upper() + name[1:]
    return name.upper().replace("PCIE", "PCIe").replace(" GB", "GB")


def _amd(text: str, suffix: str | None) -> str:
    low = " ".join(text.lower().replace("rx", "rx ").split())
    if low.startswith("mi"):
        return "Instinct " + low.upper()
    name = "Radeon VII" if "vii" in low else "Radeon " + low.replace("rx", "RX").replace("vega", "Vega")
    return f"{name} {suffix.upper()}" if suffix else name
