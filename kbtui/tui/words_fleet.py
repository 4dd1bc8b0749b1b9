"""What the fleet screen says in English; `words_fleet_zh` is the twin."""

from __future__ import annotations

FLEET: dict[str, str] = {
    "fleet.waiting": "{done} of {total} nodes judged; c stops it",
    "fleet.stopping": "stopping ...",
    "fleet.open": "Enter opens this node as a case: what it answered, the tree of causes, the fix.",
    "fleet.no_answer": "It gave no answer that could be opened.",
    "k.fleet_open": "open, fold",
    "k.fleet_sort": "sort",
    "k.fleet_stop": "stop",
    "h.fleet": "The nodes, grouped by what is wrong with them. Enter on a group unfolds it; on a node it opens its case. New groups come at "
    "the end; s sorts the largest fault first. c stops what still runs: what came stays.",
}
