"""What a node may say: the structs behind the YAML, and nothing else.

One file is one node; the file's stem is its id. `kbtui.kb.check` holds a file against these structs and reports
every mistake with its line; `kbtui schema` turns them into the JSON Schema that editors use.
"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct, field

from kbtui.machine.team import TeamProbe

Strength = Literal["weakly", "clearly", "strongly", "certainly"]
RATIO: dict[str, float] = {"weakly": 2.0, "clearly": 6.0, "strongly": 30.0, "certainly": 1000.0}
"""Likelihood ratios of the strength words (design 4)."""
Often = Literal["often", "sometimes", "rarely"]
SHARE: dict[str, float] = {"often": 8.0, "sometimes": 3.0, "rarely": 1.0}
OWN_SHARE = 3.0
"""Share of a problem itself among its causes, if it has a fix (design 5)."""
UNKNOWN_SHARE = 2.0
"""Share of *unknown below X*."""
Place = Literal["text", "kernel_log", "journal", "xorg_log", "dkms_log", "installer_log", "package_log", "job_log"]
Risk = Literal["none", "service", "reboot", "data", "hardware"]
Need = Literal["root", "host", "hands", "network", "admin"]
Hurts = Literal["nothing", "this job", "other users"]
Expect = Literal["first", "top3", "supported", "refuted", "at_once", "absent"]
Answer = Literal["yes", "no", "unknown"]
Id = Annotated[str, Meta(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
Line = Annotated[str, Meta(min_length=3, max_length=160)]
Condition = Annotated[str, Meta(max_length=500)]


class Reference(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """A page that was read."""

    title: str
    url: Annotated[str, Meta(pattern=r"^https?://\S+$")]


class Evidence(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """One observation for or against a problem. Exactly one of `sign`, `condition` and `question`."""

    sign: str | None = None
    """RE2 pattern, matched per line, upper and lower case alike."""
    condition: Condition | None = None
    question: Id | None = None
    where: list[Place] = field(default_factory=list, name="in")
    """Where a sign counts; left out: in texts, and in a machine's logs where it is a message rather than a word
    (`kbtui.diagnosis.logs.is_message`)."""
    supports: Strength | None = None
    refutes: Strength | None = None
    otherwise: Strength | None = None
    """What false does: the opposite way, this strongly; left out: nothing."""
    caveat: str | None = None
    """What it cannot prove."""
    zh: str | None = None
    """Chinese twin of the caveat."""


class Step(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """One step of a fix: exactly one of `run` (a command) and `do` (something by hand)."""

    run: str | None = None
    do: str | None = None
    when: Condition | None = None
    """Only where this condition is not known to be false."""
    zh: str | None = None
    """Chinese twin of `do`."""


class FixZh(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """Chinese twin of a fix's own words."""

    title: str
    undo: str | None = None
    verify: str | None = None
    """Of a check that asks: the question, without `ask:`."""


class Fix(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """Steps that remove a root cause."""

    title: Line
    steps: Annotated[list[Step], Meta(min_length=1)]
    verify: str
    """A condition that holds when it worked; or, where no fact can tell, `ask:` and a plain yes/no question."""
    risk: Risk = "none"
    minutes: Annotated[int, Meta(ge=1, le=10080)] = 5
    needs: list[Need] = field(default_factory=list)
    hurts: Hurts = "nothing"
    destroys: list[str] = field(default_factory=list)
    opens: list[Id] = field(default_factory=list)
    when: Condition | None = None
    undo: str | None = None
    leads_to: list[Id] = field(default_factory=list)
    zh: FixZh | None = None


class Test(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """One case of the node's own, run against the whole pack."""

    expect: Expect
    text: str | None = None
    facts: dict[str, str | list[str]] = field(default_factory=dict)
    answers: dict[str, Answer] = field(default_factory=dict)


class ProblemZh(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """Chinese twin of a problem's own words."""

    title: str
    summary: str | None = None
    aka: list[str] = field(default_factory=list)
    at_once: str | None = None


class Problem(Struct, forbid_unknown_fields=True, omit_defaults=True, tag_field="kind", tag="problem"):
    """Something that is wrong. With a fix of its own it is a root cause."""

    title: Line
    summary: str
    aka: list[str] = field(default_factory=list)
    applies: Condition | None = None
    causes: list[dict[Id, Often]] = field(default_factory=list)
    cause_of: list[dict[Id, Often]] = field(default_factory=list)
    evidence: list[Evidence] = field(default_factory=list)
    at_once: str | None = None
    fixes: list[Fix] = field(default_factory=list)
    concepts: list[Id] = field(default_factory=list)
    references: list[Reference] = field(default_factory=list)
    reviewed: Annotated[str, Meta(pattern=r"^20\d\d-(0[1-9]|1[0-2])$")] | None = None
    tests: list[Test] = field(default_factory=list)
    zh: ProblemZh | None = None
    author: Annotated[str, Meta(max_length=80)] | None = None
    """Who found it, where they want to be named."""
    override: str | None = None
    """Hash of the node that this one replaces (`kbtui show ID --why` prints it)."""


class Extension(Struct, forbid_unknown_fields=True, omit_defaults=True, tag_field="kind", tag="problem"):
    """What a pack adds to a problem of an earlier pack: its own file, its own id, `extends: ID`."""

    extends: Id
    aka: list[str] = field(default_factory=list)
    causes: list[dict[Id, Often]] = field(default_factory=list)
    evidence: list[Evidence] = field(default_factory=list)
    fixes: list[Fix] = field(default_factory=list)
    concepts: list[Id] = field(default_factory=list)
    references: list[Reference] = field(default_factory=list)
    reviewed: Annotated[str, Meta(pattern=r"^20\d\d-(0[1-9]|1[0-2])$")] | None = None
    tests: list[Test] = field(default_factory=list)
    zh: ProblemZh | None = None


class Disable(Struct, forbid_unknown_fields=True, omit_defaults=True, tag_field="kind", tag="problem"):
    """A problem that a pack switches off; the file's stem is the problem's id."""

    disable: bool
    because: str


class QuestionZh(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """Chinese twin of a question."""

    title: str
    how: str | None = None


class Question(Struct, forbid_unknown_fields=True, omit_defaults=True, tag_field="kind", tag="question"):
    """What only a person can see, answered yes or no, asked once a case."""

    title: Line
    """The question, as it is asked."""
    how: str
    """How to find out."""
    fact: str | None = None
    """A bool fact of the catalogue that the answer sets, if there is one; known, it answers the question."""
    minutes: Annotated[int, Meta(ge=1, le=600)] = 1
    needs: list[Need] = field(default_factory=list)
    opens: list[Id] = field(default_factory=list)
    applies: Condition | None = None
    at_once: bool = False
    zh: QuestionZh | None = None


class ConceptZh(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """Chinese twin of a concept."""

    title: str
    summary: str
    aka: list[str] = field(default_factory=list)


class Concept(Struct, forbid_unknown_fields=True, omit_defaults=True, tag_field="kind", tag="concept"):
    """A piece of theory behind problems."""

    title: Line
    summary: str
    aka: list[str] = field(default_factory=list)
    see: list[str] = field(default_factory=list)
    """Read-only commands that show it on one's own machine."""
    requires: list[Id] = field(default_factory=list)
    references: list[Reference] = field(default_factory=list)
    reviewed: str | None = None
    zh: ConceptZh | None = None


class Requirement(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """One condition that a goal requires, and the problem it prevents."""

    condition: Condition
    because: str
    problem: Id | None = None
    zh: str | None = None


class GoalZh(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """Chinese twin of a goal."""

    title: str
    summary: str | None = None


class Goal(Struct, forbid_unknown_fields=True, omit_defaults=True, tag_field="kind", tag="goal"):
    """What a person wants, and the conditions that it requires."""

    title: Line
    summary: str
    requires: list[Requirement]
    references: list[Reference] = field(default_factory=list)
    reviewed: str | None = None
    zh: GoalZh | None = None


class Table(Struct, forbid_unknown_fields=True, omit_defaults=True, tag_field="kind", tag="table"):
    """Facts of the field (drivers, cards, releases), for `table("NAME", key, "column")` in conditions."""

    title: Line
    key: str
    """The column that is looked up."""
    types: dict[str, Literal["text", "version", "int", "float", "bool"]]
    rows: list[dict[str, str | None]]
    sources: dict[str, str] = field(default_factory=dict)
    reviewed: str | None = None


class MoreRows(Struct, forbid_unknown_fields=True, omit_defaults=True, tag_field="kind", tag="table"):
    """Rows that a pack adds to a table of an earlier pack: its own cards, boxes and models. A key that is there already stays."""

    adds: Id
    """The table."""
    rows: list[dict[str, str | None]]
    sources: dict[str, str] = field(default_factory=dict)
    reviewed: str | None = None


Node = Problem | Extension | Disable | Question | Concept | Goal | Table | MoreRows | TeamProbe
KINDS: dict[str, type[Struct]] = {
    "problem": Problem,
    "question": Question,
    "concept": Concept,
    "goal": Goal,
    "table": Table,
    "probe": TeamProbe,
}


def edges(listed: list[dict[str, Often]]) -> list[tuple[str, Often]]:
    """`causes` or `cause_of` as (id, word) pairs, in file order."""
    return [(node_id, word) for entry in listed for node_id, word in entry.items()]
