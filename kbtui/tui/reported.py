"""A case as the report that is learnt from, beside the cases: a page for a browser, and the same as Markdown.

What is written is made to leave: it went through the report's redactor.
"""

from __future__ import annotations

from pathlib import Path

from kbtui.engine import Engine
from kbtui.errors import InputError
from kbtui.homes import data_home


def write(engine: Engine, name: str, *, zh: bool) -> Path:
    """The page's path; the Markdown has the same name. Takes seconds. InputError where it cannot be written, CaseError where
    the case cannot be read."""
    from kbtui.diagnosis import case
    from kbtui.report import build, markdown, page, walk

    home = data_home()
    if home is None:
        raise InputError("there is no home folder to write it to; set XDG_DATA_HOME")
    made = build.report(walk.read(engine, case.path_of(name)), zh=zh)
    path = home / "reports" / f"{name}.html"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(page.write(made), encoding="utf-8")
        path.with_suffix(".md").write_text(markdown.write(made), encoding="utf-8")
    except OSError as error:
        raise InputError(f"{path} cannot be written: {error.strerror}") from error
    return path
