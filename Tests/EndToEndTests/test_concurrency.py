"""Many streams at once, and not one event lost."""

from __future__ import annotations

import asyncio
import json
import resource
import time

import replies
from conftest import quiet_settings
from gateway import channel
from provider import Stream
from wire import sse_events

STREAMS, EVENTS = 200, 40


async def read_stream(port: int, number: int) -> list[str]:
    """Asks with its own number and answers the contents of every event."""
    body = json.dumps({"model": f"m{number}", "stream": True, "messages": []}).encode()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(b"POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                     b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))  # fmt: skip
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200 "), head
        content = b""
        while size := int(await reader.readline(), 16):
            content += (await reader.readexactly(size + 2))[:-2]
    finally:
        writer.close()
    return [data for _, data in sse_events(content)]


def test_two_hundred_streams_at_once_lose_no_event(make_gateway, primary):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(soft, 4096)), hard))
    names = [f"m{number}" for number in range(STREAMS)]
    for name in names:
        parts = [replies.chat_chunk(name, {"content": f"{name}-{i};"}) for i in range(EVENTS)]
        end = [replies.chat_chunk(name, {}, "stop"), replies.sse(b"[DONE]")]
        primary.always(Stream([replies.chat_role(name), *parts, *end], gap=0.01), model=name)
    gateway = make_gateway({"channels": [channel("c", primary.url, names)], "settings": quiet_settings()})

    async def read_all():
        return await asyncio.gather(*(read_stream(gateway.port, number) for number in range(STREAMS)))

    before = time.monotonic()
    answers = asyncio.run(read_all())
    took = time.monotonic() - before

    for name, events in zip(names, answers, strict=True):
        assert len(events) == EVENTS + 3 and events[-1] == "[DONE]", f"{name}: {len(events)} events"
        contents = [json.loads(event)["choices"][0]["delta"].get("content") for event in events[1:-2]]
        assert contents == [f"{name}-{i};" for i in range(EVENTS)]
    assert took < 20, f"{took:.1f} s"
    assert gateway.healthy()
