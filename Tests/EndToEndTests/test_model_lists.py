"""The model lists, one shape for each dialect (product.md §5, dialects.md §1)."""

from __future__ import annotations

import anthropic
import openai
import pytest
from google import genai
from google.genai import types

import shapes
from conftest import CHAT_MODEL, CLAUDE_MODEL, DEPLOYMENT, GEMINI_MODELS, quiet_settings
from gateway import channel

SOME = [CHAT_MODEL, CLAUDE_MODEL, GEMINI_MODELS[0], DEPLOYMENT, "custom-model"]
VERSION = {"anthropic-version": "2023-06-01"}


@pytest.mark.parametrize("path", ["/v1/models", "/models"])
def test_openai_lists_auto_first_and_each_model_once(gateway, path):
    value = gateway.call("GET", path).json

    names = [model["id"] for model in value["data"]]
    assert value["object"] == "list" and names[0] == "auto"
    assert len(names) == len(set(names)) and set(SOME) <= set(names)
    assert all(m["object"] == "model" and isinstance(m["created"], int) and m["owned_by"] for m in value["data"])


def test_anthropic_lists_when_its_version_is_sent(gateway):
    value = gateway.call("GET", "/v1/models", VERSION).json

    names = [model["id"] for model in value["data"]]
    assert set(SOME) <= set(names) and len(names) == len(set(names))
    assert all(m["type"] == "model" and m["display_name"] and m["created_at"] for m in value["data"])
    assert {"has_more", "first_id", "last_id"} <= value.keys()


def test_anthropic_pages(gateway):
    value = gateway.call("GET", "/v1/models?limit=1000", VERSION).json

    assert value["has_more"] is False and set(SOME) <= {model["id"] for model in value["data"]}


def test_anthropic_sdk_reads_every_page(gateway):
    client = anthropic.Anthropic(base_url=gateway.url, api_key="k", max_retries=0, timeout=15)

    assert set(SOME) <= {model.id for model in client.models.list(limit=2)}


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/v1beta/models", {}),
        ("/v1beta/models?key=k", {}),
        ("/v1beta/models?pageSize=1000", {"x-goog-api-key": "k"}),
        ("/v1/models", {"x-goog-api-key": "k"}),
    ],
)
def test_gemini_lists_on_its_paths_and_for_its_key_header(gateway, path, headers):
    models = gateway.call("GET", path, headers).json["models"]

    assert {f"models/{name}" for name in SOME} <= {model["name"] for model in models}
    assert all("generateContent" in m["supportedGenerationMethods"] or "embed" in str(m).lower()
               for m in models if m["name"].removeprefix("models/") in [*SOME, GEMINI_MODELS[1]])  # fmt: skip


@pytest.mark.parametrize("version", ["v1", "v1beta"])
def test_gemini_sdk_reads_the_list(gateway, version):
    options = types.HttpOptions(base_url=gateway.url, api_version=version)
    client = genai.Client(api_key="k", http_options=options)

    assert f"models/{GEMINI_MODELS[0]}" in {model.name for model in client.models.list()}


@pytest.mark.parametrize("name", [CHAT_MODEL, "auto", CLAUDE_MODEL])
def test_openai_answers_one_model(gateway, name):
    value = gateway.call("GET", f"/v1/models/{name}").json

    assert (value["id"], value["object"]) == (name, "model")


def test_anthropic_answers_one_model(gateway):
    value = gateway.call("GET", f"/v1/models/{CLAUDE_MODEL}", VERSION).json

    assert (value["id"], value["type"]) == (CLAUDE_MODEL, "model")


def test_gemini_answers_one_model(gateway):
    value = gateway.call("GET", f"/v1beta/models/{GEMINI_MODELS[0]}").json

    assert value["name"] == f"models/{GEMINI_MODELS[0]}"


def test_a_model_name_with_a_slash_is_found(make_gateway, primary):
    gateway = make_gateway({"channels": [channel("c", primary.url, ["vendor/model"])]})

    for target in ("/v1/models/vendor/model", "/v1/models/vendor%2Fmodel"):
        reply = gateway.call("GET", target)
        assert reply.status == 200 and reply.json["id"] == "vendor/model", f"{target}: {reply}"


@pytest.mark.parametrize(
    ("dialect", "path"),
    [
        (shapes.CHAT, "/v1/models/nobody"),
        (shapes.MESSAGES, "/v1/models/nobody"),
        (shapes.GEMINI, "/v1beta/models/nobody"),
    ],
)
def test_a_model_nobody_has_is_404(gateway, dialect, path):
    shapes.assert_error(gateway.call("GET", path, shapes.headers(dialect)), dialect, 404, "nobody")


def test_the_openai_sdk_lists_and_retrieves(gateway):
    client = openai.OpenAI(base_url=f"{gateway.url}/v1", api_key="k", max_retries=0, timeout=15)

    assert [model.id for model in client.models.list()][0] == "auto"
    assert client.models.retrieve(CHAT_MODEL).id == CHAT_MODEL


def test_a_list_never_asks_the_provider(gateway, provider):
    gateway.call("GET", "/v1/models")

    assert provider.requests == []


def test_a_model_of_two_channels_is_listed_once_under_its_display_name(make_gateway, primary):
    nice = [{"model": "real", "name": "Nice"}]
    config = {
        "channels": [channel("a", primary.url, ["m", *nice]), channel("b", primary.url, ["m"])],
        "settings": quiet_settings(),
    }
    names = [model["id"] for model in make_gateway(config).call("GET", "/v1/models").json["data"]]

    assert names.count("m") == 1 and "Nice" in names


def test_entries_that_are_off_are_not_listed(make_gateway, primary):
    config = {"channels": [channel("off", primary.url, ["hidden"], enabled=False), channel("on", primary.url, ["m"])]}
    names = [model["id"] for model in make_gateway(config).call("GET", "/v1/models").json["data"]]

    assert "hidden" not in names and "m" in names


def test_head_has_no_body(gateway):
    reply = gateway.call("HEAD", "/v1/models")

    assert reply.status == 200 and reply.body == b""
