"""A learning path as one object: what every writer reads, and what `kbtui report --format json` prints (docs/json.md).

Texts are in the language of the report. Times are seconds since 1970; `clock` is the same as a person reads it.
"""

from __future__ import annotations

from msgspec import Struct, field

SCHEMA = "kbtui.report/1"


class Named(Struct):
    """A node by its id and title."""

    id: str
    title: str


class Pair(Struct):
    """One line of a table."""

    label: str
    value: str


class Piece(Struct):
    """One observation that counted."""

    text: str
    effect: str
    """supports or refutes"""
    strength: str
    about: Named
    origin: str = ""
    raw: str = ""
    caveat: str = ""


class Effect(Struct):
    """What a step did to the picture."""

    kind: str
    """leads, confirmed, ruled_out or unknown"""
    problem: Named
    because: str = ""
    share: float = 0.0
    """How likely, of what leads."""


class Step(Struct):
    """One step of the walk."""

    number: int
    at: float
    clock: str
    took: float
    """Seconds since the step before."""
    depth: int
    """How many problems were dived into."""
    epoch: int
    kind: str
    """said, looked, asked, stated, withdrawn, believed, dived, climbed, page, reboot or tried"""
    title: str
    said: str = ""
    """What was typed or pasted, as it was."""
    seen: list[str] = []
    outcome: str = ""
    """Of a fix that was tried: helped, did-not-help or made-worse."""
    effects: list[Effect] = []
    url: str = ""


class Branch(Struct):
    """One way that the trouble could have come, and what became of it."""

    problem: Named
    path: list[Named]
    state: str
    """root, reopened, in_vain, worse, ruled_out, unlikely or open"""
    because: str = ""
    step: int = 0
    """The step that decided it; 0 for none."""
    share: float = 0.0
    """How likely at the end, where it is still open."""


class Action(Struct):
    """One step of a fix, as it reads on this machine."""

    kind: str
    """run or do"""
    text: str
    needs_root: bool = False


class Remedy(Struct):
    """A fix."""

    title: str
    risk: str
    minutes: int
    needs: list[str]
    hurts: str
    destroys: list[str]
    actions: list[Action]
    verify: str
    undo: str
    others: list[str] = []
    """Other fixes of the same problem."""


class Proof(Struct):
    """How it is known that the fix worked."""

    by: str
    """machine or person"""
    check: str
    """The condition, or the question to the person."""
    what: str = ""
    """What said so."""


class Root(Struct):
    """A root cause that was found and whose fix helped."""

    problem: Named
    summary: str
    path: list[Named]
    share: float
    """How likely it was, in the picture that knew most for it before the fix was tried."""
    evidence: list[Piece]
    fix: Remedy | None
    proof: Proof
    tries: list[str]
    """Every time its fix was tried, and how that ended."""
    step: int


class Node(Struct):
    """One station of the drawing. Parents stand before their children."""

    key: str
    parent: str
    problem: Named
    state: str
    """walked, root, passed (on the way to a branch), in_vain, ruled_out, unlikely or open"""
    depth: int
    number: int = 0
    """Of a root cause: the first, the second ..."""
    note: str = ""


class Lesson(Struct):
    """One concept, after all that it requires."""

    problem: Named
    summary: str
    see: list[str]
    behind: list[str]
    """Titles of the problems on the path that rest on it."""
    before: list[str]
    """Titles of the concepts that need it first."""


class Question(Struct):
    """Something to check oneself with."""

    ask: str
    answer: str
    show: list[str] = []


class Prevention(Struct):
    """A condition of a goal that names a problem of the path: what would have caught it before."""

    goal: Named
    problem: Named
    because: str
    condition: str
    then: str
    """What it came to when the case began: true, false or unknown."""
    command: str
    """Holds a machine against the goal."""
    plan: str
    """The same before anything is bought or installed."""


class Source(Struct):
    """Where to read on."""

    title: str
    url: str
    why: str = ""


class Report(Struct):
    """The learning path."""

    schema: str
    lang: str
    case: str
    title: str
    outcome: str
    """solved, open, unknown (nothing known leads) or fine (nobody complained, and no fault is likeliest)"""
    summary: str
    began: float
    ended: float
    clock: str
    seconds: float
    """From the first to the last step."""
    worked: float
    """The same with every pause counted as at most two hours."""
    machine: list[Pair]
    symptom: str
    entries: list[Named]
    danger: list[str]
    steps: list[Step]
    branches: list[Branch]
    roots: list[Root]
    graph: list[Node]
    lessons: list[Lesson]
    questions: list[Question]
    prevention: list[Prevention]
    opened_by: list[str]
    """Titles of problems whose fixes are known to open one of the root causes."""
    sources: list[Source]
    notes: list[str] = field(default_factory=list)
