"""A plain HTTP/1.1 client that sends exactly the bytes it is given and shows exactly what came back."""

from __future__ import annotations

import json
import re
import select
import socket
import time
from dataclasses import dataclass, field


@dataclass
class Reply:
    status: int
    headers: list[tuple[str, str]]
    body: bytes = b""
    #: False when the connection ended before the framing said so.
    complete: bool = True
    events: list[tuple[str | None, str]] = field(default_factory=list)

    def header(self, name: str) -> str | None:
        values = [value for key, value in self.headers if key.lower() == name.lower()]
        return ", ".join(values) if values else None

    @property
    def json(self):
        try:
            return json.loads(self.body)
        except ValueError:
            raise AssertionError(f"not JSON: {self}") from None

    @property
    def attempts(self) -> int:
        return int(self.header("x-api-switch-attempts") or -1)

    @property
    def channel(self) -> str | None:
        return self.header("x-api-switch-channel")

    def __str__(self) -> str:
        return f"{self.status} {dict(self.headers)} complete={self.complete} {self.body[:2000]!r}"

    __repr__ = __str__


class Wire:
    """One connection to the gateway."""

    def __init__(self, port: int, timeout: float = 15) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._buffer = b""

    def __enter__(self) -> Wire:
        return self

    def __exit__(self, *_) -> None:
        self.socket.close()

    def send(self, data: bytes) -> None:
        """Sends; a peer that closed already is seen when reading."""
        try:
            self.socket.sendall(data)
        except (BrokenPipeError, ConnectionResetError):
            pass

    def send_until_answered(self, data: bytes, step: int = 8192) -> None:
        """Sends in steps and stops as soon as the peer has something to say."""
        for at in range(0, len(data), step):
            self.send(data[at : at + step])
            if self.readable(0.002):
                return

    def readable(self, seconds: float) -> bool:
        return bool(self._buffer) or bool(select.select([self.socket], [], [], seconds)[0])

    def closed_by_peer(self, seconds: float = 5) -> bool:
        """Whether the peer closes without sending anything more."""
        try:
            return self._buffer == b"" and self.readable(seconds) and self.socket.recv(1) == b""
        except ConnectionResetError:
            return True

    def request(self, method: str, target: str, headers: dict | list = (), body: bytes | None = None) -> None:
        pairs = list(headers.items()) if isinstance(headers, dict) else list(headers)
        names = {name.lower() for name, _ in pairs}
        lines = [f"{method} {target} HTTP/1.1"]
        if "host" not in names:
            lines.append("Host: gateway.test")
        lines += [f"{name}: {value}" for name, value in pairs]
        if body is not None and "content-length" not in names and "transfer-encoding" not in names:
            lines.append(f"Content-Length: {len(body)}")
        self.send(("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + (body or b""))

    def reply(self, method: str = "POST") -> Reply:
        """Reads one answer, streams included, to its end."""
        reply, framing = self.reply_head(method)
        for part in self.parts(reply, framing):
            reply.body += part
        reply.events = sse_events(reply.body) if is_stream(reply) else []
        return reply

    def reply_head(self, method: str = "POST") -> tuple[Reply, str | int]:
        """Reads the head; answers it and how the body is framed."""
        head = self._until(b"\r\n\r\n")
        lines = head[:-4].decode("latin-1").split("\r\n")
        found = re.fullmatch(r"HTTP/1\.[01] (\d{3}) ?.*", lines[0])
        assert found, f"bad status line: {lines[0]!r}"
        headers = [(name, value.strip()) for name, _, value in (line.partition(":") for line in lines[1:])]
        reply = Reply(int(found[1]), headers)
        if method == "HEAD" or reply.status in (204, 304) or reply.status < 200:
            return reply, 0
        if (reply.header("transfer-encoding") or "").lower() == "chunked":
            assert reply.header("content-length") is None, f"both framings: {reply}"
            return reply, "chunked"
        length = reply.header("content-length")
        return reply, int(length) if length is not None else "close"

    def parts(self, reply: Reply, framing: str | int):
        """Yields the body as it comes; marks the reply incomplete when it is cut."""
        try:
            if framing == "chunked":
                while size := int(self._until(b"\r\n").split(b";")[0], 16):
                    chunk = self._exactly(size + 2)
                    assert chunk.endswith(b"\r\n"), "bad chunk end"
                    yield chunk[:-2]
                while self._until(b"\r\n") != b"\r\n":
                    pass
            elif framing == "close":
                while data := self._some():
                    yield data
            else:
                left = int(framing)
                while left:
                    data = self._take(min(left, len(self._buffer))) or self._need()
                    if len(data) > left:
                        data, self._buffer = data[:left], data[left:] + self._buffer
                    left -= len(data)
                    yield data
        except (EOFError, ConnectionResetError):
            reply.complete = False

    def _some(self) -> bytes:
        if self._buffer:
            return self._take(len(self._buffer))
        return self.socket.recv(65536)

    def _need(self) -> bytes:
        data = self.socket.recv(65536)
        if not data:
            raise EOFError(f"connection closed after {self._buffer!r}")
        return data

    def _until(self, mark: bytes) -> bytes:
        while (at := self._buffer.find(mark)) < 0:
            self._buffer += self._need()
        return self._take(at + len(mark))

    def _exactly(self, count: int) -> bytes:
        while len(self._buffer) < count:
            self._buffer += self._need()
        return self._take(count)

    def _take(self, count: int) -> bytes:
        data, self._buffer = self._buffer[:count], self._buffer[count:]
        return data


def is_stream(reply: Reply) -> bool:
    return "text/event-stream" in (reply.header("content-type") or "")


def sse_events(body: bytes) -> list[tuple[str | None, str]]:
    """The events of a stream as (event name, data); comments left out."""
    events = []
    for block in re.split(r"\r?\n\r?\n", body.decode("utf-8")):
        name, data = None, []
        for line in block.splitlines():
            key, _, value = line.partition(":")
            value = value.removeprefix(" ")
            if key == "event":
                name = value
            elif key == "data":
                data.append(value)
        if data:
            events.append((name, "\n".join(data)))
    return events


def call(port: int, method: str, target: str, headers: dict | list = (), body=None, timeout: float = 15) -> Reply:
    """One request on a connection of its own. A dict becomes JSON."""
    pairs = list(headers.items()) if isinstance(headers, dict) else list(headers)
    if isinstance(body, (dict, list)):
        body = json.dumps(body).encode()
    if body is not None and "content-type" not in {name.lower() for name, _ in pairs}:
        pairs.append(("Content-Type", "application/json"))
    with Wire(port, timeout) as wire:
        wire.request(method, target, pairs, body)
        return wire.reply(method)


def eventually(check, seconds: float = 5, what: str = "the expected state"):
    """Polls until `check` answers something true, and answers that."""
    deadline = time.monotonic() + seconds
    while True:
        value = check()
        if value:
            return value
        assert time.monotonic() < deadline, f"{what} did not come within {seconds} s; last seen: {value!r}"
        time.sleep(0.02)
