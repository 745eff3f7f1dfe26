"""The official Anthropic SDK works against the gateway as it does against Anthropic."""

from __future__ import annotations

import asyncio

import anthropic
import pytest

import replies
from conftest import CLAUDE_MODEL

pytestmark = pytest.mark.direct
USER = [{"role": "user", "content": "Hi"}]
WEATHER = {
    "name": "weather",
    "description": "The weather of a city",
    "input_schema": {"type": "object", "properties": {"city": {"type": "string"}}},
}


@pytest.fixture
def client(endpoint):
    return anthropic.Anthropic(base_url=endpoint, api_key="client-key", max_retries=0, timeout=15)


def test_message(client, provider):
    answer = client.messages.create(model=CLAUDE_MODEL, max_tokens=64, messages=USER)

    assert answer.content[0].text == replies.greeting(CLAUDE_MODEL)
    assert answer.usage.cache_read_input_tokens == replies.CACHED_TOKENS
    assert provider.only().path == "/v1/messages"


def test_stream(client):
    events = list(client.messages.create(model=CLAUDE_MODEL, max_tokens=64, messages=USER, stream=True))

    assert (events[0].type, events[-1].type) == ("message_start", "message_stop")
    text = "".join(e.delta.text for e in events if e.type == "content_block_delta")
    assert text == replies.greeting(CLAUDE_MODEL)


def test_stream_helper(client):
    with client.messages.stream(model=CLAUDE_MODEL, max_tokens=64, messages=USER) as stream:
        text = "".join(stream.text_stream)
        final = stream.get_final_message()

    assert text == final.content[0].text == replies.greeting(CLAUDE_MODEL)
    assert final.stop_reason == "end_turn" and final.usage.output_tokens == replies.OUTPUT_TOKENS


def test_tool_use(client, provider):
    answer = client.messages.create(model=CLAUDE_MODEL, max_tokens=64, messages=USER, tools=[WEATHER])

    assert (answer.content[0].name, answer.content[0].input) == ("weather", {"city": "Zürich"})
    assert provider.only().json["tools"] == [WEATHER]


def test_tool_use_stream_assembles(client):
    with client.messages.stream(model=CLAUDE_MODEL, max_tokens=64, messages=USER, tools=[WEATHER]) as stream:
        final = stream.get_final_message()

    assert final.content[0].input == {"city": "Zürich"} and final.stop_reason == "tool_use"


def test_count_tokens(client, provider):
    answer = client.messages.count_tokens(model=CLAUDE_MODEL, messages=USER)

    assert answer.input_tokens == replies.INPUT_TOKENS
    assert provider.only().path == "/v1/messages/count_tokens"


def test_model_list(client):
    models = list(client.models.list())

    assert models and all(model.type == "model" and model.id and model.display_name for model in models)


def test_the_beta_endpoint_keeps_its_header(client, provider):
    client.beta.messages.create(model=CLAUDE_MODEL, max_tokens=64, messages=USER, betas=["files-api-2025-04-14"])

    assert provider.only().header("anthropic-beta") == "files-api-2025-04-14"


def test_a_bearer_token_client(endpoint):
    client = anthropic.Anthropic(base_url=endpoint, auth_token="client-token", max_retries=0, timeout=15)

    assert client.messages.create(model=CLAUDE_MODEL, max_tokens=64, messages=USER).content


def test_the_async_stream(endpoint):
    async def ask() -> str:
        async with anthropic.AsyncAnthropic(base_url=endpoint, api_key="k", max_retries=0, timeout=15) as client:
            async with client.messages.stream(model=CLAUDE_MODEL, max_tokens=64, messages=USER) as stream:
                return "".join([text async for text in stream.text_stream])

    assert asyncio.run(ask()) == replies.greeting(CLAUDE_MODEL)
