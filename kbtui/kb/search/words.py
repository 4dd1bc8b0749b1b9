"""How much a word can say: words that say nothing, and words that say little.

Rare in a knowledge base is not the same as telling: "weeks" may stand in one node only, and still mean nothing. The
everyday words of English and the plumbing words of logs are therefore worth less, however rare they are here.
"""

from __future__ import annotations

import math
from functools import cache

from kbtui.kb.search.stem import IRREGULAR, stem

STOP = frozenset(
    """
a about after again all also am an and any are as at be because been before being but by did do does doing
done each either else even ever every few for from further had has have having he her here hers him his how i
if in into is it its itself just let like lot may me might more most much must my myself no nor now of off on
once one only onto or other our ours out over own please same she should so some such than thank thanks that
the their theirs them then there these they thing things this those though through thus to too two up upon us
very was we were what when where whether which while who whom whose why will with within would yes yet you
your yours im ive id ill dont doesnt didnt isnt wasnt arent werent cant wont couldnt wouldnt shouldnt havent
hasnt thats theres theyre youre its hi hello hey ok okay etc ie eg vs via per
""".split()
)
"""Dropped everywhere."""

_EVERYDAY = """
able above across actually add ago ahead almost alone along already although always another answer anybody anyone
anything anyway apart appear around ask away back bad become begin below best better between big bit bought bring
brother buy call came care case certain change check choose clean clear close come common complete computer consider
control copy correct cost could course current currently daily day days decide difference different difficult directly
easy edit effect eight end enough entire especially exactly example except expect experience explain fact fairly
family far feel fifth figure final finally find fine first five fix follow forever forget found four fresh friend full
fun general give given go going gone good google great ground guess guide half hand happen happy hard hardly head help
high hint hold home hope hour hours house however idea immediately important indeed inside instead issue job keep kind
knew know known large last late later lead learn least leave left less level life light line list little live long
look looking lose luck made main make manage many maybe mean mention mind minute minutes mine moment money month more
morning move name near nearly need never new next nice night none normal normally nothing notice number often old
open opinion order others outside page part parts past people perfectly perhaps person place plain plan play plus
point possible post present pretty previous probably problem proper properly put question quick quickly quite rather
reach read ready real really reason recent recently recommend report rest result right room run running said say
says second seconds see seem seems seen send sense separate serve set several share short show side similar simple
simply since single sit site situation six size small solution solve somebody someone something soon sort sound
special stand start started starts state stay step steps still stop story strange stuff suddenly suggest suggestion
sure table take talk tell ten test tested thing think third thought thousand three time times today together told
tomorrow tonight took top total totally tried tries trouble true try trying turn twice type under understand unless
until use used useful user using usual usually value various wait want wanted wants water way ways week weeks well
whatever whenever whole wide wonder word words work worked working works world worry worse worst write wrong year
years yesterday young
"""
_PLUMBING = """
args argument arguments bin byte bytes call calls code com command config console const data date debug def default
dev dict dir directory doc docs exec executable exit false file filename files float format forward func function
github home html http https id impl import index info init input int internal item kwargs lib lib64 line linux local
log logs loop main message method mode module modules mnt mode name none null object opt option options org output
package packages param path print proc python python2 python3 recent return root script scripts self shell site src
start status stderr stdout str string sudo sys system tmp trace traceback true txt type url user usr utils val value
var version warn warning with www x86 64 amd64 gnu
"""
_HAN_FILLER = frozenset(
    "的了是在就都也还我你他她它们这那有和与或被把给到吗呢吧啊么什怎为没不能会要可以个一上下里后前时再又很太从对用"
)


@cache
def _weak(start: str) -> dict[str, float]:
    """Stem to worth, of the words that begin with these two letters: a text holds few words, and all of these hundreds
    would take longer to stem than the search takes."""
    return {stem(word): worth for word, worth in _by_start().get(start, ())}


@cache
def _by_start() -> dict[str, list[tuple[str, float]]]:
    """A stem begins as its word does, unless it is irregular."""
    table: dict[str, list[tuple[str, float]]] = {}
    for words, worth in ((_EVERYDAY, 0.3), (_PLUMBING, 0.45)):
        for word in words.split():
            table.setdefault((IRREGULAR.get(word) or word)[:2], []).append((word, worth))
    return table


def prior(term: str) -> float:
    """How much a term can say beyond its rarity: 1 for a telling word, less for an everyday one."""
    if term.startswith("~"):
        return 0.6
    first, plus, second = term.partition("+")
    if plus:
        return 0.4 * math.sqrt(prior(first) * prior(second))
    if term.replace(".", "").isdigit():
        return 0.35
    if term.isascii():
        return _weak(term[:2]).get(term, 1.0)
    if len(term) == 1:
        return 0.3
    return (0.7, 0.35, 0.12)[sum(1 for sign in term if sign in _HAN_FILLER)] if len(term) == 2 else 0.7
