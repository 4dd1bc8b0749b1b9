"""Fleet: the nodes as a tree of groups, each group a path of causes, each node one key away from its case."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.message import Message

from kbtui.engine import Engine
from kbtui.errors import KbtuiError
from kbtui.fleet import markdown
from kbtui.fleet.analysts import Work
from kbtui.fleet.came import Came
from kbtui.fleet.check import Told
from kbtui.fleet.group import grouped
from kbtui.fleet.judge import Judged, Order
from kbtui.fleet.result import Asked, DifferenceOut, FleetOut, Group
from kbtui.tui import places
from kbtui.tui.fleets import Node
from kbtui.tui.inert import block, line
from kbtui.tui.keys import key
from kbtui.tui.screens.base import Page
from kbtui.tui.widgets.lines import Line
from kbtui.tui.widgets.pane import Pane, Part
from kbtui.tui.widgets.rows import Row, Rows

if TYPE_CHECKING:
    from kbtui.tui.fleets import Start

_EVERY = 0.25
_MARKS = {"healthy": ("+ ", "good"), "fault": ("x ", "warn"), "differs": ("! ", "accent")}


class Begun(Message):
    """The check runs: its order and its nodes."""

    def __init__(self, order: Order, names: list[str]) -> None:
        super().__init__()
        self.order, self.names = order, names


class Ended(Message):
    """The check is over, or why it could not begin."""

    def __init__(self, found: FleetOut | None, trouble: str = "") -> None:
        super().__init__()
        self.found, self.trouble = found, trouble


class FleetScreen(Page):
    """Left the groups, unfolded the nodes; right what speaks for the one under the cursor."""

    AUTO_FOCUS = "#groups"
    BINDINGS = [
        key("space", "fold", "k.fleet_open", "space"),
        key("s", "sort", "k.fleet_sort", "s"),
        key("c", "stop", "k.fleet_stop", "c"),
        key("tab", "app.focus_next", "k.next_region", "tab"),
    ]

    def __init__(self, start: Start) -> None:
        super().__init__()
        self._start = start
        self._stop = threading.Event()
        self._kept: dict[str, Work] = {}
        self._order = Order()
        self._total = 0
        self._judged: dict[str, Judged] = {}
        self._silent: dict[str, Came] = {}
        self._found: FleetOut | None = None
        self._dirty = self._over = False
        self._groups: dict[str, Group | DifferenceOut] = {}
        """Key to group, in the order in which they came."""
        self._unfolded: set[str] = set()

    def body(self) -> ComposeResult:
        """The regions."""
        yield Line(id="plan-title")
        with Horizontal(id="work"):
            yield Rows(id="groups", help_word="h.fleet")
            yield Pane(id="group", help_word="h.fleet")
        yield Line(id="verdict")

    def on_mount(self) -> None:
        """Begin at once; draw at most four times a second."""
        self.set_interval(_EVERY, self._redraw)
        self._run(self.session.engine)

    def on_unmount(self) -> None:
        """Nothing is left running."""
        self._stop.set()

    @work(thread=True, group="fleet")
    def _run(self, engine: Engine) -> None:
        found: FleetOut | None = None
        try:
            order, events, names = self._start(engine, self._stop, self._kept)
            self.post_message(Begun(order, names))
            for told in events:
                self._take(told)
                found = told.value if isinstance(told.value, FleetOut) else found
        except KbtuiError as error:
            self.post_message(Ended(None, str(error)))
            return
        self.post_message(Ended(found))

    def _take(self, told: Told) -> None:
        """In the checking thread: the next drawing shows it."""
        if isinstance(told.value, Judged) and told.what == "judged":
            self._judged[told.node] = told.value
        elif isinstance(told.value, Came) and told.what == "silent":
            self._silent[told.node] = told.value
        self._dirty = True

    def on_begun(self, message: Begun) -> None:
        """Which nodes there are."""
        self._order, self._total, self._dirty = message.order, len(message.names), True

    def on_ended(self, message: Ended) -> None:
        """The whole answer, or why there is none."""
        self._over, self._dirty, self._found = True, True, message.found
        if message.trouble:
            self.query_one("#verdict", Line).show((f" {line(message.trouble, 300)}", "$error"))
        self._redraw()

    def _redraw(self) -> None:
        if not self._dirty:
            return
        self._dirty = False
        say = self.kbtui.say
        judged = dict(self._judged)  # the checking thread goes on
        silent = {n: c for n, c in list(self._silent.items()) if n not in judged}
        goals = list(self._order.goals)
        found = self._found or grouped(self.session.engine, goals, judged, silent, Asked(seconds=0.0))
        self._follow(found)
        head = [(f" {line(markdown.head(found, zh=say.zh), 300)}", "bold $primary")]
        if not self._over:
            done = len(judged) + len(silent)
            waiting = (
                say("fleet.stopping") if self._stop.is_set() else say("fleet.waiting", done=done, total=self._total)
            )
            head.append((f"\n {waiting}", "dim"))
        self.query_one("#plan-title", Line).show(*head)
        self._show_rows()

    def _follow(self, found: FleetOut) -> None:
        """New groups at the end: rows keep their places until a person sorts them."""
        items: list[Group | DifferenceOut] = [*found.groups, *found.differences]
        now = {_key(item): item for item in items}
        kept = [k for k in self._groups if k in now]
        self._groups = {k: now[k] for k in dict.fromkeys((*kept, *now))}

    def _show_rows(self) -> None:
        rows: list[Row] = []
        for name, item in self._groups.items():
            mark, role = _MARKS.get(getattr(item, "state", ""), ("? ", "strong"))
            if isinstance(item, DifferenceOut):
                mark, role = "! ", "accent"
            title = line(self._title(item), 200)
            parts = (
                (mark, role),
                (f"{len(item.nodes)} ", "strong"),
                (f"{line(item.folded, 24)}  ", "dim"),
                (title, ""),
            )
            rows.append(Row(name, parts))
            if name in self._unfolded:
                rows += [Row(f"{name}\n{node}", ((f"    {line(node, 100)}", ""),)) for node in item.nodes]
        self.query_one("#groups", Rows).show(rows)
        self._show_group()

    def _title(self, item: Group | DifferenceOut) -> str:
        zh = self.kbtui.say.zh
        return markdown.difference(item, zh=zh) if isinstance(item, DifferenceOut) else markdown.title(item, zh=zh)

    @property
    def _at(self) -> tuple[str, str]:
        """The group and the node under the cursor; "" for none."""
        name, _, node = self.query_one("#groups", Rows).current.partition("\n")
        return name, node

    @on(Rows.Moved, "#groups")
    def _show_group(self) -> None:
        name, node = self._at
        item = self._groups.get(name)
        self.query_one("#group", Pane).show(f"{name} {node}", self._about(item, node) if item else [])

    def _about(self, item: Group | DifferenceOut, node: str) -> list[Part]:
        say = self.kbtui.say
        parts: list[Part] = [(f"{line(self._title(item), 300)}\n", "bold $primary")]
        parts.append((f"{line(node or item.folded, 600)}\n", ""))
        if node:
            parts.append((f"\n{say('fleet.open' if node in self._kept else 'fleet.no_answer')}\n", "dim"))
        if isinstance(item, DifferenceOut):
            return parts
        if len(item.path) > 1:
            parts.append(
                ("\n" + "\n".join("  " * i + line(self.title_of(p)) for i, p in enumerate(item.path)) + "\n", "$accent")
            )
        judged = self._judged.get(node)
        for shown in judged.verdict.evidence if judged else item.evidence:
            parts += [
                (f"\n+ {block(shown.text)}\n", ""),
                (f"  {line(shown.origin, 200)}\n" if shown.origin else "", "dim"),
            ]
        if item.next:
            parts.append((f"\n{say('step.next')}: {line((say.zh and item.next_zh) or item.next, 400)}\n", "bold"))
        return parts

    @on(Rows.Chosen, "#groups")
    def action_fold(self) -> None:
        """A group unfolds or folds; a node opens."""
        name, node = self._at
        if node:
            self._open(node)
        elif name:
            self._unfolded ^= {name}
            self._show_rows()

    def _open(self, node: str) -> None:
        """The node's case over this screen: what it answered is looked at instead of this machine."""
        kept = self._kept.get(node)
        if kept is None:
            return
        self.kbtui.visit(Node(kept, self._order.text))
        self.session.begin(self._order.text)
        self.app.push_screen(places.make("case"))
        self.kbtui.think()

    def action_sort(self) -> None:
        """The largest fault first, as the finished answer has them."""
        judged, silent = dict(self._judged), {n: c for n, c in list(self._silent.items()) if n not in self._judged}
        found = self._found or grouped(self.session.engine, list(self._order.goals), judged, silent, Asked(seconds=0.0))
        self._groups = {}
        self._follow(found)
        self._show_rows()

    def action_stop(self) -> None:
        """No more asking; what came stays."""
        self._stop.set()
        self._dirty = not self._over


def _key(item: Group | DifferenceOut) -> str:
    if isinstance(item, DifferenceOut):
        return f"differ {item.fact} {item.value} {' '.join(item.places)}"
    return f"{item.state} {'>'.join(item.path)} {'' if item.path else item.reason}"
