"""The scripted provider does what the scripts say (otherwise the other tests prove nothing)."""

from __future__ import annotations

import socket
import ssl
import time

import pytest

import replies
from provider import Answer, Close, CutBody, Gate, Healthy, Raw, Reset, Stall, Stream
from wire import Wire, call, eventually

pytestmark = pytest.mark.direct
CHAT = {"model": "m", "messages": []}


def post(provider, body=CHAT):
    return call(provider.port, "POST", "/v1/chat/completions", body=body)


def test_a_healthy_provider_answers_and_records(primary):
    reply = post(primary)

    assert reply.json == replies.chat("m")
    assert primary.only().model == "m" and primary.only().header("host") == "gateway.test"


def test_steps_play_in_order_then_it_is_healthy(primary):
    primary.script(Answer(503, {"error": {}}), Answer(429, {"error": {}}), model="m")

    assert [post(primary).status for _ in range(3)] == [503, 429, 200]


def test_always_comes_after_the_queue_and_only_for_its_model(primary):
    primary.always(Answer(500, {}), model="m")
    primary.script(Answer(503, {}), model="m")

    assert [post(primary).status for _ in range(3)] == [503, 500, 500]
    assert post(primary, {"model": "other"}).status == 200


@pytest.mark.parametrize("step", [Close(), Reset()], ids=["close", "reset"])
def test_it_leaves_before_the_head(primary, step):
    primary.script(step)

    with pytest.raises((EOFError, ConnectionResetError)):
        post(primary)


@pytest.mark.parametrize("end", ["close", "reset"])
def test_a_cut_stream_keeps_what_was_sent(primary, end):
    primary.script(Stream([b"data: 1\n\n", b"data: 2\n\n"], end=end))

    reply = post(primary)

    assert reply.body == b"data: 1\n\ndata: 2\n\n" and not reply.complete


def test_a_body_is_cut_where_told(primary):
    primary.script(CutBody(Answer(body=b"0123456789"), keep=4))

    reply = post(primary)

    assert reply.body == b"0123" and not reply.complete


def test_raw_bytes_go_out_unchanged(primary):
    primary.script(Raw(b"garbage\r\n"))

    with Wire(primary.port) as wire:
        wire.request("GET", "/", body=b"")
        assert wire.socket.recv(100) == b"garbage\r\n"


def test_a_gate_holds_the_stream_until_opened(primary):
    gate = Gate()
    primary.script(Stream([b"data: 1\n\n", gate, b"data: 2\n\n"]))

    with Wire(primary.port) as wire:
        wire.request("POST", "/x", body=b"{}")
        reply, framing = wire.reply_head()
        parts = wire.parts(reply, framing)
        assert next(parts) == b"data: 1\n\n"
        assert not wire.readable(0.05)
        gate.open()
        assert list(parts) == [b"data: 2\n\n"] and reply.complete


def test_it_notices_when_the_peer_leaves_a_stalled_call(primary):
    primary.script(Stall())

    with Wire(primary.port) as wire:
        wire.request("POST", "/x", body=b"{}")
        eventually(lambda: primary.requests)
    eventually(lambda: primary.last().connection.closed_at, what="the closed connection")


def test_connections_are_kept_and_can_be_closed_between_requests(primary):
    with Wire(primary.port) as wire:
        for _ in range(2):
            wire.request("POST", "/v1/chat/completions", body=b"{}")
            assert wire.reply().status == 200
        assert {request.connection.id for request in primary.requests} == {1}
        primary.close_idle()
        assert wire.closed_by_peer()


def test_healthy_may_close_after_its_answer(primary):
    primary.script(Healthy(then_close=True))

    with Wire(primary.port) as wire:
        wire.request("POST", "/v1/chat/completions", body=b"{}")
        assert wire.reply().complete and wire.closed_by_peer()


def test_chunked_and_multipart_requests_are_read(primary):
    with Wire(primary.port) as wire:
        wire.request(
            "POST", "/x", {"Transfer-Encoding": "chunked"}, b'5\r\n{"mod\r\n8;x=y\r\nel":"m"}\r\n0\r\nT: 1\r\n\r\n'
        )
        wire.reply()
    assert primary.only().body == b'{"model":"m"}' and primary.only().model == "m"


def test_a_gate_does_not_block_other_connections(primary):
    gate = Gate()
    primary.script(Stream([gate]), model="held")
    with Wire(primary.port) as held:
        held.request("POST", "/v1/chat/completions", body=b'{"model":"held"}')
        eventually(lambda: primary.requests)
        assert post(primary).status == 200
        gate.open()


def test_tls_providers_present_a_certificate_nobody_trusts(make_provider, untrusted_tls):
    provider = make_provider(untrusted_tls)

    with pytest.raises(ssl.SSLCertVerificationError):
        plain = socket.create_connection(("127.0.0.1", provider.port), 5)
        with plain:
            ssl.create_default_context().wrap_socket(plain, server_hostname="127.0.0.1")


def test_a_delay_is_at_least_what_was_asked(primary):
    primary.script(Answer(body={}, delay=0.05))

    before = time.monotonic()
    post(primary)

    assert time.monotonic() - before >= 0.05
