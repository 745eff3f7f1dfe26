"""A scripted provider: an HTTP/1.1 server on a real socket that does exactly what the test says.

Without a script it answers like a healthy provider (`replies.py`). `script()` queues steps for a model or a
path, `always()` sets what comes after the queue. Every request is recorded as it came off the wire.
"""

from __future__ import annotations

import asyncio
import gzip
import itertools
import json
import re
import socket
import struct
import threading
import time
from dataclasses import dataclass, field
from urllib.parse import parse_qs, unquote, urlsplit

import replies

# What was received --------------------------------------------------------------------------------------


@dataclass
class Connection:
    """One accepted connection; times are `time.monotonic()`."""

    id: int
    opened_at: float
    closed_at: float | None = None


@dataclass
class Received:
    """One request as it came off the wire."""

    method: str
    target: str
    headers: list[tuple[str, str]]
    body: bytes
    head: bytes
    connection: Connection
    at: float = field(default_factory=time.monotonic)

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, list[str]]:
        return parse_qs(urlsplit(self.target).query, keep_blank_values=True)

    def header(self, name: str) -> str | None:
        values = [value for key, value in self.headers if key.lower() == name.lower()]
        assert len(values) <= 1, f"header {name} came {len(values)} times: {self.head!r}"
        return values[0] if values else None

    @property
    def json(self) -> dict:
        try:
            value = json.loads(self.body)
        except ValueError:
            return {}
        return value if isinstance(value, dict) else {}

    @property
    def model(self) -> str | None:
        """The model asked for: in the path (Azure, Gemini), the JSON body or the form."""
        found = re.search(r"/deployments/([^/]+)/", self.path) or re.search(r"/models/(.+?)(?::\w+)?$", self.path)
        if found:
            return unquote(found[1])
        if b'name="model"' in self.body:
            form = re.search(rb'name="model"\r\n(?:[^\r]+\r\n)*\r\n(.*?)\r\n', self.body)
            return form[1].decode() if form else None
        value = self.json.get("model")
        return value if isinstance(value, str) else None

    def __repr__(self) -> str:
        return f"<{self.method} {self.target} model={self.model} connection={self.connection.id}>"


# What is done with it -------------------------------------------------------------------------------------


class Gone(Exception):
    """The peer closed its side while the step was playing."""


@dataclass
class Answer:
    """A whole answer with a Content-Length (or chunked), after an optional delay."""

    status: int = 200
    body: bytes | dict | list = b""
    headers: list[tuple[str, str]] = field(default_factory=list)
    content_type: str = "application/json"
    delay: float = 0
    gzipped: bool = False
    close_after: bool = False
    content_length: int | None = None

    async def play(self, session: Session, request: Received) -> bool:
        await session.sleep(self.delay)
        await session.send(self.encoded())
        return not self.close_after and self.content_length is None

    def encoded(self) -> bytes:
        body = self.body if isinstance(self.body, bytes) else replies.dump(self.body)
        headers = list(self.headers)
        if self.gzipped:
            body = gzip.compress(body)
            headers.append(("Content-Encoding", "gzip"))
        if self.close_after:
            headers.append(("Connection", "close"))
        length = len(body) if self.content_length is None else self.content_length
        headers += [("Content-Type", self.content_type), ("Content-Length", str(length))]
        return head_bytes(self.status, headers) + body


@dataclass
class Pause:
    seconds: float


class Gate:
    """Holds a stream until the test opens it."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def open(self) -> None:
        self._event.set()

    async def wait(self, session: Session) -> None:
        while not self._event.is_set():
            await session.sleep(0.005)


@dataclass
class Stream:
    """A chunked answer, one chunk per event.

    `end`: `finish` (proper end), `close` (no last chunk), `reset` (RST), `stall` (open until the peer leaves).
    """

    events: list
    status: int = 200
    headers: list[tuple[str, str]] = field(default_factory=list)
    content_type: str = "text/event-stream"
    end: str = "finish"
    gap: float = 0

    async def play(self, session: Session, request: Received) -> bool:
        headers = [*self.headers, ("Content-Type", self.content_type), ("Transfer-Encoding", "chunked")]
        await session.send(head_bytes(self.status, headers))
        for event in self.events:
            if isinstance(event, Pause):
                await session.sleep(event.seconds)
            elif isinstance(event, Gate):
                await event.wait(session)
            else:
                await session.send(b"%x\r\n%s\r\n" % (len(event), event))
                if self.gap:
                    await session.sleep(self.gap)
        if self.end == "finish":
            await session.send(b"0\r\n\r\n")
            return True
        if self.end == "stall":
            await session.sleep(3600)
        if self.end == "reset":
            # Let what was sent leave first: an RST may overtake and discard it.
            await session.sleep(0.05)
            session.reset()
        return False


@dataclass
class Raw:
    """These bytes and nothing else."""

    data: bytes
    keep_open: bool = False
    gap: float = 0

    async def play(self, session: Session, request: Received) -> bool:
        if self.gap:
            for byte in self.data:
                await session.send(bytes([byte]))
                await session.sleep(self.gap)
        else:
            await session.send(self.data)
        if self.keep_open:
            await session.sleep(3600)
        return False


@dataclass
class Close:
    """Close before any answer."""

    async def play(self, session: Session, request: Received) -> bool:
        return False


@dataclass
class Reset:
    """TCP reset before any answer."""

    async def play(self, session: Session, request: Received) -> bool:
        session.reset()
        return False


@dataclass
class Stall:
    """Never answer."""

    async def play(self, session: Session, request: Received) -> bool:
        await session.sleep(3600)
        return False


@dataclass
class CutBody:
    """Promise the whole answer, send its first bytes, leave."""

    answer: Answer
    keep: int
    how: str = "close"

    async def play(self, session: Session, request: Received) -> bool:
        head, _, body = self.answer.encoded().partition(b"\r\n\r\n")
        await session.send(head + b"\r\n\r\n" + body[: self.keep])
        if self.how == "reset":
            await session.sleep(0.05)
            session.reset()
        return False


@dataclass
class Healthy:
    """The answer of a healthy provider."""

    delay: float = 0
    then_close: bool = False
    headers: list[tuple[str, str]] = field(default_factory=list)

    async def play(self, session: Session, request: Received) -> bool:
        await session.sleep(self.delay)
        step = healthy_answer(request)
        if isinstance(step, (Answer, Stream)):
            step.headers += self.headers
        keep = await step.play(session, request)
        return keep and not self.then_close


def head_bytes(status: int, headers: list[tuple[str, str]]) -> bytes:
    lines = [f"HTTP/1.1 {status} Scripted"] + [f"{name}: {value}" for name, value in headers]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def healthy_answer(request: Received) -> Answer | Stream:
    """What a provider with no troubles answers to this request."""
    path, model, asked = request.path, request.model or "unnamed", request.json
    streamed = asked.get("stream") is True
    tool = wanted_tool(asked)

    def ends(suffix: str) -> bool:
        return path.endswith(suffix)

    if request.method == "GET" and ends("/models"):
        return model_list(request)
    if ends("/chat/completions"):
        usage = bool((asked.get("stream_options") or {}).get("include_usage"))
        return (
            Stream(replies.chat_events(model, tool=tool, usage=usage))
            if streamed
            else Answer(body=replies.chat(model, tool=tool))
        )
    if ends("/responses"):
        return Stream(replies.response_events(model)) if streamed else Answer(body=replies.response(model))
    if ends("/messages/count_tokens"):
        return Answer(body={"input_tokens": replies.INPUT_TOKENS})
    if ends("/messages"):
        return Stream(replies.message_events(model, tool)) if streamed else Answer(body=replies.message(model, tool))
    if ends(":generateContent"):
        return Answer(body=replies.gemini(model, tool=tool))
    if ends(":streamGenerateContent"):
        if request.query.get("alt") == ["sse"]:
            return Stream(replies.gemini_events(model, tool))
        parts = [replies.dump(chunk) for chunk in replies.gemini_chunks(model, tool)]
        chunks = [b"[" + parts[0]] + [b",\r\n" + part for part in parts[1:]] + [b"]"]
        return Stream(chunks, content_type="application/json; charset=UTF-8")
    if ends(":countTokens"):
        return Answer(body={"totalTokens": replies.INPUT_TOKENS})
    if ends(":embedContent"):
        return Answer(body={"embedding": {"values": replies.VECTOR}})
    if ends(":batchEmbedContents"):
        return Answer(body={"embeddings": [{"values": replies.VECTOR} for _ in asked.get("requests", [])]})
    if ends("/completions"):
        return Stream(replies.completion_events(model)) if streamed else Answer(body=replies.completion(model))
    if ends("/embeddings"):
        given = asked.get("input")
        count = len(given) if isinstance(given, list) else 1
        return Answer(body=replies.embeddings(model, count, asked.get("encoding_format") == "base64"))
    if ends("/images/generations") or ends("/images/edits") or ends("/images/variations"):
        return Answer(body=replies.images())
    if ends("/audio/speech"):
        return Answer(body=replies.SPEECH, content_type="audio/mpeg")
    if ends("/audio/transcriptions") or ends("/audio/translations"):
        return Answer(body={"text": replies.greeting(model)})
    if ends("/moderations"):
        return Answer(body=replies.moderation(model))
    if ends("/rerank"):
        return Answer(body=replies.rerank(model, len(asked.get("documents", []))))
    return Answer(404, {"error": {"message": f"no such path {path}", "type": "invalid_request_error", "code": None}})


def wanted_tool(asked: dict) -> str | None:
    """The first tool offered, in any dialect."""
    for tool in asked.get("tools") or []:
        if "functionDeclarations" in tool or "function_declarations" in tool:
            return (tool.get("functionDeclarations") or tool["function_declarations"])[0]["name"]
        return tool.get("name") or tool.get("function", {}).get("name")
    return None


def model_list(request: Received) -> Answer:
    names = ["listed-a", "listed-b"]
    if request.header("anthropic-version"):
        data = [{"type": "model", "id": n, "display_name": n, "created_at": "2026-01-01T00:00:00Z"} for n in names]
        return Answer(body={"data": data, "has_more": False, "first_id": names[0], "last_id": names[-1]})
    if request.header("x-goog-api-key"):
        methods = ["generateContent", "countTokens"]
        return Answer(body={"models": [{"name": f"models/{n}", "supportedGenerationMethods": methods} for n in names]})
    data = [{"id": n, "object": "model", "created": replies.CREATED, "owned_by": "scripted"} for n in names]
    return Answer(body={"object": "list", "data": data})


# The server -------------------------------------------------------------------------------------------------


class Session(asyncio.Protocol):
    """One connection of the provider."""

    def __init__(self, provider: Provider) -> None:
        self._provider = provider
        self._buffer = bytearray()
        self._arrived = asyncio.Event()
        self._gone = asyncio.Event()

    def connection_made(self, transport) -> None:
        self._transport = transport
        raw = transport.get_extra_info("socket")
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.connection = self._provider._accepted()
        self._provider._sessions.add(self)
        self._task = asyncio.get_running_loop().create_task(self._serve())

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        self._arrived.set()

    def eof_received(self) -> None:
        self._mark_gone()

    def connection_lost(self, exc) -> None:
        self._mark_gone()
        self._provider._sessions.discard(self)

    def _mark_gone(self) -> None:
        if self.connection.closed_at is None:
            self.connection.closed_at = time.monotonic()
        self._gone.set()
        self._arrived.set()

    async def send(self, data: bytes) -> None:
        if self._gone.is_set() or self._transport.is_closing():
            raise Gone
        self._transport.write(data)
        # One turn of the loop, so that separate sends are separate writes.
        await asyncio.sleep(0)

    async def sleep(self, seconds: float) -> None:
        if seconds <= 0:
            return
        try:
            await asyncio.wait_for(self._gone.wait(), seconds)
        except asyncio.TimeoutError:
            return
        raise Gone

    def reset(self) -> None:
        raw = self._transport.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._transport.abort()

    def close(self) -> None:
        self._transport.close()

    async def _serve(self) -> None:
        try:
            while True:
                request = await self._read_request()
                step = self._provider._next_step(request)
                if not await step.play(self, request):
                    return
        except Gone:
            pass
        except (ValueError, IndexError) as error:
            self._provider.faults.append(f"unreadable request: {error!r} {bytes(self._buffer[:200])!r}")
        finally:
            self._transport.close()

    async def _more(self) -> None:
        if self._gone.is_set():
            raise Gone
        self._arrived.clear()
        await self._arrived.wait()

    async def _read_until(self, mark: bytes) -> bytes:
        while (at := self._buffer.find(mark)) < 0:
            await self._more()
        return self._take(at + len(mark))

    async def _read_exactly(self, count: int) -> bytes:
        while len(self._buffer) < count:
            await self._more()
        return self._take(count)

    def _take(self, count: int) -> bytes:
        data = bytes(self._buffer[:count])
        del self._buffer[:count]
        return data

    async def _read_request(self) -> Received:
        head = await self._read_until(b"\r\n\r\n")
        lines = head[:-4].decode("latin-1").split("\r\n")
        method, target, _ = lines[0].split(" ")
        headers = [(name, value.strip()) for name, _, value in (line.partition(":") for line in lines[1:])]
        fields = {name.lower(): value for name, value in headers}
        body = b""
        if fields.get("transfer-encoding", "").lower() == "chunked":
            while size := int((await self._read_until(b"\r\n")).split(b";")[0], 16):
                body += await self._read_exactly(size)
                await self._read_exactly(2)
            while await self._read_until(b"\r\n") != b"\r\n":
                pass
        elif "content-length" in fields:
            body = await self._read_exactly(int(fields["content-length"]))
        received = Received(method, target, headers, body, head, self.connection)
        self._provider._received(received)
        return received


@dataclass
class _Script:
    steps: list
    model: str | None
    path: str | None
    forever: bool

    def fits(self, request: Received) -> bool:
        return (self.model is None or self.model == request.model) and (self.path is None or self.path in request.path)


class Provider:
    """The server in a thread of its own. Use as a context manager."""

    def __init__(self, ssl_context=None) -> None:
        self._ssl = ssl_context
        self._lock = threading.Lock()
        self._scripts: list[_Script] = []
        self._sessions: set[Session] = set()
        self._ids = itertools.count(1)
        self.connections: list[Connection] = []
        self.requests: list[Received] = []
        self.faults: list[str] = []
        self.port = 0

    def __enter__(self) -> Provider:
        ready = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(ready,), name="provider", daemon=True)
        self._thread.start()
        assert ready.wait(10), "the scripted provider did not start"
        return self

    def __exit__(self, *_) -> None:
        self._loop.call_soon_threadsafe(self._stopped.set)
        self._thread.join(10)
        assert not self.faults, f"the provider was sent something it could not read: {self.faults}"

    @property
    def url(self) -> str:
        return f"http{'s' if self._ssl else ''}://127.0.0.1:{self.port}"

    def script(self, *steps, model: str | None = None, path: str | None = None) -> None:
        """Plays these steps in order, one for each matching request."""
        with self._lock:
            self._scripts.append(_Script(list(steps), model, path, False))

    def always(self, step, model: str | None = None, path: str | None = None) -> None:
        """Plays this step for every matching request that no queued step takes. The latest call wins."""
        with self._lock:
            self._scripts.append(_Script([step], model, path, True))

    def heal(self) -> None:
        """Forgets every script."""
        with self._lock:
            self._scripts.clear()

    def close_idle(self) -> None:
        """Closes every open connection, as providers do between requests."""
        done = threading.Event()

        def close() -> None:
            for session in list(self._sessions):
                session.close()
            done.set()

        self._loop.call_soon_threadsafe(close)
        assert done.wait(5)

    def only(self) -> Received:
        """The one request that came."""
        assert len(self.requests) == 1, f"expected one upstream request, got {self.requests}"
        return self.requests[0]

    def last(self) -> Received:
        assert self.requests, "no request reached the provider"
        return self.requests[-1]

    def _run(self, ready: threading.Event) -> None:
        asyncio.run(self._main(ready))

    async def _main(self, ready: threading.Event) -> None:
        self._loop = asyncio.get_running_loop()
        self._stopped = asyncio.Event()
        server = await self._loop.create_server(lambda: Session(self), "127.0.0.1", 0, backlog=1024, ssl=self._ssl)
        self.port = server.sockets[0].getsockname()[1]
        ready.set()
        await self._stopped.wait()
        server.close()
        tasks = [session._task for session in self._sessions]
        for session in list(self._sessions):
            session._transport.abort()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _accepted(self) -> Connection:
        connection = Connection(next(self._ids), time.monotonic())
        self.connections.append(connection)
        return connection

    def _received(self, request: Received) -> None:
        with self._lock:
            self.requests.append(request)

    def _next_step(self, request: Received):
        with self._lock:
            for script in self._scripts:
                if not script.forever and script.steps and script.fits(request):
                    return script.steps.pop(0)
            for script in reversed(self._scripts):
                if script.forever and script.fits(request):
                    return script.steps[0]
        return Healthy()
