"""A fleet's answer for a terminal or a pipe, and the line that shows how far it is."""

from __future__ import annotations

import sys

from kbtui.commands.screen import clean, style, wrap
from kbtui.fleet.check import Told
from kbtui.fleet.judge import Judged
from kbtui.fleet.markdown import difference, head, title
from kbtui.fleet.nodes import fold
from kbtui.fleet.result import FleetOut, Group

_MARKS = {"healthy": "✓", "fault": "✗", "differs": "≠"}


def show(found: FleetOut, *, zh: bool) -> None:
    """The head, the groups with what speaks for each, the differences."""
    if found.logs is not None:
        from kbtui.commands import answer_logs

        answer_logs.story(found.logs, zh=zh)
    print(style(clean(head(found, zh=zh)), "bold"))
    for group in found.groups:
        _group(group, zh)
    if found.differences:
        print()
        print(style("同类节点之间的差异：" if zh else "Not alike, though of one kind:", "bold"))
        for d in found.differences:
            print(wrap(f"{clean(d.folded)}: {difference(d, zh=zh)}", "  "))
    for note in found.notes:
        print(style(wrap(note), "dim"))


def _group(group: Group, zh: bool) -> None:
    print()
    sure = f" {group.probability:.0%}" if group.state == "fault" and group.probability else ""
    print(style(clean(f"{_MARKS.get(group.state, '?')} {group.folded} ({len(group.nodes)}){sure}"), "bold"))
    print(wrap(title(group, zh=zh), "  "))
    if len(group.path) > 1:
        print(style(wrap(" > ".join(group.path), "  "), "dim"))
    first = f"{group.nodes[0]}: " if len(group.nodes) > 1 else ""
    for shown in group.evidence:
        print(wrap(f"+ {first}{shown.text}" + (f" ({shown.origin})" if shown.origin else ""), "    "))
    if group.state == "fault" and group.next:
        print(wrap(("下一步: " if zh else "next: ") + ((zh and group.next_zh) or group.next), "  "))


class Line:
    """One line on the terminal while it runs, gone at the end. In a pipe nothing is drawn."""

    def __init__(self, total: int) -> None:
        self._total, self._draw = total, sys.stderr.isatty()
        self._bad: list[str] = []
        self._open: set[str] = set()

    def show(self, told: Told, names: list[str]) -> None:
        """Draw what one event changed."""
        if not self._draw or told.what == "done":
            return
        self._open = self._open or set(names)
        if told.what in ("judged", "silent"):
            self._open.discard(told.node)
            if told.what == "silent" or (isinstance(told.value, Judged) and told.value.verdict.health != "healthy"):
                self._bad.append(told.node)
        waiting = fold(self._open) if self._open and len(self._open) <= 64 else f"{len(self._open)} nodes"
        bad = f"; not healthy: {fold(self._bad)}" if self._bad else ""
        said = f"{self._total - told.left} of {self._total} judged{bad}; waiting for {waiting}"
        print(f"\r\x1b[K{clean(said)[:78]}", end="", file=sys.stderr, flush=True)

    def close(self) -> None:
        """Take the line away."""
        if self._draw:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)
