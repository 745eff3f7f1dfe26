"""HTTP/1.1 on the wire: what is read leniently, what is refused, and that refusal never reaches a provider."""

from __future__ import annotations

import gzip
import json
import time
import zlib

import pytest
import zstandard

import replies
import shapes
from conftest import CHAT_MODEL
from provider import Healthy, Stream
from wire import Wire, eventually

BODY = json.dumps({"model": CHAT_MODEL, "messages": []}).encode()
HEAD = b"POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
POST = HEAD + b"Content-Length: %d\r\n\r\n" % len(BODY) + BODY
SMUGGLED = b"GET /v1/models HTTP/1.1\r\nHost: x\r\n\r\n"
CHUNKED_BODY = b"%x\r\n%s\r\n0\r\n\r\n" % (len(BODY), BODY)


def exchange(gateway, data: bytes):
    with gateway.wire() as wire:
        wire.send(data)
        return wire.reply()


REFUSED = {
    "bare LF": b"GET /v1/models HTTP/1.1\nHost: x\n\n",
    "LF inside the head": b"GET /v1/models HTTP/1.1\r\nHost: x\nA: b\r\n\r\n",
    "CR inside a value": b"GET /v1/models HTTP/1.1\r\nHost: x\r\nA: b\rc\r\n\r\n",
    "NUL in a value": b"GET /v1/models HTTP/1.1\r\nHost: x\r\nA: b\x00c\r\n\r\n",
    "obs-fold": b"GET /v1/models HTTP/1.1\r\nHost: x\r\nA: b\r\n c\r\n\r\n",
    "space before colon": b"GET /v1/models HTTP/1.1\r\nHost: x\r\nA : b\r\n\r\n",
    "no colon": b"GET /v1/models HTTP/1.1\r\nHost: x\r\nnonsense\r\n\r\n",
    "empty header name": b"GET /v1/models HTTP/1.1\r\nHost: x\r\n: b\r\n\r\n",
    "two spaces": b"GET  /v1/models HTTP/1.1\r\nHost: x\r\n\r\n",
    "space in the target": b"GET /v1/mod els HTTP/1.1\r\nHost: x\r\n\r\n",
    "no version": b"GET /v1/models\r\nHost: x\r\n\r\n",
    "not a method": b"G\x01T /v1/models HTTP/1.1\r\nHost: x\r\n\r\n",
    "not a target": b"GET v1/models HTTP/1.1\r\nHost: x\r\n\r\n",
    "no host": b"GET /v1/models HTTP/1.1\r\n\r\n",
    "two hosts": b"GET /v1/models HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
    "two lengths": HEAD + b"Content-Length: %d\r\nContent-Length: 5\r\n\r\n" % len(BODY) + BODY,
    "a list of lengths": HEAD + b"Content-Length: %d, 5\r\n\r\n" % len(BODY) + BODY,
    "negative length": HEAD + b"Content-Length: -1\r\n\r\n",
    "signed length": HEAD + b"Content-Length: +%d\r\n\r\n" % len(BODY) + BODY,
    "hex length": HEAD + b"Content-Length: 0x10\r\n\r\n" + BODY,
    "huge length": HEAD + b"Content-Length: 99999999999999999999999\r\n\r\n",
    "length and chunked": HEAD + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n" + CHUNKED_BODY,
    "chunked is not last": HEAD + b"Transfer-Encoding: chunked, identity\r\n\r\n" + CHUNKED_BODY,
    "chunked twice": HEAD + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n" + CHUNKED_BODY,
    "unknown coding": HEAD + b"Transfer-Encoding: xchunked\r\n\r\n" + CHUNKED_BODY,
    "chunk size is no number": HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n" + BODY + b"\r\n0\r\n\r\n",
    "chunk size overflows": HEAD + b"Transfer-Encoding: chunked\r\n\r\n10000000000000000\r\n" + BODY,
    "negative chunk size": HEAD + b"Transfer-Encoding: chunked\r\n\r\n-5\r\n" + BODY,
    "chunk longer than told": HEAD + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}xx\r\n0\r\n\r\n",
    "bare LF after chunk size": HEAD + b"Transfer-Encoding: chunked\r\n\r\n2\n{}\r\n0\r\n\r\n",
    "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(64) + b"\r\n\r\n",
    "HTTP/2 preface": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "HTTP/3.0": b"GET /v1/models HTTP/3.0\r\nHost: x\r\n\r\n",
}


@pytest.mark.parametrize("data", REFUSED.values(), ids=REFUSED.keys())
def test_a_broken_request_is_refused_and_the_connection_closed(gateway, provider, data):
    """Whatever follows a broken request must never be read as another one."""
    with gateway.wire() as wire:
        wire.send(data + SMUGGLED)
        try:
            reply = wire.reply()
            assert 400 <= reply.status < 600 and reply.status != 404, reply
            assert wire.closed_by_peer(), "the connection must be closed"
        except (EOFError, ConnectionResetError):
            pass  # Closing without an answer is a refusal too.

    assert provider.requests == []
    assert gateway.healthy()


@pytest.mark.parametrize(
    "name", ["bare LF", "obs-fold", "two lengths", "length and chunked", "chunk size is no number", "no host"]
)
def test_common_faults_get_a_400(gateway, name):
    assert exchange(gateway, REFUSED[name]).status == 400


@pytest.mark.parametrize(
    "data",
    [
        b"GET /v1/models HTTP/1.1\r\nHost: x\r\nA: " + b"a" * 300_000 + b"\r\n\r\n",
        b"GET /v1/models HTTP/1.1\r\nHost: x\r\n" + b"".join(b"A%d: b\r\n" % i for i in range(30_000)) + b"\r\n",
    ],
    ids=["one long value", "many headers"],
)
def test_an_over_long_head_is_431(gateway, data):
    with gateway.wire() as wire:
        wire.send_until_answered(data)
        assert wire.reply().status == 431


def test_an_over_long_target_is_refused(gateway):
    with gateway.wire() as wire:
        wire.send_until_answered(b"GET /v1/models?" + b"a" * 300_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n")
        assert wire.reply().status in (414, 431)


ACCEPTED = {
    "plain": POST,
    "absolute form": POST.replace(b"POST /v1", b"POST http://x/v1", 1),
    "absolute form, other case": POST.replace(b"POST /v1", b"POST HTTP://X/v1", 1),
    "an empty line first": b"\r\n" + POST,
    "header names in any case": POST.replace(b"Content-Length", b"cONTENT-lENGTH").replace(b"Host", b"HOST"),
    "spaces around values": POST.replace(b"Host: x", b"Host:  \t x \t"),
    "no space after colon": POST.replace(b"Host: ", b"Host:").replace(b"Length: ", b"Length:"),
    "leading zeros in the length": POST.replace(b"Content-Length: ", b"Content-Length: 000"),
    "chunked": HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + CHUNKED_BODY,
    "chunked in other case": HEAD + b"Transfer-Encoding: Chunked\r\n\r\n" + CHUNKED_BODY,
    "chunk extensions and trailers": HEAD + b"Transfer-Encoding: chunked\r\n\r\n%X;a=b\r\n%s\r\n0;c\r\nT: 1\r\n\r\n" % (len(BODY), BODY),
    "tiny chunks": HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
    + b"".join(b"1\r\n%c\r\n" % byte for byte in BODY) + b"0\r\n\r\n",
    "query": POST.replace(b"completions HTTP", b"completions?a=1&b=%20 HTTP", 1),
}  # fmt: skip


@pytest.mark.parametrize("data", ACCEPTED.values(), ids=ACCEPTED.keys())
def test_an_unusual_but_legal_request_is_served(gateway, provider, data):
    reply = exchange(gateway, data)

    assert reply.status == 200, reply
    assert provider.only().body == BODY


def test_a_request_that_comes_byte_by_byte_is_served(gateway, provider):
    with gateway.wire() as wire:
        for byte in POST:
            wire.send(bytes([byte]))
            time.sleep(0.0005)
        reply = wire.reply()

    assert reply.status == 200 and provider.only().body == BODY, reply


@pytest.mark.parametrize("coding", ["gzip", "zstd", "deflate"])
@pytest.mark.parametrize("chunked", [False, True], ids=["length", "chunked"])
def test_a_compressed_request_body_is_unpacked(gateway, provider, coding, chunked):
    packers = {"gzip": gzip.compress, "zstd": zstandard.compress, "deflate": zlib.compress}
    packed = packers[coding](BODY)
    headers = {"Content-Type": "application/json", "Content-Encoding": coding}
    if chunked:
        headers["Transfer-Encoding"] = "chunked"
        packed = b"%x\r\n%s\r\n0\r\n\r\n" % (len(packed), packed)

    with gateway.wire() as wire:
        wire.request("POST", "/v1/chat/completions", headers, packed)
        reply = wire.reply()

    assert reply.status == 200, reply
    assert provider.only().body == BODY and provider.only().header("content-encoding") is None


def test_a_large_zstd_stream_of_several_frames_is_unpacked(gateway, provider):
    body = json.dumps({"model": CHAT_MODEL, "messages": [{"role": "user", "content": "word " * 200_000}]}).encode()
    half = len(body) // 2
    packed = zstandard.compress(body[:half]) + zstandard.compress(body[half:])

    reply = gateway.call("POST", "/v1/chat/completions", {"Content-Encoding": "zstd"}, packed)

    assert reply.status == 200 and provider.only().body == body, reply


def test_a_connection_serves_many_requests(gateway, provider):
    with gateway.wire() as wire:
        for _ in range(5):
            wire.send(POST)
            assert wire.reply().status == 200
        wire.send(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
        assert wire.reply("GET").status == 200

    assert len(provider.requests) == 5


def test_pipelined_requests_are_answered_in_order(gateway, provider):
    provider.script(Healthy(delay=0.2), model=CHAT_MODEL)
    other = POST.replace(CHAT_MODEL.encode(), b"custom-model").replace(
        b"Length: %d" % len(BODY), b"Length: %d" % (len(BODY) + 1)
    )

    with gateway.wire() as wire:
        wire.send(POST + other + b"GET /v1/models HTTP/1.1\r\nHost: x\r\n\r\n" + POST)
        answers = [wire.reply() for _ in range(4)]

    assert [answer.status for answer in answers] == [200] * 4
    assert [a.json.get("model") for a in answers] == [CHAT_MODEL, "custom-model", None, CHAT_MODEL]


def test_connection_close_is_honoured(gateway):
    with gateway.wire() as wire:
        wire.send(POST.replace(b"Host: x\r\n", b"Host: x\r\nConnection: close\r\n"))
        assert wire.reply().status == 200 and wire.closed_by_peer()


def test_an_http_1_0_client_gets_an_answer_it_can_read(gateway):
    with gateway.wire() as wire:
        wire.send(POST.replace(b"HTTP/1.1", b"HTTP/1.0", 1))
        reply = wire.reply()

        assert reply.status == 200 and reply.header("transfer-encoding") is None, reply
        assert reply.json["model"] == CHAT_MODEL and wire.closed_by_peer()


def test_an_http_1_0_client_gets_a_stream_without_chunks(gateway):
    body = json.dumps(shapes.body(shapes.CHAT, CHAT_MODEL, True)).encode()
    with gateway.wire() as wire:
        wire.send(b"POST /v1/chat/completions HTTP/1.0\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))
        reply = wire.reply()

    assert reply.status == 200 and reply.header("transfer-encoding") is None, reply
    assert reply.body == b"".join(replies.chat_events(CHAT_MODEL, usage=False))


def test_expect_continue_is_answered(gateway, provider):
    with gateway.wire(timeout=5) as wire:
        wire.send(HEAD + b"Expect: 100-continue\r\nContent-Length: %d\r\n\r\n" % len(BODY))
        assert wire.reply_head()[0].status == 100
        wire.send(BODY)
        assert wire.reply().status == 200

    assert provider.only().header("expect") is None


def test_the_query_does_not_change_the_endpoint_and_slashes_do_not_hide_it(gateway):
    assert gateway.call("GET", "/v1/models?x=/v1/chat/completions").status == 200
    assert gateway.call("GET", "/health?x").status == 200


def test_a_client_that_never_finishes_its_head_harms_no_one(gateway):
    with gateway.wire() as slow:
        slow.send(b"POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nA: ")
        assert gateway.chat(CHAT_MODEL).status == 200


def test_two_hundred_idle_connections_harm_no_one(gateway):
    idle = [Wire(gateway.port) for _ in range(200)]
    try:
        assert gateway.chat(CHAT_MODEL).status == 200
    finally:
        for wire in idle:
            wire.socket.close()
    eventually(gateway.healthy)


def test_a_slow_reader_gets_everything(gateway, provider):
    """A stream far larger than the socket buffers, read late."""
    filler = "x" * 20_000
    events = [replies.chat_chunk(CHAT_MODEL, {"content": filler}) for _ in range(400)]
    events += [replies.chat_chunk(CHAT_MODEL, {}, "stop"), b"data: [DONE]\n\n"]
    provider.script(Stream(events))

    with gateway.wire() as wire:
        body = json.dumps(shapes.body(shapes.CHAT, CHAT_MODEL, True)).encode()
        wire.request("POST", "/v1/chat/completions", {"Content-Type": "application/json"}, body)
        time.sleep(0.5)
        reply = wire.reply()

    assert reply.body == b"".join(events)
