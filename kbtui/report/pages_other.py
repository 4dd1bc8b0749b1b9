"""The pages of concepts, goals, questions, tables and probes. Each function is named after its kind of node."""

from __future__ import annotations

import shlex

from kbtui.machine.catalogue import SPECS
from kbtui.report.markdown import block, code, inline, link, prose
from kbtui.report.pages import Site


def _page(parts: list[str]) -> str:
    return "\n".join(parts).rstrip() + "\n"


def _top(name: str, title: str, kind: str, reviewed: str | None) -> list[str]:
    said = f"{code(name)} · {kind}" + (f" · reviewed {reviewed}" if reviewed else "")
    return [f"# {prose(title)}", "", said, ""]


def _asked(site: Site, name: str, here: str, title: str) -> list[str]:
    listed = site.links(site.needed_by[name], here)
    return [f"## {title}", "", *listed, ""] if listed else []


def concept(site: Site, name: str) -> str:
    """What it is, how to see it, what comes before, which problems rest on it."""
    node, here = site.knowledge.concept(name), site.path(name)
    out = [*_top(name, node.title, "concept", node.reviewed), prose(node.summary), ""]
    if node.see:
        out += ["## See it on your own machine", "", "These only look.", "", *block("\n".join(node.see)), ""]
    out += ["## Before this", "", *site.links(node.requires, here), ""] if node.requires else []
    after = [c for c in site.knowledge.ids("concept") if name in site.knowledge.concept(c).requires]
    out += ["## After this", "", *site.links(after, here), ""] if after else []
    out += _asked(site, name, here, "Problems that rest on it")
    out += ["## Read", "", *(f"- {link(r.title, r.url)}" for r in node.references), ""] if node.references else []
    if node.zh:
        out += [f"## 中文：{prose(node.zh.title)}", "", prose(node.zh.summary), ""]
        out += [f"- {inline(a)}" for a in node.zh.aka]
    return _page(out)


def goal(site: Site, name: str) -> str:
    """What it requires, condition by condition, and the problem that each prevents."""
    node, here = site.knowledge.goal(name), site.path(name)
    out = [*_top(name, node.title, "goal", node.reviewed), prose(node.summary), "", code(f"kbtui check {name}"), ""]
    out += ["## Requires", ""]
    for required in node.requires:
        prevents = f" Prevents: {site.link(required.problem, here)}" if required.problem else ""
        zh = f" · {prose(required.zh)}" if required.zh else ""
        out.append(f"- {prose(required.because)}{zh} {code(required.condition)}{prevents}")
    out += ["", "## Read", "", *(f"- {link(r.title, r.url)}" for r in node.references)] if node.references else []
    if node.zh:
        out += ["", f"## 中文：{prose(node.zh.title)}", "", prose(node.zh.summary or "")]
    return _page(out)


def question(site: Site, name: str) -> str:
    """The question, how to find out, and what its answer tells apart."""
    node, here = site.knowledge.question(name), site.path(name)
    out = [*_top(name, node.title, "question", None), prose(node.how), ""]
    out += [f"The answer sets {code(node.fact)}.", ""] if node.fact else []
    out += _asked(site, name, here, "What it tells apart")
    if node.zh:
        out += [f"## 中文：{prose(node.zh.title)}", "", prose(node.zh.how or "")]
    return _page(out)


def table(site: Site, name: str) -> str:
    """Every row; the sources below it."""
    node = site.knowledge.table(name)
    columns = list(node.types)
    out = [*_top(name, node.title, "table", node.reviewed), f"{len(node.rows)} rows by {code(node.key)}.", ""]
    out += ["| " + " | ".join(inline(c) for c in columns) + " |", "|" + " --- |" * len(columns)]
    out += ["| " + " | ".join(_cell(row.get(c)) for c in columns) + " |" for row in node.rows]
    if node.sources:
        out += ["", "## Sources", "", *(f"- {inline(k)}: {_source(v)}" for k, v in node.sources.items())]
    return _page(out)


def _cell(value: str | None) -> str:
    return "" if value is None else _source(value) if value.startswith("http") else inline(value)


def _source(text: str) -> str:
    return f"<{text}>" if text.startswith("http") and " " not in text else inline(text)


def probe(site: Site, name: str) -> str:
    """What it looks at, and the facts that it gives."""
    node = site.knowledge.probe(name)
    looks = shlex.join(node.run) if node.run else node.read or ""
    out = [*_top(name, node.title, "probe", node.reviewed), code(looks), "", "## Facts", ""]
    out += [f"- {code(f)}: {inline(SPECS[f].meaning if f in SPECS else '')} ({node.parse})" for f in node.facts]
    return _page(out)
