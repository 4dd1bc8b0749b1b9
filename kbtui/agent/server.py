"""The MCP server: the SDK's low-level one, over standard input and output.

Whatever a client sends gets an answer of the protocol or an error of the protocol. Standard output carries the protocol
alone; a line of more than 4 MB is dropped unread; a traceback never leaves.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import re
import threading
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar, cast

import anyio
from mcp import types
from mcp.server import Server, ServerRequestContext
from mcp.server.stdio import stdio_server
from mcp.shared.exceptions import MCPError
from mcp.shared.message import SessionMessage

from kbtui import __version__
from kbtui.agent import arguments
from kbtui.agent.private import inert
from kbtui.agent.session import KINDS, Session, Stopped
from kbtui.errors import KbtuiError

LONGEST = 4 << 20
"""Bytes of one request."""
MOST = 200_000
"""Characters of one answer."""
PAGE = 200
_URI = re.compile(rf"kbtui://({'|'.join(KINDS)})/([a-z0-9][a-z0-9-]{{0,119}})")
_T = TypeVar("_T")
INSTRUCTIONS = (
    "kbtui finds why a GPU or deep-learning machine does not work. Its graph of causes reasons; put its answers into words and"
    " add no causes of your own. Give what the person sees to diagnose, unchanged. Show at_once before anything else. Ask what"
    " `next` asks and call again with the same text and all answers so far. Name causes with their evidence and probability; say"
    " so where unknown_share leads. Fixes are for the person to do: show their risk, what they destroy and their way back."
)


def make(session: Session) -> Server[Any]:
    """The server of one session, not yet connected."""
    worker = ThreadPoolExecutor(1, thread_name_prefix="kbtui")

    async def work(task: Callable[[threading.Event], _T]) -> _T:
        """On the one worker, so that a client's flood waits its turn; what is cancelled stops."""
        stop = threading.Event()
        try:
            return await asyncio.get_running_loop().run_in_executor(worker, task, stop)
        except Stopped:
            raise MCPError(types.INTERNAL_ERROR, "cancelled") from None
        except (KbtuiError, MCPError):
            raise
        except Exception:
            raise MCPError(types.INTERNAL_ERROR, "kbtui could not answer this request") from None
        finally:
            stop.set()

    async def list_tools(
        ctx: ServerRequestContext[Any], params: types.PaginatedRequestParams | None
    ) -> types.ListToolsResult:
        return types.ListToolsResult(tools=[_tool(name, kind) for name, kind in session.tools.items()])

    async def call_tool(ctx: ServerRequestContext[Any], params: types.CallToolRequestParams) -> types.CallToolResult:
        if params.name not in session.tools:
            raise MCPError(types.INVALID_PARAMS, f"there is no such tool; there are {', '.join(session.tools)}")
        try:
            arguments.read(session.tools[params.name], params.arguments)
        except KbtuiError as error:
            raise MCPError(types.INVALID_PARAMS, inert(str(error))) from None
        try:
            found = await work(lambda stop: session.call(params.name, params.arguments, stop))
        except KbtuiError as error:
            said = inert(str(error))[:1000]
            return types.CallToolResult(content=[types.TextContent(text=said)], is_error=True)
        text = json.dumps(found, ensure_ascii=False)
        if len(text) > MOST:
            said = "The answer is too long; ask for less (names, a goal, fewer files)."
            return types.CallToolResult(content=[types.TextContent(text=said)], is_error=True)
        return types.CallToolResult(content=[types.TextContent(text=text)], structured_content=found)

    async def list_resources(
        ctx: ServerRequestContext[Any], params: types.PaginatedRequestParams | None
    ) -> types.ListResourcesResult:
        every = await work(lambda stop: list(session.ids()))
        cursor = (params.cursor if params else None) or "0"
        if not (cursor.isascii() and cursor.isdecimal() and len(cursor) < 8 and int(cursor) < max(1, len(every))):
            raise MCPError(types.INVALID_PARAMS, "there is no such page")
        start = int(cursor)
        more = str(start + PAGE) if start + PAGE < len(every) else None
        listed = [
            types.Resource(uri=f"kbtui://{kind}/{name}", name=name, title=inert(title), mime_type="application/json")
            for kind, name, title in every[start : start + PAGE]
        ]
        return types.ListResourcesResult(resources=listed, next_cursor=more)

    async def list_templates(
        ctx: ServerRequestContext[Any], params: types.PaginatedRequestParams | None
    ) -> types.ListResourceTemplatesResult:
        made = [
            types.ResourceTemplate(uri_template=f"kbtui://{kind}/{{id}}", name=kind, mime_type="application/json")
            for kind in KINDS
        ]
        return types.ListResourceTemplatesResult(resource_templates=made)

    async def read_resource(
        ctx: ServerRequestContext[Any], params: types.ReadResourceRequestParams
    ) -> types.ReadResourceResult:
        found = _URI.fullmatch(str(params.uri))
        if not found:
            raise MCPError(types.INVALID_PARAMS, f"expected kbtui://KIND/ID with KIND one of {', '.join(KINDS)}")
        kind, name = found[1], found[2]
        try:
            node = await work(lambda stop: session.node(name, kind))
        except KbtuiError as error:
            raise MCPError(types.INVALID_PARAMS, inert(str(error))[:300]) from None
        text = json.dumps(node, ensure_ascii=False)
        contents = types.TextResourceContents(uri=params.uri, mime_type="application/json", text=text)
        return types.ReadResourceResult(contents=[contents])

    return Server(
        "kbtui", version=__version__, title="kbtui", instructions=INSTRUCTIONS, on_list_tools=list_tools, on_call_tool=call_tool,
        on_list_resources=list_resources, on_list_resource_templates=list_templates, on_read_resource=read_resource,
    )  # fmt: skip


def serve(session: Session) -> None:
    """Answer on standard input and output until the client closes them."""
    logging.getLogger().addHandler(logging.NullHandler())  # a client shows standard error to nobody who could use it
    server = make(session)

    async def run() -> None:
        lines = cast(Any, _Lines(_taken_stdin()))
        inbox, read = anyio.create_memory_object_stream[SessionMessage | Exception](0)
        async with stdio_server(stdin=lines) as (taken, write), anyio.create_task_group() as both:
            both.start_soon(_relay, taken, inbox, write.clone())
            await server.run(read, write, server.create_initialization_options())

    asyncio.run(run())


async def _relay(taken: Any, inbox: Any, write: Any) -> None:
    """Messages as they come; what is none gets the error that the protocol has for it, which the SDK leaves out."""
    async with taken, inbox, write:
        async for item in taken:
            if isinstance(item, Exception):
                refused = types.ErrorData(code=types.PARSE_ERROR, message="this is no message of the protocol")
                await write.send(SessionMessage(types.JSONRPCError(jsonrpc="2.0", id=None, error=refused)))
            else:
                await inbox.send(item)


def _tool(name: str, kind: type[Any]) -> types.Tool:
    looks = name in ("facts", "check", "diagnose", "next_step")
    return types.Tool(
        name=name,
        description=arguments.describe(kind),
        input_schema=arguments.schema(kind),
        annotations=types.ToolAnnotations(
            read_only_hint=True, destructive_hint=False, idempotent_hint=not looks, open_world_hint=False
        ),
    )


def _taken_stdin() -> int:
    """Standard input for this server alone: what else runs in this process reads nothing of it."""
    mine = os.dup(0)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    return mine


class _Lines:
    """Lines of standard input. A line that is too long is dropped, and stands for itself as one that is no message."""

    def __init__(self, fd: int) -> None:
        self._fd = fd

    async def __aiter__(self) -> AsyncIterator[str]:
        held, dropping = b"", False
        blocks: asyncio.Queue[bytes] = asyncio.Queue(1)
        # A thread of its own that nobody waits for: a read that is under way cannot be interrupted.
        threading.Thread(target=self._read, args=(blocks, asyncio.get_running_loop()), daemon=True).start()
        while block := await blocks.get():
            *whole, held = (held + block).split(b"\n")
            for line in whole:
                yield "" if dropping else line.decode("utf-8", "replace")
                dropping = False
            if len(held) > LONGEST:
                held, dropping = b"", True
        if held and not dropping:
            yield held.decode("utf-8", "replace")

    def _read(self, blocks: asyncio.Queue[bytes], loop: asyncio.AbstractEventLoop) -> None:
        block = b"x"
        while block:
            block = os.read(self._fd, 1 << 16)
            waiting = blocks.put(block)
            try:
                asyncio.run_coroutine_threadsafe(waiting, loop).result()
            except RuntimeError:  # the server is gone
                waiting.close()
                return
