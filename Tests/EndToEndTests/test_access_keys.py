"""Access keys: off by default, and when on required on every model endpoint (product.md §5)."""

from __future__ import annotations

import anthropic
import openai
import pytest
from google import genai
from google.genai import types

import replies
import shapes
from conftest import CHAT_MODEL, CLAUDE_MODEL, GEMINI_MODELS, quiet_settings, shared_config
from gateway import Gateway

KEY = "sk-laptop-0123456789abcdefghij"
DISABLED = "sk-disabled-0123456789abcdefgh"
MODELS = {shapes.MESSAGES: CLAUDE_MODEL, shapes.GEMINI: GEMINI_MODELS[0]}
CARRIERS = {
    "Authorization": "Bearer {}",
    "authorization": "bearer {}",
    "x-api-key": "{}",
    "x-goog-api-key": "{}",
}
LISTS = [
    (shapes.CHAT, "/v1/models"),
    (shapes.CHAT, "/models"),
    (shapes.CHAT, f"/v1/models/{CHAT_MODEL}"),
    (shapes.MESSAGES, "/v1/models"),
    (shapes.GEMINI, "/v1beta/models"),
    (shapes.GEMINI, f"/v1beta/models/{GEMINI_MODELS[0]}"),
]


@pytest.fixture(scope="module")
def _guarded(_shared_provider, tmp_path_factory):
    config = shared_config(_shared_provider.url)
    config["access_keys"] = [{"name": "laptop", "key": KEY}, {"name": "lost", "key": DISABLED, "enabled": False}]
    config["settings"] = quiet_settings(require_access_key=True)
    gateway = Gateway(tmp_path_factory.mktemp("guarded"), config).start()
    yield gateway
    gateway.kill()


@pytest.fixture
def guarded(_guarded, provider) -> Gateway:
    """A gateway that asks for a key, with an empty record of the provider behind it."""
    assert _guarded.running(), f"the gateway died:\n{_guarded.output[-4000:]}"
    return _guarded


def ask(gateway, dialect: str, headers: dict):
    model = MODELS.get(dialect, CHAT_MODEL)
    version = {"anthropic-version": "2023-06-01"} if dialect == shapes.MESSAGES else {}
    return gateway.call("POST", shapes.path(dialect, model), {**version, **headers}, shapes.body(dialect, model))


@pytest.mark.parametrize("value", [None, "", "Bearer ", "Bearer", "Bearer sk-whatever", "Basic eDp5"], ids=repr)
def test_off_means_no_key_an_empty_key_or_any_key(gateway, value):
    headers = {} if value is None else {"Authorization": value}

    assert gateway.chat(CHAT_MODEL, headers=headers).status == 200


@pytest.mark.parametrize("dialect", shapes.DIALECTS)
@pytest.mark.parametrize("carrier", CARRIERS)
def test_the_right_key_is_accepted_in_every_header(guarded, dialect, carrier):
    reply = ask(guarded, dialect, {carrier: CARRIERS[carrier].format(KEY)})

    assert reply.status == 200, reply


WRONG = {
    "none": {},
    "empty": {"Authorization": "Bearer "},
    "unknown": {"Authorization": "Bearer sk-unknown-0123456789"},
    "prefix of a real one": {"Authorization": f"Bearer {KEY[:-1]}"},
    "longer than a real one": {"Authorization": f"Bearer {KEY}x"},
    "other case": {"Authorization": f"Bearer {KEY.upper()}"},
    "disabled": {"Authorization": f"Bearer {DISABLED}"},
    "unknown x-api-key": {"x-api-key": "sk-unknown"},
    "disabled x-goog-api-key": {"x-goog-api-key": DISABLED},
}


@pytest.mark.parametrize("dialect", shapes.DIALECTS)
@pytest.mark.parametrize("headers", WRONG.values(), ids=WRONG.keys())
def test_any_other_key_is_refused_in_the_callers_dialect(guarded, provider, dialect, headers):
    reply = ask(guarded, dialect, headers)

    shapes.assert_error(reply, dialect, 401)
    assert provider.requests == []
    assert KEY not in str(reply) and DISABLED not in str(reply)


@pytest.mark.parametrize(("dialect", "path"), LISTS)
def test_model_lists_ask_for_a_key_too(guarded, dialect, path):
    version = {"anthropic-version": "2023-06-01"} if dialect == shapes.MESSAGES else {}

    shapes.assert_error(guarded.call("GET", path, version), dialect, 401)
    assert guarded.call("GET", path, {**version, "x-api-key": KEY}).status == 200


OTHERS = ["/v1/embeddings", "/v1/completions", "/v1/images/generations", "/v1/audio/speech", "/v1/moderations",
          "/v1/rerank", "/chat/completions", f"/openai/deployments/{CHAT_MODEL}/chat/completions"]  # fmt: skip


@pytest.mark.parametrize("path", OTHERS)
def test_every_other_model_endpoint_asks_for_a_key(guarded, provider, path):
    reply = guarded.call("POST", path, {}, {"model": CHAT_MODEL, "input": "a"})

    shapes.assert_error(reply, shapes.CHAT, 401)
    assert provider.requests == []


def test_a_refusal_comes_before_the_body_is_judged(guarded):
    shapes.assert_error(guarded.call("POST", "/v1/chat/completions", {}, b"not json"), shapes.CHAT, 401)


def test_health_needs_no_key(guarded):
    assert guarded.call("GET", "/health").status == 200


def test_the_sdks_raise_their_own_authentication_errors(guarded):
    with pytest.raises(openai.AuthenticationError):
        openai.OpenAI(base_url=f"{guarded.url}/v1", api_key="sk-wrong", max_retries=0).models.list()
    with pytest.raises(anthropic.AuthenticationError):
        client = anthropic.Anthropic(base_url=guarded.url, api_key="sk-wrong", max_retries=0)
        client.messages.create(model=CLAUDE_MODEL, max_tokens=8, messages=[{"role": "user", "content": "Hi"}])
    with pytest.raises(genai.errors.ClientError) as refused:
        client = genai.Client(api_key="wrong", http_options=types.HttpOptions(base_url=guarded.url))
        client.models.generate_content(model=GEMINI_MODELS[0], contents="Hi")
    assert refused.value.code == 401


def test_the_sdks_work_with_the_right_key(guarded):
    chat = openai.OpenAI(base_url=f"{guarded.url}/v1", api_key=KEY, max_retries=0).chat.completions
    assert chat.create(model=CHAT_MODEL, messages=[]).model == CHAT_MODEL
    claude = anthropic.Anthropic(base_url=guarded.url, api_key=KEY, max_retries=0)
    assert claude.messages.create(model=CLAUDE_MODEL, max_tokens=8, messages=[]).model == CLAUDE_MODEL
    gemini = genai.Client(api_key=KEY, http_options=types.HttpOptions(base_url=guarded.url))
    assert gemini.models.generate_content(model=GEMINI_MODELS[0], contents="Hi").text == replies.greeting(
        GEMINI_MODELS[0]
    )


def test_the_azure_sdk_presents_its_key_in_its_own_header(guarded):
    """The contract names three headers; this client has only `api-key`."""
    azure = openai.AzureOpenAI(azure_endpoint=guarded.url, api_key=KEY, api_version="2024-10-21", max_retries=0)
    assert azure.chat.completions.create(model=CHAT_MODEL, messages=[]).model == CHAT_MODEL


def test_keys_are_stored_hashed(guarded):
    secrets = [KEY.encode(), DISABLED.encode()]
    for file in guarded.data_dir.rglob("*"):
        if file.is_file():
            content = file.read_bytes()
            assert not any(secret in content for secret in secrets), f"an access key lies open in {file.name}"
