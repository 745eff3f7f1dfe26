"""A provider misbehaves and the client does not notice (resilience.md, the table and the faults)."""

from __future__ import annotations

import gzip
import json
import socket
from concurrent.futures import ThreadPoolExecutor

import pytest

import replies
import shapes
from conftest import quiet_settings
from gateway import channel, free_port, key_of
from provider import Answer, Close, CutBody, Healthy, Raw, Reset, Stall, Stream
from wire import eventually

NO_PROVIDER = "No available provider for model"
KINDS = {shapes.CHAT: "openai", shapes.RESPONSES: "openai", shapes.MESSAGES: "anthropic", shapes.GEMINI: "gemini"}


def failure(status: int, code: str | None = None, message: str = "scripted failure", headers: list = ()) -> Answer:
    error = {"message": message, "type": "scripted_error", "param": None, "code": code}
    return Answer(status, {"error": error}, list(headers))


def retry_after(seconds: int) -> list[tuple[str, str]]:
    return [("Retry-After", str(seconds))]


def config(primary_url: str, fallback_url: str | None, kind: str = "openai", **settings) -> dict:
    channels = [channel("primary", primary_url, ["m"], kind)]
    if fallback_url:
        channels.append(channel("fallback", fallback_url, ["m"], kind))
    return {"channels": channels, "settings": quiet_settings(continue_cut_streams=False, **settings)}


@pytest.fixture
def pair(make_gateway, primary, fallback):
    """The same model on two channels, `primary` first."""
    return make_gateway(config(primary.url, fallback.url))


@pytest.fixture
def alone(make_gateway, primary):
    """One channel, no way out."""
    return make_gateway(config(primary.url, None))


# What happens to the request, and to the entry: (what the primary does for ever, calls it gets, all attempts)

ROUTED_AROUND = {
    "408": (failure(408), 2),
    "500": (failure(500), 2),
    "502": (failure(502), 2),
    "503": (failure(503), 2),
    "504": (failure(504), 2),
    "520": (failure(520), 2),
    "524": (failure(524), 2),
    "503 with retry-after 30": (failure(503, headers=retry_after(30)), 1),
    "429 without retry-after": (failure(429), 1),
    "429 with retry-after 30": (failure(429, headers=retry_after(30)), 1),
    "529 overloaded": (failure(529), 1),
    "429 insufficient_quota": (failure(429, "insufficient_quota", "You exceeded your current quota"), 1),
    "402": (failure(402), 1),
    "401": (failure(401, "invalid_api_key"), 1),
    "403": (failure(403), 1),
    "404 model_not_found": (failure(404, "model_not_found"), 1),
    "410": (failure(410), 1),
    "reset": (Reset(), 2),
    "closed before the head": (Close(), 2),
    "garbage": (Raw(b"SSH-2.0-OpenSSH_9.6\r\n\r\n"), None),
    "html with 200": (Answer(200, b"<!doctype html><h1>Hi</h1>", content_type="text/html"), 1),
    "not json with 200": (Answer(200, b"Hello!", content_type="application/json"), 1),
    "empty body with 200": (Answer(200, b""), 1),
    "cut body": (CutBody(Answer(200, replies.chat("m")), 40), None),
    "reset inside the body": (CutBody(Answer(200, replies.chat("m")), 40, "reset"), None),
    "cut chunked body": (
        Stream([replies.dump(replies.chat("m"))[:40]], content_type="application/json", end="close"),
        None,
    ),
    "shorter than the length says": (Answer(200, replies.chat("m"), content_length=100_000, close_after=True), None),
    "longer than the length says": (Answer(200, replies.chat("m"), content_length=40, close_after=True), None),
}


@pytest.mark.parametrize(("fault", "calls"), ROUTED_AROUND.values(), ids=ROUTED_AROUND.keys())
def test_a_failing_primary_is_routed_around_and_cools(pair, primary, fallback, fault, calls):
    primary.always(fault)

    reply = pair.chat("m")

    assert (reply.status, reply.channel) == (200, "fallback"), reply
    assert reply.json == replies.chat("m")
    assert len(primary.requests) in ({calls} if calls else {1, 2}), primary.requests
    assert reply.attempts == len(primary.requests) + 1
    seen = len(primary.requests)
    again = pair.chat("m")
    assert (again.channel, again.attempts, len(primary.requests)) == ("fallback", 1, seen), (
        "the primary must be cooling"
    )


STREAM_FAULTS_BEFORE_CONTENT = {
    "no event": Stream([]),
    "only a comment": Stream([b": ping\n\n"]),
    "closed without an event": Stream([], end="close"),
    "reset without an event": Stream([], end="reset"),
    "html": Answer(200, b"<html></html>", content_type="text/html"),
    "503": failure(503),
}
EARLY = {
    shapes.CHAT: {
        "only [DONE]": Stream([b"data: [DONE]\n\n"]),
        "error": Stream([replies.sse({"error": {"message": "overloaded", "type": "server_error", "code": None}})]),
        "role then error": Stream([replies.chat_role("m"), replies.sse({"error": {"message": "overloaded", "type": "x"}})]),
        "role then end": Stream([replies.chat_role("m")]),
        "role then cut": Stream([replies.chat_role("m")], end="reset"),
    },
    shapes.RESPONSES: {
        "created then failed": Stream([
            replies.response_events("m")[0],
            replies.sse({"type": "response.failed", "sequence_number": 1, "response": {
                **replies.response("m", "failed", []), "error": {"code": "server_error", "message": "overloaded"}}}, "response.failed"),
        ]),
        "error": Stream([replies.sse({"type": "error", "code": "server_error", "message": "overloaded", "param": None, "sequence_number": 0}, "error")]),
        "created then cut": Stream(replies.response_events("m")[:2], end="reset"),
    },
    shapes.MESSAGES: {
        "error": Stream([replies.sse({"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}, "error")]),
        "start then error": Stream([
            *replies.message_events("m")[:2],
            replies.sse({"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}, "error"),
        ]),
        "start then cut": Stream(replies.message_events("m")[:3], end="reset"),
    },
    shapes.GEMINI: {
        "error": Stream([replies.sse({"error": {"code": 503, "message": "overloaded", "status": "UNAVAILABLE"}})]),
    },
}  # fmt: skip
EARLY_CASES = [
    pytest.param(dialect, fault, id=f"{dialect}-{name}")
    for dialect in shapes.DIALECTS
    for name, fault in {**STREAM_FAULTS_BEFORE_CONTENT, **EARLY[dialect]}.items()
]
HEALTHY_EVENTS = {
    shapes.CHAT: replies.chat_events("m", usage=False),
    shapes.RESPONSES: replies.response_events("m"),
    shapes.MESSAGES: replies.message_events("m"),
    shapes.GEMINI: replies.gemini_events("m"),
}


def ask_stream(gateway, dialect: str):
    return gateway.call(
        "POST", shapes.path(dialect, "m", True), shapes.headers(dialect), shapes.body(dialect, "m", True)
    )


@pytest.mark.parametrize(("dialect", "fault"), EARLY_CASES)
def test_a_stream_that_fails_before_content_fails_over_unseen(make_gateway, primary, fallback, dialect, fault):
    gateway = make_gateway(config(primary.url, fallback.url, KINDS[dialect]))
    primary.always(fault)

    reply = ask_stream(gateway, dialect)

    assert (reply.status, reply.channel) == (200, "fallback"), reply
    assert reply.body == b"".join(HEALTHY_EVENTS[dialect]), "nothing of the failed attempt may show"
    assert ask_stream(gateway, dialect).attempts == 1, "the primary must be cooling"


# Retries on the same entry


@pytest.mark.parametrize("fault", [failure(500), failure(503), Reset(), Close()], ids=["500", "503", "reset", "close"])
@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
def test_a_transient_failure_is_retried_once_on_the_same_entry(pair, primary, fallback, fault, stream):
    primary.script(fault)

    reply = pair.chat("m", stream=stream)

    assert (reply.status, reply.channel, reply.attempts) == (200, "primary", 2), reply
    assert fallback.requests == []
    assert pair.chat("m").channel == "primary", "a retry that worked cools nothing"


@pytest.mark.parametrize("status", [429, 529])
def test_a_short_retry_after_is_waited_for_on_the_same_entry(pair, primary, fallback, status):
    primary.script(failure(status, headers=retry_after(1)))

    reply = pair.chat("m")

    assert (reply.status, reply.channel, reply.attempts) == (200, "primary", 2), reply
    first, second = primary.requests
    assert second.at - first.at >= 0.95, "the wait the provider asked for"
    assert first.body == second.body and fallback.requests == []


def test_a_rate_limit_with_nowhere_else_to_go_backs_off_a_few_times(alone, primary):
    primary.script(failure(429))

    reply = alone.chat("m")

    assert (reply.status, reply.attempts) == (200, 2), reply


def test_a_rate_limit_that_stays_is_passed_on_with_its_retry_after(alone, primary):
    primary.always(failure(429, "rate_limit_exceeded", "slow down please", retry_after(30)))

    reply = alone.chat("m")

    shapes.assert_error(reply, shapes.CHAT, 429, "slow down please")
    assert 1 <= int(reply.header("retry-after")) <= 30
    assert len(primary.requests) <= 3


def test_a_refused_connection_is_routed_around(make_gateway, fallback):
    gateway = make_gateway(config(f"http://127.0.0.1:{free_port()}", fallback.url))

    reply = gateway.chat("m")

    assert (reply.status, reply.channel, reply.attempts) == (200, "fallback", 3), reply
    assert gateway.chat("m").attempts == 1


def test_an_untrusted_certificate_is_routed_around_and_no_key_is_sent(
    make_gateway, make_provider, untrusted_tls, fallback
):
    untrusted = make_provider(untrusted_tls)
    gateway = make_gateway(config(untrusted.url, fallback.url))

    reply = gateway.chat("m")

    assert (reply.status, reply.channel) == (200, "fallback"), reply
    assert untrusted.requests == []


def test_an_untrusted_certificate_with_nowhere_else_to_go_says_so(make_gateway, make_provider, untrusted_tls):
    gateway = make_gateway(config(make_provider(untrusted_tls).url, None))

    reply = gateway.chat("m")

    assert reply.status >= 500, reply
    assert any(word in reply.json["error"]["message"].lower() for word in ("certificate", "tls")), reply




def test_a_pooled_connection_closed_between_requests_is_invisible(pair, primary):
    for _ in range(3):
        reply = pair.chat("m")
        assert (reply.status, reply.channel, reply.attempts) == (200, "primary", 1), reply
        primary.close_idle()

    assert len(primary.requests) == 3, "no request may be sent twice"


def test_a_pooled_connection_that_dies_on_reuse_is_replaced_at_once(pair, primary):
    """The provider closes exactly when the second request arrives."""
    primary.script(Healthy(), Close(), Healthy(), model="m")

    replies_ = [pair.chat("m"), pair.chat("m")]

    assert [(r.status, r.channel) for r in replies_] == [(200, "primary")] * 2, replies_
    assert pair.chat("m").channel == "primary"


# Returned as it is


@pytest.mark.parametrize(
    "fault",
    [
        failure(400, None, "temperature must be below 2"),
        failure(422, None, "unprocessable"),
        failure(413, None, "too large for me"),
        failure(415, None, "unsupported"),
        failure(404, None, "no such path"),
        failure(400, "content_policy_violation", "Your request was rejected by our safety system"),
        failure(400, "content_filter", "The response was filtered"),
    ],
    ids=["400", "422", "413", "415", "404 of a path", "content policy", "azure content filter"],
)
@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
def test_a_callers_fault_is_returned_at_once_as_it_is(pair, primary, fallback, fault, stream):
    primary.script(fault)

    reply = pair.chat("m", stream=stream)

    assert (reply.status, reply.body) == (fault.status, replies.dump(fault.body)), reply
    assert (reply.channel, reply.attempts, fallback.requests) == ("primary", 1, [])
    assert pair.chat("m").channel == "primary", "a caller's fault cools nothing"


@pytest.mark.parametrize(
    "fault",
    [
        failure(400, "context_length_exceeded", "This model's maximum context length is 8192 tokens"),
        failure(400, None, "prompt is too long: 210000 tokens > 200000 maximum"),
    ],
    ids=["openai", "anthropic"],
)
def test_a_context_too_long_tries_the_next_and_cools_nothing(pair, primary, fallback, fault):
    primary.script(fault)

    reply = pair.chat("m")

    assert (reply.status, reply.channel, reply.attempts) == (200, "fallback", 2), reply
    assert pair.chat("m").channel == "primary"


def test_a_context_too_long_everywhere_gives_the_original_error(pair, primary, fallback):
    fault = failure(400, "context_length_exceeded", "This model's maximum context length is 8192 tokens")
    primary.always(fault)
    fallback.always(failure(400, "context_length_exceeded", "another wording"))

    reply = pair.chat("m")

    assert reply.status == 400 and reply.json["error"]["code"] == "context_length_exceeded", reply


# Channels


def test_a_rejected_key_cools_every_entry_of_its_channel(make_gateway, primary, fallback):
    both = {
        "channels": [channel("primary", primary.url, ["m", "n"]), channel("fallback", fallback.url, ["m", "n"])],
        "settings": quiet_settings(),
    }
    gateway = make_gateway(both)
    primary.script(failure(401, "invalid_api_key"))

    assert [gateway.chat(name).channel for name in ("m", "n", "m")] == ["fallback"] * 3
    assert len(primary.requests) == 1


@pytest.mark.parametrize("code", ["model_not_found", None], ids=["404", "503"])
def test_a_failing_model_cools_its_own_entry_only(make_gateway, primary, fallback, code):
    both = {
        "channels": [channel("primary", primary.url, ["m", "n"]), channel("fallback", fallback.url, ["m", "n"])],
        "settings": quiet_settings(),
    }
    gateway = make_gateway(both)
    primary.always(failure(404, code) if code else failure(503), model="m")

    assert [gateway.chat(name).channel for name in ("m", "n")] == ["fallback", "primary"]


@pytest.mark.parametrize("dialect", shapes.DIALECTS)
def test_a_rejected_key_that_no_one_survives_is_401_naming_the_channel(make_gateway, primary, dialect):
    gateway = make_gateway(config(primary.url, None, KINDS[dialect]))
    primary.script(failure(401, "invalid_api_key", f"Incorrect API key provided: {key_of('primary')}"))

    reply = gateway.call("POST", shapes.path(dialect), shapes.headers(dialect), shapes.body(dialect))

    shapes.assert_error(reply, dialect, 401, "primary")


def test_an_empty_account_that_no_one_survives_keeps_the_upstreams_words(alone, primary):
    primary.script(failure(429, "insufficient_quota", "You exceeded your current quota"))

    reply = alone.chat("m")

    assert reply.status in (402, 429) and "You exceeded your current quota" in reply.json["error"]["message"], reply
    assert reply.json["error"]["code"] == "insufficient_quota", reply


# Everything down


@pytest.mark.parametrize("dialect", shapes.DIALECTS)
def test_when_the_last_attempt_fails_the_error_lists_every_attempt(make_gateway, primary, fallback, dialect):
    gateway = make_gateway(config(primary.url, fallback.url, KINDS[dialect]))
    for provider in (primary, fallback):
        provider.always(failure(503, None, "boiler room on fire"))

    reply = gateway.call("POST", shapes.path(dialect), shapes.headers(dialect), shapes.body(dialect))

    assert reply.status in (502, 503), reply
    shapes.assert_error(reply, dialect, reply.status, "primary", "fallback", "boiler room on fire")
    assert reply.attempts == 4


@pytest.mark.parametrize("dialect", shapes.DIALECTS)
def test_all_cooling_is_503_with_retry_after_and_no_upstream_call(make_gateway, primary, fallback, dialect):
    gateway = make_gateway(config(primary.url, fallback.url, KINDS[dialect], cooldown=120))
    for provider in (primary, fallback):
        provider.always(failure(503))

    def ask():
        return gateway.call("POST", shapes.path(dialect), shapes.headers(dialect), shapes.body(dialect))

    ask()
    seen = len(primary.requests) + len(fallback.requests)
    reply = ask()

    shapes.assert_error(reply, dialect, 503, f"{NO_PROVIDER}: m", "primary", "fallback")
    assert 1 <= int(reply.header("retry-after")) <= 120
    assert len(primary.requests) + len(fallback.requests) == seen


def test_the_soonest_recovery_is_the_retry_after(make_gateway, primary, fallback):
    gateway = make_gateway(config(primary.url, fallback.url, cooldown=300))
    primary.always(failure(429, headers=retry_after(20)))
    fallback.always(failure(503))

    gateway.chat("m")
    reply = gateway.chat("m")

    assert reply.status == 503 and 15 <= int(reply.header("retry-after")) <= 20, reply


def test_attempts_are_bounded(make_gateway, make_provider):
    providers = [make_provider() for _ in range(4)]
    for provider in providers:
        provider.always(failure(503))
    channels = [channel(f"c{i}", provider.url, ["m"]) for i, provider in enumerate(providers)]
    gateway = make_gateway({"channels": channels, "settings": quiet_settings(max_attempts=3)})

    reply = gateway.chat("m")

    assert reply.attempts == 3 == sum(len(provider.requests) for provider in providers), reply


def test_an_entry_is_back_after_its_cooldown_and_one_request_is_let_through_first(make_gateway, primary, fallback):
    """The shortest cooldown there is takes ten seconds, so this uses the provider's own Retry-After."""
    gateway = make_gateway(config(primary.url, fallback.url))
    primary.script(failure(429, headers=retry_after(4)))

    assert gateway.chat("m").channel == "fallback"
    assert eventually(lambda: gateway.chat("m").channel == "primary", 8, "the primary's return")
    first, second = primary.requests[:2]
    assert second.at - first.at >= 3.9, "never before Retry-After"
    assert gateway.chat("m").channel == "primary"



def test_a_rejected_key_is_never_probed(make_gateway, primary, fallback):
    """Told from outside without waiting: `status` has no probe in sight and the provider stays quiet meanwhile."""
    setup = config(primary.url, fallback.url)
    setup["settings"]["recovery_probe"] = True
    gateway = make_gateway(setup)
    primary.script(failure(401, "invalid_api_key"))

    gateway.chat("m")
    for _ in range(20):
        gateway.chat("m")

    assert len(primary.requests) == 1


# Errors that arrive compressed


@pytest.mark.parametrize("offer", [{}, {"Accept-Encoding": "gzip"}], ids=["no gzip offered", "gzip offered"])
def test_a_gzip_error_body_is_readable(alone, primary, offer):
    primary.script(
        Answer(400, {"error": {"message": "clear words", "type": "t", "param": None, "code": None}}, gzipped=True)
    )

    reply = alone.chat("m", headers=offer)

    coded = reply.header("content-encoding") == "gzip"
    assert not coded or offer, "gzip was not offered"
    assert json.loads(gzip.decompress(reply.body) if coded else reply.body)["error"]["message"] == "clear words"


def test_a_gzip_failure_is_classified_by_its_words(pair, primary):
    body = {
        "error": {"message": "This model's maximum context length is 1", "type": "t", "code": "context_length_exceeded"}
    }
    primary.script(Answer(400, body, gzipped=True))

    assert pair.chat("m").channel == "fallback"
    assert pair.chat("m").channel == "primary"


def test_the_answer_of_a_fallback_tells_its_model_and_usage(make_gateway, primary, fallback):
    setup = {
        "channels": [channel("primary", primary.url, ["big"]), channel("fallback", fallback.url, ["small"])],
        "settings": quiet_settings(),
    }
    gateway = make_gateway(setup)
    primary.always(failure(503))

    reply = gateway.chat("auto")

    assert reply.json["model"] == "small" == reply.header("x-api-switch-model"), reply
    assert reply.json["usage"]["completion_tokens"] == replies.OUTPUT_TOKENS


def test_fifty_parallel_requests_survive_a_flapping_primary(pair, primary):
    primary.script(*[failure(503) if i % 2 else Reset() for i in range(30)], model="m")

    with ThreadPoolExecutor(25) as pool:
        answers = list(pool.map(lambda i: pair.chat("m", stream=i % 2 == 0), range(50)))

    assert {reply.status for reply in answers} == {200}, [r for r in answers if r.status != 200][:2]
    assert {shapes.text_of(shapes.CHAT, reply) for reply in answers} == {replies.greeting("m")}
