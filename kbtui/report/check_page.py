"""What a check found on one page: to show a seller, to keep, to send on. Redacted; serial numbers are never in it."""

from __future__ import annotations

import re
import time

import msgspec
from msgspec import Struct

from kbtui.diagnosis.elsewhere import redactor_for
from kbtui.diagnosis.goals import GPU_USABLE
from kbtui.diagnosis.result import Diagnosis
from kbtui.engine import Engine
from kbtui.machine.facts import Facts
from kbtui.report import html
from kbtui.report import markdown as md
from kbtui.report.model import Pair
from kbtui.report.private import plain

_CARD = (
    ("Name", "名称", "{gpu.model}"),
    ("PCI id", "PCI id", "{gpu.pci_id}"),
    ("VBIOS", "VBIOS", "{gpu.vbios}"),
    ("Capability", "计算能力", "{gpu.cc}"),
    ("Memory", "显存", "{gpu.memory_total_mib} MiB"),
    ("Link now", "链路（现在）", "PCIe {gpu.link_gen} x{gpu.link_width}"),
    ("Link at most", "链路（最高）", "PCIe {gpu.link_gen_max} x{gpu.link_width_max}"),
    ("Power limit", "功率上限", "{gpu.power_limit_watts} W (as it came: {gpu.power_limit_default_watts} W)"),
    ("ECC errors", "ECC 错误", "{gpu.ecc_uncorrected}"),
    ("Retired pages", "退役显存页", "{gpu.pages_retired}"),
)
_LOADED = (
    ("Busy", "占用", "{gpu.utilization} %"),
    ("Temperature", "温度", "{gpu.temperature} °C (slows itself down at {gpu.slowdown_temperature} °C)"),
    ("Power", "功耗", "{gpu.power_watts} W"),
    ("Slowed for", "降频原因", "{gpu.throttle_reasons}"),
)
"""Label, its Chinese twin, and what is shown where all facts in it are known."""
_SLOT = re.compile(r"\{(gpu\.\w+)\}")
_MARKS = {"true": "✓", "false": "✗", "unknown": "?"}


class Card(Struct):
    """One card as the machine sees it."""

    title: str
    rows: list[Pair]
    loaded: list[Pair]


class Held(Struct):
    """One condition."""

    mark: str
    text: str
    because: list[str]


class Page(Struct):
    """All of it, in one language."""

    lang: str
    title: str
    verdict: str
    date: str
    cards: list[Card]
    conditions: list[Held]
    causes: list[str]
    lacks: list[str]
    notes: list[str]


def build(
    engine: Engine, found: Diagnosis, facts: Facts, *, loaded: bool, lacks: list[str] | None = None, zh: bool
) -> Page:
    """The page without anybody's name. `loaded`: the cards were looked at while they worked; `lacks`: what of that was not
    seen."""
    goal = found.goal[0] if len(found.goal) == 1 else GPU_USABLE
    verdict = {
        True: ("Met: nothing speaks against it.", "满足：没有发现问题。"),
        False: ("Not met.", "不满足。"),
        None: ("It could not be told.", "无法判断。"),
    }[found.healthy]
    notes = [
        ("kbtui check " + goal, "kbtui check " + goal),
        (
            "Looked at while it worked." if loaded else "Looked at while it was idle: heat, throttling and errors under load do not show then.",
            "在负载下看过。" if loaded else "空闲时看的：发热、降频和负载下的错误此时看不出来。",
        ),
        (
            "Names, hosts, addresses and serial numbers are not on this page.",
            "本页不含人名、主机名、地址和序列号。",
        ),
    ]  # fmt: skip
    made = Page(
        lang="zh" if zh else "en",
        title=engine.title(goal, zh=zh),
        verdict=verdict[zh],
        date=time.strftime("%Y-%m-%d"),
        cards=[_card(facts, key, n, loaded, zh) for n, key in enumerate(facts.entities("gpu"), 1)],
        conditions=[
            Held(_MARKS[c.state], (zh and c.text_zh) or c.text, [] if c.state == "true" else c.facts[:3])
            for c in found.conditions
        ],
        causes=[
            f"{(zh and c.title_zh) or c.title} ({c.probability:.0%})"
            for c in found.causes[:3]
            if found.healthy is False and c.status != "pruned" and c.probability >= 0.1
        ],
        lacks=lacks or [],
        notes=[n[zh] for n in notes],
    )
    redactor = redactor_for("", facts)
    return msgspec.convert(redactor.value(msgspec.to_builtins(made)), Page)


def _card(facts: Facts, key: str, number: int, loaded: bool, zh: bool) -> Card:
    def rows(wanted: tuple[tuple[str, str, str], ...]) -> list[Pair]:
        out = []
        for label, label_zh, form in wanted:
            known = {name: facts.get(name, key) for name in _SLOT.findall(form)}
            if all(fact.state == "known" for fact in known.values()):
                said = _SLOT.sub(lambda m: _said(known[m[1]].value, zh), form)  # noqa: B023 (called at once)
                out.append(Pair((label, label_zh)[zh], said))
        return out

    return Card(f"{'显卡' if zh else 'Card'} {number}", rows(_CARD), rows(_LOADED) if loaded else [])


def _said(value: object, zh: bool) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(str(v) for v in value) or ("无" if zh else "nothing")
    return f"{value:.0f}" if isinstance(value, float) else plain(str(value))


def _headings(made: Page) -> tuple[str, str, str, str, str]:
    if made.lang == "zh":
        return "逐条检查", "负载下", "最可能的原因", "没有看到的", "说明"
    return "Held against", "Under load", "Most likely behind it", "Not seen", "Notes"


def markdown(made: Page) -> str:
    """For a message or a wiki."""
    held, load, causes, lacks, notes = _headings(made)
    out = [f"# {md.inline(made.title)}", "", f"**{md.inline(made.verdict)}** {made.date}", ""]
    for card in made.cards:
        out += [f"## {md.inline(card.title)}", "", *_table(card.rows)]
        out += [f"### {load}", "", *_table(card.loaded)] if card.loaded else []
    out += [f"## {held}", ""]
    for condition in made.conditions:
        why = "".join(f" {md.code(b)}" for b in condition.because)
        out.append(f"- {condition.mark} {md.inline(condition.text)}{why}")
    for title, said in ((causes, made.causes), (lacks, made.lacks), (notes, made.notes)):
        out += ["", f"## {title}", "", *(f"- {md.inline(s)}" for s in said)] if said else []
    return "\n".join(out) + "\n"


def _table(rows: list[Pair]) -> list[str]:
    return ["| | |", "| --- | --- |", *(f"| {md.inline(r.label)} | {md.inline(r.value)} |" for r in rows), ""]


def html_page(made: Page) -> str:
    """One file that loads nothing."""
    held, load, causes, lacks, notes = _headings(made)
    body = [f'<header><p class="kicker">{html.text(made.date)}</p><h1>{html.text(made.title)}</h1>']
    body.append(f'<p class="lead">{html.text(made.verdict)}</p></header>')
    for number, card in enumerate(made.cards, 1):
        under = f"<h3>{html.text(load)}</h3>{html.facts(card.loaded)}" if card.loaded else ""
        body.append(html.section(f"card-{number}", card.title, html.facts(card.rows) + under))
    conditions = [
        f"{c.mark} {html.text(c.text)}" + "".join(f" {html.code(b)}" for b in c.because) for c in made.conditions
    ]
    body.append(html.section("held", held, html.items(conditions)))
    for name, title, said in (
        ("causes", causes, made.causes),
        ("lacks", lacks, made.lacks),
        ("notes", notes, made.notes),
    ):
        body += [html.section(name, title, html.items([html.text(s) for s in said]))] if said else []
    return html.page(made.lang, made.title, "\n".join(body))
