"""The screens in a browser: the page and the websocket answer on loopback, to pages of their own address alone."""

from __future__ import annotations

import asyncio
import shutil
import socket
import subprocess
import threading

import pytest

from kbtui.tui import served, start
from tests.tui.test_journey import played

pytest.importorskip("textual_serve", reason="the serve extra is not installed")


def free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])


def server(text: str = ""):
    from kbtui.commands.serve import make

    return make(free_port(), "en", text)


def test_a_page_opens_the_screens_with_steps_only_copied(monkeypatch):
    calls = []
    monkeypatch.setattr(start, "run", lambda *words, **more: calls.append((*words, more)) or 0)
    monkeypatch.setenv("TERM", "linux")
    assert served.main(["--lang=zh", "black", "screen"]) == 0
    assert calls == [("black screen", "zh", {"copy_only": True})]


@played
async def test_the_page_and_the_websocket_answer(monkeypatch):
    from aiohttp import ClientSession
    from aiohttp.web import AppRunner, TCPSite
    from textual_serve import server as serving

    started = []

    class Kept(serving.AppService):
        async def _open_app_process(self, width=80, height=24):
            started.append(await super()._open_app_process(width, height))
            return started[-1]

    monkeypatch.setattr(serving, "AppService", Kept)
    made = server()
    runner = AppRunner(await made._make_app())
    await runner.setup()
    await TCPSite(runner, made.host, made.port).start()
    try:
        async with ClientSession(made.public_url) as web:
            page = await (await web.get("/")).text()
            assert "textual.js" in page and f"ws://127.0.0.1:{made.port}/ws" in page
            for headers in ({"Origin": "http://evil.example"}, {"Host": "evil.example"}):
                assert (await web.get("/", headers=headers)).status == 403
            assert (await web.get("/ws", headers={"Origin": "http://evil.example"})).status == 403
            async with web.ws_connect("/ws?width=80&height=24", origin=made.public_url) as line:
                seen = b""
                while b"What do you see" not in seen:
                    message = await asyncio.wait_for(line.receive(), 30)
                    assert isinstance(message.data, bytes | str), message
                    seen += message.data if isinstance(message.data, bytes) else message.data.encode()
        assert await asyncio.wait_for(started[0].wait(), 30) == 0  # the page is closed: so are its screens
        for process in started:  # the server leaves their pipes to the garbage collector
            process._transport.close()
    finally:
        await runner.cleanup()


BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "chrome"))), "")


@pytest.mark.skipif(not BROWSER, reason="no Chromium is installed")
def test_a_browser_draws_it(tmp_path, monkeypatch):
    from aiohttp.web import AppRunner, TCPSite
    from textual_serve import server as serving

    started = []

    class Kept(serving.AppService):
        async def _open_app_process(self, width=80, height=24):
            started.append(await super()._open_app_process(width, height))
            return started[-1]

    monkeypatch.setattr(serving, "AppService", Kept)
    made, loop = server(), asyncio.new_event_loop()

    async def begin():
        runner = AppRunner(await made._make_app())
        await runner.setup()
        await TCPSite(runner, made.host, made.port).start()
        return runner

    async def ended(runner):
        await runner.cleanup()
        for process in started:  # the browser was gone before the screens
            if process.returncode is None:
                process.kill()
            await process.wait()
            process._transport.close()

    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        runner = asyncio.run_coroutine_threadsafe(begin(), loop).result(20)
        done = subprocess.run(
            [BROWSER, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path}",
             "--virtual-time-budget=15000", "--dump-dom", made.public_url],
            capture_output=True, text=True, timeout=90,
        )  # fmt: skip
        asyncio.run_coroutine_threadsafe(ended(runner), loop).result(40)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(20)
        loop.close()
    assert "xterm" in done.stdout
