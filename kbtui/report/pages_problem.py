"""A problem's page: what it is, how people put it, the graph around it, evidence, fixes, theory; then the Chinese twin."""

from __future__ import annotations

import posixpath

from kbtui.diagnosis import render
from kbtui.diagnosis.result import FixOut
from kbtui.kb.nodes import SHARE, Evidence
from kbtui.machine.facts import Facts
from kbtui.report import svg
from kbtui.report.markdown import block, code, inline, link, prose
from kbtui.report.model import Named, Node
from kbtui.report.pages import Site
from kbtui.report.words import Words

_OFTEN = {share: word for word, share in SHARE.items()}
_ZH_OFTEN = {"often": "常见", "sometimes": "有时", "rarely": "少见"}


def page(site: Site, name: str) -> str:
    """The whole page."""
    node, index, here = site.knowledge.problem(name), site.knowledge.problems[name], site.path(name)
    kind = "root cause" if index.has_fix else "what people see"
    said = " · ".join([code(name), index.area, kind, *([f"reviewed {node.reviewed}"] if node.reviewed else [])])
    out = [f"# {prose(node.title)}", "", said, "", prose(node.summary), ""]
    if node.applies:
        out += [f"Only where {code(node.applies)}", ""]
    if node.at_once:
        out += [f"> **Danger:** {prose(node.at_once)}", ""]
    out += around(site, name, zh=False)
    if node.aka:
        out += ["## How people put it", "", *(f"- {inline(a)}" for a in node.aka), ""]
    if node.evidence:
        out += ["## Evidence", "", *(_evidence(site, here, e) for e in node.evidence), ""]
    words = Words(False)
    fixes = render.fixes(node, Facts(), site.engine.tables)
    for fix in fixes:
        out += _fix(site, here, fix, words)
    opens = site.engine.leads_to(name)
    for title, listed in (("Fixes that may lead here", opens), ("To learn", node.concepts)):
        if listed:
            out += [f"## {title}", "", *site.links(listed, here), ""]
    goals = [f"- {site.link(goal, here)}: {prose(why)}" for goal, why in site.goals_of[name]]
    out += ["## Goals that ask for it", "", *goals, ""] if goals else []
    out += ["## Read", "", *(f"- {link(r.title, r.url)}" for r in node.references), ""] if node.references else []
    return "\n".join(out + _chinese(site, name, fixes)).rstrip() + "\n"


def around(site: Site, name: str, *, zh: bool) -> list[str]:
    """The drawing: what it can explain above it, what can explain it below; every station a link."""
    parents = sorted(site.knowledge.parents[name])
    causes = sorted(site.knowledge.problems[name].causes, key=lambda c: -c[1])
    if not parents and not causes:
        return []

    def station(key: str, parent: str, state: str, depth: int, note: str = "") -> Node:
        return Node(key, parent, Named(key, site.engine.title(key, zh=zh)), state, depth, 0, note)

    depth = 1 if parents else 0
    nodes = [station(p, "", "walked", 0) for p in parents]
    nodes.append(station(name, parents[0] if parents else "", "root", depth))
    for cause, share in causes:
        word = _OFTEN.get(share, "")
        nodes.append(station(cause, name, "open", depth + 1, _ZH_OFTEN.get(word, word) if zh else word))
    folder = posixpath.dirname(site.path(name))
    links = {n.key: posixpath.relpath(site.path(n.key), folder) for n in nodes if n.key != name}
    label = "因果图" if zh else "The graph around it"
    # One line: Markdown leaves a block of HTML alone as long as no blank line is in it.
    picture = svg.draw(nodes, label, {k: _address(v) for k, v in links.items()}).replace("\n", "")
    said = (
        "上面：它能解释的现象；下面：可能的原因。" if zh else "Above: what it can explain. Below: what can explain it."
    )
    return [f"## {label}", "", said, "", f'<div class="around">{picture}</div>', ""]


def _address(path: str) -> str:
    """Of the built page, as seen from another built page: each page becomes a folder."""
    return f"../{path.removesuffix('.md')}/"


def _evidence(site: Site, here: str, piece: Evidence) -> str:
    word = f"supports {piece.supports}" if piece.supports else f"refutes {piece.refutes}"
    what = f"the line {code(piece.sign)}" if piece.sign else code(piece.condition or "")
    if piece.question:
        what = f"“yes” to {site.link(piece.question, here)}"
    other = f"; otherwise the other way, {piece.otherwise}" if piece.otherwise else ""
    where = f" (in {', '.join(piece.where)})" if piece.where else ""
    return f"- {word}: {what}{where}{other}" + (f". {prose(piece.caveat)}" if piece.caveat else "")


def _fix(site: Site, here: str, fix: FixOut, words: Words) -> list[str]:
    zh = words.zh
    out = [f"{'###' if zh else '##'} {words('h.fix')}: {prose((zh and fix.title_zh) or fix.title)}", ""]
    facts = [f"{fix.minutes} {words('minutes')}", f"{words('risk')}: {words(f'risk.{fix.risk}')}"]
    facts += [f"{words('needs')}: {words.join([words(f'need.{n}') for n in fix.needs])}"] if fix.needs else []
    facts += [words("hurts")] if fix.hurts == "other users" else []
    facts += [f"{words('destroys')}: {words.join(fix.destroys)}"] if fix.destroys else []
    out += [inline(", ".join(facts)), ""]
    for number, step in enumerate(fix.steps, 1):
        said = (zh and step.text_zh) or step.rendered
        where = f" ({code(step.when)})" if step.when else ""
        if step.kind == "run" and "\n" in said.strip():
            out += [f"{number}. {where.strip()}", "", *block(said, "    "), ""]
        else:
            out.append(f"{number}. {code(said) if step.kind == 'run' else prose(said)}{where}")
    check = fix.check(zh=zh)
    out += ["", f"{words('h.proof')}: {prose(check) if fix.asks else code(check)}"]
    out += ["", f"{words('h.undo')}: {prose(fix.way_back(zh=zh))}"] if fix.undo else []
    if fix.leads_to and not zh:
        out += ["", "It may open: " + ", ".join(site.link(n, here) for n in fix.leads_to)]
    return [*out, ""]


def _chinese(site: Site, name: str, fixes: list[FixOut]) -> list[str]:
    twin = site.knowledge.problem(name).zh
    if twin is None:
        return []
    out = [f"## 中文：{prose(twin.title)}", "", prose(twin.summary or ""), ""]
    out += [f"> **危险：** {prose(twin.at_once)}", ""] if twin.at_once else []
    out += ["### 常见说法", "", *(f"- {inline(a)}" for a in twin.aka), ""] if twin.aka else []
    words = Words(True)
    for fix in fixes:
        out += _fix(site, site.path(name), fix, words)
    return out
