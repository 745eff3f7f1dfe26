"""Nobody's slowness costs the gateway memory, and nothing is lost by it."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import resource
import threading

import pytest

import replies
from conftest import quiet_settings
from flow import BlockingProvider, memory, read_head, settled, slow_client
from gateway import channel
from provider import Gate, Healthy
from wire import Wire, eventually

pytestmark = pytest.mark.skipif(not os.path.exists("/proc/self/status"), reason="memory is read from /proc")

MIB = 1 << 20


def config(url: str, models: list[str] | None = None, **settings) -> dict:
    return {"channels": [channel("c", url, models or ["m"])], "settings": quiet_settings(**settings)}


def request(body: bytes, path: str = "/v1/chat/completions") -> bytes:
    head = f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


class Firehose:
    """Sends a head, then pieces as fast as they are taken, and counts what was taken."""

    def __init__(self, content_type: str, pieces: list[bytes]) -> None:
        length = sum(map(len, pieces))
        self._head = b"HTTP/1.1 200 OK\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n" % (
            content_type.encode(),
            length,
        )
        self._pieces = pieces
        self.sent = 0
        self.total = length

    def play(self, connection) -> None:
        read_head(connection)
        connection.sendall(self._head)
        for piece in self._pieces:
            view = memoryview(piece)
            while view:
                taken = connection.send(view)
                self.sent += taken
                view = view[taken:]
        connection.recv(1)


def speech() -> tuple[str, Firehose]:
    """Bytes that pass unread."""
    return "/v1/audio/speech", Firehose("audio/mpeg", [os.urandom(MIB)] * 48)


def chat_stream() -> tuple[str, Firehose]:
    """Events that are listened to."""
    piece = replies.chat_chunk("m", {"content": "x" * (15 << 10)})
    end = [replies.chat_chunk("m", {}, "stop"), replies.sse(b"[DONE]")]
    return "/v1/chat/completions", Firehose("text/event-stream", [piece] * 1600 + end)


@pytest.mark.parametrize("make", [speech, chat_stream])
def test_a_client_that_stops_reading_stops_the_provider(make_gateway, make):
    path, hose = make()
    models = [{"model": "m", "kind": "audio"}] if make is speech else ["m"]
    with BlockingProvider(hose.play) as provider:
        gateway = make_gateway(config(provider.url, models))
        gateway.call("GET", "/v1/models")
        before = memory(gateway)
        client = Wire(gateway.port, 30)
        client.socket = slow_client(gateway.port)
        client.request("POST", path, {"Content-Type": "application/json"}, b'{"model":"m","stream":true,"input":"x"}')

        sent = settled(lambda: hose.sent)
        grown = memory(gateway) - before
        reply, framing = client.reply_head()
        arrived = hashlib.sha256()
        length = 0
        for part in client.parts(reply, framing):
            arrived.update(part)
            length += len(part)
        kept = memory(gateway) - before

    assert sent < hose.total, "the provider was read to its end though nobody wanted it"
    assert grown < 8 * MIB, f"{grown >> 10} KiB for one slow client"
    assert kept < 8 * MIB, f"{kept >> 10} KiB of an answer that was passed on"
    assert reply.status == 200 and reply.complete and length == hose.total
    assert arrived.digest() == hashlib.sha256(b"".join(hose._pieces)).digest()


def test_a_provider_that_stops_reading_costs_no_more_than_the_request(make_gateway):
    size = 24 * MIB
    body = b'{"model":"m","messages":[{"role":"user","content":"%s"}]}' % (b"y" * size)
    taken = bytearray()
    gate = threading.Event()

    def play(connection) -> None:
        length, rest = read_head(connection)
        taken.extend(rest)
        gate.wait(30)
        while len(taken) < length:
            taken.extend(connection.recv(MIB))
        answer = replies.dump(replies.chat("m"))
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                           b"Content-Length: %d\r\n\r\n%s" % (len(answer), answer))  # fmt: skip

    with BlockingProvider(play) as provider:
        gateway = make_gateway(config(provider.url))
        gateway.call("GET", "/v1/models")
        before = memory(gateway)
        client = Wire(gateway.port, 30)
        client.send(request(body))

        eventually(lambda: taken, what="the head of the call")
        grown = settled(lambda: memory(gateway) - before)
        gate.set()
        reply = client.reply()

    assert grown < size * 3 // 2, f"{grown >> 20} MiB for a request of {size >> 20} MiB: it is kept more than once"
    assert reply.status == 200 and reply.json == replies.chat("m"), reply
    assert bytes(taken) == body


def test_what_a_client_sends_ahead_stays_outside(make_gateway, primary):
    gate = Gate()
    size, count = 2 * MIB, 12
    bodies = [b'{"model":"m","n":%d,"messages":[],"pad":"%s"}' % (number, b"z" * size) for number in range(count)]

    class Waiting(Healthy):
        async def play(self, session, request) -> bool:
            await gate.wait(session)
            return await super().play(session, request)

    primary.always(Waiting())
    gateway = make_gateway(config(primary.url))
    gateway.call("GET", "/v1/models")
    before = memory(gateway)
    client = Wire(gateway.port, 30)
    client.socket = slow_client(gateway.port)
    client.send(request(b'{"model":"m","messages":[]}'))
    eventually(lambda: primary.requests, what="the first request")
    sent = []

    def send() -> None:
        for body in bodies:
            message = memoryview(request(body))
            while message:
                taken = client.socket.send(message)
                sent.append(taken)
                message = message[taken:]

    sender = threading.Thread(target=send, daemon=True)
    sender.start()
    stuck = settled(lambda: sum(sent))
    grown = memory(gateway) - before
    gate.open()
    answers = [client.reply() for _ in range(count + 1)]
    sender.join(10)
    kept = memory(gateway) - before

    assert stuck < size * count, "the gateway reads everything that is sent ahead"
    assert grown < 4 * MIB, f"{grown >> 10} KiB of a client that sends ahead"
    assert kept < 12 * MIB, f"{kept >> 10} KiB of requests that were served"
    assert all(answer.status == 200 and answer.json == replies.chat("m") for answer in answers)
    assert [received.json.get("n") for received in primary.requests] == [None, *range(count)], "in order, once each"


def test_a_client_that_asks_and_asks_and_never_reads_is_not_answered_into_memory(make_gateway, primary):
    models = [f"model-with-a-name-of-some-length-{number}" for number in range(200)]
    gateway = make_gateway(config(primary.url, models))
    ask = b"GET /v1/models HTTP/1.1\r\nHost: x\r\n\r\n"
    length = len(gateway.call("GET", "/v1/models").body)
    before = memory(gateway)
    count = 24 * MIB // length
    client = Wire(gateway.port, 30)
    client.socket = slow_client(gateway.port)

    sender = threading.Thread(target=client.send, args=(ask * count,), daemon=True)
    sender.start()
    grown = settled(lambda: memory(gateway) - before)
    answers = [client.reply("GET") for _ in range(count)]
    sender.join(10)

    assert grown < 8 * MIB, f"{grown >> 10} KiB of answers that nobody reads"
    assert all(answer.status == 200 and len(answer.body) == length for answer in answers)


def test_thousands_of_requests_in_one_packet_do_not_exhaust_the_stack(make_gateway, primary):
    gate = Gate()

    class Waiting(Healthy):
        async def play(self, session, request) -> bool:
            await gate.wait(session)
            return await super().play(session, request)

    primary.always(Waiting())
    gateway = make_gateway(config(primary.url, strict_model_names=True))
    client = gateway.wire()
    client.send(request(b'{"model":"m","messages":[]}'))
    eventually(lambda: primary.requests, what="the first request")
    small = request(b'{"model":"none","messages":[]}')
    count = 6000

    sender = threading.Thread(target=client.send, args=(small * count,), daemon=True)
    sender.start()
    eventually(lambda: not client.readable(0), what="quiet")
    gate.open()
    statuses = [client.reply().status for _ in range(count + 1)]
    sender.join(10)

    assert statuses == [200] + [404] * count
    assert gateway.healthy()


class Hold:
    """A stream that begins, waits for the others, and ends."""

    def __init__(self) -> None:
        self.waiting = 0
        self._opened = asyncio.Event()

    def open(self, provider) -> None:
        provider._loop.call_soon_threadsafe(self._opened.set)

    async def play(self, session, request) -> bool:
        events = replies.chat_events("m", f"Answer to {request.json['n']}.")
        await session.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")
        await session.send(b"".join(b"%x\r\n%s\r\n" % (len(event), event) for event in events[:2]))
        self.waiting += 1
        await self._opened.wait()
        await session.send(b"".join(b"%x\r\n%s\r\n" % (len(event), event) for event in events[2:]) + b"0\r\n\r\n")
        return True


def test_a_thousand_streams_wait_together_and_all_complete(make_gateway, primary):
    count = 1000
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(soft, 8192)), hard))
    hold = Hold()
    primary.always(hold)
    gateway = make_gateway(config(primary.url))
    before = memory(gateway)
    grown = []

    async def ask(number: int) -> str:
        body = json.dumps({"model": "m", "n": number, "stream": True, "messages": []}).encode()
        reader, writer = await asyncio.open_connection("127.0.0.1", gateway.port)
        writer.write(request(body))
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200 "), head
        content = b""
        if b"chunked" in head:
            while size := int(await reader.readline(), 16):
                content += (await reader.readexactly(size + 2))[:-2]
        else:
            # The gateway was slow and had the whole answer when it began.
            content = await reader.readexactly(int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0]))
        writer.close()
        return content.decode()

    async def open_when_all_wait() -> None:
        while hold.waiting < count:
            await asyncio.sleep(0.02)
        grown.append(memory(gateway) - before)
        hold.open(primary)

    async def ask_all() -> list[str]:
        everything = asyncio.gather(*(ask(number) for number in range(count)), open_when_all_wait())
        return (await asyncio.wait_for(everything, 40))[:count]

    answers = asyncio.run(ask_all())

    for number, answer in enumerate(answers):
        expected = b"".join(replies.chat_events("m", f"Answer to {number}.")).decode()
        assert answer == expected, f"stream {number}: {answer[-300:]}"
    assert grown[0] < count * (100 << 10), f"{grown[0] // count} bytes for each stream"
    assert gateway.healthy()
