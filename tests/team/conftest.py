"""Folders that are packs, and people who close cases."""

from __future__ import annotations

from pathlib import Path

import pytest

from kbtui import homes
from tests.commands.conftest import run as run

NODE = """\
kind: problem
title: {title}
summary: A made-up trouble of one lab.
aka: ['{title} again']
evidence:
- sign: '{sign}'
  supports: strongly
{more}"""


def write(folder: Path, file: str, text: str) -> Path:
    path = folder / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def node(folder: Path, name: str, title: str, sign: str, more: str = "") -> Path:
    text = NODE.format(title=title, sign=sign, more=more)
    return write(folder, f"problems/lab/{name}.yaml", text)


@pytest.fixture(autouse=True)
def own_site(tmp_path_factory, monkeypatch) -> Path:
    """What whoever keeps this machine laid down is of no test's business."""
    site = tmp_path_factory.mktemp("site")
    monkeypatch.setattr(homes, "SITE", site)
    return site
