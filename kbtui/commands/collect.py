"""`kbtui collect`: what this machine answers, in one redacted file that another kbtui can look at.

With --script: a small POSIX sh collector for a machine whose Python is the problem.
"""

from __future__ import annotations

import os
import socket
import sys
import tempfile
from argparse import Namespace
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import msgspec

from kbtui.commands import looking
from kbtui.commands.screen import clean
from kbtui.errors import InputError
from kbtui.machine.asks import Ask, Raw
from kbtui.machine.host import Host, Once


def run(args: Namespace) -> int:
    """0."""
    if args.script:
        return _script(args)
    if not args.output:
        raise InputError("say where the bundle goes: kbtui collect -o bundle.tar.gz (or --script for a collector)")
    if args.output != "-":
        _writable(Path(args.output))
    if args.source == "none":
        raise InputError("the empty machine holds nothing to collect")
    host = looking.host_of(args)
    assert host is not None
    try:
        return _collect(host, args)
    finally:
        close = getattr(host, "close", None)
        if close:
            close()


def _collect(host: Host, args: Namespace) -> int:
    from kbtui.machine import probes, sweep
    from kbtui.machine.sources import bundle_write
    from kbtui.machine.sources.pasted import TextSource
    from kbtui.redaction import Redactor

    if isinstance(host, TextSource):
        raise InputError(f"{host.name} is a text: nothing can be asked of it; hand on the text itself")
    once, chosen = Once(host), probes.probes_for(host)
    for _ in looking.shown(sweep.sweep(once, chosen)):
        pass  # what the probes find is not needed, only what they were told
    answers = dict(once.answers)
    for ask in (a for p in chosen for a in p.asks.values()):
        if ask not in answers:
            late = f"{ask.key.splitlines()[0][:80]}: no answer before the end of the sweep"
            answers[ask] = Raw(status="timed_out", reason=late)
    redactor = Redactor(_known_here() if host.kind == "live" else {})
    if args.output == "-":
        with tempfile.TemporaryDirectory(prefix="kbtui-") as folder:
            bundle = Path(folder) / "bundle.tar.gz"
            bundle_write.write(answers, bundle, redactor, source=host.name, notes=host.notes)
            sys.stdout.buffer.write(bundle.read_bytes())
        return 0
    manifest = bundle_write.write(answers, args.output, redactor, source=host.name, notes=host.notes)
    if args.json:
        print(msgspec.json.encode({"schema": "kbtui.collect/1", **_counts(answers), "bundle": args.output}).decode())
        return 0
    size = Path(args.output).stat().st_size
    counts = Counter(raw.status for raw in answers.values())
    print(clean(f"{args.output}: {size / 1024:.0f} KB, {counts['ok']} of {len(answers)} things asked were seen"))
    print("names, hosts, addresses and serials in it are stand-ins; secrets are masked. It opens with tar -xzf.")
    unseen = [r for r in answers.values() if r.status not in ("ok", "absent")]
    for reason, times in Counter(r.reason for r in unseen if r.reason).most_common(12):
        print(clean(f"not seen: {reason}{f' ({times} times)' if times > 1 else ''}"))
    rest = len({r.reason for r in unseen if r.reason}) - 12
    if rest > 0:
        print(f"not seen: {rest} more; the bundle's manifest.json has every reason")
    for note in manifest.notes:
        print(clean(f"note: {note}"))
    return 0


def _script(args: Namespace) -> int:
    from kbtui.machine import probes
    from kbtui.machine.sources.script_write import script

    text = script(ask for probe in probes.all_probes() for ask in probe.asks.values())
    if not args.output:
        sys.stdout.write(text)
        return 0
    try:
        Path(args.output).write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputError(f"{args.output} was not written: {error.strerror}") from error
    print(f"{args.output}: run `sh {args.output} > look.txt` there, then `kbtui check --from look.txt` here")
    return 0


def _known_here() -> dict[str, str]:
    """The names of this host and of the person, which no output needs to give away first."""
    names = {socket.gethostname(): "host", os.uname().nodename: "host"}
    names |= {os.environ[v]: "user" for v in ("USER", "LOGNAME", "SUDO_USER") if os.environ.get(v)}
    return {name: kind for name, kind in names.items() if name}


def _counts(answers: Mapping[Ask, Raw]) -> dict[str, object]:
    counts = Counter(raw.status for raw in answers.values())
    reasons = sorted({r.reason for r in answers.values() if r.status not in ("ok", "absent") and r.reason})
    return {"asked": len(answers), "statuses": dict(counts), "not_seen": reasons}


def _writable(path: Path) -> None:
    """Say at once what would only fail after the look. InputError."""
    folder = path.parent
    if not folder.is_dir():
        raise InputError(f"{path} was not written: there is no folder {folder}")
    if path.is_dir():
        raise InputError(f"{path} was not written: it is a folder")
    if not os.access(folder, os.W_OK):
        raise InputError(f"{path} was not written: {folder} may not be written; say another place with -o")
