"""Streams once content has begun: never pretend, never lose, stop when the client leaves."""

from __future__ import annotations

import json
import time

import anthropic
import openai
import pytest

import replies
import shapes
from admin_view import wait_for_row
from provider import Answer, Pause, Stall, Stream
from test_failover import HEALTHY_EVENTS, KINDS, ask_stream, config, failure, retry_after
from wire import eventually

#: How many events a provider sends before it breaks, so that some text has been seen.
BEFORE_CUT = {shapes.CHAT: 4, shapes.RESPONSES: 6, shapes.MESSAGES: 5, shapes.GEMINI: 2}
BROKEN_EVENT = {
    shapes.CHAT: replies.sse({"error": {"message": "Scripted overload", "type": "server_error", "code": None}}),
    shapes.RESPONSES: replies.sse(
        {"type": "error", "code": "server_error", "message": "Scripted overload", "param": None, "sequence_number": 99},
        "error",
    ),
    shapes.MESSAGES: replies.sse(
        {"type": "error", "error": {"type": "overloaded_error", "message": "Scripted overload"}}, "error"
    ),
    shapes.GEMINI: replies.sse({"error": {"code": 503, "message": "Scripted overload", "status": "UNAVAILABLE"}}),
}


def started(dialect: str) -> list[bytes]:
    return HEALTHY_EVENTS[dialect][: BEFORE_CUT[dialect]]


@pytest.fixture
def broken(make_gateway, primary, fallback):
    """A gateway of one dialect whose streams are not continued."""

    def make(dialect: str, **settings):
        return make_gateway(config(primary.url, fallback.url, KINDS[dialect], **settings))

    return make


@pytest.mark.parametrize("dialect", shapes.DIALECTS)
@pytest.mark.parametrize("end", ["reset", "close", "finish", "error event"])
def test_a_cut_after_content_is_an_error_event_and_never_an_end(broken, primary, fallback, dialect, end):
    # Apart from the content: an error in the same packet, before anything was sent on, still fails over unseen.
    failing = [Pause(0.3), BROKEN_EVENT[dialect]] if end == "error event" else []
    primary.script(Stream(started(dialect) + failing, end="finish" if failing else end))
    gateway = broken(dialect)

    reply = ask_stream(gateway, dialect)

    assert reply.status == 200 and reply.body.startswith(b"".join(started(dialect))), reply
    assert len(shapes.error_events(dialect, reply)) == 1, reply
    assert shapes.terminals(dialect, reply) == [], reply
    assert fallback.requests == [], "text that was shown must not be produced twice"
    assert ask_stream(gateway, dialect).channel == "fallback", "the primary must be cooling"


@pytest.mark.parametrize("dialect", [shapes.CHAT, shapes.MESSAGES])
def test_a_stream_that_goes_silent_is_cut_after_the_idle_timeout(broken, primary, dialect):
    pings = [event for _ in range(40) for event in (b": ping\n\n", Pause(0.25))]
    primary.script(Stream([*started(dialect), *pings], end="stall"))

    reply = ask_stream(broken(dialect, stream_idle_timeout=5), dialect)

    assert len(shapes.error_events(dialect, reply)) == 1, "pings are not life"
    assert shapes.terminals(dialect, reply) == []


def test_the_sdks_notice_a_cut_stream(broken, primary):
    events = replies.message_events("m")[:5]
    primary.script(Stream(events, end="reset"), path="/messages")
    gateway = broken(shapes.MESSAGES)
    claude = anthropic.Anthropic(base_url=gateway.url, api_key="k", max_retries=0, timeout=15)
    with pytest.raises(anthropic.APIError):
        list(claude.messages.create(model="m", max_tokens=8, messages=[], stream=True))

    primary.script(Stream(replies.chat_events("m")[:4], end="reset"), path="/chat/completions")
    chat = openai.OpenAI(base_url=f"{broken(shapes.CHAT).url}/v1", api_key="k", max_retries=0, timeout=15)
    with pytest.raises(openai.APIError):
        list(chat.chat.completions.create(model="m", messages=[], stream=True))


def test_a_cut_inside_tool_call_arguments_is_an_error(broken, primary):
    primary.script(Stream(replies.chat_events("m", tool="weather")[:4], end="reset"))

    reply = ask_stream(broken(shapes.CHAT), shapes.CHAT)

    assert shapes.error_events(shapes.CHAT, reply) and not shapes.terminals(shapes.CHAT, reply), reply


def test_a_cut_inside_a_character_damages_nothing_before_it(broken, primary):
    half = replies.chat_chunk("m", {"content": "😀"})
    half = half[: half.index("😀".encode()) + 2]
    primary.script(Stream([*started(shapes.CHAT), half], end="reset"))

    reply = ask_stream(broken(shapes.CHAT), shapes.CHAT)

    assert shapes.error_events(shapes.CHAT, reply) and "\ufffd" not in shapes.text_of(shapes.CHAT, reply), reply


def test_an_event_that_is_not_json_is_skipped_when_the_rest_is_whole(broken, primary, fallback):
    events = list(HEALTHY_EVENTS[shapes.CHAT])
    events.insert(4, b"data: {not json\n\n")
    primary.script(Stream(events))

    reply = ask_stream(broken(shapes.CHAT), shapes.CHAT)

    assert shapes.text_of(shapes.CHAT, reply) == replies.greeting("m"), reply
    assert "[DONE]" in shapes.terminals(shapes.CHAT, reply) and fallback.requests == []
    assert b"{not json" not in reply.body


def test_a_finished_stream_without_done_is_whole(broken, primary, fallback):
    primary.script(Stream(HEALTHY_EVENTS[shapes.CHAT][:-1]))

    reply = ask_stream(broken(shapes.CHAT), shapes.CHAT)

    assert reply.complete and shapes.text_of(shapes.CHAT, reply) == replies.greeting("m"), reply
    assert shapes.error_events(shapes.CHAT, reply) == [] and fallback.requests == []


def test_a_stream_without_usage_is_whole(broken, primary):
    primary.script(Stream(replies.chat_events("m", usage=False)))

    assert shapes.terminals(shapes.CHAT, ask_stream(broken(shapes.CHAT), shapes.CHAT)) == ["finish_reason", "[DONE]"]


def test_an_answer_in_json_to_a_streaming_request_is_not_lost(broken, primary):
    """Some servers ignore `stream`."""
    primary.script(Answer(body=replies.chat("m")))

    reply = ask_stream(broken(shapes.CHAT), shapes.CHAT)

    assert reply.status == 200 and shapes.text_of(shapes.CHAT, reply) == replies.greeting("m"), reply


# The client leaves


def leave(gateway, primary, dialect: str, script, wait_for_content: bool) -> float:
    """Opens a call, leaves it, and answers when it left."""
    primary.script(script)
    with gateway.wire() as wire:
        body = json.dumps(shapes.body(dialect, "m", True)).encode()
        pairs = {**shapes.headers(dialect), "Content-Type": "application/json"}
        wire.request("POST", shapes.path(dialect, "m", True), pairs, body)
        eventually(lambda: primary.requests, what="the upstream call")
        if wait_for_content:
            reply, framing = wire.reply_head()
            next(wire.parts(reply, framing))
    return time.monotonic()


@pytest.mark.parametrize("dialect", shapes.DIALECTS)
def test_a_client_that_leaves_mid_stream_ends_the_upstream_call_within_a_second(broken, primary, fallback, dialect):
    gateway = broken(dialect)

    left = leave(gateway, primary, dialect, Stream(started(dialect), end="stall"), True)

    closed = eventually(lambda: primary.only().connection.closed_at, 3, "the upstream's end")
    assert closed - left < 1
    assert fallback.requests == []
    row = wait_for_row(gateway, lambda row: row.status == 499, "a row with status 499")
    assert row.channel == "primary", row


def test_a_client_that_leaves_while_waiting_for_the_head_ends_the_upstream_call(broken, primary, fallback):
    gateway = broken(shapes.CHAT)

    left = leave(gateway, primary, shapes.CHAT, Stall(), False)

    closed = eventually(lambda: primary.only().connection.closed_at, 3, "the upstream's end")
    assert closed - left < 1 and fallback.requests == []
    wait_for_row(gateway, lambda row: row.status == 499, "a row with status 499")


def test_a_client_that_leaves_while_a_retry_is_pending_stops_it(broken, primary, fallback):
    gateway = broken(shapes.CHAT)
    leave(gateway, primary, shapes.CHAT, failure(429, headers=retry_after(2)), False)

    wait_for_row(gateway, lambda row: row.status == 499, "a row with status 499")
    assert len(primary.requests) == 1 and fallback.requests == []


def test_a_client_that_left_cools_nothing(broken, primary):
    gateway = broken(shapes.CHAT)
    leave(gateway, primary, shapes.CHAT, Stream(started(shapes.CHAT), end="stall"), True)
    eventually(lambda: primary.only().connection.closed_at, 3)

    assert gateway.chat("m").channel == "primary"
