"""What a provider is sent: the right address, its own key in the right header, nothing of the client's secrets."""

from __future__ import annotations

import pytest

import shapes
from conftest import CHAT_MODEL, CLAUDE_MODEL, DEPLOYMENT, GEMINI_MODELS
from gateway import channel, key_of
from provider import Healthy

SECRET = "sk-client-secret-0123456789"
KINDS = {
    "openai-main": (shapes.CHAT, CHAT_MODEL, "authorization", "Bearer "),
    "custom-main": (shapes.CHAT, "custom-model", "authorization", "Bearer "),
    "azure-main": (shapes.CHAT, DEPLOYMENT, "api-key", ""),
    "claude-main": (shapes.MESSAGES, CLAUDE_MODEL, "x-api-key", ""),
    "gemini-main": (shapes.GEMINI, GEMINI_MODELS[0], "x-goog-api-key", ""),
}
KEY_HEADERS = {"authorization", "x-api-key", "api-key", "x-goog-api-key", "proxy-authorization", "cookie"}


def ask(gateway, channel_name: str, headers: dict | list = (), query: str = ""):
    dialect, model, _, _ = KINDS[channel_name]
    pairs = [*shapes.headers(dialect).items(), *(headers.items() if isinstance(headers, dict) else headers)]
    return gateway.call("POST", shapes.path(dialect, model) + query, pairs, shapes.body(dialect, model))


@pytest.mark.parametrize("name", KINDS)
def test_the_channels_key_goes_into_its_header_only(gateway, provider, name):
    _, _, header, scheme = KINDS[name]

    reply = ask(gateway, name)

    received = provider.only()
    assert reply.status == 200 and reply.channel == name, reply
    assert {h.lower() for h, _ in received.headers} & KEY_HEADERS == {header}
    assert received.header(header) == scheme + key_of(name)
    assert key_of(name) not in received.target


@pytest.mark.parametrize(
    "carrier", ["Authorization", "x-api-key", "api-key", "x-goog-api-key", "Proxy-Authorization", "Cookie"]
)
@pytest.mark.parametrize("name", KINDS)
def test_the_clients_own_key_is_never_forwarded(gateway, provider, name, carrier):
    value = f"Bearer {SECRET}" if "uthorization" in carrier else SECRET

    reply = ask(gateway, name, {carrier: value})

    received = provider.only()
    assert reply.status == 200, reply
    assert SECRET not in received.head.decode("latin-1")


def test_a_key_in_the_query_is_never_forwarded(gateway, provider):
    reply = ask(gateway, "gemini-main", query=f"?key={SECRET}")

    assert reply.status == 200, reply
    assert SECRET not in provider.only().head.decode("latin-1")


@pytest.mark.parametrize("name", KINDS)
def test_hop_by_hop_headers_stay_at_home(gateway, provider, name):
    hop = {
        "Connection": "keep-alive, X-Hop",
        "X-Hop": "1",
        "Keep-Alive": "timeout=5",
        "TE": "trailers",
        "Proxy-Connection": "keep-alive",
        "Upgrade-Insecure-Requests": "1",
    }

    reply = ask(gateway, name, hop)

    sent = {header.lower() for header, _ in provider.only().headers}
    assert reply.status == 200, reply
    assert not sent & {"x-hop", "keep-alive", "te", "proxy-connection", "upgrade", "trailer"}
    assert "x-hop" not in (provider.only().header("connection") or "").lower()


@pytest.mark.parametrize("name", KINDS)
def test_host_and_framing_are_the_gateways_own(gateway, provider, name):
    ask(gateway, name)

    received = provider.only()
    assert received.header("host") == f"127.0.0.1:{provider.port}"
    assert (received.header("content-length") is None) != (received.header("transfer-encoding") is None)
    assert received.header("content-type").startswith("application/json")


def test_anthropic_version_and_beta_pass_as_the_client_sent_them(gateway, provider):
    reply = ask(gateway, "claude-main", {"anthropic-beta": "a-1,b-2"}, "?beta=true")

    received = provider.only()
    assert reply.status == 200, reply
    assert received.header("anthropic-version") == "2023-06-01"
    assert received.header("anthropic-beta") == "a-1,b-2"
    assert received.target == "/v1/messages?beta=true"


def test_an_anthropic_version_is_added_when_the_client_sent_none(gateway, provider):
    reply = gateway.call("POST", "/v1/messages", {}, shapes.body(shapes.MESSAGES, CLAUDE_MODEL))

    assert reply.status == 200, reply
    assert provider.only().header("anthropic-version")


def test_extra_headers_of_the_channel_are_sent(make_gateway, primary):
    extra = {"X-Title": "API Switch", "HTTP-Referer": "https://example.test"}
    gateway = make_gateway({"channels": [channel("c", primary.url, ["m"], headers=extra)]})

    assert gateway.chat("m").status == 200
    assert {name: primary.only().header(name) for name in extra} == extra


def test_a_key_comes_from_the_environment_when_the_file_says_so(make_gateway, primary):
    config = {"channels": [{**channel("c", primary.url, ["m"]), "api_key": "${E2E_UPSTREAM_KEY}"}]}
    gateway = make_gateway(config, environment={"E2E_UPSTREAM_KEY": "expanded-value"})

    assert gateway.chat("m").status == 200
    assert primary.only().header("authorization") == "Bearer expanded-value"


def test_loopback_never_goes_through_a_proxy(make_gateway, primary, fallback):
    proxies = {name: fallback.url for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy", "ALL_PROXY")}
    gateway = make_gateway({"channels": [channel("c", primary.url, ["m"])]}, environment=proxies)

    assert gateway.chat("m").status == 200
    assert len(primary.requests) == 1 and fallback.connections == []


BASE_URLS = {
    "plain": ("openai", "", "/v1/chat/completions"),
    "slash": ("openai", "/", "/v1/chat/completions"),
    "with v1": ("openai", "/v1", "/v1/chat/completions"),
    "v1 and slash": ("openai", "/v1/", "/v1/chat/completions"),
    "full endpoint": ("openai", "/v1/chat/completions", "/v1/chat/completions"),
    "other version": ("openai", "/api/paas/v4", "/api/paas/v4/chat/completions"),
    "compatible mode": ("openai", "/compatible-mode/v1", "/compatible-mode/v1/chat/completions"),
    "custom as typed": ("custom", "/any/where", "/any/where/chat/completions"),
    "azure v1": ("azure", "/openai/v1/", "/openai/v1/chat/completions"),
}


@pytest.mark.parametrize(("kind", "suffix", "path"), BASE_URLS.values(), ids=BASE_URLS.keys())
def test_a_base_url_in_any_form_reaches_the_endpoint(make_gateway, primary, kind, suffix, path):
    gateway = make_gateway({"channels": [channel("c", primary.url + suffix, ["m"], kind)]})

    assert gateway.chat("m").status == 200
    assert primary.only().path == path


@pytest.mark.parametrize("suffix", ["", "/", "/v1", "/v1/messages"])
def test_an_anthropic_base_url_in_any_form(make_gateway, primary, suffix):
    gateway = make_gateway({"channels": [channel("c", primary.url + suffix, ["m"], "anthropic")]})

    assert gateway.call("POST", "/v1/messages", {}, shapes.body(shapes.MESSAGES)).status == 200
    assert primary.only().path == "/v1/messages"


def test_claude_is_another_word_for_anthropic(make_gateway, primary):
    gateway = make_gateway({"channels": [channel("c", primary.url, ["m"], "claude")]})

    assert gateway.call("POST", "/v1/messages", {}, shapes.body(shapes.MESSAGES)).status == 200


def test_upstream_connections_are_reused(gateway, provider):
    for _ in range(5):
        assert gateway.chat(CHAT_MODEL).status == 200

    # One connection per event loop at most; never one per request.
    assert len({request.connection.id for request in provider.requests}) < 5


# What comes back


def test_rate_limit_and_request_id_headers_pass(gateway, provider):
    limits = [("x-ratelimit-remaining-requests", "41"), ("x-ratelimit-reset-tokens", "6m0s"), ("request-id", "req_up")]
    provider.script(Healthy(headers=limits))

    reply = gateway.chat(CHAT_MODEL)

    assert {name: reply.header(name) for name, _ in limits} == dict(limits)


def test_hop_by_hop_answer_headers_stay_behind(gateway, provider):
    provider.script(Healthy(headers=[("Connection", "X-Hop"), ("X-Hop", "1"), ("Keep-Alive", "timeout=99")]))

    reply = gateway.chat(CHAT_MODEL)

    assert reply.status == 200 and reply.header("x-hop") is None, reply
    assert "99" not in (reply.header("keep-alive") or "")


def test_the_answer_names_channel_model_attempts_and_request(gateway):
    first, second = gateway.chat(CHAT_MODEL), gateway.chat(CHAT_MODEL)

    assert (first.channel, first.header("x-api-switch-model"), first.attempts) == ("openai-main", CHAT_MODEL, 1)
    assert first.header("x-request-id") and first.header("x-request-id") != second.header("x-request-id")
