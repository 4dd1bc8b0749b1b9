"""Recorded machines as nodes, behind ClusterShell's own worker interface.

`WORKER_CLASS` is a ClusterShell worker whose clients start no process: each is two pipes. What is written to a node's standard
input is the collector; its asks are answered from the node's recording, in the collector's own format, after the seconds that
these asks took when they were recorded. `$FLEET_HOSTS` names a JSON file: node -> {machine, delay, speed, fails}.

    fails: unreachable | refused | hang | old | endless
"""

from __future__ import annotations

import heapq
import json
import os
import re
import selectors
import shlex
import threading
import time
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec
from ClusterShell.NodeSet import NodeSet
from ClusterShell.Worker.Exec import ExecClient, ExecWorker

from kbtui.machine.asks import Ask, Environ, Names, Raw, Read, Run, Which
from kbtui.machine.host import Host
from kbtui.machine.sources import open_source
from kbtui.machine.sources.rows import Row, ask_of
from kbtui.machine.sources.script import MARK

MACHINES = Path(__file__).resolve().parents[1] / "machines"
ERRORS = {
    "unreachable": (255, "ssh: connect to host {node} port 22: No route to host"),
    "refused": (255, "root@{node}: Permission denied (publickey)."),
    "old": (69, "no stat -c there"),
}
_ASK = re.compile(r"^ask ('.*')$", re.MULTILINE)


class Hosts:
    """Nodes by name, and a thread that plays all of them."""

    def __init__(self, nodes: dict[str, dict[str, Any]]) -> None:
        self.nodes = nodes
        self.asks: dict[str, list[int]] = {}
        """How many things each node was asked, a number an ask of the collector."""
        self._jobs: list[tuple[float, int, Any]] = []
        self._number = 0
        self._wake = threading.Condition()
        threading.Thread(target=self._run, daemon=True).start()

    def start(self, node: str, script: Path | None) -> tuple[int, int, int]:
        """A node begins to answer: its standard input, output and error, as they lie on this side."""
        stdin, my_in = os.pipe()[::-1]
        my_out, out = os.pipe()[::-1]
        my_err, errors = os.pipe()[::-1]
        threading.Thread(target=self._take, args=(node, my_in, my_out, my_err, script), daemon=True).start()
        return stdin, out, errors

    def _take(self, node: str, stdin: int, out: int, errors: int, script: Path | None) -> None:
        """Read the collector, then be due when its asks have been answered."""
        text = _drain(stdin) if script is None else script.read_text()
        plan = self.nodes.get(node, {"fails": "unreachable"})
        asks = asks_in(text)
        self.asks.setdefault(node, []).append(len(asks))
        fails, answer, code = plan.get("fails", ""), "", 0
        seconds = plan.get("delay", 0.0)
        if fails in ERRORS:
            code, said = ERRORS[fails]
            os.write(errors, (said.format(node=node) + "\n").encode())
        else:
            answer, took = played(plan["machine"], asks, node)
            seconds += took * plan.get("speed", 0.0)
        if fails == "endless":
            answer = "x" * 99 + "\n"
        due = time.monotonic() + seconds
        with self._wake:
            self._number += 1
            heapq.heappush(self._jobs, (due, self._number, (node, out, errors, answer.encode(), fails, code)))
            self._wake.notify()

    def _run(self) -> None:
        while True:
            with self._wake:
                while not self._jobs or self._jobs[0][0] > time.monotonic():
                    self._wake.wait(self._jobs[0][0] - time.monotonic() if self._jobs else None)
                job = heapq.heappop(self._jobs)[2]
            _play(*job)


CODES: dict[int, int] = {}
"""Output descriptor of a client -> the exit code that it ends with."""


def _play(node: str, out: int, errors: int, answer: bytes, fails: str, code: int) -> None:
    if fails == "hang":
        cut = answer.index(b" ask ", len(answer) // 2)
        answer = answer[: answer.index(b"\n", cut) + 1]
    try:
        while True:
            rest = memoryview(answer)
            while rest:
                rest = rest[os.write(out, rest) :]
            if fails != "endless":
                break
    except OSError:  # the other side has gone
        pass
    if fails != "hang":
        os.close(errors)
        os.close(out)


def _drain(stdin: int) -> str:
    data = b""
    with selectors.DefaultSelector(), open(stdin, "rb") as file:
        data = file.read()
    return data.decode()


@lru_cache(maxsize=256)
def asks_in(script: str) -> tuple[Ask, ...]:
    """The asks that a collector holds."""
    rows = (msgspec.json.decode(shlex.split(said)[0], type=Row) for said in _ASK.findall(script))
    return tuple(ask for row in rows if (ask := ask_of(row)))


@lru_cache(maxsize=64)
def machine(name: str) -> Host:
    """A recorded machine."""
    return open_source(str(MACHINES / f"{name}.tar.gz"))


@lru_cache(maxsize=1024)
def _answers(name: str, asks: tuple[Ask, ...]) -> tuple[str, float]:
    host = machine(name)
    raws = [(ask, host.answer(ask)) for ask in asks]
    body = "".join(_part(ask, raw) for ask, raw in raws)
    return body, sum(raw.seconds for _, raw in raws)


def played(name: str, asks: tuple[Ask, ...], node: str) -> tuple[str, float]:
    """What the collector prints on this machine, and how long these asks took there. Heat, clocks, uptime and the name are
    the node's own, as they are on real nodes."""
    body, seconds = _answers(name, asks)
    number = int(re.sub(r"\D", "", node) or 0)
    body = re.sub(r"(GPU Current Temp\s+: )\d+", rf"\g<1>{31 + number % 23}", body)
    body = re.sub(r"(Graphics\s+: )(\d{3}) MHz", rf"\g<1>{300 + number % 60} MHz", body)
    body = body.replace("<host-1>", node)
    return f"{MARK}B\n{body}B done\n", seconds


def _part(ask: Ask, raw: Raw) -> str:
    """One answer as the collector prints it."""
    from kbtui.machine.sources.rows import row_of

    said = f"B ask {msgspec.json.encode(row_of(ask, Raw())).decode()}\n"
    if raw.status in ("absent", "refused"):
        return f"{said}\nB end {raw.status}\n"
    if raw.status == "unknown":
        return ""
    cut = " cut" if raw.truncated else ""
    if isinstance(ask, Run):
        late = " late" if raw.status == "timed_out" else ""
        code = 137 if late else raw.exit_code or 0
        return f"{said}{raw.text}\nB err\n{raw.errors}\nB end rc={code}{late}\n"
    if isinstance(ask, Read):
        if ask.many:
            files = "".join(f"\nB file {path}\n{text}" for path, text in raw.files.items())
            return f"{said}{files}\nB end ok{cut}\n"
        text = raw.text[-ask.cap :] if ask.tail else raw.text[: ask.cap]
        return f"{said}{text}\nB end ok{cut if len(text) == len(raw.text) else ' cut'}\n"
    if isinstance(ask, Names):
        return f"{said}{''.join(_stat(path, what) for path, what in raw.files.items())}\nB end ok{cut}\n"
    assert isinstance(ask, Which | Environ)
    return f"{said}{''.join(f'{k}={v}{chr(10)}' for k, v in raw.files.items())}\nB end ok\n"


def _stat(path: str, what: str) -> str:
    words = what.split()
    if words[0] == "link":
        return f"link {path} {what.removeprefix('link ')}\n"
    if words[0] == "file":
        return f"{words[1]} {words[2]} {words[3]} {words[4] if len(words) > 4 else 0} 0:0 regular file {path}\n"
    if words[0] == "dir":
        return f"{words[1]} {words[2]} 4096 0 0:0 directory {path}\n"
    if words[0] == "char":
        major, minor = (int(n) for n in words[1].split(":"))
        return f"{words[2]} {words[3]} 0 0 {major:x}:{minor:x} character special file {path}\n"
    return f"600 0:0 0 0 0:0 fifo {path}\n"


_HOSTS: dict[str, Hosts] = {}


def hosts() -> Hosts:
    """Those of $FLEET_HOSTS."""
    path = os.environ["FLEET_HOSTS"]
    if path not in _HOSTS:
        _HOSTS[path] = Hosts(json.loads(Path(path).read_text()))
    return _HOSTS[path]


class HostClient(ExecClient):  # type: ignore[misc]
    """One node: pipes where a process would be."""

    def _start(self) -> Any:
        words = shlex.split(self.command)
        script = Path(words[1]) if len(words) > 1 and words[1] != "-s" else None
        stdin, out, errors = hosts().start(str(self.key), script)
        for fd in (stdin, out, errors):
            os.set_blocking(fd, False)
        worker = self.worker
        if self._stderr:
            self.streams.set_reader(worker.SNAME_STDERR, errors)
        else:
            os.close(errors)
        self.streams.set_reader(worker.SNAME_STDOUT, out)
        self.streams.set_writer(worker.SNAME_STDIN, stdin, retain=False)
        self._on_nodeset_start(self.key)
        return self

    def _close(self, abort: bool, timeout: bool) -> None:
        self.streams.clear()
        self.invalidate()
        fails = hosts().nodes.get(str(self.key), {"fails": "unreachable"}).get("fails", "")
        if timeout:
            self.worker._on_node_timeout(self.key)
        elif not abort:
            self._on_nodeset_close(self.key, ERRORS[fails][0] if fails in ERRORS else 0)
        self.worker._check_fini()


class HostWorker(ExecWorker):  # type: ignore[misc]
    """Many nodes."""

    SHELL_CLASS = HostClient


WORKER_CLASS = HostWorker
__all__ = ["WORKER_CLASS", "Hosts", "NodeSet", "hosts"]
