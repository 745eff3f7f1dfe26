"""Same dialect in and out: every byte passes except the model's name (product.md §5)."""

from __future__ import annotations

import gzip
import json

import pytest

import replies
import shapes
from conftest import CHAT_MODEL, CLAUDE_MODEL, DEPLOYMENT, GEMINI_MODELS, quiet_settings
from gateway import channel
from provider import Answer, Gate, Pause, Stream

ODD_CHAT_BODIES = {
    "odd spacing": '\n{ "messages" :[\t{"role":"user" ,"content":"Hi"} ]\r\n, "model" : %s ,"n":1 }\n ',
    "numbers as spelt": '{"model":%s,"temperature":1.0,"top_p":1e0,"seed":-0,"big":12345678901234567890123,"tiny":1E-400,"messages":[]}',
    "escapes as written": r'{"model":%s,"messages":[{"role":"user","content":"\u0048\u00e9 \ud83d\ude00 \/ \" é 😀 \b\f"}]}',
    "lone surrogate": r'{"model":%s,"messages":[{"role":"user","content":"\ud83d"}]}',
    "model last": '{"messages":[],"stream":false,"model":%s}',
    "inner models stay": '{"metadata":{"model":"inner"},"model":%s,"messages":[{"role":"user","content":"\\"model\\":\\"x\\""}],"tools":[{"model":"t"}]}',
    "unknown members": '{"model":%s,"messages":[],"x_vendor":{"a":[null,true,[],{}]},"":0}',
    "escaped key nearby": r'{"mod\u0065l2":1,"model":%s,"messages":[]}',
    "deep": '{"model":%s,"messages":[],"deep":' + "[" * 200 + "]" * 200 + "}",
    "not ascii": '{"model":%s,"messages":[{"role":"user","content":"Grüße 你好 \u2028 \x7f"}]}',
}


def post(gateway, path: str, body: bytes, headers: dict | list = ()):
    return gateway.call("POST", path, headers, body)


@pytest.mark.parametrize("body", ODD_CHAT_BODIES.values(), ids=ODD_CHAT_BODIES.keys())
def test_a_request_with_the_real_name_passes_byte_for_byte(gateway, provider, body):
    sent = (body % json.dumps(CHAT_MODEL)).encode()

    reply = post(gateway, "/v1/chat/completions", sent)

    assert reply.status == 200, reply
    assert provider.only().body == sent


@pytest.mark.parametrize("body", ODD_CHAT_BODIES.values(), ids=ODD_CHAT_BODIES.keys())
@pytest.mark.parametrize("name", [CHAT_MODEL.upper(), f"  {CHAT_MODEL} "])
def test_only_the_models_name_is_replaced(gateway, provider, body, name):
    reply = post(gateway, "/v1/chat/completions", (body % json.dumps(name)).encode())

    assert reply.status == 200, reply
    assert provider.only().body == (body % json.dumps(CHAT_MODEL)).encode()


def test_an_escaped_model_name_is_understood(gateway, provider):
    escaped = CHAT_MODEL.replace("g", r"\u0067", 1)
    reply = post(gateway, "/v1/chat/completions", f'{{"model":"{escaped}","messages":[]}}'.encode())

    assert reply.status == 200 and provider.only().json["model"] == CHAT_MODEL, reply


def test_an_escaped_model_member_is_understood(gateway, provider):
    reply = post(gateway, "/v1/chat/completions", rf'{{"\u006dodel":"{CHAT_MODEL}","messages":[]}}'.encode())

    assert reply.status == 200, reply
    assert provider.only().json == {"model": CHAT_MODEL, "messages": []}


def test_a_real_name_that_needs_escapes_is_spliced_as_json(make_gateway, primary):
    real = 'vendor/mo"del\\ü'
    gateway = make_gateway({"channels": [channel("c", primary.url, [{"model": real, "name": "plain"}])]})

    reply = gateway.chat("plain")

    assert reply.status == 200 and primary.only().json["model"] == real, reply


SAME_DIALECT = {
    "responses": ("/v1/responses", CHAT_MODEL, '{ "input":"Hi", "model":"%s", "x":1.10 }'),
    "anthropic": (
        "/v1/messages",
        CLAUDE_MODEL,
        '{ "max_tokens":64.0,"messages" : [] , "model":"%s","system":"\\u00e9"}',
    ),
    "anthropic count": ("/v1/messages/count_tokens", CLAUDE_MODEL, '{"model":"%s" ,"messages":[ ]}'),
    "azure": ("/v1/chat/completions", DEPLOYMENT, '{"model":"%s" ,"messages":[ ]}'),
    "custom": ("/v1/chat/completions", "custom-model", '{"model":"%s" ,"messages":[ ]}'),
    "embeddings": ("/v1/embeddings", "text-embedding-3-small", '{"model":"%s" ,"input":[ "a" ]}'),
    "images": ("/v1/images/generations", "gpt-image-1", '{"model":"%s" ,"prompt": "a" }'),
}


@pytest.mark.parametrize(("path", "model", "body"), SAME_DIALECT.values(), ids=SAME_DIALECT.keys())
def test_every_endpoint_passes_its_body(gateway, provider, path, model, body):
    reply = post(gateway, path, (body % model).encode())

    assert reply.status == 200, reply
    assert provider.only().body == (body % model).encode()


@pytest.mark.parametrize("method", ["generateContent", "streamGenerateContent?alt=sse", "countTokens"])
def test_a_gemini_body_passes_whole(gateway, provider, method):
    sent = b'{ "contents":[ {"parts":[{"text":"\\u0048i"}]} ], "generation_config":{"temperature":1.0} }'

    reply = post(gateway, f"/v1beta/models/{GEMINI_MODELS[0]}:{method}", sent)

    assert reply.status == 200, reply
    assert provider.only().body == sent


def test_a_multipart_body_passes_whole(gateway, provider):
    sound = bytes(range(256)) * 300
    sent = (
        b'--XX\r\nContent-Disposition: form-data; name="file"; filename="a.wav"\r\n\r\n' + sound + b"\r\n"
        b'--XX\r\nContent-Disposition: form-data; name="model"\r\n\r\nwhisper-1\r\n--XX--\r\n'
    )

    reply = post(gateway, "/v1/audio/transcriptions", sent, {"Content-Type": "multipart/form-data; boundary=XX"})

    assert reply.status == 200, reply
    assert provider.only().body == sent
    assert provider.only().header("content-type") == "multipart/form-data; boundary=XX"


def test_a_multipart_models_alias_is_replaced_and_nothing_else(make_gateway, primary):
    gateway = make_gateway({"channels": [channel("c", primary.url, [{"model": "whisper-1", "name": "ears"}])]})
    body = (
        b'--XX\r\nContent-Disposition: form-data; name="model"\r\n\r\n%s\r\n'
        b'--XX\r\nContent-Disposition: form-data; name="file"; filename="model"\r\n\r\n\x00ears\r\n--XX--\r\n'
    )

    reply = post(
        gateway, "/v1/audio/transcriptions", body % b"ears", {"Content-Type": "multipart/form-data; boundary=XX"}
    )

    assert reply.status == 200, reply
    assert primary.only().body == body % b"whisper-1"


def test_a_big_body_passes_whole(gateway, provider):
    picture = "A" * 8_000_000
    sent = json.dumps({"model": CHAT_MODEL, "messages": [{"role": "user", "content": picture}]}).encode()

    reply = post(gateway, "/v1/chat/completions", sent)

    assert reply.status == 200, reply
    assert provider.only().body == sent


# Answers

ODD_ANSWER = b'\n{ "id":"x" ,"model":"%s","choices":[ ],"n":1.0,"big":12345678901234567890,"t":"\\u00e9 \xc3\xa9"}\r\n'


def dialect_model(dialect: str) -> str:
    return {shapes.MESSAGES: CLAUDE_MODEL, shapes.GEMINI: GEMINI_MODELS[0]}.get(dialect, CHAT_MODEL)


ODD_ANSWERS = {
    shapes.CHAT: b'\n{ "id":"x" ,"object":"chat.completion","model":"%s","choices":[ {"index":0,"message":{"role":"assistant","content":"\\u00e9 \xc3\xa9"},"finish_reason":"stop"} ],"n":1.0,"big":12345678901234567890}\r\n',
    shapes.RESPONSES: b'{ "id":"x", "object":"response","status":"completed","model":"%s","output":[ {"type":"message","role":"assistant","content":[{"type":"output_text","text":"\\u00e9","annotations":[]}]} ],"n":1.0 }\n',
    shapes.MESSAGES: b'{ "id":"x","type":"message","role":"assistant","model":"%s","content":[ {"type":"text","text":"\\u00e9"}],"stop_reason":"end_turn","usage":{"input_tokens":1.0,"output_tokens":1}}\n\n',
    shapes.GEMINI: b'{\r\n  "candidates": [ {"content":{"parts":[{"text":"\\u00e9"}],"role":"model"},"finishReason":"STOP"} ],\r\n  "modelVersion": "%s"\r\n}\r\n',
}  # fmt: skip


@pytest.mark.parametrize("dialect", shapes.DIALECTS)
def test_a_json_answer_comes_back_byte_for_byte(gateway, provider, dialect):
    model = dialect_model(dialect)
    sent = ODD_ANSWERS[dialect] % model.encode()
    provider.script(Answer(body=sent, content_type="application/json; charset=UTF-8"))

    reply = gateway.call("POST", shapes.path(dialect, model), shapes.headers(dialect), shapes.body(dialect, model))

    assert reply.body == sent, reply
    assert reply.header("content-type") == "application/json; charset=UTF-8"


EVENTS = {
    shapes.CHAT: replies.chat_events,
    shapes.RESPONSES: replies.response_events,
    shapes.MESSAGES: replies.message_events,
    shapes.GEMINI: replies.gemini_events,
}


def ask_stream(gateway, dialect: str):
    model = dialect_model(dialect)
    return gateway.call(
        "POST", shapes.path(dialect, model, True), shapes.headers(dialect), shapes.body(dialect, model, True)
    )


@pytest.mark.parametrize("dialect", shapes.DIALECTS)
def test_a_stream_comes_back_byte_for_byte(gateway, provider, dialect):
    events = EVENTS[dialect](dialect_model(dialect))
    provider.script(Stream(events))

    reply = ask_stream(gateway, dialect)

    assert reply.body == b"".join(events), reply
    assert reply.complete and "text/event-stream" in reply.header("content-type")


@pytest.mark.parametrize("dialect", shapes.DIALECTS)
@pytest.mark.parametrize("size", [1, 7, 100_000], ids=["byte by byte", "seven bytes", "one packet"])
def test_a_stream_means_the_same_however_it_is_cut_into_packets(gateway, provider, dialect, size):
    whole = b"".join(EVENTS[dialect](dialect_model(dialect)))
    # Keep byte-by-byte runs short: the first and the last events are what matters.
    provider.script(Stream([whole[at : at + size] for at in range(0, len(whole), size)]))

    reply = ask_stream(gateway, dialect)

    assert reply.body == whole, reply


def test_comments_crlf_odd_fields_and_unknown_events_pass(gateway, provider):
    model = CHAT_MODEL
    events = [
        b": OPENROUTER PROCESSING\n\n",
        replies.chat_role(model),
        b"data:" + replies.chat_chunk(model, {"content": "no space"})[6:],
        replies.chat_chunk(model, {"content": "crlf"}).replace(b"\n\n", b"\r\n\r\n"),
        b"event: x-vendor\nid: 7\nretry: 10\ndata: {\"vendor\": 1.0}\n\n",
        b'data: {"id":"chatcmpl-1","object":"chat.completion.chunk","model":"%s","choices":[{"index":0,"delta":{"content":"\\ud83d\\ude00"},"finish_reason":null}],"x":1.00}\n\n' % model.encode(),
        replies.chat_chunk(model, {}, "stop"),
        b"data: [DONE]\n\n",
    ]  # fmt: skip
    provider.script(Stream(events))

    reply = ask_stream(gateway, shapes.CHAT)

    assert reply.body == b"".join(events), reply


def test_a_character_split_over_packets_is_not_damaged(gateway, provider):
    event = replies.chat_chunk(CHAT_MODEL, {"content": "a 😀 b"})
    middle = event.index("😀".encode()) + 2
    rest = b"".join(replies.chat_events(CHAT_MODEL)[1:])
    provider.script(Stream([replies.chat_role(CHAT_MODEL) + event[:middle], Pause(0.05), event[middle:], rest]))

    reply = ask_stream(gateway, shapes.CHAT)

    assert shapes.text_of(shapes.CHAT, reply).startswith("a 😀 b"), reply


def test_a_gemini_array_stream_comes_back_byte_for_byte(gateway, provider):
    model = GEMINI_MODELS[0]
    parts = [json.dumps(chunk, indent=1).encode() for chunk in replies.gemini_chunks(model)]
    events = [b"[" + parts[0], *(b"\r\n,\r\n" + part for part in parts[1:]), b"\r\n]\r\n"]
    provider.script(Stream(events, content_type="application/json; charset=UTF-8"))

    reply = gateway.call("POST", f"/v1beta/models/{model}:streamGenerateContent", {}, shapes.body(shapes.GEMINI))

    assert reply.body == b"".join(events), reply


def test_a_stream_arrives_as_it_is_produced(gateway, provider):
    """The first words reach the client while the provider still holds the rest."""
    gate = Gate()
    events = replies.chat_events(CHAT_MODEL)
    provider.script(Stream([*events[:3], gate, *events[3:]]))

    with gateway.wire() as wire:
        body = json.dumps(shapes.body(shapes.CHAT, CHAT_MODEL, True)).encode()
        wire.request("POST", "/v1/chat/completions", {"Content-Type": "application/json"}, body)
        reply, framing = wire.reply_head()
        parts, seen = wire.parts(reply, framing), b""
        while events[2] not in seen:
            seen += next(parts)
        gate.open()
        seen += b"".join(parts)

    assert seen == b"".join(events)


def test_a_gzip_answer_is_readable_for_a_client_that_does_not_take_gzip(gateway, provider):
    body = replies.chat(CHAT_MODEL)
    provider.script(Answer(body=body, gzipped=True))

    reply = gateway.chat(CHAT_MODEL)

    plain = gzip.decompress(reply.body) if reply.header("content-encoding") == "gzip" else reply.body
    assert json.loads(plain) == body
    assert reply.header("content-encoding") is None, "the client did not offer gzip"


@pytest.mark.parametrize(("channel_type", "prefix"), [("openai", "/v1"), ("custom", "/relay/v9")])
def test_the_base_url_decides_the_upstream_path(make_gateway, primary, channel_type, prefix):
    url = primary.url + ("" if channel_type == "openai" else prefix)
    gateway = make_gateway({"channels": [channel("c", url, ["m"], channel_type)], "settings": quiet_settings()})

    assert gateway.chat("m").status == 200
    assert primary.only().target == f"{prefix}/chat/completions"
