"""The program as a terminal starts it, on a machine of paper in a boot of its own: `python -m tests.tui.booted BOOT FACT=VALUE ... [-- TEXT]`."""

from __future__ import annotations

import sys
from pathlib import Path

from kbtui.engine import Engine
from kbtui.kb.cache import open_knowledge
from kbtui.kb.packs import Pack
from kbtui.tui import session, start, watch
from tests.tui.conftest import PACK, PaperHost, probe


def main(boot: str, facts: dict[str, object], text: str) -> int:
    host = PaperHost()
    probes = [probe(name, **{name.replace(".", "__"): value}) for name, value in facts.items()]
    session.boot_id = lambda: boot  # type: ignore[assignment]
    watch.this_machine = lambda tell, every: watch.Watch(lambda: host, lambda: probes, tell, every)  # type: ignore[assignment]
    start._engine = lambda: Engine(*open_knowledge([Pack("kbtui", Path(PACK), shipped=True)]))  # type: ignore[assignment]
    return start.run(text, "en")


if __name__ == "__main__":
    given = sys.argv[2 : sys.argv.index("--")] if "--" in sys.argv else sys.argv[2:]
    said = sys.argv[sys.argv.index("--") + 1 :] if "--" in sys.argv else []
    values = {"true": True, "false": False}
    pairs = (fact.split("=", 1) for fact in given)
    sys.exit(main(sys.argv[1], {name: values.get(value, value) for name, value in pairs}, " ".join(said)))
