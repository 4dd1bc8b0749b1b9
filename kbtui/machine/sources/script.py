"""What `kbtui collect --script` printed on a machine without kbtui, as a source.

    kbtui-script/1 kbtui-1764076815-4242             the first line; its last word begins every line that delimits
    kbtui-1764076815-4242 ask {"run": ["uname", "-snrm"]}
    Linux gpu-box 6.8.0-48-generic x86_64
    kbtui-1764076815-4242 err
    kbtui-1764076815-4242 end rc=0
    kbtui-1764076815-4242 done

A text before a delimiter ends in a newline of the script's own. A stream that breaks off gives what it holds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

import msgspec

from kbtui.errors import InputError
from kbtui.machine.asks import OWN_PYTHON, PYTHON, Ask, Environ, Names, Raw, Read, Run, Which, unknown
from kbtui.machine.sources.rows import Row, ask_of

MARK = "kbtui-script/1 "
_TIMED_OUT = {124, 137, 143}
_TOO_LONG = 153
"""Exit code of a command that printed more than its cap: ended by SIGXFSZ."""
_STAT = re.compile(
    r"(?P<mode>\d+) (?P<owner>\d+:\d+) (?P<size>\d+) (?P<time>\d+) (?P<major>[0-9a-f]+):(?P<minor>[0-9a-f]+) (?P<what>[^/]+) (?P<path>/.*)"
)


class Script:
    """A machine as the script saw it."""

    kind: Literal["bundle"] = "bundle"

    def __init__(self, text: str, name: str, notes: list[str] | None = None) -> None:
        """InputError where the text does not begin as the script's output does."""
        self.name = name
        self.notes = list(notes or [])
        start = text.find(MARK)
        if start < 0:
            raise InputError(f"{name} is not what kbtui collect --script prints: no line begins with {MARK.strip()!r}")
        header, _, body = text[start:].replace("\r\n", "\n").partition("\n")
        self._bound = header.removeprefix(MARK).strip()
        self._answers: dict[tuple[str, str], Raw] = {}
        self._named: dict[str, dict[str, str | None]] = {Which.__name__: {}, Environ.__name__: {}}
        ended = False
        for words, content in self._records(body):
            if words == "done":
                ended = True
            elif words.startswith("ask "):
                self._keep(words.removeprefix("ask "), content)
        if not ended:
            self.notes.append("the script's output is cut off: what it had not printed yet could not be seen")

    def answer(self, ask: Ask) -> Raw:
        """What the script got."""
        found = self._answers.get((type(ask).__name__, ask.key))
        if found:
            return found
        known = self._named.get(type(ask).__name__)
        if isinstance(ask, Which | Environ) and known is not None and set(ask.names) <= set(known):
            return Raw(files={n: v for n in ask.names if (v := known[n]) is not None}, origin=ask.key)
        return unknown(f"{ask.key.splitlines()[0][:80]}: the script did not ask it", origin=ask.key)

    def _records(self, body: str) -> Iterator[tuple[str, list[tuple[str, str]]]]:
        """Each ask with its parts: the delimiter's words and the text that follows it."""
        pieces = re.split(rf"^{re.escape(self._bound)} (.*)\n?", body, flags=re.MULTILINE)
        words, parts = "", [("", "")]
        for said, text in zip(pieces[1::2], pieces[2::2], strict=True):
            if said.startswith("ask ") or said == "done":
                yield words, parts
                words, parts = said, [("", text)]
            else:
                parts.append((said, text))
        yield words, parts

    def _keep(self, said: str, parts: list[tuple[str, str]]) -> None:
        try:
            ask = ask_of(msgspec.json.decode(said, type=Row))
        except (msgspec.DecodeError, UnicodeDecodeError):
            return
        if ask is None:
            return
        raw = _raw(ask, parts)
        self._answers[type(ask).__name__, ask.key] = raw
        if isinstance(ask, Which | Environ) and raw.ok:
            self._named[type(ask).__name__].update({n: raw.files.get(n) for n in ask.names})


def _raw(ask: Ask, parts: list[tuple[str, str]]) -> Raw:
    texts = [(words, text.removesuffix("\n")) for words, text in parts]
    last = texts[-1][0]
    if not last.startswith("end"):
        return unknown(f"{ask.key.splitlines()[0][:80]}: the script's output is cut off there", origin=ask.key)
    code = int(found[1]) if (found := re.search(r"rc=(\d+)", last)) else None
    cut = " cut" in last
    origin = ask.path if isinstance(ask, Read) else ask.key
    if " absent" in last:
        what = f"{_program(ask)}: not on this machine" if isinstance(ask, Run) else f"{ask.key} is not there"
        return Raw(status="absent", reason=what, origin=origin)
    if " refused" in last:
        return Raw(status="refused", reason=f"{ask.key} may not be read by this user", origin=origin)
    if isinstance(ask, Run):
        errors = next((text for words, text in texts if words == "err"), "")
        if " late" in last or code in _TIMED_OUT:
            reason = f"{_program(ask)}: no answer within {ask.seconds:g} s"
            return Raw(
                status="timed_out", text=texts[0][1], errors=errors, reason=reason, truncated=True, origin=origin
            )
        cut = cut or code == _TOO_LONG
        return Raw(text=texts[0][1], errors=errors, exit_code=code, truncated=cut, origin=origin)
    if isinstance(ask, Read):
        files = {words.removeprefix("file "): text for words, text in texts if words.startswith("file ")}
        return Raw(text="" if ask.many else texts[0][1], files=files, truncated=cut, origin=origin)
    if isinstance(ask, Names):
        return Raw(files=_listing(texts[0][1]), truncated=cut, origin=origin)
    pairs = (line.partition("=") for line in texts[0][1].splitlines())
    return Raw(files={name: value for name, equals, value in pairs if equals}, origin=origin)


def _program(ask: Run) -> str:
    """What the script called for it: kbtui's own children run in whatever python3 is there."""
    return "python3" if ask.argv[0] in (PYTHON, OWN_PYTHON) else ask.argv[0]


def _listing(text: str) -> dict[str, str]:
    """Lines of stat, and those of links: `link /dev/fd -> /proc/self/fd`."""
    files: dict[str, str] = {}
    for line in text.splitlines():
        if line.startswith("link "):
            path, _, target = line.removeprefix("link ").partition(" -> ")
            files[path] = f"link -> {target}"
        elif said := _STAT.match(line):
            mode, owner, what = said["mode"], said["owner"], said["what"]
            if what.startswith("regular"):
                files[said["path"]] = f"file {mode} {owner} {said['size']} {said['time']}"
            elif what == "directory":
                files[said["path"]] = f"dir {mode} {owner}"
            elif what.startswith("character"):
                files[said["path"]] = f"char {int(said['major'], 16)}:{int(said['minor'], 16)} {mode} {owner}"
            elif what != "symbolic link":
                files[said["path"]] = "other"
    return files
