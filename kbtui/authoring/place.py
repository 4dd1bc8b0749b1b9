"""Where in a file something stands: the mark of a path such as ("evidence", 2, "condition")."""

from __future__ import annotations

from kbtui.kb.load import Loaded
from kbtui.kb.mistakes import Mistake
from kbtui.kb.yamltree import Mapping, Mark, Scalar, Sequence, Tree

Path = tuple[str | int, ...]


def mark_of(tree: Tree, path: Path, *, key: bool = False) -> Mark:
    """The mark of the deepest part of `path` that is there; with `key`, of the last part's key, not its value."""
    here = tree
    for number, part in enumerate(path, 1):
        if key and number == len(path):
            return _key_mark(here, part) or here.mark
        inner: Tree | None = None
        if isinstance(here, Mapping) and isinstance(part, str):
            inner = here.get(part)
        elif isinstance(here, Sequence) and isinstance(part, int) and part < len(here.items):
            inner = here.items[part]
        if inner is None:
            return _key_mark(here, part) or here.mark
        here = inner
    return here.mark


def _key_mark(tree: Tree, part: str | int) -> Mark | None:
    """A key of a mapping, for mistakes about keys themselves (an id in `causes`)."""
    if isinstance(tree, Mapping):
        return next((key.mark for key, _ in tree.items if key.text == part), None)
    return None


def is_plain(tree: Tree, path: Path) -> bool:
    """Whether the value is written without quotes on the mark's own line, so that columns within it can be counted."""
    here: Tree | None = tree
    for part in path:
        if isinstance(here, Mapping) and isinstance(part, str):
            here = here.get(part)
        elif isinstance(here, Sequence) and isinstance(part, int) and part < len(here.items):
            here = here.items[part]
        else:
            return False
    return isinstance(here, Scalar) and here.plain


class Report:
    """Collects the mistakes of one node."""

    def __init__(self, loaded: Loaded) -> None:
        self.loaded = loaded
        self.mistakes: list[Mistake] = []

    def no(
        self, path: Path, message: str, hint: str = "", *, level: str = "error", offset: int = 0, key: bool = False
    ) -> None:
        """One mistake at `path`; `offset`: columns into the value; `key`: at the last part's key."""
        line, column = mark_of(self.loaded.tree, path, key=key)
        if offset and not is_plain(self.loaded.tree, path):
            offset += 1  # the opening quote
        self.mistakes.append(Mistake(self.loaded.file, line, column + offset, message, hint, level))

    def warn(self, path: Path, message: str, hint: str = "") -> None:
        """One warning."""
        self.no(path, message, hint, level="warning")
