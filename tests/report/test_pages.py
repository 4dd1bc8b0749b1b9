"""The site's pages: one a node, every link between them leads somewhere, and a strict build finds nothing to say."""

from __future__ import annotations

import posixpath
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from kbtui.commands import pages as command
from kbtui.report import pages, pages_problem
from kbtui.report.markdown import prose

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def written(engine) -> dict[str, str]:
    return dict(pages.pages(engine))


def test_every_node_has_its_page_and_every_folder_its_list(engine, written):
    knowledge = engine.knowledge
    for kind, folder in pages.FOLDERS.items():
        for name in knowledge.ids(kind):
            area = f"{knowledge.problems[name].area}/" if kind == "problem" else ""
            assert f"{folder}/{area}{name}.md" in written
    folders = {posixpath.dirname(p) for p in written}
    assert {f"{f}/index.md".lstrip("/") for f in folders} <= set(written)


def test_every_link_within_the_site_leads_to_a_page(written):
    for path, text in written.items():
        for target in re.findall(r"\]\((?!https?:)([^)\s]+\.md)\)", text):
            assert posixpath.normpath(posixpath.join(posixpath.dirname(path), target)) in written, (path, target)


def test_every_station_of_a_drawing_opens_a_page(written):
    seen = 0
    for path, text in written.items():
        for target in re.findall(r'<a href="([^"]+)">', text):
            # A page is served as a folder of its own: addresses are as seen from within it.
            there = posixpath.normpath(posixpath.join(path.removesuffix(".md"), target))
            assert f"{there}.md" in written, (path, target)
            seen += 1
    assert seen > len(written)


def test_a_problem_page_says_all_of_it(engine, written):
    page = written["problems/driver/secure-boot-unsigned-module.md"]
    node = engine.knowledge.problem("secure-boot-unsigned-module")
    assert page.startswith(f"# {node.title}\n")
    for part in (*(f.title for f in node.fixes), *(r.url for r in node.references), node.zh.title, node.zh.aka[0]):
        assert part in page
    for evidence in node.evidence:
        assert (evidence.sign or evidence.condition or evidence.question) in page
    assert page.index("(../../concepts/") < page.index("## 中文")


def test_the_drawing_puts_what_is_explained_above_and_causes_below(engine):
    site = pages.Site(engine)
    drawn = "\n".join(pages_problem.around(site, "nouveau-conflict", zh=False))
    parents, causes = engine.knowledge.parents["nouveau-conflict"], engine.knowledge.problems["nouveau-conflict"].causes
    here = drawn.index('class="root"')
    assert parents and all(drawn.index(f"/{p}/") < here for p in parents)
    assert causes and all(drawn.index(f"/{c}/") > here for c, _ in causes)
    assert "\n\n" not in drawn.split('<div class="around">')[1]


def test_concepts_come_after_what_they_require(engine):
    order = pages.in_reading_order(pages.Site(engine))
    place = {name: n for n, name in enumerate(order)}
    assert set(order) == set(engine.knowledge.ids("concept"))
    assert all(place[r] < place[c] for c in order for r in engine.knowledge.concept(c).requires)


def test_back_ticks_of_a_node_are_code_and_nothing_else_is_markup():
    assert prose("run `a_b *c*` now, <b>not</b> *this*") == r"run `a_b *c*` now, \<b>not\</b> \*this\*"


def test_a_strict_build_of_the_site_finds_nothing(tmp_path):
    zensical = shutil.which("zensical")
    if zensical is None:
        pytest.skip("the site's generator is not installed (pip install 'kbtui[docs]')")
    shutil.copy(ROOT / "zensical.toml", tmp_path)
    from argparse import Namespace

    command.run(Namespace(folder=str(tmp_path / "build" / "pages"), docs=str(ROOT / "docs")))
    built = subprocess.run([zensical, "build", "--strict"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stdout + built.stderr
    assert (tmp_path / "build/site/problems/driver/nouveau-conflict/index.html").exists()
