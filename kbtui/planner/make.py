"""A request in, a checked plan out: the stages of planning in order.

facts, tables -> cards -> stack (driver, CUDA, build) -> lines (buy, install, run) -> changes -> plan
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct, field
from msgspec.structs import replace

from kbtui.diagnosis import goals
from kbtui.errors import InputError
from kbtui.kb.knowledge import Knowledge
from kbtui.machine.derive import derive
from kbtui.machine.derived import TableSource
from kbtui.machine.facts import Fact, Facts, scope_of
from kbtui.planner import cards as card_names
from kbtui.planner import checks, fits, install, instead, memory, room, serves, supply
from kbtui.planner.cards import Card
from kbtui.planner.lines import Estimate, Line, Plan, verdict
from kbtui.planner.machine import Machine, refuse_nonsense
from kbtui.planner.purposes import Purpose, purpose_of
from kbtui.planner.rows import Dated
from kbtui.planner.stack import Stack, Wish, key_of, solve

LOOKS = (
    "gpu.", "os.", "driver.", "kernel.", "secure_boot.", "cpu.", "ram.", "gcc.", "python.", "torch.", "machine.", "firmware.", "cuda.", "gpus.",
    "nvidia_smi.", "nvml.",
)  # fmt: skip
"""How the names of the facts begin that a plan of a machine reads."""


_IN_PLACE = frozenset(("length", "slots", "plugs"))
"""Lines that a card answers by being in the machine."""


class Ask(Struct, kw_only=True):
    """What is planned, and for which machine."""

    goal: str
    facts: Facts
    """Seen and stated; stated ones lie on top."""
    gpus: str | None = None
    """ "4x RTX 3090"; left out: gpu.model of the facts."""
    model: str | None = None
    method: str | None = None
    precision: str | None = None
    batch: int = 1
    seq: int | None = None
    as_of: str | None = None
    today: str = ""
    """YYYY-MM."""
    machine: str = "none"
    prices: Mapping[str, float] = field(default_factory=dict)


def make(ask: Ask, knowledge: Knowledge, tables: TableSource) -> Plan:
    """The plan. InputError for a goal, card, model or method that there is not, and for nonsense."""
    dated = Dated(tables, ask.as_of, ask.today)
    purpose = purpose_of(ask.goal, knowledge.ids("goal"))
    refuse_nonsense(list(ask.facts))
    fits.refuse_method(ask.method, ask.precision)
    machine = Machine(derive(ask.facts, tables))
    cards = chosen(ask, machine, dated)
    wish = _wish(machine, cards, purpose)
    stack = solve(wish, dated)

    in_place = not ask.gpus and all(
        machine.facts.get("gpu.model", e).kind != "set" for e in machine.facts.entities("gpu")
    )

    lines: list[Line] = []
    if cards:
        lines += [
            *serves.lines(machine, cards, purpose, stack, dated),
            *supply.lines(machine, cards, dated),
            *room.lines(machine, cards),
        ]
        if in_place:
            lines = [x for x in lines if x.name not in _IN_PLACE]  # the cards are in: they fit
        lines += checks.lines(machine, cards, wish, stack, dated)
    else:
        lines.append(_no_card())
    steps = install.steps(machine, cards, purpose, stack, dated) if cards and stack.build else []
    mends = bool(steps) and not install.is_broken(machine, stack)
    lines += _now(ask, knowledge, machine, tables, mends=mends)
    found, run = _run(ask, purpose, cards, dated)
    if run and found:
        lines += fits.lines(run, found, cards)
    plan = Plan(
        goal=ask.goal, as_of=ask.as_of, machine=ask.machine, cards=[c.name for c in cards], lines=lines, verdict=verdict(lines),
        picks=checks.picks(wish, cards, stack) if cards else [], estimate=found,
        steps=steps, notes=_notes(ask, cards, stack, dated),
    )  # fmt: skip
    if cards:
        plan.changes = instead.changes(lines, machine, cards, purpose, stack, dated, ask.prices)
    if run and found:
        plan.changes = sorted(
            [*plan.changes, *fits.changes(run, found.have_gib, dated)], key=lambda c: (c.cost is None, c.cost or 0)
        )
    plan.shopping = shopping(plan, [] if in_place else cards, ask.prices)
    known = knowledge.problems
    plan.lines = [line if not line.prevents or line.prevents in known else _without(line) for line in lines]
    plan.steps_counted = dated.tried
    return plan


def over(seen: Facts, stated: list[Fact]) -> Facts:
    """What is stated over what was seen. Who states a card states all of them."""
    names_cards = any(f.name == "gpu.model" for f in stated)
    facts = Facts([f for f in seen if scope_of(f.name) != "gpu"]) if names_cards else seen.copy()
    for fact in stated:
        facts.add(fact)
    return facts


def chosen(ask: Ask, machine: Machine, dated: Dated) -> list[Card]:
    """The cards that are planned with; [] where none is named or seen."""
    if ask.gpus:
        out: list[Card] = []
        for part in ask.gpus.split(","):
            count, card = card_names.find(dated, part)
            if not 1 <= count <= 64:
                raise InputError(f"expected 1 to 64 cards, got {count}")
            out += [card_names.own(card, machine.facts, "0")] * count
        return out
    out = []
    for entity in machine.facts.entities("gpu"):
        fact = machine.facts.get("gpu.model", entity)
        if fact.state == "known" and machine.facts.get("gpu.vendor", entity).value in ("nvidia", None):
            seen = _seen(dated, str(fact.value), stated=fact.kind == "set")
            out += [card_names.own(seen, machine.facts, entity)] if seen else []
        elif fact.state == "known" and fact.kind == "set":
            card_names.find(dated, str(fact.value))
    return out


def _seen(dated: Dated, name: str, *, stated: bool) -> Card | None:
    """The card of a name; one that was only seen and that no table knows is left out."""
    try:
        return card_names.find(dated, name)[1]
    except InputError:
        if stated:
            raise
        return None


def _wish(machine: Machine, cards: list[Card], purpose: Purpose) -> Wish:
    framework = purpose.framework
    return Wish(
        framework=framework, cards=tuple(cards), driver=machine.text("driver.version"), python=machine.text("python.version"),
        cuda=machine.text("torch.cuda_version") if framework == "torch" else None, version=machine.text(f"{framework}.version"),
        version_seen=machine.facts.get(f"{framework}.version").kind != "set",
        distro=key_of(machine.text("os.id"), machine.text("os.version")), gcc=machine.text("gcc.version"), glibc=machine.text("os.glibc"),
        windows=machine.text("os.kernel") == "windows",
    )  # fmt: skip


def _run(ask: Ask, purpose: Purpose, cards: list[Card], dated: Dated) -> tuple[Estimate | None, memory.Run | None]:
    if ask.model is None:
        return None, None
    run = fits.run_of(dated, ask.model, ask.method or purpose.method, cards, ask.precision, ask.batch, ask.seq)
    return memory.estimate(run, fits.have_gib(cards)), run


def _now(ask: Ask, knowledge: Knowledge, machine: Machine, tables: TableSource, mends: bool) -> list[Line]:
    """What the goal requires, held against the machine as it is; only where one was looked at. `mends`: the plan has
    steps that bring what is missing. What cannot be told before the installation is left to `kbtui check`."""
    if ask.machine == "none" or ask.goal not in knowledge.ids("goal"):
        return []
    from kbtui import conditions

    if not isinstance(tables, conditions.Tables):
        return []
    held = goals.hold(knowledge, [ask.goal], machine.facts, tables)
    return [
        Line(
            area="install",
            name=f"now: {r.text.rstrip('.')}",
            requirement=r.condition,
            value="; ".join(f for f in r.facts[:2] if f.strip(": ")) or "not so",
            state="fine" if r.state == "true" else "tight" if mends else "fails",
            origin=f"goal {r.goal}, held against the machine as it is",
            prevents=r.problem or "",
            why=""
            if r.state == "true"
            else "The steps below mend it."
            if mends
            else f"`kbtui check {r.goal}` says why.",
        )
        for r in held
        if r.state != "unknown"
    ]


def _no_card() -> Line:
    return Line(
        area="buy", name="card", requirement="a card", value="", state="unknown", origin="nothing was seen and nothing stated",
        prevents="no-nvidia-gpu-present", question="Which card would you buy, or is in the machine?", fact="gpu.model",
    )  # fmt: skip


def _notes(ask: Ask, cards: list[Card], stack: Stack, dated: Dated) -> list[str]:
    out = []
    if ask.as_of:
        out.append(f"With the eyes of {ask.as_of}: rows that came out later, and rows without a date, are left out.")
        if stack.toolkit and dated.is_assumed("cuda", stack.toolkit["cuda"] or ""):
            out.append(f"Assumed: the month of CUDA {stack.toolkit['cuda']}, which was read in no source.")
    if ask.machine == "none":
        out.append("No machine was looked at: what was not stated is unknown.")
    if ask.model is None and cards:
        out.append("Whether a model fits is planned with --model NAME.")
    return out


def _without(line: Line) -> Line:
    return replace(line, prevents="")


def shopping(plan: Plan, cards: list[Card], prices: Mapping[str, float]) -> list[str]:
    """What to buy for the plan as it stands, and what to read off before paying. `cards`: those that are to be bought."""
    out = []
    names = [c.name for c in cards]
    for name in dict.fromkeys(names):
        count = names.count(name)
        price = f", {prices[name] * count:g}" if name in prices else ""
        out.append(f"{count} x {name}{price}")
    out += [
        f"{c.title} ({c.why})"
        for c in plan.changes
        if c.cost is None and c.title.startswith(("A supply", "A case", "More RAM", "A new supply"))
    ]
    asked = dict.fromkeys(x.question for x in plan.lines if x.area == "buy" and x.state == "unknown" and x.question)
    return [*out, *(f"Before paying: {question}" for question in asked)]
