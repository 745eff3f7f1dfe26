"""Refusals of the gateway itself, in the caller's dialect (product.md §5, dialects.md §12)."""

from __future__ import annotations

import gzip
import socket

import openai
import pytest
import zstandard

import shapes
from conftest import CHAT_MODEL, CLAUDE_MODEL, GEMINI_MODELS
from provider import Answer

MODELS = {shapes.MESSAGES: CLAUDE_MODEL, shapes.GEMINI: GEMINI_MODELS[0]}
LIMIT = 64 * 1024 * 1024


def endpoint_of(dialect: str) -> str:
    return shapes.path(dialect, MODELS.get(dialect, CHAT_MODEL))


UNKNOWN_PATHS = [
    (shapes.CHAT, "POST", "/v1/nothing"),
    (shapes.CHAT, "POST", "/v1/chat/completions/extra"),
    (shapes.CHAT, "POST", "/v1/conversations"),
    (shapes.CHAT, "GET", "/v1/files"),
    (shapes.MESSAGES, "POST", "/v1/messages/batches"),
    (shapes.MESSAGES, "POST", "/v1/nothing"),
    (shapes.GEMINI, "POST", f"/v1beta/models/{GEMINI_MODELS[0]}:doSomething"),
    (shapes.GEMINI, "GET", "/v1beta/nothing"),
]


@pytest.mark.parametrize(("dialect", "method", "path"), UNKNOWN_PATHS)
def test_an_unknown_path_is_404(gateway, provider, dialect, method, path):
    reply = gateway.call(method, path, shapes.headers(dialect), {} if method == "POST" else None)

    shapes.assert_error(reply, dialect, 404)
    assert provider.requests == []


WRONG_METHODS = [
    (shapes.CHAT, "GET", "/v1/chat/completions", "POST"),
    (shapes.CHAT, "DELETE", "/v1/chat/completions", "POST"),
    (shapes.CHAT, "PUT", "/v1/embeddings", "POST"),
    (shapes.CHAT, "GET", "/chat/completions", "POST"),
    (shapes.CHAT, "POST", "/v1/models", "GET"),
    (shapes.MESSAGES, "GET", "/v1/messages", "POST"),
    (shapes.GEMINI, "GET", f"/v1beta/models/{GEMINI_MODELS[0]}:generateContent", "POST"),
    (shapes.GEMINI, "POST", "/v1beta/models", "GET"),
]


@pytest.mark.parametrize(("dialect", "method", "path", "allowed"), WRONG_METHODS)
def test_a_wrong_method_is_405_and_says_what_is_allowed(gateway, provider, dialect, method, path, allowed):
    reply = gateway.call(method, path, shapes.headers(dialect), {} if method in ("POST", "PUT") else None)

    shapes.assert_error(reply, dialect, 405)
    assert allowed in (reply.header("allow") or ""), reply
    assert provider.requests == []


BAD_JSON = {
    "words": b"not json",
    "empty": b"",
    "cut off": b'{"model":"gpt-4o-mini","messages":[',
    "trailing comma": b'{"model":"gpt-4o-mini","messages":[],}',
    "two values": b'{"model":"gpt-4o-mini"}{"a":1}',
    "array": b"[]",
    "text": b'"text"',
    "bare word": b'{"model":nope}',
    "single quotes": b"{'model':'x'}",
    "not utf-8": b'{"model":"gpt-4o-mini","x":"\xff\xfe"}',
    "control character": b'{"model":"gpt-4o-mini","x":"a\nb"}',
    "too deep": b'{"model":"gpt-4o-mini","x":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
}


@pytest.mark.parametrize("dialect", shapes.DIALECTS)
@pytest.mark.parametrize("body", BAD_JSON.values(), ids=BAD_JSON.keys())
def test_malformed_json_is_400(gateway, provider, dialect, body):
    reply = gateway.call("POST", endpoint_of(dialect), shapes.headers(dialect), body)

    shapes.assert_error(reply, dialect, 400)
    assert provider.requests == []


@pytest.mark.parametrize("model", ["1", "true", "{}", '["a"]'])
def test_a_model_that_is_not_text_is_400(gateway, provider, model):
    reply = gateway.call("POST", "/v1/chat/completions", {}, f'{{"model":{model},"messages":[]}}'.encode())

    shapes.assert_error(reply, shapes.CHAT, 400, "model")
    assert provider.requests == []


@pytest.mark.parametrize("dialect", shapes.DIALECTS)
def test_a_body_over_the_limit_is_413_before_it_is_sent(gateway, provider, dialect):
    with gateway.wire() as wire:
        headers = {**shapes.headers(dialect), "Content-Type": "application/json", "Content-Length": str(LIMIT + 1)}
        wire.request("POST", endpoint_of(dialect), headers)
        reply = wire.reply()

    shapes.assert_error(reply, dialect, 413)
    assert provider.requests == []


def test_a_chunked_body_that_grows_over_the_limit_is_413(gateway, provider):
    with gateway.wire() as wire:
        headers = {"Content-Type": "application/json", "Transfer-Encoding": "chunked"}
        wire.request("POST", "/v1/chat/completions", headers)
        chunk = b"100000\r\n" + b" " * 0x100000 + b"\r\n"
        for _ in range(70):
            wire.send(chunk)
            if wire.readable(0):
                break
        reply = wire.reply()

    shapes.assert_error(reply, shapes.CHAT, 413)
    assert provider.requests == []


@pytest.mark.parametrize("coding", ["gzip", "zstd"])
def test_a_compressed_body_that_unpacks_over_the_limit_is_413(gateway, provider, coding):
    zeros = b" " * (LIMIT + 1024)
    packed = gzip.compress(zeros, 1) if coding == "gzip" else zstandard.compress(zeros, 1)

    reply = gateway.call("POST", "/v1/chat/completions", {"Content-Encoding": coding}, packed)

    shapes.assert_error(reply, shapes.CHAT, 413)
    assert provider.requests == []


WRONG_TYPES = {
    "xml": ("text/xml", b"<chat/>"),
    "form": ("application/x-www-form-urlencoded", b"model=gpt-4o-mini"),
    "multipart": (
        "multipart/form-data; boundary=X",
        b'--X\r\nContent-Disposition: form-data; name="model"\r\n\r\nm\r\n--X--\r\n',
    ),
}


@pytest.mark.parametrize(("content_type", "body"), WRONG_TYPES.values(), ids=WRONG_TYPES.keys())
def test_a_body_of_another_kind_is_refused(gateway, provider, content_type, body):
    reply = gateway.call("POST", "/v1/chat/completions", {"Content-Type": content_type}, body)

    assert reply.status in (400, 415), reply
    shapes.assert_error(reply, shapes.CHAT, reply.status)
    assert provider.requests == []


@pytest.mark.parametrize("coding", ["br", "compress", "x-unknown"])
def test_an_unknown_content_encoding_is_refused(gateway, provider, coding):
    reply = gateway.call("POST", "/v1/chat/completions", {"Content-Encoding": coding}, b"\x00\x01")

    assert reply.status in (400, 415), reply
    shapes.assert_error(reply, shapes.CHAT, reply.status)
    assert provider.requests == []


def test_a_body_that_is_not_the_gzip_it_claims_is_400(gateway, provider):
    reply = gateway.call("POST", "/v1/chat/completions", {"Content-Encoding": "gzip"}, b'{"model":"m"}')

    shapes.assert_error(reply, shapes.CHAT, 400)
    assert provider.requests == []


def test_a_websocket_upgrade_of_responses_is_426(gateway, provider):
    headers = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    }
    reply = gateway.call("GET", "/v1/responses", headers)

    assert reply.status == 426, reply
    assert provider.requests == []


def test_a_request_body_that_breaks_off_never_goes_upstream(gateway, provider):
    body = b'{"model":"gpt-4o-mini","messages":[]}'
    with gateway.wire() as wire:
        wire.request("POST", "/v1/chat/completions", {"Content-Length": str(len(body) + 10)}, body)
        wire.socket.shutdown(socket.SHUT_WR)
        if not wire.closed_by_peer():
            assert wire.reply().status == 400

    assert gateway.chat(CHAT_MODEL).status == 200
    assert len(provider.requests) == 1


def test_a_request_id_names_every_refusal(gateway):
    refused = [gateway.call("GET", "/v1/nothing"), gateway.call("POST", "/v1/chat/completions", {}, b"x")]

    assert all(reply.header("x-request-id") for reply in refused), refused


def test_the_sdk_raises_its_own_error_for_bad_json_fields(gateway, provider):
    body = {
        "error": {
            "message": "temperature is too hot",
            "type": "invalid_request_error",
            "param": "temperature",
            "code": "hot",
        }
    }
    provider.script(Answer(400, body))
    client = openai.OpenAI(base_url=f"{gateway.url}/v1", api_key="k", max_retries=0, timeout=15)

    with pytest.raises(openai.BadRequestError) as refused:
        client.chat.completions.create(model=CHAT_MODEL, messages=[], temperature=9)

    assert (refused.value.code, refused.value.param) == ("hot", "temperature")
    assert "temperature is too hot" in refused.value.message
