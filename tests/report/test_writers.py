"""The formats: whole, inert, redacted, the same in both languages; and as a browser shows them."""

from __future__ import annotations

import re
import shutil
import subprocess
from html.parser import HTMLParser
from xml.etree import ElementTree

import msgspec
import pytest

from kbtui.report import build, exports, markdown, page, svg, walk
from kbtui.report.model import Report
from tests.report import story

VOID = {"meta", "br", "link", "hr", "img"}
HOSTILE = "x</pre><script>alert(1)</script> ````\n| a | <b onload=x> \x1b[31mred\x1b[0m \u202egnp.exe & \"q\" modprobe: ERROR: could not insert 'nvidia': Key was rejected by service"


class Checked(HTMLParser):
    """Balance, ids and links of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.tags: set[str] = set()
        self.feed(text)
        self.close()
        assert not self.open

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        found = dict(attrs)
        assert not any(name.startswith("on") for name in found)
        self.ids += [found["id"]] if "id" in found else []
        self.links += [found["href"]] if "href" in found else []
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.add(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@pytest.fixture(params=["english", "chinese"])
def report(request) -> Report:
    return request.getfixturevalue(request.param)


def every(report: Report) -> dict[str, str]:
    return {
        "html": page.write(report),
        "md": markdown.write(report),
        "json": msgspec.json.encode(report).decode(),
        "mermaid": exports.mermaid(report.graph),
        "graphml": exports.graphml(report),
    }


def test_html_is_balanced_and_loads_nothing(report):
    checked = Checked(page.write(report))
    assert not {"script", "img", "iframe", "link"} & checked.tags
    assert len(set(checked.ids)) == len(checked.ids)


def test_links_resolve_inside_the_file(report):
    checked = Checked(page.write(report))
    inner = {h[1:] for h in checked.links if h.startswith("#")}
    assert inner and inner <= set(checked.ids)
    assert all(h.startswith(("#", "https://", "http://")) for h in checked.links)


def test_html_says_its_language_and_knows_paper_phone_and_dark(report):
    text = page.write(report)
    assert f'<html lang="{"zh-CN" if report.lang == "zh" else "en"}">' in text
    for part in ("prefers-color-scheme: dark", "@media print", "width=device-width", "<svg", "<details>"):
        assert part in text


def test_nothing_private_in_any_format(report):
    for name, text in every(report).items():
        assert not [p for p in story.PRIVATE if p in text], name
    assert re.search(r"<user-\d>@", every(report)["md"])


def test_json_reads_back(report):
    assert msgspec.json.decode(msgspec.json.encode(report), type=Report) == report
    assert report.schema == "kbtui.report/1"


def test_graphml_and_mermaid_hold_every_station(report):
    tree = ElementTree.fromstring(exports.graphml(report))
    names = {e.get("id") for e in tree.iter() if e.tag.endswith("node")}
    ends = {e.get(side) for e in tree.iter() if e.tag.endswith("edge") for side in ("source", "target")}
    assert names == {n.key for n in report.graph} and ends <= names
    lines = exports.mermaid(report.graph).splitlines()
    assert sum('["' in line for line in lines) == len(report.graph)
    assert sum("==>" in line or "-.->" in line for line in lines) == sum(bool(n.parent) for n in report.graph)


def test_markdown_fences_are_closed_and_headings_stand_alone(report):
    lines = markdown.write(report).splitlines()
    fence = ""
    for before, line in zip(["", *lines], lines, strict=False):
        found = re.match(r"\s*(`{3,})", line)
        if found and not fence:
            fence = found[1]
        elif found and found[1] == fence:
            fence = ""
        elif line.startswith("#") and not fence:
            assert before == ""
    assert not fence


@pytest.mark.parametrize("zh", [False, True])
def test_hostile_text_stays_text(engine, zh):
    made = build.report(walk.replay(engine, "a", story.events([(0, story.begin(HOSTILE))])), zh=zh)
    for name, text in every(made).items():
        assert "\x1b" not in text and "\u202e" not in text, name
    assert "script" not in Checked(page.write(made)).tags
    fences = re.findall(r"^\s*(`+)text", markdown.write(made), re.MULTILINE)
    assert "`````" in fences


@pytest.mark.parametrize(
    "text",
    [
        "Secure Boot refuses the unsigned NVIDIA kernel module, and then some more",
        "安全启动拒绝加载未签名的 NVIDIA 内核模块，于是显卡没有驱动",
        "a" * 200,
    ],
)
def test_titles_are_folded_into_their_room(text):
    lines = svg.folded(text, 220)
    assert 1 <= len(lines) <= 3 and all(svg.width(line.rstrip("…")) <= 220 for line in lines)
    assert not any(line[0] in "，。" for line in lines)


def test_a_redacted_address_is_no_link():
    assert "href" not in page.html.link("page", "https://<host-1>/x") and "](" not in markdown.link(
        "p", "https://<host-1>/"
    )
    assert "href" not in page.html.link("page", "javascript:alert(1)")


BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.mark.skipif(not BROWSER, reason="no Chromium here")
@pytest.mark.parametrize("size", ["390,844", "1280,900"])
def test_a_browser_shows_and_prints_it(report, size, tmp_path):
    file = tmp_path / "report.html"
    probe = "<script>document.title = document.documentElement.scrollWidth - innerWidth</script></body>"
    open_page = page.write(report)
    no_policy = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", open_page)
    file.write_text(no_policy.replace("</body>", probe), encoding="utf-8")

    def browser(*options: str) -> str:
        done = subprocess.run(
            [BROWSER, "--headless=new", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path / 'profile'}", f"--window-size={size}", *options, file.as_uri()],
            capture_output=True, text=True, timeout=120, check=True,
        )  # fmt: skip
        return done.stdout

    wider = re.search(r"<title>(-?\d+)</title>", browser("--dump-dom"))
    assert wider and int(wider[1]) <= 0, "the page is wider than the window"
    file.write_text(open_page, encoding="utf-8")
    browser(f"--print-to-pdf={tmp_path / 'report.pdf'}")
    assert (tmp_path / "report.pdf").read_bytes().startswith(b"%PDF")
