"""The screens by name, imported when they are first opened: what another screen adds itself to."""

from __future__ import annotations

from importlib import import_module

from textual.screen import Screen

PLACES: dict[str, tuple[str, str]] = {
    "ask": ("ask", "AskScreen"),
    "case": ("case", "CaseScreen"),
    "evidence": ("evidence", "EvidenceScreen"),
    "fix": ("fix", "FixScreen"),
    "help": ("help", "HelpScreen"),
    "settings": ("settings", "SettingsScreen"),
    "tell": ("tell", "TellScreen"),
    "confirm": ("confirm", "ConfirmScreen"),
    "graph": ("graph", "GraphScreen"),
    "learn": ("learn", "LearnScreen"),
    "draft": ("draft", "DraftScreen"),
    "web": ("web", "WebScreen"),
    "found": ("found", "FoundScreen"),
    "told": ("told", "ToldScreen"),
    "text": ("text", "TextScreen"),
    "plan": ("plan", "PlanScreen"),
    "fleet": ("fleet", "FleetScreen"),
}
"""Name to its module in `kbtui.tui.screens` and its class."""


def make(name: str, *arguments: object) -> Screen[object]:
    """A fresh screen. KeyError for a name that is not in the table."""
    module, cls = PLACES[name]
    screen: Screen[object] = getattr(import_module(f"kbtui.tui.screens.{module}"), cls)(*arguments)
    return screen
