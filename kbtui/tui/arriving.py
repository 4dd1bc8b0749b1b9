"""What comes in besides keys: files, long pastes, standard input; and the visit to the machine that a file holds."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from textual import work
from textual.message import Message

from kbtui.errors import KbtuiError
from kbtui.tui import elsewhere, piped, places
from kbtui.tui.attached import Attached
from kbtui.tui.inert import line
from kbtui.tui.messages import Opening, Saw
from kbtui.tui.terminal.app import TerminalApp
from kbtui.tui.terminal.messages import Growing, Spooled
from kbtui.tui.widgets.field import Field
from kbtui.tui.words import Words

if TYPE_CHECKING:
    from kbtui.engine import Engine
    from kbtui.tui.elsewhere import Elsewhere
    from kbtui.tui.session import Session
    from kbtui.tui.taken import Read
    from kbtui.tui.watch import Seen, Watch


class FileRead(Message):
    """A file was opened, or why it could not be."""

    def __init__(self, read: Read | None, said: str, attached: Attached, trouble: str = "") -> None:
        super().__init__()
        self.read, self.said, self.attached, self.trouble = read, said, attached, trouble


class Arriving(TerminalApp):
    """The app's way in. What is open is the app's own."""

    opening: Opening
    say: Words
    session: Session | None
    lookout: Watch | None
    seen: Seen | None
    first: Callable[[], None] | None = None
    """What was asked for before the engine was open."""
    _home: Opening | None = None
    _piped: piped.Piped | None = None

    def open_case(self, text: str, stack: list[str] | None = None) -> None:
        """A new case about this text."""
        raise NotImplementedError

    def show_case(self) -> None:
        """The case that was begun, alone over Ask."""
        raise NotImplementedError

    def look_out(self) -> None:
        """Another lookout in place of the one there was. It tells which machine it looks at: late news are dropped."""
        if self.lookout:
            self.lookout.cancel()
        where = self.opening.there.name if self.opening.there else ""
        look = self.opening.open_watch
        self.lookout = look(lambda seen: self.tell_seen(seen, where)) if look else None

    def tell_seen(self, seen: Seen, where: str) -> None:
        """From the watching thread: posting is safe there."""
        self.post_message(Saw(seen, where))

    def open_file(self, said: str, attached: Attached) -> None:
        """A new case about what was said and what a file holds."""
        if self.session:
            self._read_file(self.session.engine, said, attached)
        else:
            self.first = lambda: self.open_file(said, attached)

    @work(thread=True, group="file", exclusive=True)
    def _read_file(self, engine: Engine, said: str, attached: Attached) -> None:
        from kbtui.tui import taken

        try:
            self.post_message(FileRead(taken.read(attached.path, engine), said, attached))
        except KbtuiError as error:
            self.post_message(FileRead(None, said, attached, str(error)))

    def on_file_read(self, message: FileRead) -> None:
        """The case begins; the machine that the file holds is looked at instead of this one."""
        if message.trouble or not (self.session and message.read):
            fields = [f for f in self.screen.query(Field) if f.attached == message.attached]
            for field in fields:
                field.opening(message.trouble)
            if not fields:
                self.notify(line(message.trouble, 600), severity="error", markup=False)
            return
        if message.read.there:
            self.visit(message.read.there)
            self.session.begin(message.said)
        elif message.read.log:
            self.session.begin_with_log(message.read.log, message.said)
        self.show_case()

    def visit(self, there: Elsewhere) -> None:
        """Look at another machine until `home`."""
        self._home = self._home or self.opening
        every = elsewhere.EVERY
        self.opening = self.opening._replace(there=there, open_watch=lambda tell: elsewhere.watch(there, tell, every))
        self._turn()

    def home(self) -> None:
        """Back to the machine that was looked at before."""
        if self._home:
            self.opening, self._home = self._home, None
            self._turn()

    def _turn(self) -> None:
        self.look_out()
        self.seen = None
        if self.session:
            self.session.machine, self.session.look = self.where or "live", None
        if self.lookout and self.looks:
            self.lookout.start()

    @property
    def where(self) -> str:
        """The machine that is looked at, where it is not this one; "" for this one."""
        return self.opening.there.name if self.opening.there else ""

    @property
    def looks(self) -> bool:
        """Whether a machine is looked at at all."""
        raise NotImplementedError

    def on_growing(self, message: Growing) -> None:
        """How far a long paste is; over a case it will be more that is said."""
        fields = self.screen.query(Field)
        for field in fields:
            field.growing(message.size)
        if not fields and not self.screen.is_modal and self.session and self.session.is_open:
            self.push_screen(places.make("tell", ""))

    def on_spooled(self, message: Spooled) -> None:
        """A paste that was put aside: into the field, or over a case into what more is said."""
        spool = message.spool
        attached = Attached(spool.path, spool.size)
        if spool.lost:
            self.notify(self.say("ask.lost", path=line(str(spool.path), 200)), severity="error", markup=False)
        fields = self.screen.query(Field)
        if fields:
            fields.first().attach(attached)
        else:
            self.push_screen(places.make("tell", "", attached))

    def open_piped(self) -> None:
        """Read standard input; what it held is the case."""
        if self.opening.piped is not None:
            self._piped = piped.Piped(self.opening.piped, lambda size: self.post_message(Growing(size)))
            self._read_piped(self._piped)

    @work(thread=True, group="piped")
    def _read_piped(self, source: piped.Piped) -> None:
        source.read()
        self.call_from_thread(self._piped_over, source)

    def stop_piped(self) -> bool:
        """Enough of standard input; whether it was still being read."""
        reading = self._piped is not None and not self._piped.over
        if self._piped and reading:
            self._piped.stop()
        return reading

    def _piped_over(self, source: piped.Piped) -> None:
        for field in self.screen.query(Field):
            field.growing(0)
        text, spool = source.text, source.spool
        if spool:
            self.open_file("", Attached(spool.path, spool.size))
        elif text.strip():
            self.open_case(text)
        else:
            self.notify(self.say("ask.piped_nothing"), markup=False)
