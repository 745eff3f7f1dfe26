"""The official google-genai SDK works against the gateway as it does against Gemini."""

from __future__ import annotations

import asyncio
import json

import pytest
from google import genai
from google.genai import types

import replies
import wire
from conftest import GEMINI_MODELS

pytestmark = pytest.mark.direct
MODEL, EMBEDDING = GEMINI_MODELS


@pytest.fixture(params=["v1", "v1beta"])
def client(request, endpoint):
    options = types.HttpOptions(base_url=endpoint, api_version=request.param, timeout=15_000)
    return genai.Client(api_key="client-key", http_options=options)


def test_generate(client, provider):
    answer = client.models.generate_content(model=MODEL, contents="Hi")

    assert answer.text == replies.greeting(MODEL)
    assert answer.usage_metadata.prompt_token_count == replies.INPUT_TOKENS
    assert provider.only().path.endswith(f"/models/{MODEL}:generateContent")


def test_generate_stream(client, provider):
    parts = [part.text for part in client.models.generate_content_stream(model=MODEL, contents="Hi")]

    assert "".join(parts) == replies.greeting(MODEL) and len(parts) > 1
    assert provider.only().query["alt"] == ["sse"]


def test_chat_sends_its_history(client, provider):
    chat = client.chats.create(model=MODEL)
    chat.send_message("Hi")
    answer = chat.send_message("And?")

    assert answer.text == replies.greeting(MODEL)
    assert [turn["role"] for turn in provider.last().json["contents"]] == ["user", "model", "user"]


def test_function_calls_pass(client):
    declaration = types.FunctionDeclaration(name="weather", description="The weather of a city")
    config = types.GenerateContentConfig(tools=[types.Tool(function_declarations=[declaration])])
    answer = client.models.generate_content(model=MODEL, contents="Hi", config=config)

    assert (answer.function_calls[0].name, answer.function_calls[0].args) == ("weather", {"city": "Zürich"})


def test_count_tokens(client):
    assert client.models.count_tokens(model=MODEL, contents="Hi").total_tokens == replies.INPUT_TOKENS


@pytest.mark.parametrize("contents", ["a", ["a", "b"]], ids=["one", "several"])
def test_embed(client, contents):
    answer = client.models.embed_content(model=EMBEDDING, contents=contents)

    assert answer.embeddings and all(item.values == replies.VECTOR for item in answer.embeddings)


def test_model_list(client):
    names = [model.name for model in client.models.list()]

    assert names and all(name.startswith("models/") for name in names)


def test_the_async_stream(client):
    async def ask() -> str:
        stream = await client.aio.models.generate_content_stream(model=MODEL, contents="Hi")
        return "".join([part.text async for part in stream])

    assert asyncio.run(ask()) == replies.greeting(MODEL)


def test_a_stream_without_alt_sse_is_a_json_array(endpoint, provider):
    port = int(endpoint.rpartition(":")[2])
    body = {"contents": [{"parts": [{"text": "Hi"}]}]}
    reply = wire.call(port, "POST", f"/v1beta/models/{MODEL}:streamGenerateContent", body=body)

    assert "application/json" in reply.header("content-type")
    assert json.loads(reply.body) == replies.gemini_chunks(MODEL)


@pytest.mark.parametrize("method", ["embedContent", "batchEmbedContents"])
def test_embedding_methods_by_hand(endpoint, provider, method):
    port = int(endpoint.rpartition(":")[2])
    one = {"model": f"models/{EMBEDDING}", "content": {"parts": [{"text": "a"}]}}
    body = one if method == "embedContent" else {"requests": [one, one]}
    reply = wire.call(port, "POST", f"/v1beta/models/{EMBEDDING}:{method}", {"x-goog-api-key": "k"}, body)

    assert reply.status == 200 and str(replies.VECTOR) in reply.body.decode().replace(",", ", "), reply
    assert provider.only().path.endswith(f"{EMBEDDING}:{method}")
