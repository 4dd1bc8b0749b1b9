"""`kbtui mcp` as a client sees it: the SDK's own client over stdio, then a client that means no good."""

from __future__ import annotations

import asyncio
import json
import os
import re
import subprocess
import sys
import threading
from pathlib import Path

import pytest

pytest.importorskip("mcp", reason="the mcp SDK is not installed: pip install 'kbtui[mcp]'")

from mcp.client.client import Client
from mcp.client.stdio import StdioServerParameters, stdio_client
from mcp.shared.exceptions import MCPError

ROOT = Path(__file__).resolve().parents[2]
OOM = "RuntimeError: CUDA out of memory. Tried to allocate 2.00 GiB"
TOOLS = ["search", "show", "diagnose", "next_step", "facts", "check", "plan"]


def drive(story, *flags: str, mode: str = "auto"):
    """Run a story with a client of the SDK that is connected to a server of its own."""

    async def whole():
        server = StdioServerParameters(
            command=sys.executable,
            args=["-m", "kbtui", "mcp", "--no-live", *flags],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        async with Client(stdio_client(server), mode=mode) as client:
            await story(client)

    asyncio.run(asyncio.wait_for(whole(), 60))


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_a_whole_diagnosis(mode):
    async def story(client):
        listed = (await client.list_tools()).tools
        assert [t.name for t in listed] == TOOLS
        assert all(t.annotations.read_only_hint and not t.annotations.destructive_hint for t in listed)
        first = (await client.call_tool("next_step", {"text": OOM})).structured_content
        assert first["next"]["kind"] == "question"
        answers = {first["next"]["id"]: "yes"}
        for _ in range(5):
            asked = (await client.call_tool("next_step", {"text": OOM, "answers": answers})).structured_content
            if asked["next"]["kind"] != "question":
                break
            answers[asked["next"]["id"]] = "no"
        second = await client.call_tool("diagnose", {"text": OOM, "answers": answers})
        found = second.structured_content
        assert json.loads(second.content[0].text) == found
        cause = found["causes"][0]
        assert found["next"]["kind"] == "fix" and cause["id"] == found["next"]["id"] == "batch-or-model-too-big"
        assert cause["probability"] > first["causes"][0]["probability"]
        assert cause["evidence"] and cause["fixes"][0]["steps"][0]["rendered"]
        node = (await client.call_tool("show", {"id": cause["id"]})).structured_content
        assert node["node"]["fixes"][0]["title"] == cause["fixes"][0]["title"]
        tried = (
            await client.call_tool("next_step", {"text": OOM, "answers": answers, "tried": [cause["id"]]})
        ).structured_content
        assert tried["next"]["id"] != cause["id"]

    drive(story, mode=mode)


def test_nodes_are_resources():
    async def story(client):
        cursor, seen = None, []
        while True:
            page = await client.list_resources(cursor=cursor)
            seen += [r.uri for r in page.resources]
            cursor = page.next_cursor
            if not cursor:
                break
        assert len(seen) == len(set(seen)) > 500
        assert {re.match(r"kbtui://(\w+)/", u)[1] for u in seen} == {"problem", "concept", "question", "goal"}
        read = await client.read_resource("kbtui://problem/cuda-out-of-memory")
        node = json.loads(read.contents[0].text)
        assert node["id"] == "cuda-out-of-memory" and node["node"]["evidence"]
        templates = (await client.list_resource_templates()).resource_templates
        assert [t.uri_template for t in templates] == [
            f"kbtui://{k}/{{id}}" for k in ("problem", "concept", "question", "goal")
        ]
        with pytest.raises(MCPError):
            await client.list_resources(cursor="-1; drop")

    drive(story)


@pytest.mark.parametrize(
    "uri",
    [
        "kbtui://problem/../../../etc/passwd",
        "kbtui://problem/%2e%2e%2fetc%2fpasswd",
        "kbtui://problem/cuda-out-of-memory/../x",
        "kbtui://table/cards",
        "kbtui://problem/no-such-node",
        "kbtui://problem/" + "x" * 5000,
        "file:///etc/passwd",
        "kbtui://problem/\x1b[2J",
        "",
    ],
)  # fmt: skip
def test_a_hostile_uri_gets_an_error(uri):
    async def story(client):
        with pytest.raises(MCPError) as refused:
            await client.read_resource(uri)
        assert "root:" not in str(refused.value) and "\x1b" not in str(refused.value)
        assert (await client.list_tools()).tools, "and the server goes on"

    drive(story)


def talk(*lines: str, until: set[object]) -> tuple[list[dict], str]:
    """What the server answers to raw lines until these ids are answered, and what it writes to standard error."""
    hello = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "x", "version": "1"}}
    opening = [
        json.dumps({"jsonrpc": "2.0", "id": "hello", "method": "initialize", "params": hello}),
        json.dumps({"jsonrpc": "2.0", "method": "notifications/initialized"}),
    ]
    server = subprocess.Popen(
        [sys.executable, "-m", "kbtui", "mcp", "--no-live"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    watchdog = threading.Timer(60, server.kill)
    watchdog.start()
    answers: list[dict] = []
    with server:
        server.stdin.write("\n".join([*opening, *lines, ""]).encode())
        server.stdin.flush()
        while not until <= {a.get("id") for a in answers} and (line := server.stdout.readline()):
            answers.append(json.loads(line))
        server.stdin.close()
        answers += [json.loads(line) for line in server.stdout]
        stderr = server.stderr.read().decode()
    watchdog.cancel()
    return answers, stderr


def call(id_: object, name: object, arguments: object) -> str:
    return json.dumps(
        {"jsonrpc": "2.0", "id": id_, "method": "tools/call", "params": {"name": name, "arguments": arguments}}
    )


def test_what_is_no_request_gets_an_error_and_nothing_else():
    answers, stderr = talk(
        "not json",
        '{"jsonrpc": "2.0"',
        "[]",
        "\x00\x1b[2J",
        "x" * (5 << 20),
        '{"jsonrpc": "2.0", "id": 1, "method": "shell/run", "params": {"command": "id"}}',
        call(2, "run", {"command": "id"}),
        call(3, "diagnose", {"text": "x" * 300_000}),
        call(4, "diagnose", ["text"]),
        call(5, 7, {}),
        call(6, "show", {"id": "\x1b[31m../../etc/passwd"}),
        call(7, "check", {}),
        '{"jsonrpc": "2.0", "id": 8, "method": "resources/read", "params": {"uri": 5}}',
        json.dumps({"jsonrpc": "2.0", "id": "last", "method": "ping"}),
        until={"last", *range(1, 9)},
    )
    by_id = {a.get("id"): a for a in answers}
    assert by_id["hello"]["result"]["serverInfo"]["name"] == "kbtui"
    assert "result" in by_id["last"], "the server goes on"
    assert [a["error"]["code"] for a in answers if a.get("id") is None] == [-32700] * 5
    for number in (1, 2, 3, 4, 5, 8):
        assert "error" in by_id[number], by_id[number]
    for number in (6, 7):
        assert by_id[number]["result"]["isError"] is True
    said = json.dumps(answers, ensure_ascii=False)
    assert "Traceback" not in said + stderr and "\x1b" not in said and "\\u001b" not in said and "uid=" not in said


def test_a_cancelled_request_is_not_answered_and_the_next_one_is():
    cancel = json.dumps({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": 1}})
    answers, _ = talk(
        call(1, "diagnose", {"text": OOM * 3000}), cancel, call(2, "search", {"query": "black screen"}), until={2}
    )
    by_id = {a.get("id"): a for a in answers}
    assert "result" not in by_id.get(1, {})
    assert by_id[2]["result"]["structuredContent"]["results"]


def test_without_the_sdk_it_says_what_to_install():
    code = "import sys; sys.modules['mcp'] = None\nfrom kbtui.cli import entry; sys.argv = ['kbtui', 'mcp']; entry()"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, timeout=60, check=False
    )
    assert done.returncode == 2 and "pip install 'kbtui[mcp]'" in done.stderr and not done.stdout


def test_the_document_lists_the_tools():
    text = (ROOT / "docs" / "mcp.md").read_text()
    assert re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE) == TOOLS
    for block in re.findall(r"```json\n(.*?)```", text, re.DOTALL):
        assert "kbtui" in json.dumps(json.loads(block))
