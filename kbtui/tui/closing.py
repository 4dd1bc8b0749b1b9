"""A case whose fix helped: what was found and how long it took, written at once, by a worker (`kbtui.team.outcomes`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kbtui.errors import KbtuiError
from kbtui.tui.inert import line

if TYPE_CHECKING:
    from kbtui.tui.app import KbtuiApp


def count(app: KbtuiApp) -> None:
    """Write the outcome of the open case; a pack that cannot be written loses no answer, and is said."""
    session = app.session
    if session is None or not session.is_open or session.trouble:
        return
    engine, name = session.engine, session.state.id

    def write() -> None:
        from kbtui.diagnosis import case
        from kbtui.team import outcomes

        try:
            outcomes.close(engine, case.path_of(name))
        except KbtuiError as error:
            app.call_from_thread(app.notify, line(str(error), 300), severity="warning", markup=False)

    app.run_worker(write, thread=True, group="close", exit_on_error=False)
