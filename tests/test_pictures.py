"""The pictures of the documentation: those that the script draws, small, shown, and of no real machine."""

from __future__ import annotations

import importlib.util
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DRAWN = ROOT / "docs" / "pictures"


def names() -> set[str]:
    spec = importlib.util.spec_from_file_location("pictures", ROOT / "docs" / "pictures.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return set(module.PICTURES)


def test_the_script_draws_what_is_there():
    assert {p.stem for p in DRAWN.iterdir()} == names()


def test_each_is_small_and_shown_and_loads_nothing():
    shown = (ROOT / "docs" / "screens.md").read_text()
    for path in DRAWN.iterdir():
        svg = path.read_text()
        assert f"(pictures/{path.name})" in shown
        assert len(svg.encode()) < 150_000
        assert (
            "http"
            not in svg.replace("http://www.w3.org", "")
            .replace("https://download", "")
            .replace("https://www", "")
            .split("<g", 1)[0]
        )
        assert "@font-face" not in svg and "/tmp" not in svg
