"""Small pieces of HTML, every word escaped; and the page around them."""

from __future__ import annotations

import re
from html import escape
from importlib.resources import files

from kbtui.report.model import Pair


def text(said: str) -> str:
    """A text as it stands."""
    return escape(said)


def code(said: str) -> str:
    """A text as code within a line."""
    return f"<code>{escape(said)}</code>" if said else ""


def block(said: str) -> str:
    """A text as a block of code."""
    return f"<pre><code>{escape(said.strip(chr(10)))}</code></pre>"


def tag(kind: str, said: str) -> str:
    """A word in a coloured field; what it means stands in the word."""
    return f'<span class="tag {escape(kind)}">{escape(said)}</span>'


def link(title: str, url: str) -> str:
    """A link, or the plain words where the address was redacted or is none."""
    if re.fullmatch(r"https?://[^\s<>\"']+", url):
        return f'<a href="{escape(url)}" rel="noreferrer">{escape(title)}</a>'
    return escape(title) + (f" {code(url)}" if url and url != title else "")


def facts(rows: list[Pair]) -> str:
    """A table of two columns."""
    body = "".join(f'<tr><th scope="row">{escape(r.label)}</th><td>{escape(r.value)}</td></tr>' for r in rows)
    return f'<table class="facts"><tbody>{body}</tbody></table>'


def items(said: list[str], kind: str = "") -> str:
    """A list of pieces that are HTML already; nothing where there are none."""
    name = f' class="{kind}"' if kind else ""
    return f"<ul{name}>" + "".join(f"<li>{s}</li>" for s in said) + "</ul>" if said else ""


def section(name: str, title: str, body: str) -> str:
    """A part of the page with its own address."""
    return f'<section id="{escape(name)}"><h2>{escape(title)}</h2>{body}</section>'


def page(lang: str, title: str, body: str) -> str:
    """The whole file: nothing is loaded from anywhere, and nothing in it runs."""
    style = files("kbtui.report").joinpath("style.css").read_text(encoding="utf-8")
    return (
        f'<!DOCTYPE html>\n<html lang="{"zh-CN" if lang == "zh" else "en"}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        f'<meta name="generator" content="kbtui">\n<title>{escape(title)}</title>\n<style>\n{style}</style>\n</head>\n'
        f"<body>\n<main>\n{body}\n</main>\n</body>\n</html>\n"
    )
