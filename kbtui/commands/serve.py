"""`kbtui serve`: the screens in a browser on this machine, through textual-serve. Only loopback can reach them.

Steps are copied there and never run. A page of another site that a browser has open cannot steer the program either:
a request that does not name this very address is refused.
"""

from __future__ import annotations

import shlex
import sys
from argparse import Namespace
from typing import TYPE_CHECKING, Any

from kbtui.errors import InputError

if TYPE_CHECKING:
    from textual_serve.server import Server

HOST = "127.0.0.1"


def run(args: Namespace) -> int:
    """0; 2 where textual-serve is not installed or the port is taken."""
    server = make(args.port, args.lang, " ".join(args.text))
    print(f"kbtui: {server.public_url} (ctrl+c ends it; steps are copied there, never run)", flush=True)
    try:
        server.serve()
    except OSError as error:
        raise InputError(f"port {args.port} cannot be used ({error.strerror}); choose another with --port") from error
    return 0


def make(port: int, lang: str | None, text: str = "") -> Server:
    """The server, not yet started. InputError where textual-serve is not installed."""
    try:
        from aiohttp import web
        from textual_serve import server as serving
    except ImportError as error:
        raise InputError(
            "kbtui serve needs textual-serve, which is not installed: pip install 'kbtui[serve]'"
        ) from error

    class Loopback(serving.Server):
        """Answers only who asks for this address, from a page of this address; keeps quiet on the terminal."""

        def initialize_logging(self) -> None:
            """The log stays empty."""

        async def on_startup(self, app: web.Application) -> None:
            """Nothing is said: the command has told the address."""

        async def _make_app(self) -> web.Application:
            app = await super()._make_app()
            allowed = {f"{HOST}:{self.port}", f"localhost:{self.port}"}

            @web.middleware
            async def only_here(request: web.Request, handler: Any) -> web.StreamResponse:
                origin = request.headers.get("Origin", "").removeprefix("http://")
                if request.host not in allowed or (origin and origin not in allowed):
                    raise web.HTTPForbidden(text="kbtui answers only pages of its own address")
                answer: web.StreamResponse = await handler(request)
                return answer

            app.middlewares.append(only_here)
            return app

    words = [sys.executable, "-m", "kbtui.tui.served", *([f"--lang={lang}"] if lang else []), *([text] if text else [])]
    return Loopback(shlex.join(words), host=HOST, port=port, title="kbtui")
