"""Scripted proxies: `CONNECT` of HTTP and SOCKS 5. They know names that no resolver knows.

A proxy for plain calls is a scripted provider that is asked with absolute targets, so there is none here.
"""

from __future__ import annotations

import asyncio
import base64
import threading
from dataclasses import dataclass


@dataclass
class Asked:
    """One wish for a connection."""

    target: str
    authorization: str | None = None


class Proxy:
    """The server in a thread of its own. Use as a context manager.

    `hosts` says where the names lead: `{"provider.test": port on 127.0.0.1}`.
    """

    def __init__(self, hosts: dict[str, int]) -> None:
        self.hosts = hosts
        self.asked: list[Asked] = []
        self.port = 0

    def __enter__(self):
        ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._main(ready)), name="proxy", daemon=True)
        self._thread.start()
        assert ready.wait(10), "the scripted proxy did not start"
        return self

    def __exit__(self, *_) -> None:
        self._loop.call_soon_threadsafe(self._stopped.set)
        self._thread.join(10)

    async def _main(self, ready: threading.Event) -> None:
        self._loop = asyncio.get_running_loop()
        self._stopped = asyncio.Event()
        self._tasks: set[asyncio.Task] = set()
        server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        ready.set()
        await self._stopped.wait()
        server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        self._tasks.add(task)
        try:
            await self.serve(reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()
            self._tasks.discard(task)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        raise NotImplementedError

    async def tunnel(self, reader, writer, host: str) -> None:
        """Carries bytes both ways until one side has enough."""
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.hosts[host])
        pumps = [asyncio.create_task(pump(reader, far_writer)), asyncio.create_task(pump(far_reader, writer))]
        try:
            await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in pumps:
                task.cancel()
            far_writer.close()


async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()


class ConnectProxy(Proxy):
    """`answer`: what it says instead of serving (bytes); `b""` is silence, `None` lets calls pass."""

    def __init__(self, hosts: dict[str, int], credentials: str | None = None, answer: bytes | None = None) -> None:
        super().__init__(hosts)
        self._expected = basic(credentials) if credentials else None
        self._answer = answer

    async def serve(self, reader, writer) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        method, target, _ = head[0].split(" ")
        fields = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:-2])}
        self.asked.append(Asked(f"{method} {target}", fields.get("proxy-authorization")))
        if self._answer == b"":
            await reader.read()
            return
        if self._answer is not None:
            writer.write(self._answer)
        elif self._expected and fields.get("proxy-authorization") != self._expected:
            writer.write(refusal(407, "Proxy-Authenticate: Basic realm=here\r\n"))
        elif method != "CONNECT" or target.rpartition(":")[0] not in self.hosts:
            writer.write(refusal(502))
        else:
            writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            await self.tunnel(reader, writer, target.rpartition(":")[0])
        await writer.drain()


class SOCKSProxy(Proxy):
    """RFC 1928, names only. `reply` other than 0 refuses."""

    def __init__(self, hosts: dict[str, int], reply: int = 0, method: int = 0) -> None:
        super().__init__(hosts)
        self._reply = reply
        self._method = method

    async def serve(self, reader, writer) -> None:
        version, count = await reader.readexactly(2)
        await reader.readexactly(count)
        writer.write(bytes([version, self._method]))
        _, _, _, form = await reader.readexactly(4)
        assert form == 3, "the proxy is to resolve the name"
        host = (await reader.readexactly((await reader.readexactly(1))[0])).decode()
        port = int.from_bytes(await reader.readexactly(2), "big")
        self.asked.append(Asked(f"{host}:{port}"))
        writer.write(bytes([5, self._reply, 0, 1, 127, 0, 0, 1, 0, 0]))
        await writer.drain()
        if self._reply == 0:
            await self.tunnel(reader, writer, host)


def basic(credentials: str) -> str:
    return "Basic " + base64.b64encode(credentials.encode()).decode()


def refusal(status: int, headers: str = "") -> bytes:
    return f"HTTP/1.1 {status} Refused\r\n{headers}Content-Length: 0\r\n\r\n".encode()
