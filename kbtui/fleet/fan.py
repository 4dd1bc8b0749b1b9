"""The fan-out, which is ClusterShell's: one task in a thread of its own, one worker for each ask, tree mode where the
person's topology.conf names gateways.

Keys, known_hosts and users are those of the person's own ssh configuration and clush.conf: the options given here
(BatchMode and ConnectTimeout, by ClusterShell) only keep it from waiting for an answer that nobody can give.
"""

from __future__ import annotations

import queue
import resource
import threading
import time
from collections.abc import Iterable, Sequence
from typing import Any

from kbtui.errors import InputError
from kbtui.fleet import nodes as nodeset
from kbtui.fleet.came import Came, ended
from kbtui.fleet.collector import COMMAND
from kbtui.fleet.limits import Limits

SRUN = "srun --quiet --overlap --nodes=1 --ntasks=1 --nodelist=%h sh -s"
"""A step of the job that kbtui runs in, on one of its nodes."""
_LONGEST_ERRORS = 8192


class Fan:
    """Asks nodes and hands on what comes back, in the order in which it comes.

    `worker`: the ClusterShell worker class; left out: what the person's defaults.conf says, else ssh. `command`: what runs
    on a node, or for a local worker what reaches it.
    """

    def __init__(self, limits: Limits, worker: Any = None, command: str = COMMAND, *, tree: bool = True) -> None:
        nodeset.need()
        _allow_files(4 * limits.fanout + 256)
        self.limits, self.sent = limits, 0
        self._worker, self._command, self._tree = worker, command, tree
        self._came: queue.SimpleQueue[Came] = queue.SimpleQueue()
        self._ready = threading.Event()
        self._error = self._ended = ""
        self._handlers: list[Any] = []
        self._task: Any = None
        self._port: Any = None
        self._thread = threading.Thread(target=self._run, name="fleet", daemon=True)
        self._thread.start()
        self._ready.wait()
        if self._error:
            raise InputError(self._error)

    @classmethod
    def srun(cls, limits: Limits) -> Fan:
        """Through steps of the Slurm job that kbtui runs in."""
        nodeset.need()
        from ClusterShell.Worker.Exec import WORKER_CLASS

        return cls(limits, WORKER_CLASS, SRUN, tree=False)

    def ask(self, names: Sequence[str], script: str, seconds: float = 0.0) -> None:
        """Send a script to these nodes; each of them comes back exactly once. `seconds`: left out, the whole deadline."""
        self.sent += len(script) * len(names)
        if self._ended:
            self._give_up(names)
        else:
            self._port.msg_send((list(names), script.encode(), seconds or self.limits.deadline))

    def next(self, timeout: float) -> Came | None:
        """What came next; None where nothing came in time."""
        try:
            return self._came.get(timeout=timeout) if timeout > 0 else self._came.get_nowait()
        except queue.Empty:
            return None

    def stop(self) -> None:
        """End everything that still runs here; what came stays."""
        if self._thread.is_alive():
            self._task.abort(kill=True)
            self._thread.join(2.0)

    def _run(self) -> None:
        from ClusterShell.Event import EventHandler
        from ClusterShell.Task import Task
        from ClusterShell.Topology import TopologyError

        fan = self

        class Inbox(EventHandler):
            """Asks from the other thread, taken up in the task's own."""

            def ev_msg(self, port: Any, msg: Any) -> None:
                fan._start(*msg)

        try:
            self._task = task = Task(thread=threading.current_thread())
            for name in ("stdout_msgtree", "stderr_msgtree"):  # it would keep every line of every node
                task.set_default(name, False)
            task.set_info("fanout", self.limits.fanout)
            task.set_info("connect_timeout", self.limits.connect)
            for name, value in ssh_settings().items():
                task.set_info(name, value)
            if self._tree:
                task._default_tree_is_enabled()  # reads topology.conf, so that a mistake in it is said at once
            worker = self._worker or task.default("distant_worker")
            task.set_default("distant_worker", worker if task.topology else in_blocks(worker))
            self._port = task.port(Inbox())
        except (TopologyError, OSError, InputError) as error:
            self._error = f"ClusterShell's configuration: {error}"
        finally:
            self._ready.set()
        if self._error:
            return
        try:
            task.resume()
        except Exception as error:  # of ClusterShell: its nodes are told of, so that nobody waits for them
            self._ended = f"ClusterShell ended ({type(error).__name__}: {error})"
            for handler in self._handlers:
                self._give_up(handler.waiting)
                handler.waiting.clear()

    def _give_up(self, names: Iterable[str]) -> None:
        for name in names:
            self._came.put(Came(node=name, state="failed", reason=self._ended))

    def _start(self, names: list[str], script: bytes, seconds: float) -> None:
        """In the task's thread. A worker a node where it can be, so that one that is too late is told of at once."""
        tree = self._tree and self._task.topology is not None
        batches = [names] if tree else [[name] for name in names]
        handlers = [_handler(self._came, batch, self.limits.cap) for batch in batches]
        self._handlers += handlers
        for batch, handler in zip(batches, handlers, strict=True):
            worker = self._task.shell(
                self._command, nodes=",".join(batch), handler=handler, timeout=seconds, stderr=True, tree=tree
            )
            worker.write(script)
            worker.set_write_eof()


def _allow_files(wanted: int) -> None:
    """Three pipes a node: as many open files as that takes, as far as this person may have them."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


def ssh_settings() -> dict[str, str]:
    """User, path and options of ssh as the person's own clush.conf gives them. InputError where it cannot be read."""
    from configparser import ConfigParser, Error

    from ClusterShell.Defaults import config_paths

    config = ConfigParser(interpolation=None)
    try:
        config.read(config_paths("clush.conf"))
    except (Error, UnicodeDecodeError) as error:
        raise InputError(f"clush.conf: {error}") from error
    wanted = ("ssh_user", "ssh_path", "ssh_options")
    return {name: config["Main"][name] for name in wanted if config.has_option("Main", name)}


def in_blocks(worker: Any) -> Any:
    """The worker class, with clients that hand on what they read as it comes. ClusterShell's own ones take it apart into
    lines, which costs nearly as much as judging the node, and lose a line that holds a carriage return."""
    from ClusterShell.Worker.Exec import ExecClient

    shell = getattr(worker, "SHELL_CLASS", None)
    if shell is None or shell._handle_read is not ExecClient._handle_read:
        return worker  # pdsh speaks for several nodes at once: its lines say which

    # The base is known only at run time: the worker says which.
    class Client(shell):  # type: ignore[misc, valid-type]
        """Reads in blocks."""

        def _handle_read(self, sname: str) -> None:
            self.worker.eh.ev_block(self.worker, str(self.key), sname, self._read(sname))

        def _flush_read(self, sname: str) -> None:
            """Nothing is kept back."""

    class Worker(worker):
        """With such clients."""

        SHELL_CLASS = Client

    return Worker


def _handler(came: queue.SimpleQueue[Came], names: list[str], cap: int) -> Any:
    from ClusterShell.Event import EventHandler

    class Handler(EventHandler):
        """What one worker tells of its nodes."""

        def __init__(self) -> None:
            self.out: dict[str, list[bytes]] = {name: [] for name in names}
            self.errors: dict[str, bytes] = dict.fromkeys(names, b"")
            self.size = dict.fromkeys(names, 0)
            self.began: dict[str, float] = dict.fromkeys(names, time.monotonic())
            self.waiting = dict.fromkeys(names)
            self.full: set[str] = set()

        def ev_pickup(self, worker: Any, node: str) -> None:
            self.began[node] = time.monotonic()

        def ev_read(self, worker: Any, node: str, sname: str, msg: bytes) -> None:
            self.ev_block(worker, node, sname, msg + b"\n")

        def ev_block(self, worker: Any, node: str, sname: str, msg: bytes) -> None:
            if sname == "stderr":
                self.errors[node] = (self.errors[node] + msg)[-_LONGEST_ERRORS:]
                return
            if node in self.full or node not in self.waiting:
                return
            self.size[node] += len(msg)
            if self.size[node] > cap:
                self.full.add(node)
                self._done(node, Came(node=node, state="failed", reason=f"it printed more than {cap >> 20} MiB"))
                if len(names) == 1:
                    worker.abort()
                return
            self.out[node].append(msg)

        def ev_hup(self, worker: Any, node: str, rc: int | None) -> None:
            errors = self.errors.get(node, b"").decode("utf-8", "replace")
            self._done(node, ended(node, rc, self._text(node), errors, 0.0, 0))

        def ev_close(self, worker: Any, timedout: bool) -> None:
            for node in list(self.waiting):
                if timedout:
                    self._done(node, Came(node=node, state="timed_out", reason="no answer before its deadline"))
                else:
                    self._done(node, Came(node=node, state="stopped", reason="stopped before its answer"))

        def _text(self, node: str) -> str:
            return b"".join(self.out.get(node, ())).decode("utf-8", "replace")

        def _done(self, node: str, one: Came) -> None:
            if node not in self.waiting:
                return
            del self.waiting[node]
            one.text, one.size = one.text or self._text(node), self.size[node]
            one.seconds = time.monotonic() - self.began[node]
            self.out.pop(node, None)
            came.put(one)

    return Handler()
