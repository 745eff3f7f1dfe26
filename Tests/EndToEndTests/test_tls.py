"""Providers over TLS: whom the gateway trusts, and what it says when it does not."""

from __future__ import annotations

import socket
import threading
from pathlib import Path

import pytest

import replies
import shapes
from certificates import Authority
from conftest import quiet_settings
from gateway import channel
from provider import Answer, Gone, head_bytes

UNTRUSTED = "certificate is not trusted"


@pytest.fixture(scope="module")
def authority(tmp_path_factory) -> Authority:
    return Authority(Path(tmp_path_factory.mktemp("authority")))


@pytest.fixture
def trusting(make_gateway, authority):
    """Makes a gateway that trusts the authority; the channels are asked in this order."""

    def make(*urls: str, **settings):
        channels = [channel(f"c{index}", url, ["m"]) for index, url in enumerate(urls, 1)]
        config = {"channels": channels, "settings": quiet_settings(**settings)}
        return make_gateway(config, environment={"SSL_CERT_FILE": str(authority.bundle)})

    return make


def named(provider, host: str = "localhost") -> str:
    return f"https://{host}:{provider.port}"


class TLSCut:
    """Begins a body and closes the TCP connection without TLS's own goodbye (`close_notify`)."""

    def __init__(self, headers: list[tuple[str, str]], body: bytes) -> None:
        self.data = head_bytes(200, headers) + body

    async def play(self, session, request) -> bool:
        await session.send(self.data)
        await session.sleep(0.05)
        session._transport.get_extra_info("socket").shutdown(socket.SHUT_WR)
        try:
            await session.sleep(3600)
        except Gone:
            pass
        return False


def cut_json() -> TLSCut:
    """Only the missing goodbye tells that this answer, framed by the connection's end, may not be whole."""
    return TLSCut([("Content-Type", "application/json"), ("Connection", "close")], replies.dump(replies.chat("m")))


# Trusted ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("stream", [False, True])
def test_a_certificate_of_an_authority_in_ssl_cert_file_is_trusted(trusting, make_provider, authority, stream):
    context = authority.server("localhost")
    gateway = trusting(named(make_provider(context)))

    reply = gateway.chat(stream=stream)

    assert reply.status == 200 and reply.complete and reply.attempts == 1, reply
    assert shapes.text_of(shapes.CHAT, reply) == replies.greeting("m")
    assert set(context.names_asked) == {"localhost"}, "the provider must be told which name is meant (SNI)"


def test_an_address_is_checked_against_the_addresses_of_the_certificate(trusting, make_provider, authority):
    context = authority.server("127.0.0.1")
    gateway = trusting(named(make_provider(context), "127.0.0.1"))

    reply = gateway.chat()

    assert reply.status == 200 and reply.attempts == 1, reply
    assert set(context.names_asked) == {None}, "addresses are no server names (RFC 6066 §3)"


def test_a_connection_over_tls_is_used_again(trusting, make_provider, authority):
    provider = make_provider(authority.server("localhost"))
    gateway = trusting(named(provider))

    with gateway.wire() as wire:
        for _ in range(3):
            wire.request("POST", "/v1/chat/completions", {"Content-Type": "application/json"},
                         replies.dump(shapes.body(shapes.CHAT)))  # fmt: skip
            assert wire.reply().status == 200

    assert {request.connection.id for request in provider.requests} == {provider.requests[0].connection.id}


# Refused ------------------------------------------------------------------------------------------------------


@pytest.fixture(params=["stranger", "expired", "wrong-host", "wrong-address"])
def refused(request, make_provider, authority, untrusted_tls):
    """A provider that must not be trusted: its URL, the words of the refusal, itself."""
    if request.param == "stranger":
        provider, host, words = make_provider(untrusted_tls), "127.0.0.1", UNTRUSTED
    elif request.param == "expired":
        provider, host, words = make_provider(authority.server("localhost", expired=True)), "localhost", "certificate"
    elif request.param == "wrong-host":
        provider, host, words = (
            make_provider(authority.server("other.test")),
            "localhost",
            "does not belong to this host",
        )
    else:
        provider, host, words = (
            make_provider(authority.server("127.0.0.2")),
            "127.0.0.1",
            "does not belong to this host",
        )
    return named(provider, host), words, provider


def test_a_certificate_that_cannot_be_trusted_is_refused_in_words(trusting, refused):
    url, words, provider = refused

    reply = trusting(url).chat()

    shapes.assert_error(reply, shapes.CHAT, 502, "TLS", words)
    assert not provider.requests, "nothing may be sent to a stranger"


def test_a_certificate_that_cannot_be_trusted_is_routed_around(trusting, refused, fallback):
    url, _, provider = refused

    reply = trusting(url, fallback.url).chat()

    assert reply.status == 200 and reply.channel == "c2", reply
    assert not provider.requests


def test_a_server_without_tls_is_routed_around(trusting, fallback):
    with socket.create_server(("127.0.0.1", 0)) as plain:
        threading.Thread(target=answer_in_plain_text, args=(plain,), daemon=True).start()

        reply = trusting(f"https://localhost:{plain.getsockname()[1]}", fallback.url).chat()

    assert reply.status == 200 and reply.channel == "c2", reply


def answer_in_plain_text(server: socket.socket) -> None:
    """What web servers say to TLS on their plain port."""
    try:
        while True:
            connection, _ = server.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
    except OSError:
        pass


def test_a_handshake_that_never_ends_hits_the_connect_timeout(trusting, fallback):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"https://localhost:{silent.getsockname()[1]}"

        alone = trusting(url, connect_timeout=1).chat()
        routed = trusting(url, fallback.url, connect_timeout=1).chat()

    shapes.assert_error(alone, shapes.CHAT, 504, "no connection in time")
    assert routed.status == 200 and routed.channel == "c2", routed


# Cut ----------------------------------------------------------------------------------------------------------


def test_an_answer_cut_without_tls_goodbye_is_a_failure(trusting, make_provider, authority):
    provider = make_provider(authority.server("localhost"))
    provider.always(cut_json())

    reply = trusting(named(provider)).chat()

    shapes.assert_error(reply, shapes.CHAT, 502, "cut off")


def test_an_answer_cut_without_tls_goodbye_is_asked_for_elsewhere(trusting, make_provider, authority, fallback):
    provider = make_provider(authority.server("localhost"))
    provider.always(cut_json())

    reply = trusting(named(provider), fallback.url).chat()

    assert reply.status == 200 and reply.channel == "c2", reply


def test_the_same_answer_with_the_goodbye_is_whole(trusting, make_provider, authority):
    class Closing(Answer):
        async def play(self, session, request) -> bool:
            head = head_bytes(200, [("Content-Type", "application/json"), ("Connection", "close")])
            await session.send(head + replies.dump(replies.chat("m")))
            return False

    provider = make_provider(authority.server("localhost"))
    provider.always(Closing())

    reply = trusting(named(provider)).chat()

    assert reply.status == 200 and reply.json == replies.chat("m"), reply


def test_a_stream_cut_without_tls_goodbye_does_not_claim_to_be_whole(trusting, make_provider, authority):
    provider = make_provider(authority.server("localhost"))
    begun = replies.chat_role("m") + replies.chat_chunk("m", {"content": "Hello"})
    provider.always(TLSCut([("Content-Type", "text/event-stream"), ("Connection", "close")], begun))

    reply = trusting(named(provider), continue_cut_streams=False).chat(stream=True)

    assert shapes.text_of(shapes.CHAT, reply) == "Hello"
    assert not shapes.terminals(shapes.CHAT, reply), reply
    assert shapes.error_events(shapes.CHAT, reply), reply
