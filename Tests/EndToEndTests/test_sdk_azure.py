"""The AzureOpenAI client in front, and Azure channels behind."""

from __future__ import annotations

import openai
import pytest

import replies
from conftest import CHAT_MODEL, DEPLOYMENT
from gateway import key_of

USER = [{"role": "user", "content": "Hi"}]


@pytest.fixture
def client(endpoint):
    return openai.AzureOpenAI(
        azure_endpoint=endpoint, api_key="azure-client-key", api_version="2024-10-21", max_retries=0, timeout=15
    )


@pytest.mark.direct
def test_chat(client, provider):
    answer = client.chat.completions.create(model=DEPLOYMENT, messages=USER)

    assert answer.choices[0].message.content == replies.greeting(DEPLOYMENT)
    assert provider.only().path == f"/openai/deployments/{DEPLOYMENT}/chat/completions"


@pytest.mark.direct
def test_chat_stream(client):
    chunks = client.chat.completions.create(model=DEPLOYMENT, messages=USER, stream=True)

    text = "".join(c.choices[0].delta.content or "" for c in chunks if c.choices)
    assert text == replies.greeting(DEPLOYMENT)


def test_the_deployment_in_the_path_is_the_model_wherever_it_lives(client, provider):
    answer = client.chat.completions.create(model=CHAT_MODEL, messages=USER)

    assert answer.model == CHAT_MODEL
    assert provider.only().path == "/v1/chat/completions" and provider.only().json["model"] == CHAT_MODEL


def test_embeddings_through_an_azure_client(client):
    answer = client.embeddings.create(model="text-embedding-3-small", input="a")

    assert answer.data[0].embedding == replies.VECTOR


def test_a_path_without_body_model_reaches_an_openai_channel_with_the_model(gateway, provider):
    reply = gateway.call("POST", f"/openai/deployments/{CHAT_MODEL}/chat/completions?api-version=2024-10-21",
                         {"api-key": "any"}, {"messages": USER})  # fmt: skip

    assert reply.status == 200, reply
    assert provider.only().model == CHAT_MODEL


def test_an_azure_channel_is_called_by_deployment_version_and_api_key(gateway, provider):
    reply = gateway.chat(DEPLOYMENT)

    received = provider.only()
    assert reply.status == 200, reply
    assert received.path == f"/openai/deployments/{DEPLOYMENT}/chat/completions"
    assert len(received.query["api-version"]) == 1 and received.query["api-version"][0]
    assert received.header("api-key") == key_of("azure-main")
    assert received.header("authorization") is None


def test_an_azure_channel_streams(gateway):
    reply = gateway.chat(DEPLOYMENT, stream=True)

    assert reply.body == b"".join(replies.chat_events(DEPLOYMENT, usage=False)), reply
