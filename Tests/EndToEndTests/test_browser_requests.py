"""Pages of other sites must not spend the user's money: what a browser says of a page decides."""

from __future__ import annotations

import json

import pytest

import shapes
from conftest import CHAT_MODEL, CLAUDE_MODEL, GEMINI_MODELS

MODELS = {shapes.MESSAGES: CLAUDE_MODEL, shapes.GEMINI: GEMINI_MODELS[0]}
FOREIGN = ["https://evil.example", "http://evil.example:9090", "http://127.0.0.1.evil.example", "null"]
OWN = ["http://localhost:3000", "http://127.0.0.1:9090", "http://[::1]:8080", "https://app.localhost"]
# Applications that show pages of their own name no site.
APPLICATIONS = ["app://obsidian.md", "vscode-webview://abc", "chrome-extension://abcdef"]


def ask(gateway, dialect: str, **more: str):
    model = MODELS.get(dialect, CHAT_MODEL)
    headers = {**shapes.headers(dialect), **more}
    return gateway.call("POST", shapes.path(dialect, model), headers, shapes.body(dialect, model))


@pytest.mark.parametrize("dialect", shapes.DIALECTS)
@pytest.mark.parametrize("origin", FOREIGN)
def test_a_page_of_another_site_is_refused_before_any_provider_is_asked(gateway, provider, dialect, origin):
    before = len(provider.requests)

    reply = ask(gateway, dialect, Origin=origin)

    message = shapes.assert_error(reply, dialect, 403)
    assert origin in message, message
    assert len(provider.requests) == before


@pytest.mark.parametrize("origin", OWN + APPLICATIONS)
def test_pages_of_this_machine_and_applications_are_served(gateway, origin):
    assert ask(gateway, shapes.CHAT, Origin=origin).status == 200


def test_a_rebound_name_is_refused_since_the_page_still_names_its_site(gateway, provider):
    before = len(provider.requests)

    reply = ask(gateway, shapes.CHAT, Origin="http://evil.example:9090", Host="evil.example:9090")

    shapes.assert_error(reply, shapes.CHAT, 403)
    assert len(provider.requests) == before


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
def test_what_a_page_can_send_without_asking_first_is_no_request(gateway, provider, kind):
    before = len(provider.requests)
    body = json.dumps(shapes.body(shapes.CHAT, CHAT_MODEL)).encode()

    reply = gateway.call("POST", "/v1/chat/completions", {"Content-Type": kind}, body)

    shapes.assert_error(reply, shapes.CHAT, 415)
    assert len(provider.requests) == before


def test_a_page_must_say_the_type_of_what_it_sends(gateway, provider):
    before = len(provider.requests)
    body = json.dumps(shapes.body(shapes.CHAT, CHAT_MODEL)).encode()
    head = f"POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nOrigin: http://localhost\r\nContent-Length: {len(body)}\r\n\r\n"

    with gateway.wire() as wire:
        wire.send(head.encode() + body)
        reply = wire.reply()

    assert reply.status == 415, reply
    assert len(provider.requests) == before
