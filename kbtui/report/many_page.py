"""Many cases as Markdown and as one HTML file."""

from __future__ import annotations

from kbtui.report import html
from kbtui.report import markdown as md
from kbtui.report.many import Reports, Row
from kbtui.report.words import Words

_Table = tuple[list[str], list[list[str]]]
"""Heads and rows."""


def html_page(made: Reports) -> str:
    """The whole file."""
    words = Words(made.lang == "zh")
    title, summary = _head(made, words)
    body = [f'<header><p class="kicker">{html.text(made.since)}</p><h1>{html.text(title)}</h1>']
    body.append(f'<p class="lead">{html.text(summary)}</p></header>')
    for name, heading, intro, table in _tables(made, words):
        said = f'<p class="intro">{html.text(intro)}</p>' if intro else ""
        body.append(html.section(name, heading, said + _html_table(table)))
    if made.learn:
        see = "".join(
            f"<h3>{html.text(t.concept.title)}</h3>" + html.block("\n".join(t.see)) for t in made.learn[:3] if t.see
        )
        body.append(f'<p class="intro">{html.text(words("see"))}</p>{see}')
    if made.dark:
        body.append(html.section("dark", words("h.dark"), html.items([html.code(d) for d in made.dark])))
    body.append(f"<footer><p>{html.text(words('note.private'))}</p></footer>")
    return html.page(made.lang, title, "\n".join(body))


def markdown(made: Reports) -> str:
    """The whole page."""
    words = Words(made.lang == "zh")
    title, summary = _head(made, words)
    out = [f"# {md.inline(title)}", "", md.inline(summary), ""]
    for _, heading, intro, (heads, rows) in _tables(made, words):
        out += [f"## {heading}", ""] + ([intro, ""] if intro else [])
        out += [f"| {' | '.join(heads)} |", f"| --- {'| ---: ' * (len(heads) - 1)}|"]
        out += [f"| {' | '.join(md.inline(cell) for cell in row)} |" for row in rows] + [""]
    for topic in made.learn[:3]:
        if topic.see:
            out += [
                f"### {md.inline(topic.concept.title)}",
                "",
                f"{words('see')}:",
                "",
                *md.block("\n".join(topic.see)),
                "",
            ]
    if made.dark:
        out += [f"## {words('h.dark')}", "", *(f"- {md.code(d)}" for d in made.dark), ""]
    return "\n".join([*out, words("note.private")]).rstrip() + "\n"


def _head(made: Reports, words: Words) -> tuple[str, str]:
    title = words("many.title", date=made.since)
    if not made.cases:
        return title, words("many.none")
    return title, words("many.summary", cases=made.cases, solved=made.solved, worked=words.time(made.seconds))


def _tables(made: Reports, words: Words) -> list[tuple[str, str, str, _Table]]:
    heads = [words("c.problem"), words("c.cases"), words("c.solved"), words("c.time"), words("c.median")]
    topics = [[t.concept.title, words.time(t.weight * 3600), str(t.cases), words.join(t.behind)] for t in made.learn]
    vain = [[v.problem.title, str(v.tries), str(v.helped)] for v in made.vain]
    all_of_them = [
        ("broke", words("h.broke"), "", (heads, _rows(made.broke, words))),
        ("cost", words("h.cost"), words("intro.cost"), (heads, _rows(made.cost, words))),
        (
            "learn",
            words("h.learn"),
            words("intro.learn"),
            ([words("c.concept"), words("c.weight"), words("c.cases"), words("c.problem")], topics),
        ),
        ("vain", words("h.vain"), "", ([words("c.problem"), words("did-not-help"), words("helped")], vain)),
    ]
    return [part for part in all_of_them if part[3][1]]


def _rows(rows: list[Row], words: Words) -> list[list[str]]:
    return [[r.problem.title, str(r.cases), str(r.solved), words.time(r.seconds), words.time(r.median)] for r in rows]


def _html_table(table: _Table) -> str:
    """Numbers stand to the right; a sentence in the last column to the left."""
    heads, rows = table
    wordy = [bool(rows) and len(max((row[n] for row in rows), key=len)) > 14 for n in range(len(heads))]
    kinds = ["" if wordy[n] or n == 0 else ' class="number"' for n in range(len(heads))]
    head = "".join(f'<th scope="col"{kinds[n]}>{html.text(h)}</th>' for n, h in enumerate(heads))
    body = "".join(
        "<tr>" + "".join(f"<td{kinds[n]}>{html.text(cell)}</td>" for n, cell in enumerate(row)) + "</tr>"
        for row in rows
    )
    return f'<table class="wide"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'
